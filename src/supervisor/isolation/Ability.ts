/**
 * What this container lets us isolate, found out by trying, once, when the first unit asks for isolation: a child does to
 * itself what services would do to themselves, and ends.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as FiberId from "effect/FiberId"
import * as Errno from "../../kernel/Errno.ts"
import { Files } from "../../kernel/Files.ts"
import type { SpawnRequest } from "../../kernel/Processes.ts"
import { Processes } from "../../kernel/Processes.ts"
import type { Action, Step } from "../../kernel/Step.ts"
import { System } from "../../kernel/System.ts"
import { usualLines } from "../exec/Stdio.ts"

/** `CLONE_NEW...` of namespaces(7). */
export const namespace = { mount: 0x20000, hostname: 0x4000000, ipc: 0x8000000, network: 0x40000000 } as const

export type Kind = keyof typeof namespace

export interface Ability {
  /** Why there are no namespaces of a kind; a kind that is not in it is to be had. */
  readonly missing: ReadonlyMap<Kind, string>
  /** Whether another /proc would show what the container's own one does not. */
  readonly procIsMasked: boolean
  /** The version of Landlock, 0 where there is none. */
  readonly landlock: number
}

/** A process that does something to itself and ends. */
export const helper = (preparation: ReadonlyArray<Step>): SpawnRequest => ({
  unit: "",
  file: "",
  argv: [],
  environment: [],
  directory: "",
  directoryOptional: false,
  credentials: undefined,
  stdio: ["null", "null", "null"],
  lines: usualLines,
  descriptors: [],
  cgroup: "",
  ignoreSigpipe: true,
  umask: 0o022,
  preparation,
  confinement: []
})

const trial = (kind: Kind, action: Action, leniency: Step["leniency"]): Step => ({
  action,
  directive: kind,
  exitCode: 1,
  leniency
})

/** Mounts come last: if there is no namespace for them, nothing may be tried in ours. */
const trials: ReadonlyArray<Step> = [
  trial("network", { _tag: "Namespaces", flags: namespace.network }, "forgive"),
  trial("ipc", { _tag: "Namespaces", flags: namespace.ipc }, "forgive"),
  trial("hostname", { _tag: "Namespaces", flags: namespace.hostname }, "forgive"),
  trial("mount", { _tag: "Namespaces", flags: namespace.mount }, "fail"),
  trial("mount", { _tag: "MountsSlave" }, "fail"),
  trial("mount", { _tag: "TreeTake", slot: 0, path: "/", recursive: false }, "fail"),
  trial("mount", { _tag: "TreeAttributes", slot: 0, set: 1, clear: 0 }, "fail")
]

/** Something lies over a part of /proc, as engines do to hide it. */
const isMasked = Effect.map(
  Effect.flatMap(Files, (files) => Effect.orElseSucceed(files.read("/proc/self/mountinfo", 4 * 1024 * 1024), () => "")),
  (text) => text.split("\n").some((line) => line.split(" ")[4]?.startsWith("/proc/") === true)
)

export const probe: Effect.Effect<Ability, never, Files | Processes | System> = Effect.gen(function*() {
  const processes = yield* Processes
  const missing = new Map<Kind, string>()
  const ended = yield* Deferred.make<void>()
  const refuse = (kind: string, errno: number) => missing.set(kind as Kind, Errno.describe(errno))
  const spawned = yield* Effect.either(
    processes.spawn(helper(trials), {
      started: () => {},
      failed: ({ directive, errno }) => refuse(directive ?? "mount", errno),
      refused: ({ directive }, errno) => refuse(directive, errno),
      exited: () => Deferred.unsafeDone(ended, Effect.void)
    })
  )
  if (spawned._tag === "Right") yield* Deferred.await(ended)
  else for (const kind of Object.keys(namespace)) missing.set(kind as Kind, spawned.left.message)
  return { missing, procIsMasked: yield* isMasked, landlock: yield* (yield* System).landlock }
})

/** How a run of ours goes about isolation. */
export interface Setting {
  /** `--strict-isolation`: a unit whose isolation is not to be had does not start. */
  readonly strict: boolean
  readonly ability: Effect.Effect<Ability, never, Files | Processes | System>
}

/** Whoever asks first tries; others wait for what comes of it. */
export const setting = (strict: boolean): Setting => {
  let known: Deferred.Deferred<Ability> | undefined
  const ability = Effect.suspend(() => {
    if (known !== undefined) return Deferred.await(known)
    known = Deferred.unsafeMake<Ability>(FiberId.none)
    return Effect.zipRight(Effect.uninterruptible(Effect.intoDeferred(probe, known)), Deferred.await(known))
  })
  return { strict, ability }
}
