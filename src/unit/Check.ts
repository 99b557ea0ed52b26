/**
 * Rules that no single assignment can break: those of one unit as a whole, and those across units.
 *
 * @since 0.1.0
 */
import { Code } from "./Code.ts"
import type { Diagnostic, Severity } from "./Diagnostic.ts"
import type { Position, Service, Unit, UnitName, UnitReference } from "./Unit.ts"

/** Where a directive was last assigned; line 0 if nowhere. */
export type Where = (section: string, key: string) => Position

/** The rules of one unit, systemd.service(5). For units whose files were read without an error. */
export const checkUnit = (unit: Unit, where: Where): ReadonlyArray<Diagnostic> => {
  const diagnostics: Array<Diagnostic> = []
  if (unit._tag === "Service") checkService(unit, where, diagnostics)
  for (const key of selfless) {
    const references = unit.Unit[key]
    if (references.length > 0) checkSelf(unit, key, references, diagnostics)
  }
  return diagnostics
}

/** Dependencies that a unit cannot have on itself. */
const selfless = ["After", "Before", "Requires", "Wants", "Requisite", "BindsTo", "PartOf", "Conflicts"] as const

const diagnostic = (
  severity: Severity,
  code: string,
  at: Position,
  section: string,
  directive: string,
  message: string,
  hint: string | undefined = undefined
): Diagnostic => ({ severity, code, at, section, directive, message, hint })

/** Types that are started as `simple`, until this version learns them. */
const otherTypes: ReadonlySet<string> = new Set(["forking", "notify", "notify-reload", "dbus", "idle"])

const checkService = (unit: Service, where: Where, diagnostics: Array<Diagnostic>): void => {
  const { ExecStart, ExecStop, RemainAfterExit, Restart, Type } = unit.Service
  const file: Position = { file: unit.file, line: 0, column: 0 }
  const oneshot = Type === "oneshot"
  if (otherTypes.has(Type)) {
    const message = `"${Type}" is not acted on by this version: it is treated as "simple"`
    diagnostics.push(diagnostic("warning", Code.Fallback, where("Service", "Type"), "Service", "Type", message))
  }
  if (ExecStart.length === 0 && !(oneshot && RemainAfterExit)) {
    const message = oneshot
      ? "there is none: a oneshot can do without only with RemainAfterExit=yes"
      : "there is none: only a oneshot with RemainAfterExit=yes can do without"
    diagnostics.push(diagnostic("error", Code.NoCommand, file, "Service", "ExecStart", message))
  } else if (ExecStart.length === 0 && ExecStop === undefined && unit.Unit.SuccessAction === undefined) {
    const message = "there is neither ExecStart= nor ExecStop="
    diagnostics.push({ ...diagnostic("error", Code.NoCommand, file, "Service", "", message), directive: undefined })
  }
  const second = ExecStart[1]
  if (second !== undefined && !oneshot) {
    diagnostics.push(diagnostic(
      "error",
      Code.SeveralCommands,
      second.at,
      "Service",
      "ExecStart",
      "only Type=oneshot can have several commands",
      "an empty ExecStart= drops the earlier ones"
    ))
  }
  if (oneshot && (Restart === "always" || Restart === "on-success")) {
    const message = `Restart=${Restart} is not allowed for Type=oneshot: it would run for ever`
    const at = where("Service", "Restart")
    diagnostics.push(diagnostic("error", Code.RestartOfOneshot, at, "Service", "Restart", message))
  }
}

const checkSelf = (
  unit: Unit,
  directive: string,
  references: ReadonlyArray<UnitReference>,
  diagnostics: Array<Diagnostic>
): void => {
  for (const { at, name } of references) {
    if (name !== unit.name) continue
    const message = "a unit cannot depend on itself: the name is ignored"
    diagnostics.push(diagnostic("warning", Code.SelfReference, at, "Unit", directive, message))
  }
}

/** A unit that requires, directly or not, one that is not there. */
interface Step {
  readonly unit: Unit
  /** The `Requires=` entry that leads on. */
  readonly reference: UnitReference
  /** The next unit's step; `undefined` where the reference names the missing unit itself. */
  readonly next: Step | undefined
}

/**
 * The rules across units: what is required must be there, systemd.unit(5) `Requires=`. Each unit that cannot reach
 * what it requires is named, with the chain that leads there. An ordering after something absent is nothing.
 */
export const checkUnits = (
  units: ReadonlyMap<UnitName, Unit>,
  masked: ReadonlySet<UnitName> = new Set()
): ReadonlyArray<Diagnostic> => {
  const dependents = new Map<UnitName, Array<{ readonly unit: Unit; readonly reference: UnitReference }>>()
  const missing = new Set<UnitName>()
  for (const unit of units.values()) {
    for (const reference of unit.Unit.Requires) {
      if (!units.has(reference.name)) missing.add(reference.name)
      const list = dependents.get(reference.name)
      if (list === undefined) dependents.set(reference.name, [{ unit, reference }])
      else list.push({ unit, reference })
    }
  }
  const diagnostics: Array<Diagnostic> = []
  for (const gone of missing) {
    // From the missing unit backwards, breadth first: every unit is met once, on its shortest chain.
    const met = new Set<UnitName>()
    const queue: Array<{ readonly name: UnitName; readonly step: Step | undefined }> = [{ name: gone, step: undefined }]
    for (let index = 0; index < queue.length; index++) {
      const item = queue[index]
      if (item === undefined) break
      for (const { reference, unit } of dependents.get(item.name) ?? []) {
        if (met.has(unit.name)) continue
        met.add(unit.name)
        const step: Step = { unit, reference, next: item.step }
        queue.push({ name: unit.name, step })
        diagnostics.push(missingRequirement(step, gone, masked.has(gone)))
      }
    }
  }
  return diagnostics.sort((a, b) => compare(a.at.file, b.at.file) || a.at.line - b.at.line || a.at.column - b.at.column)
}

/** Chains longer than this are shown with their middle left out. */
const longestChain = 8

const missingRequirement = (step: Step, gone: UnitName, masked: boolean): Diagnostic => {
  const chain: Array<string> = []
  for (let at: Step | undefined = step; at !== undefined && chain.length <= longestChain; at = at.next) {
    chain.push(at.unit.name)
  }
  const shown = chain.length > longestChain ? [...chain.slice(0, longestChain - 1), "...", gone] : [...chain, gone]
  const message = `${gone} is ${masked ? "masked" : "not there"}: ${shown.join(" -> ")}`
  return diagnostic("warning", Code.MissingRequirement, step.reference.at, "Unit", "Requires", message)
}

/** By code units, so that the order is the same on every machine. */
const compare = (a: string, b: string): number => a < b ? -1 : a > b ? 1 : 0
