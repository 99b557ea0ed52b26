/** Who talks to services from within their container, with programs of the machine. */
import { execFile } from "node:child_process"
import type { Container } from "./Container.ts"

/** In the container's mounts and network, as root or as this user in the group of the same name. */
export const run = (
  container: Container,
  program: string,
  args: ReadonlyArray<string>,
  as: { readonly uid: number; readonly gid: number } = { uid: 0, gid: 0 }
): Promise<string> =>
  new Promise((resolve) => {
    const user = as.uid === 0 ? [] : ["--setgid", String(as.gid), "--setuid", String(as.uid)]
    execFile(
      "nsenter",
      ["-t", String(container.pid), "-m", "-n", "-i", "-u", "-p", ...user, program, ...args],
      { encoding: "latin1", timeout: 10_000, maxBuffer: 2 ** 26, env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" } },
      (_, stdout, stderr) => resolve(`${stdout}${stderr}`)
    )
  })

/** Connects, writes, and prints what comes back until the time is over, the other side closes, or it is enough. */
const script = `
const [place, text, enough] = JSON.parse(process.argv[1])
const socket = require("node:net").connect(place, () => socket.write(text, "latin1"))
let answer = ""
socket.on("data", (chunk) => {
  answer += chunk.toString("latin1")
  if (answer.length >= enough) socket.end()
})
socket.on("error", (error) => console.error(error.code))
socket.on("close", () => process.stdout.write(answer, "latin1", () => process.exit(0)))
setTimeout(() => socket.destroy(), 3000)
`

export interface Destination {
  readonly port?: number
  readonly host?: string
  readonly path?: string
}

/** What is answered there to this text; so many characters are enough. */
export const talk = (
  container: Container,
  where: Destination,
  text: string,
  enough = Number.MAX_SAFE_INTEGER
): Promise<string> => {
  const place = where.port === undefined ? where : { host: "127.0.0.1", ...where }
  return run(container, process.execPath, ["-e", script, JSON.stringify([place, text, enough])])
}

export const speak = async (
  container: Container,
  where: Destination,
  text: string,
  expected: RegExp
): Promise<boolean> => expected.test(await talk(container, where, text, 4))
