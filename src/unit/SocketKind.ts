/**
 * What is not done yet about sockets as a whole, so that everybody sees it alike.
 *
 * @since 0.1.0
 */
import type { Unit } from "./Unit.ts"

/** The assignment for whose sake nobody listens; `undefined` for a socket that is acted on, and for any other unit. */
export const inertBecause = (unit: Unit): string | undefined => {
  if (unit._tag !== "Socket") return undefined
  return unit.Socket.Accept === true ? "Accept=yes" : undefined
}
