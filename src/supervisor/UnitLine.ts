/**
 * A log message about one unit: `web.service: started`. A value instead of a log annotation, because an annotation costs
 * three times the line itself; a structured logger finds unit and text apart.
 */
import * as Effect from "effect/Effect"
import type { Service, UnitName } from "../unit/Unit.ts"

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

/** Of syslog(3). */
const levels = { info: 6, warning: 4 } as const

/** A line about a service, unless its `LogLevelMax=` drops lines of that level, systemd.exec(5). */
export const ofService = (
  { Service, name }: Service,
  level: keyof typeof levels,
  text: string
): Effect.Effect<void> => {
  const { LogLevelMax } = Service
  if (LogLevelMax !== undefined && levels[level] > LogLevelMax) return Effect.void
  return level === "info" ? info(name, text) : warning(name, text)
}
