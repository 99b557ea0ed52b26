/**
 * Names of units, and where they were written.
 *
 * @since 0.1.0
 */
import type { Brand } from "effect/Brand"

/** A unit's full name, suffix included: `web.service`. */
export type UnitName = string & Brand<"UnitName">

/** Where something stands in a unit file. Line and column count from 1. */
export interface Position {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** Another unit, named by a directive. */
export interface UnitReference {
  readonly name: UnitName
  readonly at: Position
}
