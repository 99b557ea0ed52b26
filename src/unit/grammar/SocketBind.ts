/**
 * Rules about ports, systemd.resource-control(5) `SocketBindAllow=`: `[family:][protocol:]ports`, `any`.
 *
 * @since 0.1.0
 */
import type { SocketBind } from "../values/Exec.ts"
import * as Port from "./Port.ts"

export const parse = (text: string): SocketBind | undefined => {
  if (text === "any") return { family: undefined, protocol: undefined, ports: undefined }
  const fields = text.split(":")
  let next = 0
  const first = fields[next]
  const family = first === "ipv4" || first === "ipv6" ? first : undefined
  if (family !== undefined) next++
  const second = fields[next]
  const protocol = second === "tcp" || second === "udp" ? second : undefined
  if (protocol !== undefined) next++
  const rest = fields.slice(next)
  if (rest.length === 0) return { family, protocol, ports: undefined }
  const [written = ""] = rest
  if (rest.length > 1) return undefined
  if (written === "any") return { family, protocol, ports: undefined }
  const dash = written.indexOf("-")
  const low = Port.parse(dash < 0 ? written : written.slice(0, dash))
  const high = dash < 0 ? low : Port.parse(written.slice(dash + 1))
  return low === undefined || high === undefined || high < low ? undefined : { family, protocol, ports: [low, high] }
}

/** As `parse` reads it. */
export const format = ({ family, ports, protocol }: SocketBind): string =>
  [
    ...(family === undefined ? [] : [family]),
    ...(protocol === undefined ? [] : [protocol]),
    ports === undefined ? "any" : ports[0] === ports[1] ? String(ports[0]) : `${ports[0]}-${ports[1]}`
  ].join(":")
