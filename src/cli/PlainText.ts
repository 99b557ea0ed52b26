/**
 * @effect/cli's help and errors as plain text: it always colours them, and it explains every option by its type. Here no
 * escape sequence reaches a log file, and what is said is about this program.
 */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"

// The control character that begins an escape sequence cannot be written any plainer in a regular expression.
const escapeSequence = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g")

/** What the library says of a type, not of an option. */
const fillers: ReadonlySet<string> = new Set([
  "A user-defined piece of text.",
  "A true or false value.",
  "This setting is optional.",
  "This argument may be repeated zero or more times."
])

/** A command in the list of commands: its name, all its flags, and what it does. */
const listedCommand = /^( {2}- )(\S+) .* {2,}(\S.*)$/gm

/** Text without escape sequences, filler paragraphs, and the flags of commands that have a help of their own. */
export const plain = (text: string): string =>
  text.replace(escapeSequence, "").split("\n\n").filter((paragraph) => !fillers.has(paragraph.trim())).join("\n\n")
    .replace(listedCommand, (_, dash: string, name: string, about: string) => `${dash}${name.padEnd(8)}  ${about}`)
    .replace(/^\$ (?!container-init)/m, "$ container-init ")

const plainPart = (part: unknown): unknown => typeof part === "string" ? plain(part) : part

/** Runs an effect whose console prints plain text. */
export const withPlainConsole = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Console.consoleWith((console) =>
    Effect.withConsole(effect, {
      ...console,
      log: (...parts) => console.log(...parts.map(plainPart)),
      error: (...parts) => console.error(...parts.map(plainPart))
    })
  )
