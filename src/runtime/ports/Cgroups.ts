/**
 * `Cgroups` over the native core, cgroups(7). PID 1 stays in the container's own cgroup, unless a unit asks for
 * controllers, and makes `container-init/<unit>` below it. Where that cannot be (no cgroup v2, read-only, not root)
 * units are held together by their process groups, and the log says so once.
 */
import * as Effect from "effect/Effect"
import type { Cgroups, Control, Delegation, Unapplied, UnitGroup } from "../../kernel/Cgroups.ts"
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

class Group implements UnitGroup {
  readonly path: string
  private readonly binding: Binding
  private readonly events: Events
  private readonly untoldOomKills: () => number
  private readonly makeControls: ((path: string) => Controls) | undefined
  private controls: Controls | undefined
  private watching = 0
  private kills = 0

  constructor(
    binding: Binding,
    events: Events,
    path: string,
    untoldOomKills: () => number,
    makeControls?: (path: string) => Controls
  ) {
    this.binding = binding
    this.events = events
    this.path = path
    this.untoldOomKills = untoldOomKills
    this.makeControls = makeControls
  }

  signal(leaders: ReadonlyArray<number>, signals: ReadonlyArray<number>): Effect.Effect<number> {
    return Effect.sync(() => Math.max(0, this.binding.group_signal(this.path, leaders, signals)))
  }

  watch(leaders: ReadonlyArray<number>, emptied: () => void): Effect.Effect<boolean> {
    return Effect.sync(() => {
      this.forget()
      const watch = this.binding.group_watch(this.path, leaders)
      if (watch === 0) return true
      // Without memory for a watch nobody is told; the unit's timeouts decide then.
      if (watch > 0) {
        this.watching = watch
        this.events.on(EventKind.Empty, watch, () => {
          this.events.off(EventKind.Empty, watch)
          this.watching = 0
          emptied()
        })
      }
      return false
    })
  }

  get orphans(): Effect.Effect<ReadonlyArray<number>> {
    return Effect.sync(() => {
      const pids = this.binding.group_orphans(this.path)
      return typeof pids === "string" && pids !== "" ? pids.split(" ").map(Number) : []
    })
  }

  has(pid: number): Effect.Effect<boolean> {
    return Effect.sync(() => this.binding.group_has(this.path, pid) === 1)
  }

  get oomKills(): Effect.Effect<number> {
    return Effect.sync(() => {
      const own = this.path === "" ? undefined : countOomKills(this.binding, this.path)
      if (own !== undefined) return own
      this.kills += this.untoldOomKills()
      return this.kills
    })
  }

  control(wanted: ReadonlyArray<Control>): Effect.Effect<ReadonlyArray<Unapplied>> {
    return Effect.sync(() => {
      if (this.makeControls === undefined) {
        return wanted.map(({ directive }): Unapplied => ({ directive, reason: noCgroup }))
      }
      // Most units want nothing, run after run: then nothing has to be taken back either.
      if (wanted.length > 0) this.controls ??= this.makeControls(this.path)
      return this.controls?.apply(wanted) ?? []
    })
  }

  delegate(delegation: Delegation): ReturnType<UnitGroup["delegate"]> {
    return Effect.sync(() =>
      this.makeControls === undefined
        ? { path: this.path, unapplied: [{ directive: "Delegate", reason: noCgroup }] }
        : (this.controls ??= this.makeControls(this.path)).delegate(delegation)
    )
  }

  get close(): Effect.Effect<void> {
    return Effect.sync(() => {
      this.forget()
      if (this.path !== "") this.binding.group_remove(this.path)
    })
  }

  private forget(): void {
    if (this.watching > 0) {
      this.events.off(EventKind.Empty, this.watching)
      this.binding.group_unwatch(this.watching)
    }
    this.watching = 0
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

  const withProcessGroup = () => new Group(binding, events, "", untold)

  const open = (ground: Ground, unit: string): Effect.Effect<UnitGroup> => {
    if ("missing" in ground) return Effect.succeed(withProcessGroup())
    const { controllers, own } = ground
    const path = `${ground.path}/${unit}`
    const withCgroup = () =>
      new Group(binding, events, path, untold, (path) => new Controls(binding, controllers, path, own, mount))
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
    open: (unit) =>
      Effect.suspend(() =>
        ground === undefined ? Effect.flatMap(findGround, (ground) => open(ground, unit)) : open(ground, unit)
      ),
    restored: Effect.sync(() => {
      if (ground !== undefined && "controllers" in ground && ground.controllers.restore()) ground = undefined
    })
  }
}
