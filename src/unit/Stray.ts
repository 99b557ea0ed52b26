/**
 * Files of a unit directory that are no units: what is said of them.
 *
 * @since 0.1.0
 */
import { Code } from "./Code.ts"
import type { Diagnostic } from "./Diagnostic.ts"
import { ofFile, quote } from "./Diagnostic.ts"
import { parseUnit } from "./Parse.ts"
import type { SourceFile } from "./SourceFile.ts"

/** What package managers leave beside a file that somebody has changed. */
const leftover = /\.(?:dpkg|ucf)-\w+$|\.rpm(?:new|save|orig)$/

export const judge = ({ file, name }: SourceFile): ReadonlyArray<Diagnostic> => {
  if (leftover.test(name)) {
    return [ofFile("note", Code.Leftover, file, "left behind by a package manager: the file is ignored")]
  }
  if (name.endsWith(".conf")) {
    const message = `${quote(name)} is no name of a unit: the file is ignored`
    return [ofFile("warning", Code.NotAUnitName, file, message, `a fragment belongs in a folder such as web.service.d`)]
  }
  return parseUnit({ name, file, text: "" }, { lookup: () => undefined }).diagnostics
}

/** A link that leads nowhere. */
export const dangling = ({ file, link = "" }: SourceFile): Diagnostic =>
  ofFile(
    "error",
    Code.DanglingLink,
    file,
    `the link leads to ${quote(link)}, where nothing is`,
    "let it lead to a unit's file, or to /dev/null if the unit is to be masked"
  )
