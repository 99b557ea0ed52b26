/**
 * Lists of absolute paths with prefixes, systemd.exec(5) `ReadWritePaths=`: separated by blanks, each perhaps in quotes.
 *
 * @since 0.1.0
 */
import type { PathReference } from "../values/Exec.ts"
import * as AbsolutePath from "./AbsolutePath.ts"
import type { Fault } from "./Words.ts"
import * as Words from "./Words.ts"

export interface Paths {
  readonly paths: ReadonlyArray<PathReference>
  readonly invalid: ReadonlyArray<{ readonly text: string; readonly offset: number }>
  readonly faults: ReadonlyArray<Fault>
}

/** One path: `-` forgives that it is not there, `+` after it counts from the service's own root. */
export const parseOne = (text: string): PathReference | undefined => {
  const optional = text.charCodeAt(0) === 45
  const inRoot = text.charCodeAt(optional ? 1 : 0) === 43
  const path = AbsolutePath.parse(optional || inRoot ? text.slice(optional && inRoot ? 2 : 1) : text)
  return path === undefined ? undefined : { path, optional, inRoot }
}

/** `transform` substitutes specifiers and variables in each word, after the value was split. */
export const parse = (text: string, transform: (word: string) => string = (word) => word): Paths => {
  const { faults, words } = Words.parse(text, "strip")
  const paths: Array<PathReference> = []
  const invalid: Array<{ text: string; offset: number }> = []
  for (const word of words) {
    const written = transform(word.text)
    const path = parseOne(written)
    if (path !== undefined) paths.push(path)
    else invalid.push({ text: written, offset: word.offset })
  }
  return { paths, invalid, faults }
}

/** As `parse` reads it. */
export const format = (paths: ReadonlyArray<PathReference>): string =>
  Words.quote(paths.map(({ inRoot, optional, path }) => `${optional ? "-" : ""}${inRoot ? "+" : ""}${path}`))
