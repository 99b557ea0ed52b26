/**
 * THE table: every directive there is, and what becomes of it here. Parser, validator and reference page read it.
 *
 * The rows lie in `directives/` as compact cells; a `Directive` is made when somebody asks for it.
 *
 * @since 0.1.0
 */
import { path, socket, timer } from "./directives/Activation.ts"
import * as Condition from "./directives/Condition.ts"
import { exec } from "./directives/Exec.ts"
import { resourceControl } from "./directives/ResourceControl.ts"
import { kill, service } from "./directives/Service.ts"
import type { Row, Support, Table } from "./directives/Table.ts"
import { testOf } from "./directives/Test.ts"
import { install, unit } from "./directives/Unit.ts"
import type { UnitKind } from "./Unit.ts"
import type { Grammar } from "./Values.ts"
import type { Collections } from "./values/Activation.ts"

export type { Support } from "./directives/Table.ts"

/** Where the value of an assignment goes. */
export interface Slot {
  readonly section: string
  readonly key: string
}

export interface Directive {
  readonly section: string
  readonly key: string
  /** How its value is read: the name of a grammar, or alternatives with `|` between them. */
  readonly grammar: Grammar
  /** In words, for documentation; empty where there is none. */
  readonly default: string
  readonly support: Support
  /** One sentence. */
  readonly doc: string
  /** The manual page that defines it. */
  readonly manual: string
  /** The directives that an old name stands for; `undefined` for a directive in its own right. */
  readonly meaning: ReadonlyArray<Slot> | undefined
}

interface Source {
  readonly table: Table
  readonly manual: string
}

const processes: ReadonlyArray<Source> = [
  { table: exec, manual: "systemd.exec(5)" },
  { table: kill, manual: "systemd.kill(5)" },
  { table: resourceControl, manual: "systemd.resource-control(5)" }
]

const sections: Readonly<Record<string, ReadonlyArray<Source>>> = {
  Unit: [{ table: unit, manual: "systemd.unit(5)" }],
  Service: [{ table: service, manual: "systemd.service(5)" }, ...processes],
  Socket: [{ table: socket, manual: "systemd.socket(5)" }, ...processes],
  Timer: [{ table: timer, manual: "systemd.timer(5)" }],
  Path: [{ table: path, manual: "systemd.path(5)" }],
  Install: [{ table: install, manual: "systemd.unit(5)" }]
}

const ownSection: Readonly<Record<UnitKind, ReadonlyArray<string>>> = {
  service: ["Unit", "Service", "Install"],
  socket: ["Unit", "Socket", "Install"],
  timer: ["Unit", "Timer", "Install"],
  path: ["Unit", "Path", "Install"],
  target: ["Unit", "Install"]
}

/** The sections a unit of this kind may have. */
export const sectionsOf = (kind: UnitKind): ReadonlyArray<string> => ownSection[kind]

/** Whether a section is none of those a unit of this kind may have: one test for each kind. */
export const ignoredBy = (kind: UnitKind): (section: string) => boolean => ignored[kind]

const notIn = (own: ReadonlyArray<string>) => (section: string): boolean => !own.includes(section)

const ignored: Readonly<Record<UnitKind, (section: string) => boolean>> = {
  service: notIn(ownSection.service),
  socket: notIn(ownSection.socket),
  timer: notIn(ownSection.timer),
  path: notIn(ownSection.path),
  target: notIn(ownSection.target)
}

/** All sections there are. */
export const allSections: ReadonlyArray<string> = Object.keys(sections)

/** The row of a directive; `undefined` if nobody knows it. */
export const find = (section: string, key: string): Directive | undefined => {
  for (const source of sourcesOf(section)) {
    const { manual, table } = source
    if (!Object.hasOwn(table, key)) continue
    const cell = table[key]
    if (cell === undefined) return undefined
    return cell[0] === "alias" ? oldName(section, key, cell[1], manual) : toDirective(section, key, cell, source)
  }
  const row = section === "Unit" ? Condition.rowOf(key) : undefined
  return row === undefined ? undefined : toDirective(section, key, row, { table: unit, manual: "systemd.unit(5)" })
}

/** The names of all directives of a section. */
export const keysOf = (section: string): ReadonlyArray<string> => {
  const keys = sourcesOf(section).flatMap(({ table }) => Object.keys(table))
  return section === "Unit" ? [...keys, ...Condition.keys()] : keys
}

/** The sections in which there is a directive of this name. */
export const sectionsWith = (key: string): ReadonlyArray<string> =>
  allSections.filter((section) => find(section, key) !== undefined)

/** The whole table, for documentation: section by section, as the rows are written. */
export const all = (): ReadonlyArray<Directive> =>
  allSections.flatMap((section) =>
    keysOf(section).flatMap((key) => {
      const directive = find(section, key)
      return directive === undefined ? [] : [directive]
    })
  )

const collections: Collections = { listener: "Listeners", elapse: "Elapses", watch: "Watches" }

const isCollected = (grammar: string): grammar is keyof Collections => Object.hasOwn(collections, grammar)

/** Where the value of a directive is kept: under its own name, unless it is an old name or one of many of a list. */
export const slotsOf = ({ grammar, key, meaning, section }: Directive): ReadonlyArray<Slot> => {
  if (meaning !== undefined) return meaning
  if (isCollected(grammar)) return [{ section, key: collections[grammar] }]
  if (section === "Unit" && testOf(key) !== undefined) {
    return [{ section, key: key.startsWith("Condition") ? "Conditions" : "Asserts" }]
  }
  // Text and data are fed to the process in the order in which they are written.
  if (key === "StandardInputData") return [{ section, key: "StandardInputText" }]
  return [{ section, key }]
}

const sourcesOf = (section: string): ReadonlyArray<Source> =>
  Object.hasOwn(sections, section) ? sections[section] ?? [] : []

const toDirective = (section: string, key: string, row: Row, { manual }: Source): Directive => {
  const [support, grammar, doc, byDefault = ""] = row
  return {
    section,
    key,
    grammar,
    default: byDefault,
    support,
    doc,
    manual,
    meaning: undefined
  }
}

const oldName = (section: string, key: string, targets: string, manual: string): Directive | undefined => {
  const meaning = targets.split(" ").map((target): Slot => {
    const dot = target.indexOf(".")
    return dot < 0 ? { section, key: target } : { section: target.slice(0, dot), key: target.slice(dot + 1) }
  })
  const [first] = meaning
  const directive = first === undefined ? undefined : find(first.section, first.key)
  if (first === undefined || directive === undefined) return undefined
  const names = meaning.map((slot) => `${slot.section === section ? "" : `[${slot.section}] `}${slot.key}=`)
  const doc = first.key === key
    ? `As in [${first.section}], where it belongs.`
    : `Another name of ${names.join(" and ")}.`
  return { ...directive, section, key, doc, manual, meaning }
}
