/** `ActivationMode=proxy` with real processes: clients of servers that know nothing of activation. */
import { connect, createServer } from "node:net"
import { assert, describe, it } from "vitest"
import type { Container } from "../support/Container.ts"
import { boot } from "../support/Container.ts"
import { engines } from "../support/Engine.ts"
import { freePorts } from "../support/Loopback.ts"
import { service } from "../support/Units.ts"

const proxy = (port: number | string, target: number | string, lines = ""): string => {
  const at = (where: number | string) => typeof where === "number" ? `127.0.0.1:${where}` : where
  return `[Socket]\nListenStream=${at(port)}\nActivationMode=proxy\nProxyTarget=${at(target)}\n${lines}\n`
}

interface Client {
  readonly say: (text: string) => void
  /** Says no more, and hears on. */
  readonly end: () => void
  readonly heard: (text: string) => Promise<void>
  /** All that was heard, once the other side has closed; an error's code behind it. */
  readonly closed: Promise<string>
}

const client = (where: number | string): Client => {
  const options = { allowHalfOpen: true }
  const socket = typeof where === "number"
    ? connect({ port: where, host: "127.0.0.1", ...options })
    : connect({ path: where, ...options })
  let text = ""
  const waiting = new Set<() => void>()
  socket.setEncoding("latin1")
  socket.on("data", (chunk: string) => {
    text += chunk
    for (const wake of waiting) wake()
  })
  const closed = new Promise<string>((resolve) => {
    socket.on("error", (error: NodeJS.ErrnoException) => {
      text += error.code ?? ""
    })
    socket.on("end", () => socket.end())
    socket.on("close", () => resolve(text))
  })
  return {
    say: (line) => void socket.write(line),
    end: () => void socket.end(),
    heard: (wanted) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (text.includes(wanted)) resolve()
        }
        waiting.add(look)
        look()
        void closed.then(() => reject(new Error(`closed after ${JSON.stringify(text)}`)))
      }),
    closed
  }
}

/** Says something, and that this is all; answers what comes back. */
const call = (where: number | string, text: string): Promise<string> => {
  const one = client(where)
  one.say(text)
  one.end()
  return one.closed
}

const ups = (container: Container) => container.events().filter((event) => event === "web up").length

