/** A client of the services of fixtures/programs/listen.h. */
import { connect } from "node:net"

/** What comes back before the other side closes; "refused" where nobody listens. */
export const call = (where: number | string, text: string): Promise<string> =>
  new Promise((resolve) => {
    const client = typeof where === "number" ? connect(where, "127.0.0.1") : connect(where)
    let answer = ""
    client.setEncoding("latin1")
    client.on("connect", () => client.write(`${text}\n`))
    client.on("data", (chunk: string) => {
      answer += chunk
    })
    client.on("error", (error: NodeJS.ErrnoException) => {
      answer ||= error.code === "ECONNREFUSED" ? "refused" : String(error.code)
    })
    client.on("close", () => resolve(answer.trim()))
  })
