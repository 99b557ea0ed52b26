import { assert, describe, it } from "@effect/vitest"
import { ruleOf } from "../../src/unit/Assign.ts"
import * as Directives from "../../src/unit/Directives.ts"

describe("Directives", () => {
  it("has a reader for each row, and a place for what it reads", () => {
    for (const { key, section, support } of Directives.all()) {
      const rule = ruleOf(section, key)
      assert.strictEqual(rule?.support, support, `${section}.${key}`)
      assert.isNotEmpty(rule?.slots, `${section}.${key}`)
    }
  })

  it("documents every row in one sentence", () => {
    for (const { doc, key, manual, section } of Directives.all()) {
      assert.match(doc, /^[A-Z].*\.$/, `${section}.${key}`)
      assert.match(manual, /^systemd\.[a-z-]+\(5\)$/)
    }
  })

  it("knows a row by section and key alone", () => {
    assert.strictEqual(Directives.find("Service", "RemoveIPC")?.support, "unsupported")
    assert.strictEqual(Directives.find("Service", "ExecStart")?.support, "supported")
    assert.strictEqual(Directives.find("Unit", "ConditionPathExists")?.support, "supported")
    assert.strictEqual(Directives.find("Unit", "AssertUser")?.support, "supported")
    assert.strictEqual(Directives.find("Install", "WantedBy")?.support, "accepted")
    assert.strictEqual(Directives.find("Socket", "SmackLabel")?.support, "unsupported")
    assert.strictEqual(Directives.find("Socket", "User")?.support, "supported")
    assert.strictEqual(Directives.find("Unit", "ExecStart"), undefined)
    for (const odd of ["constructor", "toString", "__proto__", "Condition", "ConditionX", ""]) {
      assert.strictEqual(Directives.find("Unit", odd), undefined)
      assert.strictEqual(Directives.find(odd, "User"), undefined)
    }
  })

  it("has several hundred rows, each once a section", () => {
    const names = Directives.all().map(({ key, section }) => `${section}.${key}`)
    assert.isAbove(names.length, 400)
    assert.strictEqual(new Set(names).size, names.length)
  })
})