describe.each(engines)("proxies, $name", (engine) => {
  it("start their service on the first connection, which waits until it listens", async () => {
    const [port = 0, target = 0] = await freePorts(2)
    const container = boot({
      "web.socket": proxy(port, target),
      "web.service": service(`name web event up show listeners sleep 300 echo ${target}`),
      "other.service": service("name other event up wait")
    }, { engine })
    await container.waitForEvent("other up")
    assert.strictEqual(ups(container), 0)
    const calls = ["one\n", "two\n", "three\n"].map((text) => call(port, text))
    assert.deepStrictEqual(await Promise.all(calls), ["one\nbye\n", "two\nbye\n", "three\nbye\n"])
    assert.strictEqual(await call(port, "four\n"), "four\nbye\n")
    assert.strictEqual(ups(container), 1)
    assert.include(container.output.stdout, "[web] listeners 0")
    assert.strictEqual(await container.stop(), 0, container.show())
  })

  it("forward both ways as it comes, and what one side still says after the other has ended", async () => {
    const [port = 0, target = 0] = await freePorts(2)
    const container = boot({
      "web.socket": proxy(port, target),
      "web.service": service(`name web echo ${target}`)
    }, { engine })
    await container.waitForLine(/web\.socket: listening/)
    const one = client(port)
    one.say("first ")
    await one.heard("first ")
    one.say("second ")
    await one.heard("second ")
    const long = "0123456789abcdef".repeat(1 << 16)
    one.say(long)
    one.end()
    assert.isTrue(await one.closed === `first second ${long}bye\n`)
    assert.strictEqual(await container.stop(), 0, container.show())
  })

  it("have Unix sockets and ports on either side, and names of the loopback", async () => {
    const [port = 0, target = 0] = await freePorts(2)
    const container = boot({
      "a.socket": proxy("/mnt/run/a.sock", target, "Service=web.service"),
      "b.socket": proxy(port, "/mnt/b.sock", "Service=b.service"),
      "c.socket": proxy(`@container-init-${port}`, `localhost:${target}`, "Service=web.service"),
      "web.service": service(`name web echo ${target}`),
      "b.service": service("name b echo /mnt/b.sock")
    }, { engine })
    await container.waitForLine(/c\.socket: listening/)
    assert.strictEqual(await call(`${container.directory}/run/a.sock`, "a"), "abye\n")
    assert.strictEqual(await call(port, "b"), "bbye\n")
    assert.strictEqual(await container.stop(), 0, container.show())
  })

  it("18. are armed again after each end of their service, and leak nothing", async () => {
    const [port = 0, target = 0] = await freePorts(2)
    const container = boot({
      "web.socket": proxy(port, target),
      "web.service": service(`name web event up echo ${target}`, { unit: "StartLimitIntervalSec=0" })
    }, { engine })
    await container.waitForLine(/web\.socket: listening/)
    let open = 0
    for (let round = 1; round <= 4; round++) {
      assert.strictEqual(await call(port, "hello\n"), "hello\nbye\n")
      // Always while the server runs: what is watched meanwhile is a descriptor, too.
      if (round === 1) open = container.descriptors()
      const last = client(port)
      last.say("crash\n")
      assert.match(await last.closed, /^(?:crash\n)?(?:ECONNRESET)?$/)
      await container.waitForLine(/web\.service: was killed by/, round)
    }
    assert.strictEqual(await call(port, "hello\n"), "hello\nbye\n")
    await container.waitFor(() => container.descriptors() <= open || undefined, `its ${open} descriptors`)
    assert.strictEqual(ups(container), 5)
    assert.strictEqual(await container.stop(), 0, container.show())
  })

  it("send clients away when nobody listens in time, or the service has failed", async () => {
    const [slow = 0, failing = 0, target = 0] = await freePorts(3)
    const container = boot({
      "slow.socket": proxy(slow, target, "ProxyConnectTimeoutSec=200ms"),
      "slow.service": service("name slow event up wait"),
      "failing.socket": proxy(failing, target),
      "failing.service": service("name failing sleep 100 exit 3", { unit: "StartLimitBurst=1" })
    }, { engine })
    await container.waitForLine(/slow\.socket: listening/)
    await container.waitForLine(/failing\.socket: listening/)
    assert.strictEqual(await call(slow, "hello"), "ECONNRESET")
    await container.waitForLine(/slow\.socket: a client was sent away: 127\.0\.0\.1:\d+ is not reachable/)
    assert.strictEqual(await call(failing, "hello"), "ECONNRESET")
    assert.strictEqual(await container.stop(), 0, container.show())
  })

  it("stop their service when nobody has come for a while, and start it again for the next", async () => {
    const [port = 0, target = 0] = await freePorts(2)
    const container = boot({
      "web.socket": proxy(port, target, "ProxyIdleSec=300ms"),
      "web.service": service(`name web event up echo ${target}`)
    }, { engine })
    await container.waitForLine(/web\.socket: listening/)
    const one = client(port)
    one.say("hello\n")
    await one.heard("hello\n")
    await new Promise((resolve) => setTimeout(resolve, 700))
    one.say("still there\n")
    one.end()
    assert.strictEqual(await one.closed, "hello\nstill there\nbye\n")
    await container.waitForLine(/web\.service: is stopped: nobody has come to web\.socket/)
    await container.waitForLine(/web\.service: (?:stopped|exited with code 0)/)
    assert.strictEqual(await call(port, "hello\n"), "hello\nbye\n")
    assert.strictEqual(ups(container), 2)
    assert.strictEqual(await container.stop(), 0, container.show())
  })

  it("tell the target who comes, if it wants to know", async () => {
    const [one = 0, two = 0, target = 0] = await freePorts(3)
    const container = boot({
      "one.socket": proxy(one, target, "ProxyProtocol=v1\nService=web.service"),
      "two.socket": proxy(two, target, "ProxyProtocol=v2\nService=web.service"),
      "web.service": service(`name web echo ${target}`)
    }, { engine })
    await container.waitForLine(/one\.socket: listening/)
    await container.waitForLine(/two\.socket: listening/)
    assert.match(
      await call(one, "hello\n"),
      new RegExp(`^PROXY TCP4 127\\.0\\.0\\.1 127\\.0\\.0\\.1 \\d+ ${one}\\r\nhello\nbye\n$`)
    )
    const header = (await call(two, "hello\n")).slice(0, -"hello\nbye\n".length)
    const bytes = Buffer.from(header, "latin1")
    assert.strictEqual(bytes.length, 28)
    assert.deepStrictEqual([bytes.subarray(0, 12).toString("latin1"), bytes[12], bytes[13]], [
      "\r\n\r\n\0\r\nQUIT\n",
      0x21,
      0x11
    ])
    assert.deepStrictEqual([...bytes.subarray(16, 24)], [127, 0, 0, 1, 127, 0, 0, 1])
    assert.strictEqual(bytes.readUInt16BE(26), two)
    assert.strictEqual(await container.stop(), 0, container.show())
  })

  it("let the others wait when there are as many as there may be", async () => {
    const [port = 0, target = 0] = await freePorts(2)
    const container = boot({
      "web.socket": proxy(port, target, "MaxConnections=2"),
      "web.service": service(`name web echo ${target}`)
    }, { engine })
    await container.waitForLine(/web\.socket: listening/)
    const [first, second] = [client(port), client(port)]
    for (const one of [first, second]) {
      one.say("hello ")
      await one.heard("hello ")
    }
    const third = client(port)
    third.say("hello ")
    await container.waitForLine(/web\.socket: clients have to wait: there are 2 at once/)
    first.end()
    await first.closed
    await third.heard("hello ")
    for (const one of [second, third]) {
      one.end()
      assert.strictEqual(await one.closed, "hello bye\n")
    }
    assert.strictEqual(await container.stop(), 0, container.show())
  })

  it("17. go on until their service has stopped, with all that it has said", async () => {
    const [port = 0, target = 0] = await freePorts(2)
    const container = boot({
      "web.socket": proxy(port, target),
      "web.service": service(`name web echo ${target} slow 600`, { service: "ExecStop=/mnt/service sleep 500" })
    }, { engine })
    await container.waitForLine(/web\.socket: listening/)
    assert.strictEqual(await call(port, "hello\n"), "hello\nbye\n")
    const stopped = container.stop()
    await container.waitForLine(/SIGTERM/)
    assert.strictEqual(await call(port, "late\n"), "late\nbye\n")
    assert.strictEqual(await stopped, 0, container.show())
  })

  it("belong to a program that is not there as all others do: nobody listens in its place", async () => {
    const server = createServer((socket) => socket.end("taken\n"))
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    const address = server.address()
    const taken = typeof address === "object" && address !== null ? address.port : 0
    const [target = 0] = await freePorts(1)
    const container = boot({
      "web.socket": proxy(taken, target),
      "web.service": service(`name web echo ${target}`),
      "other.service": service("name other event up wait")
    }, { engine })
    await container.waitForEvent("other up")
    await container.waitForLine(/web\.socket: failed \(resources\): .*address in use/)
    assert.strictEqual(await call(taken, "hello"), "taken\n")
    assert.strictEqual(await container.stop(), 0, container.show())
    server.close()
  })
})
