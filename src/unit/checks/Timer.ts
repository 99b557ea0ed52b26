/**
 * The rules that the directives of one timer keep together, systemd.timer(5).
 *
 * @since 0.1.0
 */
import { Code } from "../Code.ts"
import { next } from "../grammar/CalendarNext.ts"
import type { Timer } from "../Unit.ts"
import type { Elapse } from "../values/Activation.ts"
import type { Checked } from "./Finding.ts"
import { finding, report, reportNone } from "./Finding.ts"

export const check = (checked: Checked<Timer>): void => {
  const { diagnostics, unit } = checked
  const { Elapses = [], FixedRandomDelay, OnClockChange, OnTimezoneChange, Persistent, RandomizedDelaySec } = unit.Timer
  const others = OnClockChange === true || OnTimezoneChange === true
  if (Elapses.length === 0 && !others) {
    const message = "there is none, nor any other On...= directive: the timer would never elapse"
    reportNone(checked, Code.NoElapse, "Timer", "Elapses", "OnCalendar", message)
  }
  const [first] = Elapses
  if (first !== undefined && !others && Elapses.every(isRepetition)) {
    const message = "counts from a run of the unit: the timer never elapses unless something else starts the unit first"
    diagnostics.push(finding("note", Code.NoFirstElapse, first.at, "Timer", `On${first.type}Sec`, message, firstHint))
  }
  for (const elapse of Elapses) {
    if (elapse.type !== "Calendar" || next(elapse.event, beginning) !== undefined) continue
    const message = "there is no such day or time"
    diagnostics.push(finding("warning", Code.NeverElapses, elapse.at, "Timer", "OnCalendar", message))
  }
  if (Persistent === true && !Elapses.some(({ type }) => type === "Calendar")) {
    idle(checked, "Persistent", "there is no OnCalendar=")
  }
  if (FixedRandomDelay === true && RandomizedDelaySec === undefined) {
    idle(checked, "FixedRandomDelay", "there is no RandomizedDelaySec=")
  }
}

const firstHint = "OnActiveSec= or OnCalendar= beside it make a first time"

/** In microseconds; calendars begin with 1970. */
const beginning = 0

export const isRepetition = ({ type }: Elapse): boolean => type === "UnitActive" || type === "UnitInactive"

const idle = (checked: Checked<Timer>, key: string, why: string): void =>
  report(checked, "note", Code.NoEffect, "Timer", key, `this has no effect: ${why}`)
