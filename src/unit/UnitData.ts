/**
 * Units as plain data, for programs that make them instead of files. They become the text of unit files, and are read as
 * such: what a file may say, data may say, and what is wrong with it is a diagnostic like any other.
 *
 * @since 0.1.0
 */
import type { path, socket, timer } from "./directives/Activation.ts"
import type { exec } from "./directives/Exec.ts"
import type { resourceControl } from "./directives/ResourceControl.ts"
import type { kill, service } from "./directives/Service.ts"
import type { install, unit } from "./directives/Unit.ts"
import type { Section } from "./Print.ts"
import { print } from "./Print.ts"
import type { SourceFile } from "./SourceFile.ts"

/**
 * What stands behind the `=`. A number is written as it is, so that of a time span it means seconds, as in a file; `true`
 * is `yes`. A list is one assignment after the other. Specifiers (`%i`) and variables mean what they mean in files:
 * `Print.literal` makes a text that stands for itself.
 */
export type Value = string | number | boolean | ReadonlyArray<string | number | boolean>

/** Assignments by the names of a section's directives. */
export type Assignments<Table> = { readonly [Name in keyof Table]?: Value | undefined }

type Processes = typeof exec & typeof kill & typeof resourceControl

/** The sections of one unit. */
export interface UnitData {
  readonly Unit?: Assignments<typeof unit>
  readonly Service?: Assignments<typeof service & Processes>
  readonly Socket?: Assignments<typeof socket & Processes>
  readonly Timer?: Assignments<typeof timer>
  readonly Path?: Assignments<typeof path>
  readonly Install?: Assignments<typeof install>
}

/** Units by their names with suffix, `web.service`, each as data or as the text of its file. */
export type UnitSetData = Readonly<Record<string, UnitData | string>>

const written = (value: Exclude<Value, ReadonlyArray<unknown>>): string =>
  typeof value === "boolean" ? value ? "yes" : "no" : String(value)

const section = (name: string, assignments: Assignments<Record<string, unknown>>): Section => ({
  name,
  entries: Object.entries(assignments).flatMap(([key, value]) =>
    value === undefined
      ? []
      : (Array.isArray as (value: Value) => value is ReadonlyArray<string | number | boolean>)(value)
      ? value.map((one) => [key, written(one)] as const)
      : [[key, written(value)] as const]
  )
})

/** The text of the unit's file. */
export const toText = (data: UnitData): string =>
  print(
    Object.entries(data as Readonly<Record<string, Assignments<Record<string, unknown>> | undefined>>)
      .flatMap(([name, assignments]) => assignments === undefined ? [] : [section(name, assignments)])
  )

/** As `Overlay.merge` takes them. Of a unit that is no file its name stands where diagnostics name files. */
export const toSources = (units: UnitSetData): ReadonlyArray<SourceFile> =>
  Object.entries(units).map(([name, data]) => ({
    name,
    file: name,
    text: typeof data === "string" ? data : toText(data)
  }))
