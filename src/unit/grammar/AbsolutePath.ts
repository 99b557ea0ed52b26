/**
 * Absolute paths as systemd takes them from unit files: without `..`, written in the shortest form.
 *
 * @since 0.1.0
 */

/** Longest path Linux takes, its final NUL not counted. */
const longest = 4095

/** The path without doubled or trailing slashes and `.` parts; `undefined` if it is not absolute or climbs. */
export const parse = (text: string): string | undefined => {
  if (text.charCodeAt(0) !== 47 || text.length > longest) return undefined
  if (text === "/" || !text.endsWith("/") && !text.includes("//") && !text.includes("/.")) return text
  const parts: Array<string> = []
  for (const part of text.split("/")) {
    if (part === "..") return undefined
    if (part !== "" && part !== ".") parts.push(part)
  }
  return `/${parts.join("/")}`
}
