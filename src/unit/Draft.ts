/**
 * A unit while its files are read: the model with its defaults, still open for assignments.
 *
 * @since 0.1.0
 */
import * as Defaults from "./Defaults.ts"
import type { Unit, UnitKind, UnitName } from "./Unit.ts"

/** A section of a draft, by the names of its directives. */
export type Section = Record<string, unknown>

/** The unit to be: a section of each kind that it may have, by name, beside what it is called. */
export type Draft = Record<string, Section>

const own: Readonly<Record<UnitKind, string>> = {
  service: "Service",
  socket: "Socket",
  target: "",
  timer: "Timer",
  path: "Path"
}

const tags: Readonly<Record<UnitKind, Unit["_tag"]>> = {
  service: "Service",
  socket: "Socket",
  target: "Target",
  timer: "Timer",
  path: "Path"
}

/** A unit that no file has said anything about. */
export const make = (kind: UnitKind, name: UnitName, file: string): Draft => {
  const unit: Section = { ...Defaults.unit }
  unit["Description"] = name
  const draft: Record<string, unknown> = { _tag: tags[kind], name, file, Unit: unit }
  if (kind !== "target") draft[own[kind]] = kind === "service" ? { ...Defaults.service } : {}
  draft["Install"] = {}
  return draft as Draft
}

/** What a directive means that nobody wrote. */
export const defaultOf = (section: string, key: string, name: string): unknown => {
  if (section === "Unit") return key === "Description" ? name : (Defaults.unit as Section)[key]
  return section === "Service" ? (Defaults.service as Section)[key] : undefined
}

/** The unit that has become of the draft: the readers of the table have put into it what its types say. */
export const finish = (draft: Draft): Unit => draft as unknown as Unit
