/**
 * Readers of paths, mounts and directories, systemd.exec(5).
 *
 * @since 0.1.0
 */
import type { Context } from "../Context.ts"
import { refuse, reportFaults, substitute } from "../Context.ts"
import { quote } from "../Diagnostic.ts"
import * as AbsolutePath from "../grammar/AbsolutePath.ts"
import * as Fields from "../grammar/Fields.ts"
import * as Mounts from "../grammar/Mounts.ts"
import * as Paths from "../grammar/Paths.ts"
import type { Entry } from "../Lexer.ts"
import type { Reader } from "../Reader.ts"
import { grown, isGone, keep, reset } from "../Reader.ts"
import type * as Exec from "../values/Exec.ts"

const pathHint = (text: string): string | undefined => {
  if (text.startsWith("+-")) return "\"-\" stands ahead of \"+\""
  return /(?:^|\/)\.\.(?:\/|$)/.test(text)
    ? "paths do not climb: write them without \"..\""
    : "paths begin with \"/\""
}

/** An absolute path; an empty one is "not written". */
const path: Reader<string> = (context, entry) => {
  const text = substitute(context, entry, entry.value)
  if (text === "") return reset
  const value = AbsolutePath.parse(text)
  if (value !== undefined) return value
  refuse(context, entry, `${quote(text)} is no absolute path`, pathHint(text))
  return keep
}

const paths: Reader<ReadonlyArray<Exec.PathReference>> = (context, entry, before) => {
  if (entry.value === "") return reset
  const list = grown(before)
  const parsed = Paths.parse(entry.value, (word) => substitute(context, entry, word))
  for (const one of parsed.paths) list.push(one)
  for (const { offset, text } of parsed.invalid) {
    if (isGone(entry, text)) continue
    refuse(context, entry, `${quote(text)} is no absolute path`, pathHint(text), offset)
  }
  reportFaults(context, entry, parsed.faults)
  return list
}

const searchPath: Reader<ReadonlyArray<string>> = (context, entry, before) => {
  if (entry.value === "") return reset
  const list = grown(before)
  for (const text of substitute(context, entry, entry.value).split(":")) {
    const value = AbsolutePath.parse(text)
    if (value !== undefined) list.push(value)
    else refuse(context, entry, `${quote(text)} is no absolute path`, "paths are separated by \":\"")
  }
  return list
}

/** Lists of words with parts between colons, each part of which may hold specifiers and variables. */
const fieldsOf = (context: Context, entry: Entry, parsed: Fields.Fields): ReadonlyArray<Fields.Item> => {
  reportFaults(context, entry, parsed.faults)
  return parsed.items.map(({ fields, offset }) => ({
    fields: fields.map((field) => substitute(context, entry, field)),
    offset
  }))
}

const fieldList = <A>(
  split: (text: string) => Fields.Fields,
  parse: (fields: ReadonlyArray<string>, key: string) => A | undefined,
  wanted: string,
  hint: (fields: ReadonlyArray<string>, key: string) => string | undefined
): Reader<ReadonlyArray<A>> =>
(context, entry, before) => {
  if (entry.value === "") return reset
  const list = grown(before)
  for (const { fields, offset } of fieldsOf(context, entry, split(entry.value))) {
    if (isGone(entry, fields.join(""))) continue
    const value = parse(fields, entry.key)
    if (value !== undefined) list.push(value)
    else refuse(context, entry, `${quote(fields.join(":"))} is no ${wanted}`, hint(fields, entry.key), offset)
  }
  return list
}

/** Only ConfigurationDirectory= makes no links. */
const directory = (fields: ReadonlyArray<string>, key: string): Exec.ServiceDirectory | undefined =>
  key === "ConfigurationDirectory" && fields.slice(1).join("") !== "" ? undefined : Mounts.parseDirectory(fields)

export const placeReaders = {
  path,
  paths,
  "search path": searchPath,
  "bind paths": fieldList((text) => Fields.parse(text, 3, true), Mounts.parseBind, "bind mount", Mounts.bindHint),
  "temporary file systems": fieldList(
    (text) => Fields.parse(text, 2, false),
    Mounts.parseTemporary,
    "absolute path",
    () => "write /path or /path:options"
  ),
  "service directories": fieldList(
    (text) => Fields.parse(text, 3, false, "decode"),
    directory,
    "directory of a service",
    (fields, key) =>
      key === "ConfigurationDirectory" && fields.slice(1).join("") !== ""
        ? "ConfigurationDirectory= has no links"
        : Mounts.directoryHint(fields)
  )
}
