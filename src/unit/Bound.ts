/**
 * How much is said of one file: nobody reads more than the first faults of a file that consists of them.
 *
 * @since 0.1.0
 */
import { Code } from "./Code.ts"
import type { Diagnostic } from "./Diagnostic.ts"
import { maximumFaults } from "./Lexer.ts"

/** What is known and not acted on is said once a directive: there is an end to that. */
const counts = ({ code }: Diagnostic): boolean => code !== Code.Unsupported

/** The first of the faults of one file, which are in order, and that there are more. */
export const first = (diagnostics: Array<Diagnostic>): Array<Diagnostic> => {
  if (diagnostics.length <= maximumFaults) return diagnostics
  const kept: Array<Diagnostic> = []
  let faults = 0
  for (const diagnostic of diagnostics) {
    if (!counts(diagnostic)) {
      kept.push(diagnostic)
    } else if (++faults <= maximumFaults) {
      kept.push(diagnostic)
    } else if (faults === maximumFaults + 1) {
      kept.push({
        ...diagnostic,
        severity: "error",
        code: Code.TooManyFaults,
        section: undefined,
        directive: undefined,
        message: `there are ${maximumFaults} faults or more: the rest of the file is not read`,
        hint: undefined
      })
    }
  }
  return kept
}
