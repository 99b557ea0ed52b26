/**
 * The commands of a socket unit as those of a service, which are started and ended in the same way: systemd.socket(5)
 * `ExecStartPre=` to `ExecStopPost=`. Pure.
 */
import * as Defaults from "../../unit/Defaults.ts"
import type { Command, Service, Socket, SocketSection } from "../../unit/Unit.ts"

/** The lists, by the states in which they run. */
export const keys = {
  "start-pre": "ExecStartPre",
  "start-post": "ExecStartPost",
  "stop-pre": "ExecStopPre",
  "stop-post": "ExecStopPost"
} as const

export type ListPhase = keyof typeof keys
export type CommandKey = (typeof keys)[ListPhase]

export const listOf = (section: SocketSection, phase: ListPhase): ReadonlyArray<Command> =>
  section[keys[phase]] ?? Defaults.none

export const has = ({ Socket: section }: Socket): boolean =>
  (Object.keys(keys) as ReadonlyArray<ListPhase>).some((phase) => listOf(section, phase).length > 0)

/** How long one command may take, and those that are told to go. */
export const timeoutOf = ({ TimeoutSec = Defaults.timeoutStartMillis }: SocketSection): number => TimeoutSec

/** The unit as a service without commands: what its processes are started with, and how they are told to go. */
export const asService = (unit: Socket): Service => {
  const { ExecStartPost: _1, ExecStartPre: _2, ExecStopPost: _3, ...section } = unit.Socket
  const timeout = timeoutOf(unit.Socket)
  return {
    ...unit,
    _tag: "Service",
    Service: { ...Defaults.service, ...section, Type: "oneshot", TimeoutStartSec: timeout, TimeoutStopSec: timeout }
  }
}
