import { assert, describe, it } from "@effect/vitest"
import type { Access } from "../../../src/supervisor/notify/Access.ts"
import { allowed, effective, isHeard, parse, refusal } from "../../../src/supervisor/notify/Access.ts"
import { service } from "../Units.ts"

const all: ReadonlyArray<Access> = ["none", "main", "exec", "all"]

const known = { main: 10, control: 20 }

describe("NotifyAccess=", () => {
  it("believes the main process, all that the unit runs, or all that belongs to it", () => {
    const senders = [
      ["main", (access: Access) => allowed(access, 10, known, true), [false, true, true, true]],
      ["control", (access: Access) => allowed(access, 20, known, true), [false, false, true, true]],
      ["member", (access: Access) => allowed(access, 30, known, true), [false, false, false, true]],
      ["stranger", (access: Access) => allowed(access, 30, known, false), [false, false, false, false]],
      ["unknown", (access: Access) => allowed(access, 0, known, true), [false, false, false, false]]
    ] as const
    for (const [sender, isAllowed, wanted] of senders) assert.deepStrictEqual(all.map(isAllowed), [...wanted], sender)
  })

  it("believes nobody of unknown number, though no main process is known either", () => {
    for (const access of all) assert.isFalse(allowed(access, 0, { main: 0, control: 0 }, true))
  })

  it("tells those where to send notifications whose notifications are believed", () => {
    assert.deepStrictEqual(all.map((access) => isHeard(access, "main")), [false, true, true, true])
    assert.deepStrictEqual(all.map((access) => isHeard(access, "control")), [false, false, true, true])
  })

  for (
    const [lines, wanted] of [
      ["", "none"],
      ["NotifyAccess=none", "none"],
      ["Type=notify", "main"],
      ["Type=notify-reload", "main"],
      ["Type=notify\nNotifyAccess=none", "main"],
      ["Type=notify\nNotifyAccess=all", "all"],
      ["WatchdogSec=5", "main"],
      ["WatchdogSec=0", "none"],
      ["FileDescriptorStoreMax=1", "main"],
      ["NotifyAccess=exec", "exec"],
      ["Type=forking", "none"]
    ] as const
  ) {
    it(`is ${wanted} in effect with ${JSON.stringify(lines)}`, () => {
      assert.strictEqual(effective(service(lines).Service), wanted)
    })
  }

  it("says why it does not believe", () => {
    assert.strictEqual(refusal("main", 30), "a notification of process 30 is not believed: NotifyAccess=main")
    assert.include(refusal("main", 0), "not known")
  })

  it("is read by its four names", () => {
    assert.deepStrictEqual([...all, "some", ""].map(parse), [...all, undefined, undefined])
  })
})
