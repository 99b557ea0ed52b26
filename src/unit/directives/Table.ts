/**
 * The shape of the tables of directives: plain data, so that loading it costs next to nothing, and literal types, so
 * that the model of a unit is typed from its rows.
 *
 * @since 0.1.0
 */
import type { Grammar } from "../Values.ts"

/** What becomes of a directive: `supported` is acted on, `accepted` has no effect and does no harm. */
export type Support = "supported" | "accepted" | "unsupported"

/** The default is in words, for documentation. */
export type Row = readonly [support: Support, grammar: Grammar, doc: string, byDefault?: string]

/**
 * Another name: the assignment means this directive instead, of the same section unless it says `Section.Directive`.
 * Several, separated by blanks, are all assigned.
 */
export type Alias = readonly ["alias", string]

export type Cell = Row | Alias

export type Table = Readonly<Record<string, Cell>>
