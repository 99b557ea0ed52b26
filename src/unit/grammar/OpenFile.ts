/**
 * `OpenFile=`, systemd.service(5): `path`, `path:name`, `path:name:options`, with C escapes, so that a colon in a path is
 * written `\x3a`.
 *
 * @since 0.1.0
 */
import type { OpenFile } from "../values/Activation.ts"
import * as AbsolutePath from "./AbsolutePath.ts"
import * as DescriptorName from "./DescriptorName.ts"
import type { Fault } from "./Words.ts"
import * as Words from "./Words.ts"

/** What may stand in the third part, separated by commas. */
export const options: ReadonlyArray<string> = ["read-only", "append", "truncate", "graceful"]

/** The file; `undefined` if it is none. At most one of read-only, append and truncate can be asked for. */
export const parse = (text: string): OpenFile | undefined => {
  const [file = "", name = "", wishes = "", ...rest] = text.split(":")
  const decoded = decode(file)
  const path = decoded === undefined ? undefined : AbsolutePath.parse(decoded)
  const shown = name === "" ? path?.slice(path.lastIndexOf("/") + 1) : decode(name)
  const descriptor = shown === undefined ? undefined : DescriptorName.parse(shown)
  if (path === undefined || descriptor === undefined || rest.length > 0) return undefined
  const flags = wishes === "" ? [] : wishes.split(",")
  if (!flags.every((flag) => options.includes(flag))) return undefined
  const mode = flags.filter((flag) => flag !== "graceful")
  if (new Set(mode).size > 1) return undefined
  const [access] = mode
  return {
    path,
    name: descriptor,
    mode: access === "read-only" || access === "append" || access === "truncate" ? access : "read-write",
    optional: flags.includes("graceful")
  }
}

/** Escapes are those of words; blanks and quotes are themselves here. */
const decode = (text: string): string | undefined => {
  if (!text.includes("\\")) return text
  const faults: Array<Fault> = []
  const guarded = text.replace(/["' \t]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`)
  const word = Words.next(guarded, 0, "decode", faults)
  return faults.length > 0 ? undefined : word?.text
}

/** As `parse` reads it. */
export const format = ({ mode, name, optional, path }: OpenFile): string => {
  const wishes = [...mode === "read-write" ? [] : [mode], ...optional ? ["graceful"] : []].join(",")
  const parts = [escape(path), escape(name), wishes]
  while (parts.length > 2 && parts.at(-1) === "") parts.pop()
  return parts.join(":")
}

const escape = (text: string): string =>
  text.replace(/[\\:\u0001-\u001f\u007f]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`)

/** What is wrong with a text that is none. */
export const hint = (text: string): string => {
  if (!text.startsWith("/")) return "the path begins with \"/\""
  const wishes = text.split(":")[2]
  return wishes === undefined || wishes === ""
    ? "it looks like \"/path:name:read-only\""
    : "options are read-only, append or truncate, and graceful"
}
