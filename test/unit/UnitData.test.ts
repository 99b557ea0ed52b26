import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as Lexer from "../../src/unit/Lexer.ts"
import * as Overlay from "../../src/unit/Overlay.ts"
import * as UnitData from "../../src/unit/UnitData.ts"

const options = { lookup: () => undefined }

describe("units as data", () => {
  it("become the text of a unit file, a line an assignment", () => {
    const text = UnitData.toText({
      Unit: { Description: "Web", After: ["a.service", "b.service"], Wants: undefined },
      Service: { ExecStart: "/bin/web %i", RemainAfterExit: true, PrivateTmp: false, TimeoutStopSec: 1.5 },
      Install: { WantedBy: "multi-user.target" }
    })
    assert.strictEqual(
      text,
      "[Unit]\nDescription=Web\nAfter=a.service\nAfter=b.service\n\n" +
        "[Service]\nExecStart=/bin/web %i\nRemainAfterExit=yes\nPrivateTmp=no\nTimeoutStopSec=1.5\n\n" +
        "[Install]\nWantedBy=multi-user.target\n"
    )
  })

  it("mean what files of the same text mean", () => {
    const { diagnostics, units } = Overlay.merge([
      UnitData.toSources({
        "web.service": { Service: { ExecStart: "/bin/web", TimeoutStopSec: 3 } },
        "db.service": "[Service]\nExecStart=/bin/db\n"
      })
    ], options)
    assert.deepStrictEqual(diagnostics, [])
    assert.deepStrictEqual([...units.keys()].join(" "), "db.service web.service")
    const [, web] = [...units.values()]
    assert.strictEqual(web?._tag === "Service" && web.Service.TimeoutStopSec, 3000)
  })

  it("have their faults as diagnostics with the unit's name for a file", () => {
    const { diagnostics } = Overlay.merge([
      UnitData.toSources({ "web.service": { Service: { ExecStart: "/bin/web", Restart: "maybe" } } })
    ], options)
    assert.deepStrictEqual(diagnostics.map(({ at, directive }) => `${at.file}:${at.line} ${directive}`), [
      "web.service:3 Restart"
    ])
  })

  it("assign as many values as they have, whatever is in them", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.array(FastCheck.string(), { minLength: 1, maxLength: 5 }), (values) => {
        const lexed = Lexer.lex(UnitData.toText({ Unit: { Documentation: values } }), "a.service")
        assert.strictEqual(lexed.headers.length, 1)
        assert.deepStrictEqual(lexed.entries.map(({ key }) => key), values.map(() => "Documentation"))
      })
    )
  })
})
