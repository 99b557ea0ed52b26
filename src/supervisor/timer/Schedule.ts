/**
 * When a timer elapses next, systemd.timer(5): pure, of what is written and what has happened so far. Times are
 * milliseconds, of two clocks: a monotonic one that only runs, and that on the wall, which people set.
 */
import type { Zone } from "../../unit/grammar/CalendarNext.ts"
import * as CalendarNext from "../../unit/grammar/CalendarNext.ts"
import type { Elapse, Timer } from "../../unit/Unit.ts"

/** One moment on both clocks. */
export interface Moment {
  readonly monotonic: number
  readonly wall: number
}

/** What has happened so far. */
export interface Past {
  /** PID 1 began, monotonic. A container has no other boot: `OnBootSec=` counts from here, too. */
  readonly began: number
  /** The timer became active; `undefined` while it is about to. */
  readonly active: Moment | undefined
  /** The timer elapsed last: in this life of the timer, or on the wall only, as its stamp file has it. */
  readonly triggered: { readonly monotonic?: number; readonly wall?: number }
  /** The unit that it starts last left the inactive state, and last entered it; monotonic. */
  readonly unitActive: number | undefined
  readonly unitInactive: number | undefined
  /** Elapses that come once and have come, by their place in the list. */
  readonly spent: ReadonlySet<number>
}

/** What is next: `Infinity` where nothing is. */
export interface Next {
  readonly monotonic: number
  readonly wall: number
  /** Neither: it will not elapse any more by itself. */
  readonly over: boolean
  /** There may be more to come once the unit has run again. */
  readonly mayReturn: boolean
  readonly spent: ReadonlySet<number>
}

export interface Question {
  readonly timer: Timer
  readonly past: Past
  readonly now: Moment
  /** By the name of a zone in a calendar event. */
  readonly zone: (name: string | undefined) => Zone | undefined
  /** The random delay as a share of `RandomizedDelaySec=`: 0 up to but not 1. */
  readonly share: number
  /** The wall clock was set: nothing that is past counts as missed for that. */
  readonly clockSet: boolean
}

const microsPerMilli = 1000

const isUnitBound = (type: Elapse["type"]): boolean => type === "UnitActive" || type === "UnitInactive"

export const next = (question: Question): Next => {
  const { now, past, share, timer: { Timer: { Elapses = [], RandomizedDelaySec = 0 } } } = question
  const delay = RandomizedDelaySec === 0 ? 0 : share * RandomizedDelaySec
  const spent = new Set(past.spent)
  let [monotonic, wall, over, mayReturn] = [Infinity, Infinity, true, false]
  for (const [place, elapse] of Elapses.entries()) {
    if (spent.has(place)) continue
    if (elapse.type === "Calendar") {
      const at = calendarTime(elapse, question)
      if (at === undefined) continue
      wall = Math.min(wall, at)
    } else {
      mayReturn ||= isUnitBound(elapse.type)
      const base = baseOf(elapse.type, past, now)
      if (base === undefined) continue
      const at = base + elapse.after
      if (isMissed(elapse.type, at, question)) {
        spent.add(place)
        continue
      }
      monotonic = Math.min(monotonic, at)
    }
    over = false
  }
  return { monotonic: monotonic + delay, wall: wall + delay, over, mayReturn, spent }
}

/**
 * The event's first time after the timer last elapsed or became active. One that has passed since elapses at once, and
 * one only, however many were missed; a random delay then counts from the start of PID 1, or it would be over as well.
 */
const calendarTime = (
  { event }: Extract<Elapse, { readonly type: "Calendar" }>,
  { now, past, timer, zone }: Question
): number | undefined => {
  const last = past.triggered.wall
  const ended = timer.Timer.DeferReactivation === true ? past.unitInactive : undefined
  const base = last === undefined
    ? past.active?.wall ?? now.wall
    : later(last, ended === undefined ? undefined : now.wall - (now.monotonic - ended)) ?? last
  const found = CalendarNext.next(event, base * microsPerMilli, zone(event.zone))
  if (found === undefined) return undefined
  return Math.max(found / microsPerMilli, now.wall - (now.monotonic - past.began))
}

/** What the span counts from; `undefined` if that has not happened. */
const baseOf = (type: Exclude<Elapse["type"], "Calendar">, past: Past, now: Moment): number | undefined => {
  switch (type) {
    case "Active":
      return past.active?.monotonic ?? now.monotonic
    case "Boot":
    case "Startup":
      return past.began
    case "UnitActive":
      return later(past.unitActive, past.triggered.monotonic)
    case "UnitInactive":
      return later(past.unitInactive, past.triggered.monotonic)
  }
}

const later = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : b === undefined ? a : Math.max(a, b)

/**
 * Whether this one comes once, and came, or passed while the unit ran. Until the timer has elapsed in this life, one that
 * has passed is not missed but due.
 */
const isMissed = (type: Elapse["type"], at: number, { clockSet, now, past: { triggered } }: Question): boolean =>
  !isUnitBound(type) && !clockSet && triggered.monotonic !== undefined &&
  (at <= triggered.monotonic || at < now.monotonic)

/**
 * The share of `FixedRandomDelay=`: the same for a timer of this name on this machine each time, and spread evenly over
 * many of them.
 */
export const fixedShare = (machine: string, unit: string): number => {
  // FNV-1a, and a last stir, for short texts leave its high bits alone.
  let hash = 0x811c9dc5
  const text = `${machine} ${unit}`
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  hash = Math.imul(hash ^ hash >>> 16, 0x85ebca6b)
  hash = Math.imul(hash ^ hash >>> 13, 0xc2b2ae35)
  return ((hash ^ hash >>> 16) >>> 0) / 2 ** 32
}
