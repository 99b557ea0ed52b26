/**
 * A log message about one unit: `web.service: started`. A value instead of a log annotation, because an annotation costs
 * three times the line itself; a structured logger finds unit and text apart.
 */
import * as Effect from "effect/Effect"
import type { UnitName } from "../unit/Unit.ts"

export class UnitLine {
  readonly unit: UnitName
  readonly text: string

  constructor(unit: UnitName, text: string) {
    this.unit = unit
    this.text = text
  }

  toString(): string {
    return `${this.unit}: ${this.text}`
  }
}

export const info = (unit: UnitName, text: string): Effect.Effect<void> => Effect.logInfo(new UnitLine(unit, text))
export const warning = (unit: UnitName, text: string): Effect.Effect<void> =>
  Effect.logWarning(new UnitLine(unit, text))
