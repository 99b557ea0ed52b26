/**
 * How the values of each grammar are written, for people who ask about a directive. A grammar that is not here is called
 * by its name.
 *
 * @since 0.1.0
 */
import type { Values } from "../Values.ts"

export const grammars: { readonly [Name in keyof Values]?: string } = {
  boolean: "yes or no; also 1, true, t, y, on, and 0, false, f, n, off",
  "command line": "a program and its arguments, with quotes, escapes, ${NAME:-default} and %specifiers; ahead of the " +
    "program - (its failure does not matter), @ (argv[0] follows), : (no variables), + or ! (as PID 1's user)",
  condition: "what to test; ! ahead of it negates, | makes it one of several of which one has to hold",
  description: "any text",
  environment: "NAME=value, several separated by blanks, each in quotes where it has blanks in it; adds up, and an " +
    "empty value drops what was said before",
  "environment file": "a path, or a pattern with * and ?; - ahead of it allows that it is not there",
  integer: "a whole number",
  signal: "a name with or without SIG, RTMIN+n, or a number",
  "time span": "seconds, or numbers with units such as 1min 30s, 500ms, 2h; infinity",
  timeout: "a time span, such as 90, 1min 30s, 500ms; 0 or infinity for no limit",
  "unit names": "names of units with their endings, separated by blanks; adds up",
  user: "a name or a number",
  words: "words separated by blanks; adds up, and an empty value drops what was said before",
  "working directory": "an absolute path, or ~ for the user's home; - ahead of it allows that it is not there"
}
