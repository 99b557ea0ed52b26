/**
 * Diagnostics as workflow commands of GitHub Actions: lines in a job's log that the runner turns into annotations.
 *
 * @since 0.1.0
 */
import type { Diagnostic, Severity } from "./Diagnostic.ts"
import * as Text from "./Diagnostic.ts"
import * as FileUri from "./FileUri.ts"

const commands: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", note: "notice" }

/** What stands behind the second `::`: one line, whatever a file's name or a value has in it. */
const escapeMessage = (text: string): string =>
  text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A")

/** The value of a property, which ends at a comma or at the second `::`. */
const escapeProperty = (text: string): string => escapeMessage(text).replaceAll(":", "%3A").replaceAll(",", "%2C")

/** One diagnostic as one command, without its newline. */
export const render = (diagnostic: Diagnostic): string => {
  const { at, code, severity } = diagnostic
  const properties: Array<string> = []
  if (at.file !== "") properties.push(`file=${escapeProperty(FileUri.plainPath(at.file))}`)
  if (at.line > 0) properties.push(`line=${at.line}`)
  if (at.line > 0 && at.column > 0) properties.push(`col=${at.column}`)
  properties.push(`title=${escapeProperty(code)}`)
  return `::${commands[severity]} ${properties.join(",")}::${escapeMessage(Text.sentence(diagnostic))}`
}
