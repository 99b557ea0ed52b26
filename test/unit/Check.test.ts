import { assert, describe, it } from "@effect/vitest"
import { checkUnits } from "../../src/unit/Check.ts"
import type { Unit, UnitName } from "../../src/unit/Unit.ts"
import { codes, parse, service } from "./Support.ts"

const set = (files: Readonly<Record<string, string>>): ReadonlyMap<UnitName, Unit> => {
  const units = new Map<UnitName, Unit>()
  for (const [name, lines] of Object.entries(files)) {
    const { unit } = parse(`[Unit]\n${lines}\n[Service]\nExecStart=a\n`, { name })
    if (unit !== undefined) units.set(unit.name, unit)
  }
  return units
}

describe("checkUnit", () => {
  for (
    const [lines, ...wanted] of [
      ["ExecStart=a"],
      ["", "error CI0401 0"],
      ["Type=oneshot", "error CI0401 0"],
      ["Type=oneshot\nRemainAfterExit=yes", "error CI0401 0"],
      ["Type=oneshot\nRemainAfterExit=yes\nExecStop=a", "warning CI0203 4"],
      ["ExecStart=a\nExecStart=b", "error CI0402 3"],
      ["ExecStart=a ; b", "error CI0402 2"],
      ["Type=oneshot\nExecStart=a\nExecStart=b"],
      ["Type=oneshot\nExecStart=a\nRestart=always", "error CI0403 4"],
      ["Type=oneshot\nExecStart=a\nRestart=on-success", "error CI0403 4"],
      ["Type=oneshot\nExecStart=a\nRestart=on-failure"]
    ]
  ) {
    it(`says ${wanted.join(", ") || "nothing"} of ${JSON.stringify(lines)}`, () => {
      assert.deepStrictEqual(service(lines ?? "").said, wanted)
    })
  }

  it("warns of a unit that names itself", () => {
    const { diagnostics } = parse("[Unit]\nAfter=a.service\n[Service]\nExecStart=a\n", { name: "a.service" })
    assert.deepStrictEqual(codes(diagnostics), ["warning CI0404 2"])
  })
})

describe("checkUnits", () => {
  it("names each unit that cannot reach what it requires, with the chain", () => {
    const said = checkUnits(set({ "a.service": "Requires=b.service", "b.service": "Requires=gone.service" }))
    assert.deepStrictEqual(said.map(({ at, message, severity }) => [severity, at.file, at.line, message]), [
      ["warning", "a.service", 2, "gone.service is not there: a.service -> b.service -> gone.service"],
      ["warning", "b.service", 2, "gone.service is not there: b.service -> gone.service"]
    ])
  })

  it("says nothing of wishes and orderings that lead nowhere", () => {
    assert.deepStrictEqual(checkUnits(set({ "a.service": "After=gone.service\nWants=gone.service" })), [])
  })

  it("comes to an end where units require each other", () => {
    const said = checkUnits(set({
      "a.service": "Requires=b.service",
      "b.service": "Requires=a.service gone.service"
    }))
    assert.deepStrictEqual(said.map(({ at }) => at.file), ["a.service", "b.service"])
  })

  it("handles long chains", () => {
    const files: Record<string, string> = {}
    for (let index = 0; index < 2_000; index++) files[`u${index}.service`] = `Requires=u${index + 1}.service`
    const said = checkUnits(set(files))
    assert.strictEqual(said.length, 2_000)
    assert.isTrue(said.every(({ message }) => message.length < 300))
  })
})
