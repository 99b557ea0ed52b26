import { assert } from "@effect/vitest"
import type { Diagnostic } from "../../src/unit/Diagnostic.ts"
import type { Lookup } from "../../src/unit/Expand.ts"
import type { Parsed } from "../../src/unit/Parse.ts"
import { parseUnit } from "../../src/unit/Parse.ts"
import type { SpecifierContext } from "../../src/unit/Specifiers.ts"
import type { Service, UnitName } from "../../src/unit/Unit.ts"
import * as Name from "../../src/unit/UnitName.ts"

export const lookupIn = (variables: Readonly<Record<string, string>>): Lookup => (name) => variables[name]

export const unitName = (text: string): UnitName => {
  const name = Name.parse(text)
  if (name === undefined) throw new Error(`no unit name: ${text}`)
  return name
}

export interface ParseInput {
  readonly name?: string
  readonly variables?: Readonly<Record<string, string>>
  readonly specifiers?: SpecifierContext
}

export const parse = (text: string, input: ParseInput = {}): Parsed => {
  const name = input.name ?? "web.service"
  return parseUnit({ name, file: name, text }, {
    lookup: lookupIn(input.variables ?? {}),
    specifiers: input.specifiers
  })
}

/** A service with these lines under [Service]. */
export const service = (lines: string, input: ParseInput = {}): Service & { readonly said: ReadonlyArray<string> } => {
  const { diagnostics, unit } = parse(`[Service]\n${lines}\n`, input)
  assert(unit !== undefined && unit._tag === "Service")
  return { ...unit, said: codes(diagnostics) }
}

/** `severity code line` of each. */
export const codes = (diagnostics: ReadonlyArray<Diagnostic>): ReadonlyArray<string> =>
  diagnostics.map(({ at, code, severity }) => `${severity} ${code} ${at.line}`)
