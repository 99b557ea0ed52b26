/**
 * THE table: every directive there is, and what becomes of it here. Parser, validator and reference page read it.
 *
 * The rows lie in `directives/` as compact cells; a `Directive` is made when somebody asks for it.
 *
 * @since 0.1.0
 */
import { path, socket, timer } from "./directives/Activation.ts"
import { exec } from "./directives/Exec.ts"
import { resourceControl } from "./directives/ResourceControl.ts"
import { kill, service } from "./directives/Service.ts"
import type { Cell, Grammar, Support, Table } from "./directives/Table.ts"
import { install, testKeys, testOf, unit } from "./directives/Unit.ts"
import type { UnitKind } from "./Unit.ts"

export type { Grammar, Support } from "./directives/Table.ts"

export interface Directive {
  readonly section: string
  readonly key: string
  readonly grammar: Grammar
  /** In words, for documentation; empty where there is none. */
  readonly default: string
  readonly support: Support
  /** One sentence. */
  readonly doc: string
  /** The manual page that defines it. */
  readonly manual: string
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

/** All sections there are. */
export const allSections: ReadonlyArray<string> = Object.keys(sections)

/** The row of a directive; `undefined` if nobody knows it. */
export const find = (section: string, key: string): Directive | undefined => {
  for (const { manual, table } of sourcesOf(section)) {
    if (!Object.hasOwn(table, key)) continue
    const cell = table[key]
    return cell === undefined ? undefined : toDirective(section, key, cell, manual)
  }
  const test = section === "Unit" ? testOf(key) : undefined
  return test === undefined ? undefined : toDirective(section, key, test, "systemd.unit(5)")
}

/** The names of all directives of a section. */
export const keysOf = (section: string): ReadonlyArray<string> => {
  const keys = sourcesOf(section).flatMap(({ table }) => Object.keys(table))
  return section === "Unit" ? [...keys, ...testKeys()] : keys
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

const sourcesOf = (section: string): ReadonlyArray<Source> =>
  Object.hasOwn(sections, section) ? sections[section] ?? [] : []

const toDirective = (section: string, key: string, cell: Cell, manual: string): Directive => {
  // Only services are started: what a supported row of systemd.exec(5) says holds for them alone.
  const inert = section === "Socket"
  if (typeof cell === "string") {
    return { section, key, grammar: "text", default: "", support: "unsupported", doc: cell, manual }
  }
  if (cell[0] === "accepted") {
    return { section, key, grammar: "text", default: "", support: "accepted", doc: cell[1], manual }
  }
  const [, grammar, byDefault, doc] = cell
  return { section, key, grammar, default: byDefault, support: inert ? "unsupported" : "supported", doc, manual }
}
