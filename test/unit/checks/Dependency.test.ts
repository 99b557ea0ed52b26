import { assert, describe, it } from "@effect/vitest"
import { broken } from "./Rules.ts"

describe("the dependencies of one unit", () => {
  for (
    const [lines, ...wanted] of [
      ["After=b.service"],
      ["After=a.service", "warning CI0404 After a.service:2"],
      ["Conflicts=a.service", "warning CI0404 Conflicts a.service:2"],
      ["Requires=b.service\nConflicts=b.service", "warning CI0414 Conflicts a.service:3"],
      ["Conflicts=c.service b.service\nBindsTo=b.service", "warning CI0414 Conflicts a.service:2"],
      ["Requisite=b.service\nConflicts=c.service"],
      ["Wants=b.service\nConflicts=b.service"]
    ]
  ) {
    it(`say ${wanted.join(", ") || "nothing"} of ${JSON.stringify(lines)}`, () => {
      assert.deepStrictEqual(broken("a.service", `[Unit]\n${lines ?? ""}\n[Service]\nExecStart=a\n`), wanted)
    })
  }

  it("are checked in units of every kind", () => {
    assert.deepStrictEqual(broken("a.target", "[Unit]\nRequires=a.target\n"), ["warning CI0404 Requires a.target:2"])
  })
})
