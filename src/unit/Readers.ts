/**
 * The reader of each grammar that the table of directives names.
 *
 * @since 0.1.0
 */
import type { Reader } from "./Reader.ts"
import { resettable } from "./Reader.ts"
import { activationReaders } from "./readers/Activation.ts"
import * as Exec from "./readers/Exec.ts"
import * as List from "./readers/List.ts"
import { execReaders } from "./readers/Process.ts"
import * as Scalar from "./readers/Scalar.ts"
import * as Unit from "./readers/Unit.ts"
import type { Grammar, Values } from "./Values.ts"

const readers: { readonly [G in keyof Values]: Reader<Values[G]> } = {
  ...activationReaders,
  ...execReaders,
  boolean: Scalar.boolean,
  "command line": Exec.commandLine,
  condition: Unit.condition,
  description: Unit.description,
  environment: List.environment,
  "environment file": List.environmentFile,
  integer: Scalar.integer,
  signal: Scalar.signal,
  text: Scalar.text,
  "time span": Scalar.timeSpan,
  timeout: Scalar.timeout,
  "unit names": List.unitNames,
  user: Scalar.user,
  words: List.words,
  "working directory": Exec.workingDirectory
}

const isNamed = (grammar: string | undefined): grammar is keyof Values =>
  grammar !== undefined && Object.hasOwn(readers, grammar)

/** Grammars of one value, whatever the directive was before: without variables the same text always means the same. */
const plain: ReadonlySet<string> = new Set(
  ["boolean", "integer", "signal", "text", "time span", "timeout", "user", "working directory"] satisfies ReadonlyArray<
    keyof Values
  >
)

/** Whether two equal assignments of this grammar come to the same, whoever makes them. */
export const isPlain = (grammar: Grammar): boolean => {
  if (isNamed(grammar)) return plain.has(grammar)
  const written = grammar.split("|").filter((alternative) => alternative !== "")
  return written.length !== 1 || plain.has(written[0] ?? "")
}

/** The reader of a grammar; of alternatives, one is made. */
export const readerOf = (grammar: Grammar): Reader<unknown> => {
  if (isNamed(grammar)) return readers[grammar]
  const alternatives = grammar.split("|")
  const written = alternatives.filter((alternative) => alternative !== "")
  const [only] = written
  const reader: Reader<unknown> = written.length === 1 && isNamed(only) ? readers[only] : Scalar.oneOf(written)
  return written.length < alternatives.length ? resettable(reader) : reader
}
