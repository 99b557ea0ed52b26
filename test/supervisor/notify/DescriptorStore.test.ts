import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import type { DescriptorStore } from "../../../src/supervisor/notify/DescriptorStore.ts"
import * as Store from "../../../src/supervisor/notify/DescriptorStore.ts"

const addition = (descriptors: ReadonlyArray<number>, name?: string, poll = true) => ({ descriptors, name, poll })

const shown = (store: DescriptorStore) => store.map(({ descriptor, name }) => `${descriptor} ${name}`)

describe("the store of descriptors", () => {
  it("keeps them in the order in which they came, by name, and asks for a watch on them", () => {
    const first = Store.add(Store.empty, addition([5, 6], "a"), 8)
    assert.deepStrictEqual([first.watch, first.close, first.full], [[5, 6], [], false])
    const second = Store.add(first.store, addition([7], undefined, false), 8)
    assert.deepStrictEqual(second.watch, [])
    assert.deepStrictEqual(shown(second.store), ["5 a", "6 a", "7 stored"])
  })

  it("has no more than are allowed: the rest is to be closed", () => {
    const { close, full, store } = Store.add(Store.empty, addition([5, 6, 7]), 2)
    assert.deepStrictEqual([shown(store), close, full], [["5 stored", "6 stored"], [7], true])
    assert.deepStrictEqual(Store.add(Store.empty, addition([5]), 0).close, [5])
  })

  it("keeps once what is the same", () => {
    const { store } = Store.add(Store.empty, addition([5], "a"), 8)
    const again = Store.add(store, addition([6, 7, 8], "b"), 8, (one, other) => one % 2 === other % 2)
    assert.deepStrictEqual([shown(again.store), again.close], [["5 a", "6 b"], [7, 8]])
  })

  it("lets go of all of a name, of one, or of all", () => {
    const a = Store.add(Store.empty, addition([5, 6], "a"), 8).store
    const { store } = Store.add(a, addition([7, 8], "b"), 8)
    const named = Store.removeNamed(store, "a")
    assert.deepStrictEqual([shown(named.store), named.close], [["7 b", "8 b"], [5, 6]])
    const one = Store.remove(store, 7)
    assert.deepStrictEqual([shown(one.store), one.close], [["5 a", "6 a", "8 b"], [7]])
    assert.deepStrictEqual(Store.clear(store).close, [5, 6, 7, 8])
    assert.deepStrictEqual(Store.clear(store).store, [])
    assert.deepStrictEqual(Store.removeNamed(store, "c"), { store, close: [], watch: [], full: false })
  })

  it("has every descriptor either kept or to be closed, and never more than are allowed", () => {
    const batch = FastCheck.uniqueArray(FastCheck.integer({ min: 3, max: 60 }), { maxLength: 12 })
    FastCheck.assert(FastCheck.property(batch, batch, FastCheck.nat(10), (first, second, most) => {
      const one = Store.add(Store.empty, addition(first, "a"), most)
      const news = second.filter((descriptor) => !first.includes(descriptor))
      const two = Store.add(one.store, addition(news, "b"), most)
      const kept = two.store.map(({ descriptor }) => descriptor)
      assert.isAtMost(kept.length, most)
      assert.deepStrictEqual(
        [...kept, ...one.close, ...two.close].sort((a, b) => a - b),
        [...first, ...news].sort((a, b) => a - b)
      )
    }))
  })

  it("survives the end of a run as FileDescriptorStorePreserve= says", () => {
    const ends = [[true, false], [true, true], [false, false], [false, true]] as const
    const of = (preserve: "no" | "yes" | "restart" | "on-success") =>
      ends.map(([restarting, failed]) => Store.survives(preserve, restarting, failed))
    assert.deepStrictEqual(of("no"), [false, false, false, false])
    assert.deepStrictEqual(of("restart"), [true, true, false, false])
    assert.deepStrictEqual(of("on-success"), [true, true, true, false])
    assert.deepStrictEqual(of("yes"), [true, true, true, true])
  })
})
