/** Sets of unit files in two directories, for the tests of what they make up. */
import { render } from "../../src/unit/Diagnostic.ts"
import type { SourceFile } from "../../src/unit/Overlay.ts"
import * as Overlay from "../../src/unit/Overlay.ts"
import type { Unit } from "../../src/unit/Unit.ts"
import { lookupIn, unitName } from "./Support.ts"

/** A text, a link with the text it leads to if that is needed, or a link to `/dev/null`. */
export type Content = string | { readonly link: string; readonly text?: string } | undefined

/** By path in the directory. */
export type Directory = Readonly<Record<string, Content>>

export const good = "[Service]\nExecStart=/bin/true\n"
export const masked: Content = undefined

/** A service with these lines under [Unit]. */
export const unit = (lines: string): string => `[Unit]\n${lines}\n${good}`

/** A fragment with these lines under [Service]. */
export const fragment = (lines: string): string => `[Service]\n${lines}\n`

export const sources = (directory: string, files: Directory): ReadonlyArray<SourceFile> =>
  Object.entries(files).map(([name, content]) => ({
    name,
    file: `/${directory}/${name}`,
    ...(typeof content === "string" ? { text: content } : { text: undefined, ...content })
  }))

export const both = (core: Directory, dropIn: Directory = {}): Overlay.Overlay =>
  Overlay.overlay({ core: sources("core", core), dropIn: sources("drop", dropIn), lookup: lookupIn({}) })

/** `severity path: message` of each. */
export const said = ({ diagnostics }: Overlay.Overlay): ReadonlyArray<string> =>
  diagnostics.map((one) => render(one).replace("container-init: ", ""))

export const names = ({ units }: Overlay.Overlay): ReadonlyArray<string> => [...units.keys()]

export const find = (set: Overlay.Overlay, name: string): Unit => {
  const unit = set.units.get(unitName(name))
  if (unit === undefined) throw new Error(`${name} is not among ${names(set).join(" ")}: ${said(set).join("\n")}`)
  return unit
}

/** `Environment=` of a service, which tells in which order its files were read. */
export const trail = (set: Overlay.Overlay, name: string): string => {
  const unit = find(set, name)
  return unit._tag === "Service" ? unit.Service.Environment.map(([, value]) => value).join(" ") : ""
}

/** The names a directive of [Unit] lists. */
export const listed = (
  set: Overlay.Overlay,
  name: string,
  directive: "After" | "OnFailure" | "Requires" | "Upholds" | "Wants"
) => find(set, name).Unit[directive].map((reference) => String(reference.name))
