/**
 * Conditions and asserts that cannot be told here, systemd.unit(5): they count as not met, negated or not.
 *
 * @since 0.1.0
 */
import { Code } from "../Code.ts"
import type { Condition } from "../Unit.ts"
import type { Checked } from "./Finding.ts"
import { finding } from "./Finding.ts"

/** What a container has no means to tell; `undefined` for all else. */
const untold = ({ parameter, test }: Condition): string | undefined => {
  if (test === "Fraction") return "the share of all machines that it is in"
  if (test === "Security" && parameter === "cvm") return "whether its machine is a confidential one"
  return test === "Version" && /^glibc(?!\w)/.test(parameter) ? "the version of its programs' C library" : undefined
}

export const check = ({ diagnostics, unit }: Checked): void => {
  const { Asserts, Conditions } = unit.Unit
  if (Conditions !== undefined) look("Condition", Conditions, diagnostics)
  if (Asserts !== undefined) look("Assert", Asserts, diagnostics)
}

const look = (kind: string, list: ReadonlyArray<Condition>, diagnostics: Checked["diagnostics"]): void => {
  for (const condition of list) {
    const what = untold(condition)
    if (what === undefined) continue
    const message = `a container cannot tell ${what}: this is never met, negated or not`
    const hint = "leave it out, or ask for something that PID 1 sees"
    diagnostics.push(
      finding("warning", Code.Unsupported, condition.at, "Unit", `${kind}${condition.test}`, message, hint)
    )
  }
}
