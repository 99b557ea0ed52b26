import { assert, describe, it } from "@effect/vitest"
import * as UnitName from "../../src/unit/UnitName.ts"

describe("UnitName", () => {
  for (
    const good of [
      "web.service",
      "a-b_c:d.1.service",
      "dev-disk-by\\x2duuid.device",
      "getty@tty1.service",
      "x@.socket",
      "a@b@c.service",
      `${"n".repeat(247)}.service`
    ]
  ) {
    it(`takes ${good.slice(0, 30)}`, () => assert.isTrue(UnitName.isValid(good)))
  }
  for (
    const bad of [
      "",
      "web",
      ".service",
      "web.servce",
      "@.service",
      "@a.service",
      "a b.service",
      "ä.service",
      "a/b.service",
      "web.service.bak",
      `${"n".repeat(248)}.service`
    ]
  ) {
    it(`refuses ${bad.slice(0, 30) || "nothing"}`, () => assert.isFalse(UnitName.isValid(bad)))
  }

  it("knows kinds, templates and instances", () => {
    assert.strictEqual(UnitName.kindOf("a.timer"), "timer")
    assert.strictEqual(UnitName.kindOf("a.mount"), undefined)
    assert.isTrue(UnitName.isTemplate("a@.service"))
    assert.isFalse(UnitName.isTemplate("a@b.service"))
    assert.isFalse(UnitName.isTemplate("a.service"))
    assert.strictEqual(UnitName.templateOf("a@b.service"), "a@.service")
    assert.strictEqual(UnitName.templateOf("a@.service"), undefined)
    assert.strictEqual(UnitName.nameWithoutSuffix("a.b.service"), "a.b")
    assert.deepStrictEqual(UnitName.split("a@b@c.service"), { prefix: "a", instance: "b@c", suffix: "service" })
    assert.deepStrictEqual(UnitName.split("a.service"), { prefix: "a", instance: undefined, suffix: "service" })
  })

  it("undoes escapes, bytes of one character together", () => {
    assert.strictEqual(UnitName.unescape("dev-disk-by\\x2duuid"), "dev/disk/by-uuid")
    assert.strictEqual(UnitName.unescape("\\xc3\\xa9t\\xc3\\xa9"), "été")
    assert.strictEqual(UnitName.unescape("\\xff"), "\\xff")
  })
})
