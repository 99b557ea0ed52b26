/**
 * The shape of the tables of directives: plain data, so that loading it costs next to nothing.
 *
 * @since 0.1.0
 */

/** How a value is read. `text` stands for everything that is not read by this version. */
export type Grammar =
  | "boolean"
  | "command line"
  | "environment"
  | "environment file"
  | "integer"
  | "old name"
  | "restart mode"
  | "service type"
  | "signal"
  | "text"
  | "time span"
  | "unit names"
  | "user"
  | "words"
  | "working directory"

/** What becomes of a directive: `supported` is acted on, `accepted` has no effect and does no harm. */
export type Support = "supported" | "accepted" | "unsupported"

/** One directive: its line of documentation alone if unsupported. */
export type Cell =
  | string
  | readonly [support: "accepted", doc: string]
  | readonly [support: "supported", grammar: Grammar, byDefault: string, doc: string]

export type Table = Readonly<Record<string, Cell>>
