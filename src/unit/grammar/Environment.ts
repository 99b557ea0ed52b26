/**
 * `Environment=`, systemd.exec(5): assignments separated by blanks, in quotes where a value holds blanks.
 *
 * @since 0.1.0
 */
import type { Fault } from "./Words.ts"
import * as Words from "./Words.ts"

export interface Environment {
  readonly entries: ReadonlyArray<readonly [name: string, value: string]>
  /** Words that are no assignment. */
  readonly invalid: ReadonlyArray<{ readonly text: string; readonly offset: number }>
  readonly faults: ReadonlyArray<Fault>
}

const name = /^[A-Za-z_][A-Za-z0-9_]*$/

/** Whether a variable may be called so. */
export const isName = (text: string): boolean => name.test(text)

/** `transform` substitutes specifiers and variables in each word, after the value was split. */
export const parse = (text: string, transform: (word: string) => string = (word) => word): Environment => {
  const { faults, words } = Words.parse(text)
  const entries: Array<readonly [string, string]> = []
  const invalid: Array<{ text: string; offset: number }> = []
  for (const word of words) {
    const assignment = transform(word.text)
    const equals = assignment.indexOf("=")
    if (equals > 0 && isName(assignment.slice(0, equals))) {
      entries.push([assignment.slice(0, equals), assignment.slice(equals + 1)])
    } else {
      invalid.push({ text: assignment, offset: word.offset })
    }
  }
  return { entries, invalid, faults }
}
