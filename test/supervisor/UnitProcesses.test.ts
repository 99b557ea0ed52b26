import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { UnitGroup } from "../../src/kernel/Cgroups.ts"
import { Cgroups } from "../../src/kernel/Cgroups.ts"
import * as Direct from "../../src/supervisor/Direct.ts"
import { UnitProcesses } from "../../src/supervisor/service/UnitProcesses.ts"
import type { UnitName } from "../../src/unit/Unit.ts"

/** A group whose emptiness the test decides on. */
const make = (path = "/sys/fs/cgroup/web.service") => {
  const group = { empty: false, emptied: () => {} }
  const port: UnitGroup = {
    path,
    signal: () => Effect.succeed(1),
    watch: (_, emptied) =>
      Effect.sync(() => {
        group.emptied = emptied
        return group.empty
      }),
    orphans: Effect.succeed([]),
    has: () => Effect.succeed(true),
    oomKills: Effect.succeed(0),
    control: () => Effect.succeed([]),
    delegate: () => Effect.succeed({ path, unapplied: [] }),
    close: Effect.void
  }
  const processes = new UnitProcesses("web.service" as UnitName)
  const said: Array<boolean> = []
  const cgroups = { open: () => Effect.succeed(port), restored: Effect.void }
  const opened = Effect.provideService(Direct.toEffect((fiber) => processes.open(fiber)), Cgroups, cgroups)
  const sweep = Effect.suspend(() => processes.sweep([15], (already) => said.push(already)))
  return { group, opened, processes, said, sweep }
}

describe("the processes of a unit", () => {
  it.effect("are all gone, for others, only after the news of how each has ended", () =>
    Effect.gen(function*() {
      const { group, opened, processes, said, sweep } = make()
      yield* opened
      processes.add(100)
      processes.add(101)
      assert.isFalse(yield* sweep)
      group.emptied()
      processes.remove(100, true)
      assert.deepStrictEqual(said, [])
      processes.remove(101, false)
      assert.deepStrictEqual(said, [false])
    }))

  it.effect("are not gone yet where the kernel says so ahead of the reaper, though nobody is there to be signalled", () =>
    Effect.gen(function*() {
      const { group, opened, processes, said, sweep } = make()
      yield* opened
      processes.add(100)
      group.empty = true
      assert.isFalse(yield* sweep)
      processes.remove(100, true)
      assert.deepStrictEqual(said, [true])
      assert.isTrue(yield* sweep)
      assert.deepStrictEqual(said, [true])
    }))

  it.effect("are not gone if another is made before it is said", () =>
    Effect.gen(function*() {
      const { group, opened, processes, said, sweep } = make()
      yield* opened
      processes.add(100)
      assert.isFalse(yield* sweep)
      group.emptied()
      processes.add(101)
      processes.remove(100, true)
      processes.remove(101, true)
      assert.deepStrictEqual(said, [])
    }))

  it.effect("are seen as a whole in a cgroup, and only there", () =>
    Effect.gen(function*() {
      for (const [path, whole] of [["/sys/fs/cgroup/web.service", true], ["", false]] as const) {
        const { opened, processes } = make(path)
        yield* opened
        assert.strictEqual(processes.isWhole, whole)
      }
    }))
})
