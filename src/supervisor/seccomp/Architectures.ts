/**
 * `SystemCallArchitectures=` of systemd.exec(5): a call of another architecture ends the process. Our own is always
 * allowed, since the program is still to be executed when filters are in place.
 */
import type { Plan } from "./Abi.ts"
import * as Abi from "./Abi.ts"
import * as Decisions from "./Decision.ts"

/** Those of a machine whose calls may come, our own first; without a list all that are known. */
export const allowed = (
  known: ReadonlyArray<string>,
  listed: ReadonlyArray<string>
): ReadonlyArray<string> => known.filter((name, at) => at === 0 || listed.length === 0 || listed.includes(name))

/** Whom the program lets pass: known architectures, and others that are listed, as 32-bit ARM on arm64. */
export const passing = (known: ReadonlyArray<string>, listed: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...allowed(known, listed),
  ...listed.filter((name) => Abi.isKnown(name) && !known.includes(name))
]

const none = new Map<string, never>()

export const plan = (listed: ReadonlyArray<string>): Plan => ({
  directive: "SystemCallArchitectures=",
  callsOf: () => none,
  otherwise: Decisions.allow,
  foreign: Decisions.killProcess,
  x32: listed.includes("x32") ? Decisions.allow : Decisions.killProcess
})
