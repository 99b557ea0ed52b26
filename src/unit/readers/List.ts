/**
 * Directives whose assignments add to a list.
 *
 * @since 0.1.0
 */
import { Code } from "../Code.ts"
import { position, refuse, report, reportFaults, substitute } from "../Context.ts"
import { quote } from "../Diagnostic.ts"
import * as AbsolutePath from "../grammar/AbsolutePath.ts"
import * as Environment from "../grammar/Environment.ts"
import * as UnitNames from "../grammar/UnitNames.ts"
import * as Words from "../grammar/Words.ts"
import { isUnitName } from "../Memory.ts"
import type { Reader } from "../Reader.ts"
import { grown, keep, reset } from "../Reader.ts"
import * as Suggest from "../Suggest.ts"
import { suffixes } from "../UnitName.ts"
import type { EnvironmentFileReference, UnitReference } from "../Values.ts"

/** Dependencies. These lists cannot be emptied, systemd.unit(5). */
export const unitNames: Reader<ReadonlyArray<UnitReference>> = (context, entry, before) => {
  if (entry.value === "") {
    report(context, entry, "note", Code.NoReset, "an empty assignment does not take back dependencies")
    return keep
  }
  const list = grown(before)
  const { memory } = context
  // One name: nearly all there are.
  if (isUnitName(memory, entry.value)) {
    list.push({ name: entry.value, at: position(context, entry) })
    return list
  }
  const parsed = UnitNames.parse(entry.value, (word) => substitute(context, entry, word))
  for (const { name, offset } of parsed.names) list.push({ name, at: position(context, entry, offset) })
  for (const { offset, text } of parsed.invalid) {
    refuse(context, entry, `${quote(text)} is no name of a unit`, suggestUnit(text), offset)
  }
  reportFaults(context, entry, parsed.faults)
  return list
}

const suggestUnit = (text: string): string | undefined => {
  if (!/^[A-Za-z0-9:_.\\@-]{1,255}$/.test(text)) return undefined
  const dot = text.lastIndexOf(".")
  const suffix = dot > 0 ? Suggest.suggest(text.slice(dot + 1), suffixes) : "service"
  return suffix === undefined ? undefined : `did you mean "${dot > 0 ? text.slice(0, dot) : text}.${suffix}"?`
}

/** Words, each perhaps in quotes. */
export const words: Reader<ReadonlyArray<string>> = (context, entry, before) => {
  if (entry.value === "") return reset
  const list = grown(before)
  const parsed = Words.parse(entry.value)
  for (const word of parsed.words) list.push(substitute(context, entry, word.text))
  reportFaults(context, entry, parsed.faults)
  return list
}

export const environment: Reader<ReadonlyArray<readonly [name: string, value: string]>> = (context, entry, before) => {
  if (entry.value === "") return reset
  const list = grown(before)
  const parsed = Environment.parse(entry.value, (word) => substitute(context, entry, word))
  for (const assignment of parsed.entries) list.push(assignment)
  for (const { offset, text } of parsed.invalid) {
    const hint = text.includes("=")
      ? "names are made of A-Z a-z 0-9 and _"
      : "values with blanks stand in quotes: \"NAME=a b\""
    refuse(context, entry, `${quote(text)} is no assignment`, hint, offset)
  }
  reportFaults(context, entry, parsed.faults)
  return list
}

export const environmentFile: Reader<ReadonlyArray<EnvironmentFileReference>> = (context, entry, before) => {
  if (entry.value === "") return reset
  const optional = entry.value.charCodeAt(0) === 45
  const text = substitute(context, entry, optional ? entry.value.slice(1) : entry.value)
  const path = AbsolutePath.parse(text)
  if (path === undefined) {
    refuse(context, entry, `${quote(text)} is no absolute path`)
    return keep
  }
  const list = grown(before)
  list.push({ path, optional, at: position(context, entry) })
  return list
}
