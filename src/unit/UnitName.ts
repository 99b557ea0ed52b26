/**
 * Names of units, systemd.unit(5): a prefix, perhaps `@` and an instance, and a suffix that says what it is.
 *
 * @since 0.1.0
 */
import * as Escape from "./Escape.ts"
import type { UnitKind, UnitName } from "./Unit.ts"

export type { UnitName } from "./Unit.ts"

/** Every suffix systemd knows, with or without a meaning here. */
export const suffixes: ReadonlyArray<string> = [
  "service",
  "socket",
  "target",
  "timer",
  "path",
  "mount",
  "automount",
  "swap",
  "device",
  "slice",
  "scope"
]

const known: ReadonlySet<string> = new Set(suffixes)
const longestName = 255
const valid = /^[\w:.\\-][\w:.\\@-]*$/

/** The name, if systemd would take it for one. */
export const parse = (text: string): UnitName | undefined => isValid(text) ? text : undefined

export const isValid = (text: string): text is UnitName => {
  const dot = text.lastIndexOf(".")
  return dot > 0 && text.length <= longestName && known.has(text.slice(dot + 1)) && valid.test(text)
}

/** What comes after the last dot; empty where there is none. */
export const suffixOf = (name: string): string => {
  const dot = name.lastIndexOf(".")
  return dot < 0 ? "" : name.slice(dot + 1)
}

/** The kind of unit a name stands for; `undefined` for kinds that are not read here, such as `.mount`. */
export const kindOf = (name: string): UnitKind | undefined => {
  const suffix = suffixOf(name)
  switch (suffix) {
    case "service":
    case "socket":
    case "target":
    case "timer":
    case "path":
      return suffix
    default:
      return undefined
  }
}

/** Whether it is the name of a unit of a kind that is read. */
export const isRead = (name: string): name is UnitName => isValid(name) && kindOf(name) !== undefined

/** `web` of `web.service`: what the lines of a service are tagged with. */
export const nameWithoutSuffix = (name: string): string => {
  const dot = name.lastIndexOf(".")
  return dot < 0 ? name : name.slice(0, dot)
}

/** The parts of a name. */
export interface Parts {
  /** What is before the first `@`, or before the suffix. */
  readonly prefix: string
  /** What is between the first `@` and the suffix: empty for a template, `undefined` for an ordinary unit. */
  readonly instance: string | undefined
  readonly suffix: string
}

export const split = (name: string): Parts => {
  const stem = nameWithoutSuffix(name)
  const suffix = suffixOf(name)
  const at = stem.indexOf("@")
  return at < 0
    ? { prefix: stem, instance: undefined, suffix }
    : { prefix: stem.slice(0, at), instance: stem.slice(at + 1), suffix }
}

/** Whether it is a template (`name@.service`), of which only instances can run. */
export const isTemplate = (name: string): boolean => {
  const at = name.indexOf("@")
  return at > 0 && at + 1 === name.lastIndexOf(".")
}

/** The template an instance is made from: `web@.service` of `web@1.service`; `undefined` for anything else. */
export const templateOf = (name: string): UnitName | undefined => {
  const { instance, prefix, suffix } = split(name)
  return instance === undefined || instance === "" ? undefined : parse(`${prefix}@.${suffix}`)
}

/** An instance of a template, its name escaped: `web@.service` of `a b` is `web@a\x20b.service`. */
export const instantiate = (template: string, instance: string): UnitName | undefined => {
  if (instance === "" || !isTemplate(template)) return undefined
  const { prefix, suffix } = split(template)
  return parse(`${prefix}@${Escape.escape(instance)}.${suffix}`)
}

/** What an instance stands for, unescaped: `a b` of `web@a\x20b.service`; `undefined` if it is no instance. */
export const instanceOf = (name: string): string | undefined => {
  const { instance } = split(name)
  return instance === undefined || instance === "" || !isValid(name) ? undefined : Escape.unescape(instance)
}

/**
 * What a person may have meant by it, as `systemctl` takes it: `web` is `web.service`, `/dev/sda` is `dev-sda.device`,
 * `/mnt/a b` is `mnt-a\x20b.mount`, and what a name cannot hold is escaped. A valid name stays as it is.
 */
export const mangle = (text: string): UnitName | undefined => {
  if (isValid(text)) return text
  if (text === "") return undefined
  if (text.startsWith("/")) {
    const path = Escape.escapePath(text)
    const name = path === undefined ? undefined : parse(`${path}.${/^(?:dev|sys)-/.test(path) ? "device" : "mount"}`)
    if (name !== undefined) return name
  }
  const escaped = Escape.escapeInvalid(text)
  return parse(escaped) ?? parse(`${escaped}.service`)
}

/** Undoes `Escape.escape`; text that cannot be unescaped stays as it is. */
export const unescape = (text: string): string => Escape.unescape(text) ?? text
