import { assert, describe, it } from "@effect/vitest"
import { parse } from "../Support.ts"

const said = (lines: string) =>
  parse(`[Unit]\n${lines}\n[Service]\nExecStart=a\n`).diagnostics.map(({ at, code, directive, message, severity }) =>
    `${severity} ${code} ${directive ?? "-"} ${at.line}: ${message}`
  )

describe("conditions that no container can tell", () => {
  it("are named with what is not known", () => {
    assert.deepStrictEqual(
      said("ConditionFraction=10%\nConditionVersion=|glibc >=2.36\nAssertSecurity=!cvm\nAssertVersion=glibc>2"),
      [
        "warning CI0203 ConditionFraction 2: a container cannot tell the share of all machines that it is in: this is " +
        "never met, negated or not",
        "warning CI0203 ConditionVersion 3: a container cannot tell the version of its programs' C library: this is " +
        "never met, negated or not",
        "warning CI0203 AssertSecurity 4: a container cannot tell whether its machine is a confidential one: this is " +
        "never met, negated or not",
        "warning CI0203 AssertVersion 5: a container cannot tell the version of its programs' C library: this is " +
        "never met, negated or not"
      ]
    )
  })

  it("are few: others of their kind are told", () => {
    assert.deepStrictEqual(said("ConditionSecurity=selinux\nConditionVersion=>=6.1\nAssertVersion=systemd >=250"), [])
  })
})
