/**
 * The rows of `Condition...=` and `Assert...=`, systemd.unit(5). Every test exists as a condition, which skips the unit,
 * and as an assertion, which fails it; all of a unit's conditions are one list, whatever they test.
 *
 * @since 0.1.0
 */
import type { Row } from "./Table.ts"
import { testOf, tests } from "./Test.ts"

/** The row of a test, made when somebody asks for it. */
export const rowOf = (key: string): Row | undefined => {
  const test = testOf(key)
  if (test === undefined) return undefined
  const outcome = key.startsWith("Condition") ? "Skip the unit" : "Fail the start"
  return ["supported", "condition", `${outcome} unless the test holds: ${tests[test]}.`]
}

/** The names of all of them as directives. */
export const keys = (): ReadonlyArray<string> =>
  ["Condition", "Assert"].flatMap((kind) => Object.keys(tests).map((name) => `${kind}${name}`))
