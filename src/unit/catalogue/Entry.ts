/**
 * The shape of the catalogue: what is said about one code to somebody who asks.
 *
 * @since 0.1.0
 */
import type { Code } from "../Code.ts"
import type { Severity } from "../Diagnostic.ts"

export interface Entry {
  /** A few words, without a full stop. */
  readonly title: string
  /** The usual one first; more where the same fault weighs less or more elsewhere. */
  readonly severity: readonly [Severity, ...ReadonlyArray<Severity>]
  /** One paragraph: what it means, and why it matters. */
  readonly about: string
  /**
   * A unit that has the fault, where one can be shown: `example.service`, or several files, each below a comment line
   * with its name alone.
   */
  readonly wrong?: string
  /** The same without the fault. */
  readonly right?: string
}

/** Entries by the name that the code has in `Code`. */
export type Entries = { readonly [Name in keyof typeof Code]?: Entry }
