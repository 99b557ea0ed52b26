/**
 * Directives that name units of certain kinds: `Service=`, `Unit=`, `Sockets=`, [Install].
 *
 * @since 0.1.0
 */
import { Code } from "../Code.ts"
import type { Context } from "../Context.ts"
import { position, refuse, report, substitute } from "../Context.ts"
import { quote } from "../Diagnostic.ts"
import type { Entry } from "../Lexer.ts"
import type { Reader } from "../Reader.ts"
import { grown, keep, reset } from "../Reader.ts"
import { isTemplate, nameWithoutSuffix, parse, suffixOf } from "../UnitName.ts"
import type { UnitReference } from "../Values.ts"
import { unitNames } from "./List.ts"

/** The name of one unit that another one starts. */
const reference = (
  context: Context,
  entry: Entry,
  text: string,
  kinds: ReadonlyArray<string>
): UnitReference | undefined => {
  const name = parse(text)
  const [only] = kinds
  if (name !== undefined && (only === undefined || kinds.includes(suffixOf(name)))) {
    if (name !== context.name) return { name, at: position(context, entry) }
    refuse(context, entry, "a unit cannot start itself", "it starts a service")
    return undefined
  }
  const wanted = only === undefined ? "a unit" : `a .${only} unit`
  const instead = parse(`${name === undefined ? text : nameWithoutSuffix(name)}.${only ?? "service"}`)
  refuse(
    context,
    entry,
    text === "" ? `the value is empty, not the name of ${wanted}` : `${quote(text)} is no name of ${wanted}`,
    instead === undefined || text === "" ? undefined : `did you mean "${instead}"?`
  )
  return undefined
}

export const serviceName: Reader<UnitReference> = (context, entry) => {
  const found = reference(context, entry, substitute(context, entry, entry.value), ["service"])
  if (found === undefined) return keep
  if (!isTemplate(found.name)) return found
  const instance = found.name.replace("@.", "@1.")
  refuse(
    context,
    entry,
    `${quote(found.name)} is a template: it has no instance to start`,
    `an instance is "${instance}"`
  )
  return keep
}

/** A timer or path starts one unit: the first that is named, also where a fragment names another one. */
export const triggerName: Reader<UnitReference> = (context, entry, before) => {
  const found = reference(context, entry, substitute(context, entry, entry.value), [])
  if (found === undefined) return keep
  if (before === undefined) return found
  const message = `${quote(before.name)} is named already, and the first one counts: ${quote(found.name)} is ignored`
  report(context, entry, "warning", Code.BadValue, message)
  return keep
}

/** Sockets of a service. This list cannot be emptied, systemd.service(5). */
export const socketNames: Reader<ReadonlyArray<UnitReference>> = (context, entry, before) => {
  if (entry.value === "") return unitNames(context, entry, before)
  const list = grown(before)
  for (const word of entry.value.split(/[ \t]+/)) {
    const found = reference(context, entry, substitute(context, entry, word), ["socket"])
    if (found !== undefined) list.push(found)
  }
  return list
}

/** Lists of [Install], which can be emptied. */
export const installNames: Reader<ReadonlyArray<UnitReference>> = (context, entry, before) =>
  entry.value === "" ? reset : unitNames(context, entry, before)
