/**
 * Escaping of text for names of units, systemd-escape(1): `a/b c` is `a-b\x20c`, and back.
 *
 * Escapes are bytes of UTF-8. Text is not bytes here, so what would give bytes that are no text, or a NUL, is refused.
 *
 * @since 0.1.0
 */

/** In bytes, as the kernel has them; that of a path counts the NUL at its end. */
const longestPath = 4096
const longestName = 255

/** The text as a part of a name. A slash turns into `-`; what names cannot hold turns into `\x` and two digits. */
export const escape = (text: string): string => {
  const rest = text.startsWith(".") ? `\\x2e${plain(text.slice(1))}` : plain(text)
  return rest.includes("/") ? rest.replace(/\//g, "-") : rest
}

/** Escapes what no name can hold, and leaves `-` and `\` alone: the text may have been escaped already. */
export const escapeInvalid = (text: string): string => bytes(text, /[^\w:.\\@/-]+/g).replace(/\//g, "-")

const plain = (text: string): string => bytes(text, /[^\w:./]+/g)

const bytes = (text: string, foreign: RegExp): string =>
  text.replace(foreign, (run) =>
    encodeURIComponent(wellFormed(run)).replace(
      /%([0-9A-F]{2})|([^%])/g,
      (_, code: string | undefined, kept: string) => `\\x${code?.toLowerCase() ?? kept.charCodeAt(0).toString(16)}`
    ))

/**
 * A path as a part of a name: `/tmp//a b/` is `tmp-a\x20b`, and `/` is `-`. A path that is not absolute counts from the
 * root. `undefined` if it has a `..`, is nothing but dots, or is longer than the kernel allows.
 */
export const escapePath = (path: string): string | undefined => {
  const parts = path.split("/").filter((part) => part !== "" && part !== ".")
  if (parts.length === 0 && path.startsWith(".") || !isPath(parts)) return undefined
  return parts.length === 0 ? "-" : escape(parts.join("/"))
}

/** Undoes `escape`. `undefined` if a backslash begins no `\x` with two digits, or the bytes are no UTF-8. */
export const unescape = (text: string): string | undefined => {
  const slashed = text.includes("-") ? text.replace(/-/g, "/") : text
  return slashed.includes("\\") ? decode(slashed) : slashed
}

/** Undoes `escapePath`: always an absolute path, `undefined` where the text can be none that `escapePath` made. */
export const unescapePath = (text: string): string | undefined => {
  if (text === "-") return "/"
  const path = unescape(text)
  if (path === undefined) return undefined
  const parts = path.split("/")
  return parts.includes("") || parts.includes(".") || !isPath(parts) ? undefined : `/${path}`
}

const isPath = (parts: ReadonlyArray<string>): boolean => {
  let length = 0
  for (const part of parts) {
    const own = byteLength(part)
    if (part === ".." || own > longestName || part.includes("\0")) return false
    length += own + 1
  }
  return length < longestPath
}

const byteLength = (text: string): number => encodeURIComponent(wellFormed(text)).replace(/%../g, "x").length

/** Half a surrogate pair is no text: it becomes what a decoder of bytes would make of it. */
const wellFormed = (text: string): string => text.replace(/[\ud800-\udfff]/gu, "\ufffd")

/** Neighbouring escapes may belong to one character, so a run of them is decoded as a whole. */
const decode = (text: string): string | undefined => {
  let bad = false
  const decoded = text.replace(/((?:\\x[0-9a-fA-F]{2})+)|\\/g, (_, run: string | undefined) => {
    if (run === undefined || run.includes("\\x00")) {
      bad = true
      return ""
    }
    try {
      return decodeURIComponent(run.replace(/\\x/g, "%"))
    } catch {
      bad = true
      return ""
    }
  })
  return bad ? undefined : decoded
}
