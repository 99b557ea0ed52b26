/**
 * Readers of standard streams, logs, credentials and variables, systemd.exec(5).
 *
 * @since 0.1.0
 */
import { refuse, substitute, variables } from "../Context.ts"
import { quote } from "../Diagnostic.ts"
import * as Base64 from "../grammar/Base64.ts"
import * as CEscape from "../grammar/CEscape.ts"
import * as Credential from "../grammar/Credential.ts"
import * as Environment from "../grammar/Environment.ts"
import * as LogField from "../grammar/LogField.ts"
import * as LogPriority from "../grammar/LogPriority.ts"
import * as Stdio from "../grammar/Stdio.ts"
import * as UserName from "../grammar/UserName.ts"
import type { Reader } from "../Reader.ts"
import { grown, keep, listOf, oneEach, reset, scalar } from "../Reader.ts"
import * as Suggest from "../Suggest.ts"
import type * as Exec from "../values/Exec.ts"

const standardInput: Reader<Exec.StandardInput> = (context, entry) => {
  const text = substitute(context, entry, entry.value)
  const value = Stdio.parseInput(text)
  if (value !== undefined) return value
  refuse(context, entry, `${quote(text)} is no source of input`, Stdio.hint(text, false))
  return keep
}

const standardOutput: Reader<Exec.StandardOutput> = (context, entry) => {
  const text = substitute(context, entry, entry.value)
  const value = Stdio.parseOutput(text, entry.key === "StandardError" ? "stderr" : "stdout")
  if (value !== undefined) return value
  refuse(context, entry, `${quote(text)} is no target of output`, Stdio.hint(text, true))
  return keep
}

/** Both texts and data are fed, in the order written, and an empty one of either takes back all of both. */
const inputPieces: Reader<ReadonlyArray<Exec.InputPiece>> = (context, entry, before) => {
  if (entry.value === "") return reset
  const data = entry.key === "StandardInputData"
  const bytes = data ? undefined : CEscape.parseText(entry.value, (text) => substitute(context, entry, text))
  const base64 = data ? Base64.parse(entry.value) : bytes === undefined ? undefined : Base64.encode([...bytes, 10])
  if (base64 === undefined) {
    if (data) refuse(context, entry, `${quote(entry.value)} is not base64`, base64Hint)
    else refuse(context, entry, `${quote(entry.value)} has an unknown escape sequence`, backslashHint)
    return keep
  }
  const list = grown(before)
  list.push({ base64 })
  return list
}

const base64Hint = "its length is a multiple of four, with \"=\" at the end where it has to be"
const backslashHint = "a backslash is written \"\\\\\""

const isAssignment = (text: string): boolean => Environment.isName(text.slice(0, Math.max(text.indexOf("="), 0)))

const texts: Reader<ReadonlyArray<string>> = oneEach((text) => text, "text")

const credentialHint = (): string => "credentials are called as files are, without \":\""

/** The names may hold specifiers, the values may not. */
const credentialValues =
  (encrypted: boolean): Reader<ReadonlyArray<Exec.CredentialValue>> => (context, entry, before) => {
    if (entry.value === "") return reset
    const value = Credential.parseSet(entry.value, encrypted, {
      name: (text) => substitute(context, entry, text),
      value: (text) => variables(context, entry, text)
    })
    if (value === undefined) {
      refuse(context, entry, `${quote(entry.value)} is no credential`, credentialValueHint(entry.value, encrypted))
      return keep
    }
    const list = grown(before)
    list.push(value)
    return list
  }

const credentialValueHint = (text: string, encrypted: boolean): string => {
  const colon = text.indexOf(":")
  if (colon < 0 || colon === text.length - 1) return "write NAME:value"
  if (!Credential.isName(text.slice(0, colon))) return credentialHint()
  return encrypted ? `the encrypted value is base64: ${base64Hint}` : backslashHint
}

export const stdioReaders = {
  "standard input": standardInput,
  "standard output": standardOutput,
  "input pieces": inputPieces,
  "log level": scalar(LogPriority.parseLevel, "log level", LogPriority.levelHint),
  "log facility": scalar(
    LogPriority.parseFacility,
    "log facility",
    (text) =>
      Suggest.hint(text, LogPriority.facilityNames()) ?? `write one of ${LogPriority.facilityNames().join(", ")}`
  ),
  "log fields": listOf(
    LogField.parse,
    "log field",
    (text) => text.includes("=") ? "names are made of A-Z 0-9 and _, and begin with a letter" : "write FIELD=value",
    "decode"
  ),
  texts,
  "credential sources": oneEach(
    Credential.parseLoad,
    "credential",
    (text) => text.includes(":") ? "write NAME:/absolute/path, or NAME:CREDENTIAL" : credentialHint()
  ),
  "credential values": credentialValues(false),
  "encrypted credentials": credentialValues(true),
  "credential imports": oneEach(Credential.parseImport, "name or pattern of credentials", credentialHint),
  "variable names": listOf(
    (text) => Environment.isName(text) ? text : undefined,
    "name of a variable",
    (text) => text.includes("=") ? "it takes names only: Environment= sets values" : undefined
  ),
  "variables to unset": listOf(
    (text) => Environment.isName(text) || isAssignment(text) ? text : undefined,
    "name or assignment of a variable",
    undefined,
    "decode"
  ),
  groups: listOf(
    UserName.parse,
    "name or number of a group",
    (text) => text.includes(",") ? "groups are separated by blanks" : undefined
  )
}
