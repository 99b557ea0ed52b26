/**
 * Sockets, timers and paths against the units that they start; services against the sockets they name.
 *
 * @since 0.1.0
 */
import { Code } from "../Code.ts"
import type { Diagnostic } from "../Diagnostic.ts"
import { activatedBy, templateFor } from "../References.ts"
import { accepts } from "../SocketKind.ts"
import type { Position, Timer, Unit, UnitName } from "../Unit.ts"
import { finding } from "./Finding.ts"
import { isRepetition } from "./Timer.ts"
import type { World } from "./World.ts"
import { didYouMean } from "./World.ts"

export const check = (world: World): ReadonlyArray<Diagnostic> => {
  const diagnostics: Array<Diagnostic> = []
  for (const unit of world.units.values()) {
    switch (unit._tag) {
      case "Service":
        if (unit.Service.Sockets === undefined) break
        for (const { at, name } of unit.Service.Sockets) {
          if (world.units.has(name)) continue
          const message = `${name} ${absence(world, name)}: the service gets nothing from it`
          const hint = didYouMean(world, name)
          diagnostics.push(finding("warning", Code.AbsentSocket, at, "Service", "Sockets", message, hint))
        }
        break
      case "Target":
        break
      default: {
        const name = startedBy(unit)
        if (name === undefined) break
        const other = world.units.get(name)
        if (other === undefined && !world.templates.has(name)) diagnostics.push(nothing(world, unit, name))
        if (unit._tag === "Timer" && other !== undefined) checkTimer(unit, other, diagnostics)
      }
    }
  }
  return diagnostics
}

const absence = (world: World, name: UnitName): string => world.masked.has(name) ? "is masked" : "is not there"

/** With `Accept=yes` that is a template: `web@.service`, of `web@1.socket` as well. */
const startedBy = (unit: Exclude<Unit, { readonly _tag: "Service" | "Target" }>): UnitName | undefined =>
  accepts(unit) ? templateFor(unit.name) : activatedBy(unit)

const nothing = (
  world: World,
  unit: Exclude<Unit, { readonly _tag: "Service" | "Target" }>,
  name: UnitName
): Diagnostic => {
  const [key, said] = unit._tag === "Socket"
    ? ["Service", unit.Socket.Service] as const
    : ["Unit", unit._tag === "Timer" ? unit.Timer.Unit : unit.Path.Unit] as const
  const at: Position = said?.at ?? { file: unit.file, line: 0, column: 0 }
  const message = `${name} ${absence(world, name)}: there is nothing to start`
  const mayName = said === undefined && !accepts(unit)
  const hint = didYouMean(world, name) ?? (mayName ? `${key}= names a unit of another name` : undefined)
  return finding("warning", Code.NothingToStart, at, unit._tag, key, message, hint)
}

const checkTimer = (timer: Timer, other: Unit, diagnostics: Array<Diagnostic>): void => {
  if (other._tag !== "Service" || !other.Service.RemainAfterExit) return
  const again = timer.Timer.Elapses?.find((elapse) => elapse.type === "Calendar" || isRepetition(elapse))
  if (again === undefined) return
  const key = again.type === "Calendar" ? "OnCalendar" : `On${again.type}Sec`
  const message = `${other.name} has RemainAfterExit=yes: once it has run it stays active, and is not started again`
  diagnostics.push(finding("note", Code.StaysActive, again.at, "Timer", key, message))
}
