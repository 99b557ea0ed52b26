/**
 * Where the standard streams come from and go to, systemd.exec(5) `StandardInput=` and `StandardOutput=`.
 *
 * @since 0.1.0
 */
import type { StandardInput, StandardOutput } from "../values/Exec.ts"
import * as AbsolutePath from "./AbsolutePath.ts"
import * as DescriptorName from "./DescriptorName.ts"

/** `fallback` names the descriptor of a plain `fd`: `stdin`. */
export const parseInput = (text: string, fallback = "stdin"): StandardInput | undefined => {
  switch (text) {
    case "null":
      return { _tag: "Null" }
    case "tty":
    case "tty-force":
    case "tty-fail":
      return { _tag: "Tty", mode: text }
    case "data":
      return { _tag: "Data" }
    case "socket":
      return { _tag: "Socket" }
    default:
      return parseDescriptor(text, fallback) ?? parseFile(text, "file:", "write")
  }
}

/** `fallback` names the descriptor of a plain `fd`: `stdout`, `stderr`. The old `syslog` is the journal now. */
export const parseOutput = (text: string, fallback = "stdout"): StandardOutput | undefined => {
  switch (text) {
    case "inherit":
      return { _tag: "Inherit" }
    case "null":
      return { _tag: "Null" }
    case "tty":
      return { _tag: "Tty", mode: text }
    case "journal":
    case "syslog":
      return { _tag: "Journal", console: false }
    case "journal+console":
    case "syslog+console":
      return { _tag: "Journal", console: true }
    case "kmsg":
      return { _tag: "Kmsg", console: false }
    case "kmsg+console":
      return { _tag: "Kmsg", console: true }
    case "socket":
      return { _tag: "Socket" }
    default:
      return parseDescriptor(text, fallback) ?? parseFile(text, "file:", "write") ??
        parseFile(text, "append:", "append") ?? parseFile(text, "truncate:", "truncate")
  }
}

const parseDescriptor = (text: string, fallback: string): { _tag: "Descriptor"; name: string } | undefined => {
  if (text === "fd") return { _tag: "Descriptor", name: fallback }
  const name = text.startsWith("fd:") ? DescriptorName.parse(text.slice(3)) : undefined
  return name === undefined ? undefined : { _tag: "Descriptor", name: name === "" ? fallback : name }
}

const parseFile = <M extends string>(
  text: string,
  prefix: string,
  mode: M
): { _tag: "File"; path: string; mode: M } | undefined => {
  const path = text.startsWith(prefix) ? AbsolutePath.parse(text.slice(prefix.length)) : undefined
  return path === undefined ? undefined : { _tag: "File", path, mode }
}

/** As the parsers read it. */
export const format = (stream: StandardInput | StandardOutput): string => {
  switch (stream._tag) {
    case "Tty":
      return stream.mode
    case "Journal":
    case "Kmsg":
      return `${stream._tag.toLowerCase()}${stream.console ? "+console" : ""}`
    case "Descriptor":
      return `fd:${stream.name}`
    case "File":
      return `${stream.mode === "write" ? "file" : stream.mode}:${stream.path}`
    default:
      return stream._tag.toLowerCase()
  }
}

/** What to write instead; `known` is what a directive takes. */
export const hint = (text: string, output: boolean): string => {
  const at = text.indexOf(":")
  const prefix = text.slice(0, at)
  if (prefix === "file" || output && (prefix === "append" || prefix === "truncate")) {
    return `"${prefix}:" is followed by an absolute path without ".."`
  }
  if (text.startsWith("/")) return "a file is written \"file:/path\""
  if (text.startsWith("fd:")) return DescriptorName.hint(text.slice(3))
  return output
    ? "write one of inherit, null, tty, journal, kmsg, journal+console, kmsg+console, file:/path, append:/path, " +
      "truncate:/path, socket, fd:NAME"
    : "write one of null, tty, tty-force, tty-fail, data, file:/path, socket, fd:NAME"
}
