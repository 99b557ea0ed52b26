/**
 * What the lexer makes of the text of a unit file.
 *
 * @since 0.1.0
 */
import type { Diagnostic } from "./Diagnostic.ts"

/** One `Key=value`. Lines and columns count from 1. */
export interface Entry {
  readonly section: string
  readonly key: string
  /** Without the blanks around it; continuation lines joined by one space each. */
  readonly value: string
  readonly line: number
  readonly column: number
  /** Where the value begins; of a continued line, in its first line. */
  readonly valueColumn: number
  /** Whether the value goes on over several lines: columns inside of it are then not known. */
  readonly continued: boolean
}

/** One `[Section]` line; sections may repeat. */
export interface Header {
  readonly name: string
  readonly line: number
}

export interface Lexed {
  readonly entries: ReadonlyArray<Entry>
  readonly headers: ReadonlyArray<Header>
  /** The caller's to add to. */
  readonly diagnostics: Array<Diagnostic>
}
