/**
 * Proxies against the services behind them (ours, `ActivationMode=proxy`).
 *
 * @since 0.1.0
 */
import { Code } from "../Code.ts"
import type { Diagnostic } from "../Diagnostic.ts"
import * as TimeSpan from "../grammar/TimeSpan.ts"
import { activatedBy } from "../References.ts"
import type { Position, Service, Socket, Unit, UnitName, UnitReference } from "../Unit.ts"
import { finding } from "./Finding.ts"
import type { World } from "./World.ts"

const isProxy = (unit: Unit | undefined): unit is Socket =>
  unit?._tag === "Socket" && unit.Socket.ActivationMode === "proxy"

const none: ReadonlyArray<UnitReference> = []

const somewhereIn = ({ file }: Unit): Position => ({ file, line: 0, column: 0 })

export const check = (world: World): ReadonlyArray<Diagnostic> => {
  const diagnostics: Array<Diagnostic> = []
  /** Of each service, whether some socket hands it anything. */
  const hands = new Map<UnitName, boolean>()
  for (const unit of world.units.values()) {
    const service = unit._tag === "Socket" ? activatedBy(unit) : undefined
    if (service === undefined) continue
    hands.set(service, hands.get(service) === true || !isProxy(unit))
    const other = world.units.get(service)
    if (isProxy(unit) && other?._tag === "Service") checkIdle(unit, other, diagnostics)
  }
  for (const unit of world.units.values()) {
    if (unit._tag !== "Service") continue
    for (const { at, name } of unit.Service.Sockets ?? none) {
      if (isProxy(world.units.get(name))) {
        const message = `${name} is a proxy: it hands nothing over, and starts no other service than its own`
        diagnostics.push(finding("warning", Code.NoEffect, at, "Service", "Sockets", message))
      } else hands.set(unit.name, true)
    }
    if (unit.Service.StandardInput?._tag !== "Socket" || hands.get(unit.name) !== false) continue
    const message = "a proxy hands no socket over: the service cannot start"
    diagnostics.push(finding("warning", Code.AbsentSocket, somewhereIn(unit), "Service", "StandardInput", message))
  }
  return diagnostics
}

/** Clients who come now and then make the service start and stop, and too many starts are a failure. */
const checkIdle = (socket: Socket, { Unit: unit, name }: Service, diagnostics: Array<Diagnostic>): void => {
  const { ProxyIdleSec: idle } = socket.Socket
  const { StartLimitBurst: burst, StartLimitIntervalSec: interval } = unit
  if (idle === undefined || idle === 0 || burst === 0 || interval === 0 || idle * burst >= interval) return
  const limit = `${burst} starts within ${TimeSpan.format(interval)}`
  const message = `${name} may be started so often that it fails: it stops after ${
    TimeSpan.format(idle)
  }, with a limit of ${limit}`
  const hint = `write at least ${TimeSpan.format(Math.ceil(interval / burst))}, or StartLimitIntervalSec=0 in ${name}`
  diagnostics.push(finding("warning", Code.IdleTooShort, somewhereIn(socket), "Socket", "ProxyIdleSec", message, hint))
}
