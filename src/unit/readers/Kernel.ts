/**
 * Readers of what the kernel is asked to grant or refuse: capabilities, namespaces, system calls; systemd.exec(5).
 *
 * @since 0.1.0
 */
import type { Context } from "../Context.ts"
import { refuse, reportFaults, substitute } from "../Context.ts"
import { quote } from "../Diagnostic.ts"
import * as BooleanWord from "../grammar/Boolean.ts"
import * as CoredumpFilter from "../grammar/CoredumpFilter.ts"
import * as InterfaceName from "../grammar/InterfaceName.ts"
import * as Selection from "../grammar/Selection.ts"
import * as SystemCall from "../grammar/SystemCall.ts"
import * as Vocabulary from "../grammar/Vocabulary.ts"
import * as Words from "../grammar/Words.ts"
import type { Entry } from "../Lexer.ts"
import type { Reader } from "../Reader.ts"
import { advice, grown, isGone, keep, listOf, peek, reset, resettable, scalar } from "../Reader.ts"
import * as Suggest from "../Suggest.ts"
import type * as Exec from "../values/Exec.ts"

/** How a word of a list is read, and what is said of one that is none. */
interface Word<A> {
  readonly parse: (text: string) => A | undefined
  readonly wanted: string
  readonly hint: (text: string) => string | undefined
}

const between = "names are separated by blanks"

/** A name near to the one that was written, compared without the prefix that all of them have. */
const near = (text: string, prefix: string, table: string): string | undefined => {
  const name = text.toUpperCase().startsWith(prefix) ? text.slice(prefix.length) : text
  const names = Vocabulary.split(table)
  const found = names.find((one) => one.toUpperCase() === name.toUpperCase()) ?? Suggest.suggest(name, names)
  return found === undefined ? undefined : `did you mean "${prefix}${found}"?`
}

const capability: Word<string> = {
  parse: Vocabulary.capability,
  wanted: "capability",
  hint: (text) => text.includes(",") ? between : near(text, "CAP_", Vocabulary.capabilities)
}

const addressFamily: Word<string> = {
  parse: Vocabulary.addressFamily,
  wanted: "address family",
  hint: (text) => {
    if (text.includes(",")) return between
    return text.toLowerCase() === "none" ? "\"none\" stands alone" : near(text, "AF_", Vocabulary.addressFamilies)
  }
}

/** Words of a table. */
const oneOfTable = (table: string, wanted: string): Word<string> => ({
  parse: (text) => Vocabulary.split(table).find((word) => word === text),
  wanted,
  hint: (text) =>
    text.includes(",") ? between : Suggest.hint(text, Vocabulary.split(table)) ??
      `it takes ${table.replaceAll(" ", ", ")}`
})

/** The words of an assignment that are names; what is said of the others is said. */
const namesOf = <A>(
  context: Context,
  entry: Entry,
  assignment: Selection.Assignment,
  { hint, parse, wanted }: Word<A>
): ReadonlyArray<A> => {
  const names: Array<A> = []
  for (const { offset, text } of assignment.words) {
    const word = substitute(context, entry, text)
    if (isGone(entry, word)) continue
    const name = parse(word)
    if (name !== undefined) names.push(name)
    else refuse(context, entry, `${quote(word)} is no ${wanted}`, advice(context, hint, word), offset)
  }
  reportFaults(context, entry, assignment.faults)
  return names
}

/**
 * An empty value means no capability at all, and `~` all of them, whatever was written before. So does a list where all
 * that is there so far is what nobody wrote: all for the bounding set, none for the ambient one.
 */
const capabilities = (byDefault: Exec.Selection): Reader<Exec.Selection> => (context, entry, before) => {
  const assignment = Selection.split(entry.value)
  const names = namesOf(context, entry, assignment, capability)
  // Nothing that was written has a meaning: that is not the same as nothing written.
  if (names.length === 0 && assignment.words.length > 0) return keep
  const fresh = before === undefined || names.length === 0 ||
    before.names.length === 0 && before.inverted === byDefault.inverted
  return Selection.merge(fresh ? undefined : before, assignment.inverted, names)
}

const addressFamilies: Reader<Exec.Selection> = (context, entry, before) => {
  if (entry.value === "") return reset
  if (peek(context, entry) === "none") return Selection.nothing
  const assignment = Selection.split(entry.value)
  return Selection.merge(before, assignment.inverted, namesOf(context, entry, assignment, addressFamily))
}

const namespaceWord = oneOfTable(Vocabulary.namespaces, "kind of namespace")

/** The namespaces that may be used: a boolean says whether that is restricted to none. */
const namespaces: Reader<Exec.Selection> = (context, entry, before) => {
  if (entry.value === "") return reset
  const restricted = BooleanWord.parse(peek(context, entry))
  // `DelegateNamespaces=` is the other way round: yes means all of them.
  const all = entry.key === "DelegateNamespaces" ? restricted === true : restricted === false
  if (restricted !== undefined) return all ? Selection.everything : Selection.nothing
  const assignment = Selection.split(entry.value)
  const names = namesOf(context, entry, assignment, namespaceWord)
  return names.length < assignment.words.length ? keep : Selection.merge(before, assignment.inverted, names)
}

