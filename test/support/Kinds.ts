/** The four kinds of containers that a service is looked at from inside in, and tests that are declared for each. */
import { it } from "vitest"
import { capabilities, ofEngine, ofMachine } from "./Capabilities.ts"
import type { Engine } from "./Engine.ts"
import { engines, executable } from "./Engine.ts"
import type { BootOptions } from "./Launch.ts"

/** What differs between the kinds is the kernel's and the core's: one kind shows that Node does the same. */
export interface Kind {
  readonly name: string
  /** Those that run in it. */
  readonly engines: ReadonlyArray<Engine>
  readonly options: Omit<BootOptions, "engine">
  /** Who PID 1 is. */
  readonly uid: number
  readonly gid: number
  /** What PID 1 may do, and what anybody in there can ever do. */
  readonly permitted: bigint
  readonly bounding: bigint
  /** There is a /proc, and what else an image has. */
  readonly furnished: boolean
}

const root = { uid: 0, gid: 0, furnished: true }

export const privileged: Kind = {
  ...root,
  name: "root with cgroup v2 and all capabilities",
  engines,
  options: { overlay: true, cgroup: "rw" },
  permitted: ofMachine,
  bounding: ofMachine
}

export const plain: Kind = {
  ...root,
  name: "root without cgroups, with an engine's capabilities",
  engines: [executable],
  options: { overlay: true, cgroup: "none", capabilities: ofEngine },
  permitted: ofEngine,
  bounding: ofEngine
}

/** `--user 12345:0 --read-only --tmpfs /tmp`: a user without an entry in passwd(5). */
export const nobody: Kind = {
  name: "user 12345 in group 0 with a read-only root",
  engines: [executable],
  options: {
    overlay: true,
    cgroup: "none",
    user: 12345,
    group: 0,
    readOnly: true,
    tmpfs: { "/tmp": "mode=1777" },
    capabilities: ofEngine
  },
  uid: 12345,
  gid: 0,
  permitted: 0n,
  bounding: ofEngine,
  furnished: true
}

/** Node needs its libraries: it is at home in no such image. */
export const bare: Kind = {
  ...root,
  name: "an image of nothing but the executable",
  engines: [executable],
  options: { bareRoot: true, capabilities: ofEngine },
  permitted: ofEngine,
  bounding: ofEngine,
  furnished: false
}

export const kinds: ReadonlyArray<Kind> = [privileged, plain, nobody, bare]

/** One container of a kind, for one engine. */
export interface Place extends Kind {
  readonly engine: Engine
  readonly options: BootOptions
  /** Whether PID 1 has this capability, by its name without CAP_. */
  readonly can: (name: string) => boolean
}

const placesOf = (all: ReadonlyArray<Kind>): ReadonlyArray<Place> =>
  all.flatMap((kind) =>
    kind.engines.map((engine) => ({
      ...kind,
      engine,
      options: { ...kind.options, engine },
      can: (name) => (kind.permitted & capabilities(name)) !== 0n
    }))
  )

/** Declares the test for every kind of container, and every engine that runs in it. */
export const eachKind = (name: string, test: (place: Place) => Promise<void>, among = kinds): void => {
  for (const place of placesOf(among)) it(`${name}, ${place.name}, ${place.engine.name}`, () => test(place))
}
