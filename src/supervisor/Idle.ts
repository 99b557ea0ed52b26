/** Services of `Type=idle`, which wait for the moment when no job is under way; systemd.service(5). */
import type { UnitName } from "../unit/Unit.ts"

export interface Idle {
  readonly add: (unit: UnitName) => void
  /** Those that may go now. */
  readonly release: (isQuiet: () => boolean) => ReadonlyArray<UnitName>
}

const none: ReadonlyArray<UnitName> = []

export const make = (): Idle => {
  let waiting: Array<UnitName> = []
  return {
    add: (unit) => void waiting.push(unit),
    release: (isQuiet) => {
      if (waiting.length === 0 || !isQuiet()) return none
      const released = waiting
      waiting = []
      return released
    }
  }
}
