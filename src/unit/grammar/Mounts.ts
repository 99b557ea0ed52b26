/**
 * Entries of `BindPaths=`, `TemporaryFileSystem=` and the service's directories, systemd.exec(5), from their fields.
 *
 * @since 0.1.0
 */
import type { BindPath, ServiceDirectory, TemporaryFileSystem } from "../values/Exec.ts"
import * as AbsolutePath from "./AbsolutePath.ts"

/** `source[:destination[:options]]`, with a `-` ahead of it where the source may be missing. */
export const parseBind = (fields: ReadonlyArray<string>): BindPath | undefined => {
  const [first = "", second = first.replace(/^-/, ""), options = ""] = fields
  const optional = first.startsWith("-")
  const source = AbsolutePath.parse(optional ? first.slice(1) : first)
  const destination = AbsolutePath.parse(second)
  if (source === undefined || destination === undefined) return undefined
  let recursive = true
  let idmap = false
  for (const option of options === "" ? [] : options.split(",")) {
    if (option === "rbind" || option === "norbind") recursive = option === "rbind"
    else if (option === "idmap" || option === "noidmap") idmap = option === "idmap"
    else return undefined
  }
  return { source, destination, optional, recursive, idmap }
}

/** What to write instead of something that is no bind mount. */
export const bindHint = (fields: ReadonlyArray<string>): string => {
  const [source = "", destination = source] = fields
  if (source.includes("+")) return "only \"-\" may stand ahead of the source"
  return AbsolutePath.parse(source.replace(/^-/, "")) === undefined || AbsolutePath.parse(destination) === undefined
    ? "write /source:/destination, both absolute and without \"..\""
    : "the options are rbind and norbind"
}

/** `path[:options]`; the options are those of tmpfs(5), which nobody checks. */
export const parseTemporary = (fields: ReadonlyArray<string>): TemporaryFileSystem | undefined => {
  const [text = "", options = ""] = fields
  const path = AbsolutePath.parse(text)
  return path === undefined ? undefined : { path, options: options === "" ? [] : options.split(",") }
}

/** `name[:link[:ro]]`: names, relative to where directories of this kind lie. */
export const parseDirectory = (fields: ReadonlyArray<string>): ServiceDirectory | undefined => {
  const [text = "", target = "", flag = ""] = fields
  const path = relative(text)
  const link = target === "" ? undefined : relative(target)
  if (path === undefined || target !== "" && link === undefined || flag !== "" && flag !== "ro") return undefined
  // systemd keeps the directories of DynamicUser= there.
  if (path === "private" || path.startsWith("private/")) return undefined
  return { path, link, readOnly: flag === "ro" }
}

const relative = (text: string): string | undefined => {
  if (text === "" || text.startsWith("/")) return undefined
  const path = AbsolutePath.parse(`/${text}`)
  return path === undefined || path === "/" ? undefined : path.slice(1)
}

/** What to write instead of something that is no directory of a service. */
export const directoryHint = (fields: ReadonlyArray<string>): string | undefined => {
  const [path = "", , flag = ""] = fields
  if (path.startsWith("/")) {
    const name = /^\/(?:run|etc|var\/(?:lib|cache|log))\/(.+)$/.exec(path)?.[1]
    return name === undefined
      ? "write a name, not an absolute path"
      : `write "${name}": the rest follows from the directive`
  }
  if (path === "private" || path.startsWith("private/")) return "\"private\" is taken by systemd itself"
  if (flag !== "" && flag !== "ro") return "after the link there may be \"ro\" and nothing else"
  return "write a name such as \"app\" or \"app/cache\", without \"..\""
}
