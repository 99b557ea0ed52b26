/**
 * Extended attributes of files, xattr(7), as assignments: `user.name=value`.
 *
 * @since 0.1.0
 */
const shape = /^((?:security|system|trusted|user)\.[^=\u0000-\u001f]+)=(.*)$/s

/** What the kernel takes of a name. */
const longest = 255

/** Name and value; `undefined` if it is no such assignment. */
export const parse = (text: string): readonly [name: string, value: string] | undefined => {
  const [, name = "", value = ""] = shape.exec(text) ?? []
  return name === "" || name.length > longest ? undefined : [name, value]
}
