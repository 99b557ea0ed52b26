/**
 * Directives of systemd.exec(5) and systemd.service(5) with a form of their own.
 *
 * @since 0.1.0
 */
import { position, refuse, reportFaults, specifiers, substitute } from "../Context.ts"
import { quote } from "../Diagnostic.ts"
import * as AbsolutePath from "../grammar/AbsolutePath.ts"
import * as CommandLine from "../grammar/CommandLine.ts"
import type { Reader } from "../Reader.ts"
import { grown, keep, reset } from "../Reader.ts"
import type { Command, WorkingDirectory } from "../Values.ts"

export const commandLine: Reader<ReadonlyArray<Command>> = (context, entry, before) => {
  if (entry.value === "") return reset
  const { value } = entry
  const { commands, faults } = value.includes("%") || value.includes("${")
    ? CommandLine.parse(value, {
      // A program's path is settled at load, in braces only: systemd reads no variables there at all.
      path: (text, flags) =>
        flags.literal || !text.includes("${")
          ? specifiers(context, entry, text, false)
          : substitute(context, entry, text),
      word: (text, flags) => specifiers(context, entry, text, !flags.literal)
    })
    : CommandLine.parse(value)
  if (faults.length > 0) reportFaults(context, entry, faults)
  const list = grown(before)
  for (let index = 0; index < commands.length; index++) {
    const command = commands[index]
    if (command === undefined) continue
    const { flags, offset, path, words } = command
    list.push({ flags, path, words, at: position(context, entry, offset) })
  }
  return list
}

export const workingDirectory: Reader<WorkingDirectory> = (context, entry) => {
  const optional = entry.value.charCodeAt(0) === 45
  const text = substitute(context, entry, optional ? entry.value.slice(1) : entry.value)
  if (text === "" && !optional) return reset
  const path = text === "~" ? "~" : AbsolutePath.parse(text)
  if (path !== undefined) return { path, optional }
  refuse(context, entry, `${quote(text)} is no absolute path`, "\"~\" is the user's home")
  return keep
}
