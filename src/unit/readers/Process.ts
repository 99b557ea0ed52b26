/**
 * The readers of the grammars of systemd.exec(5), systemd.kill(5) and systemd.resource-control(5).
 *
 * @since 0.1.0
 */
import { refuse, reportFaults, substitute } from "../Context.ts"
import { quote } from "../Diagnostic.ts"
import * as AbsolutePath from "../grammar/AbsolutePath.ts"
import * as Limit from "../grammar/Limit.ts"
import * as OctalMode from "../grammar/OctalMode.ts"
import * as Paths from "../grammar/Paths.ts"
import * as Port from "../grammar/Port.ts"
import * as Size from "../grammar/Size.ts"
import type { Reader } from "../Reader.ts"
import { grown, keep, reset, scalar } from "../Reader.ts"
import type { ExecValues, PathReference } from "../values/Exec.ts"

/** An absolute path; an empty one is "not written". */
const path: Reader<string> = (context, entry) => {
  const text = substitute(context, entry, entry.value)
  if (text === "") return reset
  const value = AbsolutePath.parse(text)
  if (value !== undefined) return value
  refuse(context, entry, `${quote(text)} is no absolute path`, pathHint(text))
  return keep
}

const pathHint = (text: string): string | undefined => {
  if (text.startsWith("+-")) return "\"-\" stands ahead of \"+\""
  return /(?:^|\/)\.\.(?:\/|$)/.test(text)
    ? "paths do not climb: write them without \"..\""
    : "paths begin with \"/\""
}

const paths: Reader<ReadonlyArray<PathReference>> = (context, entry, before) => {
  if (entry.value === "") return reset
  const list = grown(before)
  const parsed = Paths.parse(entry.value, (word) => substitute(context, entry, word))
  for (const one of parsed.paths) list.push(one)
  for (const { offset, text } of parsed.invalid) {
    refuse(context, entry, `${quote(text)} is no absolute path`, pathHint(text), offset)
  }
  reportFaults(context, entry, parsed.faults)
  return list
}

export const execReaders: { readonly [G in keyof ExecValues]: Reader<ExecValues[G]> } = {
  "octal mode": scalar(OctalMode.parse, "octal mode", () => "modes look like \"0755\""),
  path,
  paths,
  port: scalar(Port.parse, "port number", () => "ports go from 1 to 65535"),
  size: scalar((text) => Size.parse(text), "size", Size.hint),
  "size limit": scalar(
    (text) => Limit.parse(text, (amount) => Size.parse(amount)),
    "size",
    () => "write bytes (\"512M\"), a percentage (\"50%\") or \"infinity\""
  )
}
