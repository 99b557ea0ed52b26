import { assert, describe, it } from "@effect/vitest"
import { replacement } from "../../../src/unit/checks/Action.ts"
import { parse } from "../Support.ts"

const said = (lines: string) =>
  parse(`[Unit]\n${lines}\n[Service]\nExecStart=a\n`).diagnostics.map(({ at, code, directive, message, severity }) =>
    `${severity} ${code} ${directive ?? "-"} ${at.line}: ${message}`
  )

describe("what a unit asks for when it ends", () => {
  it("is done as it is written where it means the container", () => {
    assert.deepStrictEqual(said("FailureAction=exit\nSuccessAction=exit-force\nStartLimitAction=none"), [])
    assert.deepStrictEqual(said("OnFailureJobMode=replace\nOnSuccessJobMode=replace"), [])
  })

  it("is the end of the container where it would be that of the machine, and that is said", () => {
    assert.deepStrictEqual(said("FailureAction=reboot\nSuccessAction=poweroff-immediate"), [
      "warning CI0302 FailureAction 2: there is no machine to act on, only a container: \"reboot\" is treated as \"exit\"",
      "warning CI0302 SuccessAction 3: there is no machine to act on, only a container: \"poweroff-immediate\" is " +
      "treated as \"exit-force\""
    ])
    assert.lengthOf(said("[Service]\nStartLimitAction=reboot-force"), 1)
  })

  it("queues its handlers in one way only, and that is said of all others", () => {
    assert.deepStrictEqual(said("OnFailureJobMode=isolate\nOnSuccessJobMode=fail"), [
      "warning CI0302 OnFailureJobMode 2: \"isolate\" is not acted on: it is treated as \"replace\"",
      "warning CI0302 OnSuccessJobMode 3: \"fail\" is not acted on: it is treated as \"replace\""
    ])
  })

  it("has a replacement for all that is not done as written", () => {
    for (const action of ["none", "exit", "exit-force"] as const) assert.strictEqual(replacement(action), undefined)
    for (const action of ["reboot", "poweroff", "halt", "kexec", "soft-reboot"] as const) {
      assert.strictEqual(replacement(action), "exit")
    }
    for (const action of ["reboot-force", "halt-immediate", "soft-reboot-force"] as const) {
      assert.strictEqual(replacement(action), "exit-force")
    }
  })
})
