/**
 * What kind of socket it is, so that everybody sees it alike.
 *
 * @since 0.1.0
 */
import type { Unit } from "./Unit.ts"

/** Whether each of its connections has an instance of its template: `Accept=yes`, unless the socket is a proxy. */
export const accepts = (unit: Unit): boolean =>
  unit._tag === "Socket" && unit.Socket.Accept === true && unit.Socket.ActivationMode !== "proxy"
