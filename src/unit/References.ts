/**
 * The names by which a unit knows others: which of them make an instance be loaded, and what each stands for.
 *
 * @since 0.1.0
 */
import { instantiate } from "./Alias.ts"
import { accepts } from "./SocketKind.ts"
import type { Unit } from "./Unit.ts"
import { isTemplate, nameWithoutSuffix, parse, split } from "./UnitName.ts"
import type { UnitName, UnitReference } from "./Values.ts"

/** Directives that start the units they name, now or later. Orders alone load nothing. */
const starting = ["Wants", "Requires", "Requisite", "BindsTo", "Upholds", "OnFailure", "OnSuccess"] as const

const others = [
  "After",
  "Before",
  "PartOf",
  "Conflicts",
  "PropagatesReloadTo",
  "ReloadPropagatedFrom",
  "PropagatesStopTo",
  "StopPropagatedFrom",
  "JoinsNamespaceOf"
] as const

/** The units that a unit starts, as their names are written; see `rename`. */
export const startedBy = (unit: Unit): ReadonlyArray<UnitName> => {
  const names: Array<UnitName> = []
  for (const key of starting) for (const { name } of unit.Unit[key]) names.push(name)
  if (unit._tag === "Service") { for (const { name } of unit.Service.Sockets ?? []) names.push(name) }
  const activated = activatedBy(unit)
  if (activated !== undefined) names.push(activated)
  return names
}

/** What a socket, timer or path starts: what it says, or else the service of its own name. */
export const activatedBy = (unit: Unit): UnitName | undefined => {
  if (unit._tag === "Service" || unit._tag === "Target") return undefined
  // The services of a socket with Accept=yes are made of a template when somebody connects.
  if (accepts(unit)) return undefined
  const said = unit._tag === "Socket"
    ? unit.Socket.Service
    : unit._tag === "Timer"
    ? unit.Timer.Unit
    : unit.Path.Unit
  return said === undefined ? parse(`${nameWithoutSuffix(unit.name)}.service`) : said.name
}

/** What a socket with `Accept=yes` starts instances of: `web@.service`, of `web@1.socket` as well, systemd.socket(5). */
export const templateFor = (socket: UnitName): UnitName | undefined => parse(`${split(socket).prefix}@.service`)

/**
 * The unit that a name stands for where `unit` says it. A template stands for its instance of the same name as the
 * instance of `unit`, or as the prefix of its name.
 */
export const meaning = (unit: Unit, name: UnitName): UnitName => {
  if (!isTemplate(name)) return name
  const { instance, prefix } = split(unit.name)
  return instantiate(name, instance === undefined || instance === "" ? prefix : instance) ?? name
}

/** The unit with each name of another one put through `resolve`; the unit itself where that changes nothing. */
export const rename = (unit: Unit, resolve: (name: UnitName) => UnitName): Unit => {
  const real = (name: UnitName): UnitName => resolve(meaning(unit, name))
  const isOther = ({ name }: UnitReference): boolean => real(name) !== name
  const own = ({ at, name }: UnitReference): UnitReference => ({ name: real(name), at })
  /** What it starts, said or not, where that has another name. */
  const activated = (said: UnitReference | undefined): UnitReference | undefined => {
    if (said !== undefined) return isOther(said) ? own(said) : undefined
    const name = activatedBy(unit)
    const reference = name === undefined ? undefined : { name, at: { file: unit.file, line: 0, column: 0 } }
    return reference !== undefined && isOther(reference) ? own(reference) : undefined
  }
  const changed: Record<string, ReadonlyArray<UnitReference>> = {}
  for (const keys of [starting, others]) {
    for (const key of keys) {
      const list = unit.Unit[key]
      if (list !== undefined && list.some(isOther)) changed[key] = list.map(own)
    }
  }
  const renamed = Object.keys(changed).length === 0 ? unit : { ...unit, Unit: { ...unit.Unit, ...changed } }
  switch (renamed._tag) {
    case "Socket": {
      const other = activated(renamed.Socket.Service)
      return other === undefined ? renamed : { ...renamed, Socket: { ...renamed.Socket, Service: other } }
    }
    case "Timer": {
      const other = activated(renamed.Timer.Unit)
      return other === undefined ? renamed : { ...renamed, Timer: { ...renamed.Timer, Unit: other } }
    }
    case "Path": {
      const other = activated(renamed.Path.Unit)
      return other === undefined ? renamed : { ...renamed, Path: { ...renamed.Path, Unit: other } }
    }
    case "Service": {
      const { Sockets } = renamed.Service
      if (Sockets === undefined || !Sockets.some(isOther)) return renamed
      return { ...renamed, Service: { ...renamed.Service, Sockets: Sockets.map(own) } }
    }
    default:
      return renamed
  }
}
