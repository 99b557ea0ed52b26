/** Talking to services over TCP, and finding ports that are free. */
import type { Server } from "node:net"
import { connect, createServer } from "node:net"

const listen = (): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once("error", reject)
    server.listen(0, "127.0.0.1", () => resolve(server))
  })

const close = (server: Server): Promise<number> => {
  const address = server.address()
  return new Promise((resolve, reject) => {
    server.close(() => typeof address === "object" && address !== null ? resolve(address.port) : reject(address))
  })
}

/** Different ones: none is given up before all are taken. */
export const freePorts = async (count: number): Promise<ReadonlyArray<number>> => {
  const servers = await Promise.all(Array.from({ length: count }, listen))
  return Promise.all(servers.map(close))
}

/** Sends the text, and answers all that comes back until `end` matches or the other side closes. */
export const ask = (port: number, text: string, end: RegExp): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(text))
    let answer = ""
    socket.setEncoding("latin1")
    socket.on("data", (chunk) => {
      answer += chunk
      if (end.test(answer)) socket.end()
    })
    socket.once("error", reject)
    socket.once("close", () => resolve(answer))
  })
