/**
 * System calls in filters, systemd.exec(5) `SystemCallFilter=`: a name or a group, `@clock`, perhaps with the error it
 * gives: `read:EPERM`, `@mount:kill`.
 *
 * @since 0.1.0
 */
import * as Suggest from "../Suggest.ts"
import type { SystemCall } from "../values/Exec.ts"
import * as Errno from "./Errno.ts"
import * as Vocabulary from "./Vocabulary.ts"

/** An error number, of which 0 is "as if nothing were said", or `kill`. */
export const parseAction = (text: string): number | "kill" | undefined => text === "kill" ? text : Errno.parse(text)

/** The names are not looked up: which there are is a matter of the machine. Groups are. */
export const parse = (text: string): SystemCall | undefined => {
  const colon = text.indexOf(":")
  const name = colon < 0 ? text : text.slice(0, colon)
  const action = colon < 0 ? undefined : parseAction(text.slice(colon + 1))
  if (colon >= 0 && action === undefined || !isName(name)) return undefined
  return { name, action }
}

const isName = (name: string): boolean =>
  name.startsWith("@") ? Vocabulary.split(Vocabulary.systemCallGroups).includes(name) : /^[a-z_][a-z0-9_]*$/.test(name)

/** What to write instead of something that is no system call. */
export const hint = (text: string): string | undefined => {
  const [name = "", error] = text.split(":")
  if (name.includes(",")) return "names are separated by blanks"
  if (name.startsWith("@") && !isName(name)) return Suggest.hint(name, Vocabulary.split(Vocabulary.systemCallGroups))
  if (error !== undefined && parseAction(error) === undefined) {
    return Suggest.hint(error, Errno.known()) ?? "an error is a name (\"EPERM\"), a number up to 4095 or \"kill\""
  }
  return undefined
}

/** As `parse` reads it. */
export const format = ({ action, name }: SystemCall): string =>
  action === undefined ? name : `${name}:${action === "kill" ? action : Errno.nameOf(action)}`
