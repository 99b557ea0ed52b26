/** Whether a container is well, by its state file. Pure. */
import type { Document, UnitState } from "./Document.ts"

export interface Wishes {
  /** Units that have to be up; those without a suffix are services. */
  readonly require: ReadonlyArray<string>
  /** How old the last sign of life may be. */
  readonly maxAgeMillis: number
}

export interface Verdict {
  readonly healthy: boolean
  /** One line. */
  readonly text: string
}

const kinds = [".service", ".socket", ".target", ".timer", ".path"]

const isUp = (state: UnitState | undefined): boolean => state?.active === "active" || state?.active === "reloading"

/** A service that nobody has asked for yet is well as long as somebody can. */
const stands = (state: UnitState, units: Document["units"]): boolean =>
  isUp(state) || (state.active === "inactive" && (state.sockets ?? []).some((socket) => isUp(units[socket])))

const describe = (name: string, { active, never, result, sub }: UnitState): string =>
  `${name} is ${active} (${active === "failed" ? result : never ?? sub})`

const sick = (text: string): Verdict => ({ healthy: false, text })

/** `now` is milliseconds since 1970. */
export const judge = ({ pid1, units, written }: Document, { maxAgeMillis, require }: Wishes, now: number): Verdict => {
  const age = now - Date.parse(written)
  // A clock that was set back is no sign of life either.
  if (!(Math.abs(age) <= maxAgeMillis)) {
    const seconds = Math.round(age / 1000)
    return sick(`the last sign of life is ${Number.isNaN(age) ? "of no time that can be read" : `${seconds}s old`}`)
  }
  if (pid1.stopping) return sick("everything is stopping")
  const wrong = require.flatMap((wanted) => {
    const name = kinds.some((kind) => wanted.endsWith(kind)) ? wanted : `${wanted}.service`
    const state = Object.hasOwn(units, name) ? units[name] : undefined
    if (state === undefined) return [`there is no unit ${name}`]
    return stands(state, units) ? [] : [describe(name, state)]
  })
  if (wrong.length > 0) return sick(wrong.join(", "))
  const all = Object.entries(units)
  const failed = all.filter(([, { active }]) => active === "failed").map(([name]) => name)
  const up = all.filter(([, state]) => isUp(state)).length
  return {
    healthy: true,
    text: `${up} of ${all.length} units are up${failed.length === 0 ? "" : `, failed: ${failed.join(", ")}`}`
  }
}
