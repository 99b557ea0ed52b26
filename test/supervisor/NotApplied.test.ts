import { assert, describe, it } from "@effect/vitest"
import * as Isolation from "../../src/supervisor/isolation/Isolation.ts"
import { NotApplied } from "../../src/supervisor/service/NotApplied.ts"
import type { UnitName } from "../../src/unit/Unit.ts"

const denied = (directive: string) => ({ directive, reason: "not permitted" })

describe("what a container does not give", () => {
  it("is told with each reason once", () =>
    assert.strictEqual(
      Isolation.describe([
        denied("PrivateTmp=yes"),
        { directive: "Nice=-5", reason: "no" },
        denied("ReadOnlyPaths=/a b")
      ]),
      "PrivateTmp=yes, ReadOnlyPaths=/a b (not permitted); Nice=-5 (no)"
    ))

  it("is told once, be it alone or among others", () => {
    const told = new NotApplied("a.service" as UnitName)
    const tells = (directive: string) => told.tell([denied(directive)]) !== undefined
    assert.deepStrictEqual(["ProtectProc=invisible ProcSubset=pid", "ProcSubset=pid", "Nice=1"].map(tells), [
      true,
      false,
      true
    ])
    assert.isFalse(tells("Nice=1 ProtectProc=invisible"))
    assert.isTrue(tells("Nice=1 PrivateDevices=yes"))
  })
})
