/** Where a proxy connects to, `ProxyTarget=`: as the kernel takes it, a name looked up in /etc/hosts, hosts(5). */
import * as Effect from "effect/Effect"
import { Files } from "../../kernel/Files.ts"
import type { DialAddress } from "../../unit/Unit.ts"

export interface Target {
  readonly address: string
  readonly port: number
}

const hostsLimit = 1024 * 1024

/** The first address that a name has there; names differ neither by case nor by a dot at their end. Pure. */
export const lookUp = (hosts: string, name: string): string | undefined => {
  const plain = (text: string) => (text.endsWith(".") ? text.slice(0, -1) : text).toLowerCase()
  const wanted = plain(name)
  for (const line of hosts.split("\n")) {
    const hash = line.indexOf("#")
    const [address, ...names] = (hash < 0 ? line : line.slice(0, hash)).trim().split(/\s+/)
    if (address !== undefined && names.some((one) => plain(one) === wanted)) return address
  }
  // Every machine's, whether its image has the file or not.
  return wanted === "localhost" ? "127.0.0.1" : undefined
}

/** A string says why there is none. */
export const resolve = (target: DialAddress | undefined): Effect.Effect<Target | string, never, Files> => {
  switch (target?.kind) {
    case undefined:
      return Effect.succeed("a proxy needs ProxyTarget=, the address to forward to")
    case "inet":
      return Effect.succeed({ address: target.address, port: target.port })
    case "inet6": {
      const scope = target.scope === undefined ? "" : `%${target.scope}`
      return Effect.succeed({ address: `${target.address}${scope}`, port: target.port })
    }
    case "unix":
      return Effect.succeed({ address: target.path, port: 0 })
    case "abstract":
      return Effect.succeed({ address: `@${target.name}`, port: 0 })
    case "host": {
      const { host, port } = target
      return Effect.gen(function*() {
        const files = yield* Files
        const hosts = yield* Effect.orElseSucceed(files.read("/etc/hosts", hostsLimit), () => "")
        const address = lookUp(hosts, host)
        return address === undefined
          ? `ProxyTarget=: ${host} is not in /etc/hosts, and DNS is not asked: write its address`
          : { address, port }
      })
    }
  }
}