const systemCallWord: Word<Exec.SystemCall> = {
  parse: SystemCall.parse,
  wanted: "system call or group of them",
  hint: SystemCall.hint
}

const systemCalls: Reader<ReadonlyArray<Exec.SystemCallRule>> = (context, entry, before) => {
  if (entry.value === "") return reset
  const assignment = Selection.split(entry.value)
  const list = grown(before)
  const { inverted } = assignment
  list.push({ inverted, calls: namesOf(context, entry, assignment, systemCallWord) })
  const allows = list[0]?.inverted === false && !inverted
  const odd = allows ? list.at(-1)?.calls.find(({ action }) => action !== undefined) : undefined
  if (odd !== undefined) {
    const message = `${quote(SystemCall.format(odd))} is allowed: it gives no error`
    refuse(context, entry, message, "errors are for lists that begin with \"~\"")
  }
  return list
}

/** Lists of names that nobody knows all of. */
const selections = (word: Word<string>): Reader<ReadonlyArray<Exec.Selection>> => (context, entry, before) => {
  if (entry.value === "") return reset
  const assignment = Selection.split(entry.value)
  const list = grown(before)
  list.push({ inverted: assignment.inverted, names: namesOf(context, entry, assignment, word) })
  return list
}

const networkInterface: Word<string> = {
  // The kernel's own names, not the longer alternative ones.
  parse: (text) => text.length <= 15 ? InterfaceName.parse(text) : undefined,
  wanted: "name of a network interface",
  hint: (text) =>
    text.includes(",") ? between : "names are up to 15 characters, neither a number nor with \"/\" or \":\""
}

const fileSystem: Word<string> = {
  parse: (text) => /^@?[A-Za-z0-9_.-]+$/.test(text) ? text : undefined,
  wanted: "name of a file system",
  hint: (text) => text.includes(",") ? between : undefined
}

/** Bits add up; a word that is none leaves all as it was. */
const coredumpFilter: Reader<number> = resettable((context, entry, before) => {
  let mask = before ?? 0
  const { faults, words } = Words.parse(entry.value, "strip")
  reportFaults(context, entry, faults)
  if (faults.length > 0) return keep
  for (const { offset, text } of words) {
    const bits = CoredumpFilter.parse(text)
    if (bits === undefined) {
      const hint = Suggest.hint(text, CoredumpFilter.known())
      refuse(context, entry, `${quote(text)} is no part of a core file`, hint, offset)
      return keep
    }
    mask = (mask | bits) >>> 0
  }
  return mask
})

const listOfTable = (table: string, wanted: string): Reader<ReadonlyArray<string>> => {
  const word = oneOfTable(table, wanted)
  return listOf(word.parse, wanted, word.hint)
}

const controllers = listOfTable(Vocabulary.controllers, "controller")

/** An empty value delegates, but no controller. */
const delegation: Reader<boolean | ReadonlyArray<string>> = (context, entry, before) => {
  if (entry.value === "") return []
  const all = BooleanWord.parse(peek(context, entry))
  if (all !== undefined) return all
  const list = controllers(context, entry, Array.isArray(before) ? before : undefined)
  return before === true ? true : list
}

const protectHostname: Reader<Exec.ExecValues["protect hostname"]> = (context, entry) => {
  const text = substitute(context, entry, entry.value)
  const colon = text.indexOf(":")
  const word = colon < 0 ? text : text.slice(0, colon)
  const hostname = colon < 0 ? undefined : text.slice(colon + 1)
  const known = BooleanWord.parse(word)
  const mode = word === "private" ? word : known === undefined ? undefined : known ? "yes" : "no"
  if (mode !== undefined && hostname !== "" && (hostname === undefined || mode !== "no")) return { mode, hostname }
  refuse(context, entry, `${quote(text)} is not among its values`, "write yes, no, private, or private:HOSTNAME")
  return keep
}

export const kernelReaders = {
  "bounding capabilities": capabilities(Selection.everything),
  capabilities: capabilities(Selection.nothing),
  "address families": addressFamilies,
  namespaces,
  "secure bits": listOfTable(Vocabulary.secureBits, "secure bit"),
  "system calls": systemCalls,
  "system call action": resettable(scalar(
    (text) => SystemCall.parseAction(text) || undefined,
    "error",
    (text) => SystemCall.hint(`x:${text}`) ?? "0 is no error"
  )),
  architectures: listOfTable(Vocabulary.architectures, "architecture"),
  "file systems": selections(fileSystem),
  "network interfaces": selections(networkInterface),
  "protect hostname": protectHostname,
  "coredump filter": coredumpFilter,
  controllers,
  delegation
}
