/**
 * The time zones of calendar events: the one that an event names, or else the machine's, which is that of `TZ=` in PID
 * 1's environment, of /etc/localtime, or UTC, tzset(3).
 */
import * as Effect from "effect/Effect"
import { Files } from "../../kernel/Files.ts"
import { System } from "../../kernel/System.ts"
import type { Zone } from "../../unit/grammar/CalendarNext.ts"
import * as PosixZone from "./PosixZone.ts"
import * as ZoneFile from "./ZoneFile.ts"

/** A zone by its name in an event; `undefined` is the machine's. */
export interface Zones {
  readonly of: (name: string | undefined) => Zone | undefined
  /** What is to be said about zones that could not be had; UTC stands in for them. */
  readonly faults: ReadonlyArray<string>
}

const database = "/usr/share/zoneinfo"
const local = "/etc/localtime"
/** The largest file of the database has less than four thousand bytes. */
const sizeLimit = 64 * 1024

/** A zone, or why there is none. */
type Found = Zone | string

const readFile = (path: string): Effect.Effect<Found, never, Files> =>
  Effect.flatMap(Files, (files) =>
    Effect.match(files.readBytes(path, sizeLimit), {
      onSuccess: (bytes) => ZoneFile.parse(bytes) ?? `${path} is no file of the time zone database`,
      onFailure: ({ message }) => message
    }))

const isInside = (name: string): boolean => name !== "" && !name.split("/").includes("..")

/** A name of the database, or a path. */
const named = (name: string): Effect.Effect<Found, never, Files> =>
  name.startsWith("/")
    ? readFile(name)
    : isInside(name)
    ? readFile(`${database}/${name}`)
    : Effect.succeed(`"${name}" is no time zone`)

const machines: Effect.Effect<Found, never, Files | System> = Effect.gen(function*() {
  const system = yield* System
  const files = yield* Files
  const said = (yield* system.environment).get("TZ")
  if (said !== undefined) {
    const name = said.startsWith(":") ? said.slice(1) : said
    // Some zones have names that are rules as well, such as EST5EDT: the file is more exact.
    if (name === "") return PosixZone.utc
    const found = yield* named(name)
    return typeof found !== "string" ? found : PosixZone.parse(name) ?? found
  }
  const kind = yield* Effect.orElseSucceed(files.kind(local), () => "absent" as const)
  return kind === "absent" ? PosixZone.utc : yield* readFile(local)
})

/** Reads what these names need: each file once. */
export const load = (names: Iterable<string | undefined>): Effect.Effect<Zones, never, Files | System> =>
  Effect.gen(function*() {
    const zones = new Map<string | undefined, Zone>()
    const faults: Array<string> = []
    for (const name of new Set(names)) {
      if (name === "UTC") continue
      const found = yield* name === undefined ? machines : named(name)
      if (typeof found === "string") {
        faults.push(`time zone ${name ?? "of the machine"}: ${found}; its times are taken for those of UTC`)
      } else zones.set(name, found)
    }
    return { of: (name) => zones.get(name), faults }
  })
