/**
 * What a service tells its supervisor, sd_notify(3): one message as a plain record. Pure, and made for senders that mean
 * no good: what is not understood is left out and said, and all is bounded.
 */
import { quote, visible } from "../../unit/Diagnostic.ts"
import * as DescriptorName from "../../unit/grammar/DescriptorName.ts"
import type { Access } from "./Access.ts"
import * as NotifyAccess from "./Access.ts"

export interface Notification {
  readonly ready: boolean
  readonly reloading: boolean
  /** Wins over `ready`, and that over `reloading`. */
  readonly stopping: boolean
  /** Nothing but a request to close the descriptor that came with it: all before it is done by then. */
  readonly barrier: boolean
  /** For people: without control characters; empty takes an earlier one back. */
  readonly status: string | undefined
  readonly errno: number | undefined
  readonly busError: string | undefined
  readonly mainPid: number | undefined
  /** When it was sent, by the monotonic clock. */
  readonly monotonicMicros: number | undefined
  /** The service is well, or wants to be treated as if it had missed its time. */
  readonly watchdog: "alive" | "trigger" | undefined
  /** Takes the place of `WatchdogSec=`; 0 and `Infinity` switch it off. */
  readonly watchdogMillis: number | undefined
  /** The step under way may take this long from now on. */
  readonly extendMillis: number | undefined
  /** What the service will exit with. */
  readonly exitStatus: number | undefined
  readonly access: Access | undefined
  /** What to do with descriptors: keep those that came along, or let go of those that are kept by `name`. */
  readonly store: "add" | "remove" | undefined
  readonly name: string | undefined
  /** Let go of a kept descriptor once its other end is gone. */
  readonly poll: boolean
  /** What was not understood, in words. */
  readonly faults: ReadonlyArray<string>
}

type Draft = { -readonly [K in keyof Notification]: Notification[K] }

/** sd_notify(3) knows two dozen fields; whoever sends more than this wants something else. */
const maximumFields = 4096
const maximumFaults = 8
const maximumStatus = 1024
const maximumErrno = 4095
const maximumPid = 4_194_304
/** What `usec_t` has for "never". */
const never = 18_446_744_073_709_551_615

const digits = /^[0-9]{1,20}$/

/** A whole number up to `most`; `undefined` is none. */
const numberOf = (text: string, most: number): number | undefined => {
  if (!digits.test(text)) return undefined
  const value = Number(text)
  return value <= most ? value : undefined
}

const millisOf = (text: string): number | undefined => {
  const micros = numberOf(text, never)
  return micros === undefined ? undefined : micros === never ? Infinity : micros / 1000
}

/** Cut where it is too long, though not inside a character of two halves. */
const cut = (text: string): string => {
  if (text.length <= maximumStatus) return text
  const last = text.charCodeAt(maximumStatus - 1)
  return `${text.slice(0, last >= 0xd800 && last < 0xdc00 ? maximumStatus - 1 : maximumStatus)}...`
}

/** Each takes a field's value into the draft; false: that is none of its values. */
const readers: Readonly<Record<string, (draft: Draft, value: string) => boolean>> = {
  READY: (draft, value) => flag(draft, "ready", value),
  RELOADING: (draft, value) => flag(draft, "reloading", value),
  STOPPING: (draft, value) => flag(draft, "stopping", value),
  BARRIER: (draft, value) => flag(draft, "barrier", value),
  STATUS: (draft, value) => set(draft, "status", visible(cut(value))),
  BUSERROR: (draft, value) => set(draft, "busError", visible(cut(value))),
  ERRNO: (draft, value) => set(draft, "errno", numberOf(value, maximumErrno)),
  MAINPID: (draft, value) => set(draft, "mainPid", numberOf(value, maximumPid) || undefined),
  MONOTONIC_USEC: (draft, value) => set(draft, "monotonicMicros", numberOf(value, never)),
  WATCHDOG: (draft, value) => set(draft, "watchdog", value === "1" ? "alive" : value === "trigger" ? value : undefined),
  WATCHDOG_USEC: (draft, value) => set(draft, "watchdogMillis", millisOf(value)),
  EXTEND_TIMEOUT_USEC: (draft, value) => set(draft, "extendMillis", millisOf(value)),
  EXIT_STATUS: (draft, value) => set(draft, "exitStatus", numberOf(value, 255)),
  NOTIFYACCESS: (draft, value) => set(draft, "access", NotifyAccess.parse(value)),
  FDNAME: (draft, value) => set(draft, "name", DescriptorName.parse(value)),
  FDPOLL: (draft, value) => {
    if (value === "0") draft.poll = false
    return value === "0" || value === "1"
  },
  FDSTORE: (draft, value) => value === "1" && set(draft, "store", "add"),
  FDSTOREREMOVE: (draft, value) => {
    // Wins, wherever it stands.
    if (value === "1") draft.store = "remove"
    return value === "1"
  }
}

/** Any other value is as good as none. */
const flag = (draft: Draft, key: "barrier" | "ready" | "reloading" | "stopping", value: string): boolean => {
  if (value === "1") draft[key] = true
  return true
}

const set = <K extends keyof Draft>(draft: Draft, key: K, value: Draft[K]): boolean => {
  if (value === undefined) return false
  // The first one counts, as with systemd.
  if (draft[key] === undefined) draft[key] = value
  return true
}

/** Names that nobody knows are for others, and no fault; neither is `MAINPIDFDID=`, which says the same as `MAINPID=`. */
export const parse = (text: string): Notification => {
  const faults: Array<string> = []
  const draft: Draft = {
    ready: false,
    reloading: false,
    stopping: false,
    barrier: false,
    status: undefined,
    errno: undefined,
    busError: undefined,
    mainPid: undefined,
    monotonicMicros: undefined,
    watchdog: undefined,
    watchdogMillis: undefined,
    extendMillis: undefined,
    exitStatus: undefined,
    access: undefined,
    store: undefined,
    name: undefined,
    poll: true,
    faults
  }
  const nul = text.includes("\0") ? text.indexOf("\0") : text.length
  const fields = text.slice(0, nul).split("\n", maximumFields + 1)
  if (fields.length > maximumFields) faults.push(`it has more than ${maximumFields} fields: the rest is ignored`)
  const count = Math.min(fields.length, maximumFields)
  let told = 0
  for (let index = 0; index < count; index++) {
    const field = fields[index]
    if (field === undefined || field === "") continue
    told++
    const equals = field.indexOf("=")
    const name = equals < 0 ? "" : field.slice(0, equals)
    const read = Object.hasOwn(readers, name) ? readers[name] : undefined
    const value = field.slice(equals + 1)
    if (read === undefined || read(draft, value)) continue
    if (faults.length < maximumFaults) faults.push(`${name}= is ignored: ${quote(value)} is none of its values`)
  }
  if (draft.store === "remove" && draft.name === undefined) {
    draft.store = undefined
    if (faults.length < maximumFaults) faults.push("FDSTOREREMOVE=1 is ignored: FDNAME= does not say which")
  }
  // Systemd ignores whatever else stands beside it.
  return draft.barrier && told > 1 ? onlyBarrier(text) : draft
}

const onlyBarrier = (text: string): Notification => ({
  ...parse("BARRIER=1"),
  faults: [`BARRIER=1 has to stand alone: all of ${quote(text)} is ignored`]
})
