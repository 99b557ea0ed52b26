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
  /** Why there are no namespaces of a kind, or no other /proc; what is not in it is to be had. */
  readonly missing: ReadonlyMap<Kind | "proc", string>
  /** What lies over parts of /proc, outermost only: engines hide them so, and another /proc would show them. */
  readonly procMasks: ReadonlyArray<string>
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

const trial = (kind: Kind | "proc", action: Action, leniency: Step["leniency"] = "fail"): Step => ({
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
  trial("mount", { _tag: "Namespaces", flags: namespace.mount }),
  trial("mount", { _tag: "MountsSlave" }),
  trial("mount", { _tag: "TreeTake", slot: 0, path: "/", recursive: true }),
  trial("mount", { _tag: "TreeAttributes", slot: 0, set: 1, clear: 0 }),
  trial("mount", { _tag: "TreeNew", slot: 1, type: "tmpfs", options: "", attributes: 0 }),
  trial("proc", { _tag: "TreeNew", slot: 2, type: "proc", options: "hidepid=invisible,subset=pid", attributes: 0 })
]

/** What a child cannot do of these, by what it is for; it ends with the first that is no plain refusal. */
const attempt = (
  steps: ReadonlyArray<Step>,
  refuse: (kind: string, why: string) => void
): Effect.Effect<void, never, Processes> =>
  Effect.gen(function*() {
    const processes = yield* Processes
    const ended = yield* Deferred.make<void>()
    const spawned = yield* Effect.either(
      processes.spawn(helper(steps), {
        started: () => {},
        failed: ({ directive, errno, message }) => {
          if (directive !== undefined) return refuse(directive, Errno.describe(errno))
          for (const step of steps) refuse(step.directive, message)
        },
        refused: ({ directive }, errno) => refuse(directive, Errno.describe(errno)),
        exited: () => Deferred.unsafeDone(ended, Effect.void)
      })
    )
    if (spawned._tag === "Right") return yield* Deferred.await(ended)
    for (const { directive } of steps) refuse(directive, spawned.left.message)
  })

/** Tries until nothing fails, each time without what did; hardly ever more than once or twice. */
const missing: Effect.Effect<Ability["missing"], never, Processes> = Effect.gen(function*() {
  const refused = new Map<string, string>()
  const refuse = (kind: string, why: string) => {
    refused.set(kind, why)
    if (kind === "mount") refused.set("proc", why)
  }
  for (let before = -1; before < refused.size;) {
    before = refused.size
    const left = trials.filter(({ directive }) => !refused.has(directive))
    if (before === 0 || left.length > 0) yield* attempt(left, refuse)
  }
  return refused as Ability["missing"]
})

const procMasks = Effect.map(
  Effect.flatMap(Files, (files) => Effect.orElseSucceed(files.read("/proc/self/mountinfo", 4 * 1024 * 1024), () => "")),
  (text) => {
    const places = new Set(text.split("\n").flatMap((line) => line.split(" ")[4] ?? []))
    const masks = [...places].filter((place) => place.startsWith("/proc/"))
    return masks.filter((mask) => !masks.some((other) => mask.startsWith(`${other}/`)))
  }
)

export const probe: Effect.Effect<Ability, never, Files | Processes | System> = Effect.gen(function*() {
  return { missing: yield* missing, procMasks: yield* procMasks, landlock: yield* (yield* System).landlock }
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
