/** Clients of the sockets of a soak. Each answers what is wrong with what it got, or nothing. */
import { connect } from "node:net"
import type { Random } from "../support/Random.ts"

/** No service takes as long. */
const patience = 20_000

/** All that comes back until the other side closes; whether ours is closed once all is said. */
const exchange = (path: string, text: string, ends: boolean): Promise<string> =>
  new Promise((resolve) => {
    const client = connect({ path, allowHalfOpen: true })
    const chunks: Array<Buffer> = []
    let trouble = ""
    client.setTimeout(patience, () => {
      trouble = " (no end of it)"
      client.destroy()
    })
    client.on("data", (chunk: Buffer) => void chunks.push(chunk))
    client.on("error", (error: NodeJS.ErrnoException) => {
      trouble = ` (${error.code ?? error.message})`
    })
    client.on("end", () => client.end())
    client.on("close", () => resolve(`${Buffer.concat(chunks).toString("latin1")}${trouble}`))
    if (ends) client.end(text, "latin1")
    else client.write(text, "latin1")
  })

const compare = (who: string, got: string, wanted: string): string | undefined => {
  if (got === wanted) return undefined
  const at = [...wanted].findIndex((letter, index) => got[index] !== letter)
  return `${who}: ${got.length} bytes instead of ${wanted.length}, the first other one at ${at}: ${
    JSON.stringify(got.slice(Math.max(0, at), at + 80))
  }`
}

const letters = (random: Random, length: number): string => {
  const word = Array.from({ length: 61 }, () => String.fromCharCode(97 + random.below(26))).join("")
  return word.repeat(Math.ceil(length / 61)).slice(0, length)
}

/** `path` answers where a file of /mnt is to be found from here. */
export const kinds = {
  served: async (path: (name: string) => string, random: Random): Promise<string | undefined> => {
    const text = letters(random, 1 + random.below(300))
    return compare("served", await exchange(path("served.sock"), `${text}\n`, false), `served.socket ${text}\n`)
  },
  each: async (path: (name: string) => string, random: Random): Promise<string | undefined> => {
    const text = letters(random, random.below(100_000))
    return compare("each", await exchange(path("each.sock"), text, true), text)
  },
  relayed: async (path: (name: string) => string, random: Random): Promise<string | undefined> => {
    const text = letters(random, random.below(random.oneIn(20) ? 300_000 : 5_000))
    return compare("relayed", await exchange(path("relayed.sock"), text, true), `${text}bye\n`)
  }
}
