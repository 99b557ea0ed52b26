import { assert, describe, it } from "@effect/vitest"
import { handlerOf } from "../../src/unit/Assign.ts"
import * as Directives from "../../src/unit/Directives.ts"

describe("Directives", () => {
  it("has a handler for each supported row, and a supported or accepted row for each handler", () => {
    for (const { key, section, support } of Directives.all()) {
      const handled = handlerOf(section, key) !== undefined
      if (support === "supported") assert.isTrue(handled, `${section}.${key} has no handler`)
      else if (handled) assert.strictEqual(support, "accepted", `${section}.${key} is handled`)
    }
  })

  it("documents every row in one sentence", () => {
    for (const { doc, key, manual, section } of Directives.all()) {
      assert.match(doc, /^[A-Z].*\.$/, `${section}.${key}`)
      assert.match(manual, /^systemd\.[a-z-]+\(5\)$/)
    }
  })

  it("knows a row by section and key alone", () => {
    assert.strictEqual(Directives.find("Service", "PrivateTmp")?.support, "unsupported")
    assert.strictEqual(Directives.find("Service", "ExecStart")?.support, "supported")
    assert.strictEqual(Directives.find("Unit", "ConditionPathExists")?.support, "unsupported")
    assert.strictEqual(Directives.find("Unit", "AssertUser")?.support, "unsupported")
    assert.strictEqual(Directives.find("Install", "WantedBy")?.support, "accepted")
    assert.strictEqual(Directives.find("Socket", "ProxyTarget")?.support, "unsupported")
    assert.strictEqual(Directives.find("Socket", "User")?.support, "unsupported")
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
