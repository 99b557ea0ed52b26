/**
 * Two sets of unit files to one set of units: what the image ships (core), and what a derived image drops in.
 *
 * @since 0.1.0
 */
import { checkUnits } from "./Check.ts"
import { Code } from "./Code.ts"
import type { Diagnostic } from "./Diagnostic.ts"
import type { ParseOptions } from "./Parse.ts"
import { parseUnit } from "./Parse.ts"
import type { Unit, UnitName } from "./Unit.ts"
import { isTemplate, isValid, kindOf } from "./UnitName.ts"

export interface SourceFile {
  /** The file's name, which is the unit's. */
  readonly name: string
  /** The file's full path. */
  readonly file: string
  /** `undefined` for a link to `/dev/null`: the unit is masked, as it is by an empty file. */
  readonly text: string | undefined
}

/** A core unit that a drop-in of the same name has replaced. */
export interface Override {
  readonly name: UnitName
  readonly basePath: string
  readonly overridePath: string
}

export interface OverlayInput extends ParseOptions {
  readonly core: ReadonlyArray<SourceFile>
  readonly dropIn: ReadonlyArray<SourceFile>
}

/** Everything in the order of the names. */
export interface Overlay {
  readonly units: ReadonlyMap<UnitName, Unit>
  readonly overrides: ReadonlyArray<Override>
  readonly diagnostics: ReadonlyArray<Diagnostic>
  readonly masked: ReadonlyArray<UnitName>
  /** `name@.service`: read and checked, but nothing to start. */
  readonly templates: ReadonlyArray<Unit>
}

/** Reads both sets. Faults of a core unit that is replaced do not count: its file is not even looked at. */
export const overlay = (input: OverlayInput): Overlay => {
  const effective = new Map<string, SourceFile>()
  const overrides: Array<Override> = []
  for (const source of input.core) effective.set(source.name, source)
  for (const source of input.dropIn) {
    const base = effective.get(source.name)
    effective.set(source.name, source)
    if (base === undefined || !isUnit(source.name)) continue
    overrides.push({ name: source.name, basePath: base.file, overridePath: source.file })
  }

  const units = new Map<UnitName, Unit>()
  const templates: Array<Unit> = []
  const masked: Array<UnitName> = []
  const diagnostics: Array<Diagnostic> = []
  for (const name of [...effective.keys()].sort()) {
    const source = effective.get(name)
    if (source === undefined) continue
    const { file, text } = source
    if ((text === undefined || text === "") && isUnit(name)) {
      masked.push(name)
      continue
    }
    const parsed = parseUnit({ name, file, text: text ?? "" }, input)
    for (const diagnostic of parsed.diagnostics) diagnostics.push(diagnostic)
    const { unit } = parsed
    if (unit === undefined) continue
    if (isTemplate(name)) {
      templates.push(unit)
      diagnostics.push(templateNote(file))
    } else {
      units.set(unit.name, unit)
    }
  }
  for (const diagnostic of checkUnits(units)) diagnostics.push(diagnostic)
  overrides.sort((a, b) => a.name < b.name ? -1 : 1)
  return { units, overrides, diagnostics, masked, templates }
}

const isUnit = (name: string): name is UnitName => isValid(name) && kindOf(name) !== undefined

const templateNote = (file: string): Diagnostic => ({
  severity: "note",
  code: Code.Template,
  at: { file, line: 0, column: 0 },
  section: undefined,
  directive: undefined,
  message: "a template is not started itself, and this version does not start its instances",
  hint: undefined
})
