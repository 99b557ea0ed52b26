/**
 * The readers of the grammars of sockets, timers and paths, and of what services say about being activated.
 *
 * @since 0.1.0
 */
import { position, refuse, variables } from "../Context.ts"
import { quote } from "../Diagnostic.ts"
import * as AbsolutePath from "../grammar/AbsolutePath.ts"
import * as BooleanWord from "../grammar/Boolean.ts"
import * as BusName from "../grammar/BusName.ts"
import * as CalendarEvent from "../grammar/CalendarEvent.ts"
import * as DescriptorName from "../grammar/DescriptorName.ts"
import * as DialAddress from "../grammar/DialAddress.ts"
import * as DocumentationUri from "../grammar/DocumentationUri.ts"
import * as ExitStatus from "../grammar/ExitStatus.ts"
import * as ExtendedAttribute from "../grammar/ExtendedAttribute.ts"
import * as InterfaceName from "../grammar/InterfaceName.ts"
import * as OpenFile from "../grammar/OpenFile.ts"
import * as TimeSpan from "../grammar/TimeSpan.ts"
import * as TypeOfService from "../grammar/TypeOfService.ts"
import type { Reader } from "../Reader.ts"
import { grown, keep, listOf, oneEach, oneMore, reset, scalar, substituted } from "../Reader.ts"
import * as Suggest from "../Suggest.ts"
import type { ActivationValues, Elapse, Watch } from "../values/Activation.ts"
import * as Reference from "./Reference.ts"
import * as Socket from "./Socket.ts"

const elapse = oneMore<Elapse>((context, entry, text) => {
  const at = position(context, entry)
  if (entry.key === "OnCalendar") {
    const event = CalendarEvent.read(text)
    if (typeof event !== "string") return { type: "Calendar", event, at }
    refuse(
      context,
      entry,
      `${quote(text)} is no calendar event: ${event}`,
      "they look like \"daily\" or \"Mon *-*-* 04:00\""
    )
    return undefined
  }
  const after = TimeSpan.parse(text)
  // "On...Sec": what the row is called is what its type is called.
  const type = entry.key.slice(2, -3) as Exclude<Elapse["type"], "Calendar">
  if (after !== undefined) return { type, after, at }
  const wrong = CalendarEvent.parse(text) === undefined ? undefined : `write "OnCalendar=${text}"`
  refuse(
    context,
    entry,
    `${quote(text)} is no time span`,
    wrong ?? "time spans look like \"90\", \"500ms\" or \"1min 30s\""
  )
  return undefined
})

const watch = oneMore<Watch>((context, entry, text) => {
  const path = Socket.absolutePath(context, entry, text)
  return path === undefined ? undefined : { type: entry.key as Watch["type"], path, at: position(context, entry) }
})

const plainPaths: Reader<ReadonlyArray<string>> = listOf(AbsolutePath.parse, "absolute path", Socket.pathHint)

/** As a list of paths, which cannot be emptied. */
const mountPaths: Reader<ReadonlyArray<string>> = (context, entry, before) =>
  entry.value === "" ? keep : plainPaths(context, entry, before)

const pidFile: Reader<string> = substituted(
  (text) => AbsolutePath.parse(text.startsWith("/") ? text : `/run/${text}`),
  "path of a file",
  () => "it lies below /run if it does not begin with \"/\"; write it without \"..\""
)

const instance = (text: string): string | undefined => /^[\w:.\\@-]+$/.test(text) ? text : undefined

const everything = ["extensions", "credentials"] as const
type Refreshed = ActivationValues["refresh"][number]

/** `yes`, `no`, or a list; `~` ahead of a list takes from what is refreshed anyway. */
const refresh: Reader<ReadonlyArray<Refreshed>> = (context, entry, before) => {
  if (entry.value === "") return reset
  const all = BooleanWord.parse(entry.value)
  if (all !== undefined) return all ? [...everything] : []
  const inverted = entry.value.startsWith("~")
  const words = (inverted ? entry.value.slice(1) : entry.value).split(/[ \t]+/).filter((word) => word !== "")
  for (const word of words) {
    if ((everything as ReadonlyArray<string>).includes(word)) continue
    const hint = Suggest.hint(word, everything) ?? "write \"yes\", \"no\", or some of extensions, credentials"
    refuse(context, entry, `${quote(word)} is nothing that a reload refreshes`, hint)
    return keep
  }
  const so = before ?? ["extensions" as const]
  return inverted
    ? so.filter((one) => !words.includes(one))
    : everything.filter((one) => words.includes(one) || before?.includes(one) === true)
}

const exitStatuses: Reader<ActivationValues["exit statuses"]> = (context, entry, before) => {
  if (entry.value === "") return reset
  const list = grown(before)
  let offset = 0
  for (const word of entry.value.split(/[ \t]/)) {
    const text = variables(context, entry, word)
    const status = text === "" ? undefined : ExitStatus.parse(text)
    if (status !== undefined) list.push(status)
    else if (text !== "") {
      const hint = ExitStatus.hint(text) ?? Suggest.hint(text, ExitStatus.known())
      refuse(context, entry, `${quote(text)} is no exit code and no signal`, hint, offset)
    }
    offset += word.length + 1
  }
  return list
}

export const activationReaders: { readonly [G in keyof ActivationValues]: Reader<ActivationValues[G]> } = {
  "bind ipv6 only": scalar(Socket.bindIPv6Only, "way to bind", () => "write default, both or ipv6-only"),
  "bus name": substituted(BusName.parse, "name on a bus", () => "they look like \"org.example.Service\""),
  "descriptor name": substituted(DescriptorName.parse, "name of a descriptor", DescriptorName.hint),
  "dial address": substituted(DialAddress.parse, "address to connect to", DialAddress.hint),
  documentation: listOf(DocumentationUri.parse, "address of documentation", DocumentationUri.hint),
  elapse,
  "exit statuses": exitStatuses,
  "extended attributes": listOf(
    ExtendedAttribute.parse,
    "extended attribute",
    () => "they look like \"user.name=value\"",
    "decode"
  ),
  instance: substituted(instance, "name of an instance", () => "they are made of A-Z a-z 0-9 and :_.\\@-"),
  "install names": Reference.installNames,
  "interface name": scalar(
    (text) => text === "*" ? "" : InterfaceName.parse(text),
    "name of a network interface",
    () => "they look like \"eth0\""
  ),
  listener: Socket.listener,
  "mount paths": mountPaths,
  "open file": oneEach(OpenFile.parse, "file to open", OpenFile.hint),
  "pid file": pidFile,
  "plain paths": plainPaths,
  refresh,
  "service name": Reference.serviceName,
  "socket names": Reference.socketNames,
  "socket protocol": scalar(Socket.socketProtocol, "protocol", () => "write udplite, sctp or mptcp"),
  timestamping: scalar(Socket.timestamping, "precision", () => "write off, us or ns"),
  "trigger name": Reference.triggerName,
  "type of service": scalar(
    TypeOfService.parse,
    "type of service",
    () => "write low-delay, throughput, reliability, low-cost or a number up to 255"
  ),
  watch
}
