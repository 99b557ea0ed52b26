/**
 * A log message about one unit: `web.service: started`. A value instead of a log annotation, because an annotation costs
 * three times the line itself; a structured logger finds unit and text apart.
 */
import * as Effect from "effect/Effect"
import * as LogLevel from "effect/LogLevel"
import type { Service, UnitName } from "../unit/Unit.ts"
import * as Log from "./Log.ts"

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

export const info = (unit: UnitName, text: string): Effect.Effect<void> => Log.info(new UnitLine(unit, text))
export const warning = (unit: UnitName, text: string): Effect.Effect<void> => Log.warning(new UnitLine(unit, text))

/** Of syslog(3). */
const levels = { info: 6, warning: 4 } as const

/** Whether lines of this level are said of a service: `LogLevelMax=` drops some, systemd.exec(5). */
const isSaid = ({ Service: { LogLevelMax } }: Service, level: keyof typeof levels): boolean =>
  LogLevelMax === undefined || levels[level] <= LogLevelMax

/** A line about a service. */
export const ofService = (service: Service, level: keyof typeof levels, text: string): Effect.Effect<void> => {
  if (!isSaid(service, level)) return Effect.void
  return level === "info" ? info(service.name, text) : warning(service.name, text)
}

/** The same, at once. */
export const write = (log: Log.Log, service: Service, level: keyof typeof levels, text: string): void => {
  if (!isSaid(service, level)) return
  log.write(level === "info" ? LogLevel.Info : LogLevel.Warning, new UnitLine(service.name, text))
}
