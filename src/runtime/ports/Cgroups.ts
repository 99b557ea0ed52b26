/**
 * `Cgroups` over the native core, cgroups(7). PID 1 stays in the container's own cgroup, unless a unit asks for
 * controllers, and makes `container-init/<unit>` below it. Where that cannot be (no cgroup v2, read-only, not root)
 * units are held together by their process groups, and the log says so once.
 */
import * as Effect from "effect/Effect"
import type { Cgroups, Unapplied, UnitGroup } from "../../kernel/Cgroups.ts"
import * as Errno from "../../kernel/Errno.ts"
import * as Log from "../../supervisor/Log.ts"
import type { Binding } from "../Binding.ts"
import { EventKind } from "../Binding.ts"
import type { Events } from "../Events.ts"
import { Controllers, folder } from "./Controllers.ts"
import { Controls } from "./Controls.ts"
import type { Base } from "./OwnCgroup.ts"
import { findOwn, mount } from "./OwnCgroup.ts"

const exists = 17

/** What is there for all units: where their cgroups go, and how controllers come there. */
type Ground = { readonly path: string; readonly own: string; readonly controllers: Controllers } | {
  readonly missing: string
}

/** Makes `<own cgroup>/container-init`, or says why not. */
const makeGround = (binding: Binding, own: Base): Ground => {
  if ("missing" in own) return own
  const path = `${own.path}/${folder}`
  const made = binding.directory_make(path, 0o755)
  return made < 0 && made !== -exists
    ? { missing: `cannot make ${path}: ${Errno.describe(-made)}` }
    : { path, own: own.path, controllers: new Controllers(binding, own.path, path) }
}

/** `oom_kill` of a cgroup's memory.events; undefined where the memory controller does not reach it. */
const countOomKills = (binding: Binding, cgroup: string): number | undefined => {
  const events = binding.file_read(`${cgroup}/memory.events`, 65536)
  const at = typeof events === "string" ? events.indexOf("oom_kill ") : -1
  return typeof events === "string" && at >= 0 ? parseInt(events.slice(at + "oom_kill ".length), 10) : undefined
}

/**
 * The OOM kills in the whole container that no unit was told of yet. As a rule its memory is bounded as a whole, and the
 * cgroups below have no count of their own: a kill since somebody last asked is then taken for the asking unit's.
 */
const makeUntold = (binding: Binding, own: Base) => {
  if ("missing" in own) return () => 0
  let told = countOomKills(binding, own.path) ?? 0
  return () => {
    const before = told
    told = countOomKills(binding, own.path) ?? 0
    return told - before
  }
}

const noCgroup = "the unit has no cgroup of its own here"

const makeGroup = (
  binding: Binding,
  events: Events,
  path: string,
  untoldOomKills: () => number,
  makeControls?: () => Controls
): UnitGroup => {
  let controls: Controls | undefined
  let watch = 0
  let oomKills = 0
  const forget = () => {
    if (watch > 0) {
      events.off(EventKind.Empty, watch)
      binding.group_unwatch(watch)
    }
    watch = 0
  }
  return {
    path,
    signal: (leaders, signals) => Effect.sync(() => Math.max(0, binding.group_signal(path, leaders, signals))),
    watch: (leaders, emptied) =>
      Effect.sync(() => {
        forget()
        watch = binding.group_watch(path, leaders)
        if (watch === 0) return true
        // Without memory for a watch nobody is told; the unit's timeouts decide then.
        if (watch > 0) {
          events.on(EventKind.Empty, watch, (id) => {
            events.off(EventKind.Empty, id)
            watch = 0
            emptied()
          })
        }
        return false
      }),
    orphans: Effect.sync(() => {
      const pids = binding.group_orphans(path)
      return typeof pids === "string" && pids !== "" ? pids.split(" ").map(Number) : []
    }),
    has: (pid) => Effect.sync(() => binding.group_has(path, pid) === 1),
    oomKills: Effect.sync(() => {
      const own = path === "" ? undefined : countOomKills(binding, path)
      if (own !== undefined) return own
      oomKills += untoldOomKills()
      return oomKills
    }),
    control: (wanted) =>
      Effect.sync(() => {
        if (makeControls === undefined) {
          return wanted.map(({ directive }): Unapplied => ({ directive, reason: noCgroup }))
        }
        // Most units want nothing, run after run: then nothing has to be taken back either.
        if (wanted.length > 0) controls ??= makeControls()
        return controls?.apply(wanted) ?? []
      }),
    delegate: (delegation) =>
      Effect.sync(() =>
        makeControls === undefined
          ? { path, unapplied: [{ directive: "Delegate", reason: noCgroup }] }
          : (controls ??= makeControls()).delegate(delegation)
      ),
    close: Effect.sync(() => {
      forget()
      if (path !== "") binding.group_remove(path)
    })
  }
}

export const make = (binding: Binding, events: Events): typeof Cgroups.Service => {
  let ground: Ground | undefined
  let untold: () => number = () => 0

  // Looked for when the first unit opens its group: start-up has better things to do, and a library user may have none.
  const findGround = Effect.suspend(() => {
    if (ground !== undefined) return Effect.succeed(ground)
    const own = findOwn(binding)
    untold = makeUntold(binding, own)
    ground = makeGround(binding, own)
    return "missing" in ground
      ? Effect.as(Log.info(`${ground.missing}: units are held together by their process groups`), ground)
      : Effect.succeed(ground)
  })

  const withProcessGroup = () => makeGroup(binding, events, "", untold)

  const open = (ground: Ground, unit: string): Effect.Effect<UnitGroup> => {
    if ("missing" in ground) return Effect.succeed(withProcessGroup())
    const { controllers, own } = ground
    const path = `${ground.path}/${unit}`
    const withCgroup = () =>
      makeGroup(binding, events, path, untold, () => new Controls(binding, controllers, path, own, mount))
    const made = binding.directory_make(path, 0o755)
    if (made >= 0) return Effect.succeed(withCgroup())
    if (made === -exists) {
      const watch = binding.group_watch(path, [])
      if (watch === 0) return Effect.succeed(withCgroup())
      if (watch > 0) binding.group_unwatch(watch)
      // Killing it would kill somebody else's unit.
      return Effect.as(
        Log.warning(
          `the cgroup ${path} is there already, with processes of others in it; using the process group`
        ),
        withProcessGroup()
      )
    }
    return Effect.as(
      Log.warning(`cannot make the cgroup ${path}: ${Errno.describe(-made)}; using its process group`),
      withProcessGroup()
    )
  }

  return {
    open: (unit) => Effect.flatMap(findGround, (ground) => open(ground, unit)),
    restored: Effect.sync(() => {
      if (ground !== undefined && "controllers" in ground && ground.controllers.restore()) ground = undefined
    })
  }
}
