import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { Binding } from "../../src/runtime/Binding.ts"
import type { Events } from "../../src/runtime/Events.ts"
import * as Cgroups from "../../src/runtime/ports/Cgroups.ts"

const own = "/sys/fs/cgroup/box"
const events: Events = { on: () => {}, off: () => {}, onOther: () => {}, listen: () => {} }

/** A kernel with these files, on which no directory can be made unless `writable`. */
const make = (files: Map<string, string>, writable: boolean) => {
  files.set("/proc/self/cgroup", "1:name=systemd:/elsewhere\n0::/box\n")
  const binding: Partial<Binding> = {
    file_kind: () => 1,
    file_read: (path) => files.get(path) ?? -2,
    directory_make: () => writable ? 0 : -30
  }
  return Cgroups.make(binding as Binding, events)
}

const counted = (kills: number) => `low 0\noom 1\noom_kill ${kills}\noom_group_kill 0\n`

describe("who was killed for want of memory", () => {
  it.effect("is told by the unit's own cgroup, where the memory controller reaches it", () =>
    Effect.gen(function*() {
      const files = new Map([[`${own}/memory.events`, counted(9)]])
      const group = yield* make(files, true).open("web.service")
      files.set(`${own}/container-init/web.service/memory.events`, counted(2))
      assert.strictEqual(yield* group.oomKills, 2)
    }))

  for (const writable of [true, false]) {
    it.effect(`is whoever asks after a kill in the whole container, ${writable ? "with" : "without"} cgroups below`, () =>
      Effect.gen(function*() {
        const files = new Map([[`${own}/memory.events`, counted(3)]])
        const cgroups = make(files, writable)
        const web = yield* cgroups.open("web.service")
        const other = yield* cgroups.open("other.service")
        assert.strictEqual(yield* web.oomKills, 0)
        files.set(`${own}/memory.events`, counted(4))
        assert.strictEqual(yield* web.oomKills, 1)
        assert.strictEqual(yield* other.oomKills, 0)
        assert.strictEqual(yield* web.oomKills, 1)
      }))
  }

  it.effect("is nobody where nobody counts", () =>
    Effect.gen(function*() {
      const group = yield* make(new Map(), true).open("web.service")
      assert.strictEqual(yield* group.oomKills, 0)
    }))
})
