/** The proxies of each service: one may be without clients while another has some, and the service is one. */
import type { UnitName } from "../../unit/Unit.ts"

/** A proxy that could do without its service. */
export interface Proxy {
  /** For how long it has had no client, and how long that has to be; milliseconds. */
  readonly idleMillis: () => number
  readonly idleAfterMillis: number
}

export interface Proxies {
  readonly add: (service: UnitName, proxy: Proxy) => void
  readonly remove: (service: UnitName, proxy: Proxy) => void
  /** None of them has a client, or has had one within its time. */
  readonly areIdle: (service: UnitName) => boolean
}

export const make = (): Proxies => {
  const all = new Map<UnitName, Set<Proxy>>()
  return {
    add: (service, proxy) => {
      const known = all.get(service)
      if (known === undefined) all.set(service, new Set([proxy]))
      else known.add(proxy)
    },
    remove: (service, proxy) => {
      const known = all.get(service)
      if (known?.delete(proxy) === true && known.size === 0) all.delete(service)
    },
    areIdle: (service) => {
      for (const proxy of all.get(service) ?? []) if (proxy.idleMillis() < proxy.idleAfterMillis) return false
      return true
    }
  }
}
