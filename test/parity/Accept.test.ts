/** Sockets with `Accept=yes`: one process a connection, as inetd(8) has it. */
import { createHash } from "node:crypto"
import { renameSync } from "node:fs"
import type { Socket } from "node:net"
import { connect, createConnection } from "node:net"
import { assert, describe, it } from "vitest"
import type { BootOptions, Container } from "../support/Container.ts"
import { boot } from "../support/Container.ts"
import { engines } from "../support/Engine.ts"
import { freePorts } from "../support/Loopback.ts"

const socket = (port: number, lines = "") => `[Socket]\nListenStream=127.0.0.1:${port}\nAccept=yes\n${lines}\n`
const inetd = (command: string, lines = "", unit = "") =>
  `[Unit]\n${unit}\n[Service]\nStandardInput=socket\nStandardError=journal\nExecStart=${command}\n${lines}\n`

const received = (client: Socket): Promise<Buffer> =>
  new Promise((resolve) => {
    const chunks: Array<Buffer> = []
    client.on("data", (chunk: Buffer) => void chunks.push(chunk))
    client.on("error", () => undefined)
    client.on("close", () => resolve(Buffer.concat(chunks)))
  })

/** All that comes back until the other side closes. */
const call = (where: number | string, text: Buffer | string = ""): Promise<Buffer> => {
  const client = typeof where === "number" ? connect(where, "127.0.0.1") : connect(where)
  client.end(text)
  return received(client)
}

const said = async (where: number | string, text = ""): Promise<string> => (await call(where, text)).toString().trim()

/** A client who stays. */
const stay = async (port: number): Promise<Socket> => {
  const client = createConnection(port, "127.0.0.1")
  client.on("error", () => undefined)
  await new Promise<void>((resolve) => void client.once("connect", () => resolve()))
  return client
}

const digest = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex")

const begin = async (units: Readonly<Record<string, string>>, options: BootOptions): Promise<Container> => {
  const container = boot(units, options)
  await container.waitForLine(/\.socket: listening/)
  return container
}

describe.each(engines)("sockets that accept, $name", (engine) => {
  it("give each client a process of its own, whose bytes reach nobody else, and whose end is the end", async () => {
    const [port = 0] = await freePorts(1)
    const container = await begin({ "echo.socket": socket(port), "echo@.service": inetd("/bin/cat") }, { engine })
    const clients = Array.from({ length: 24 }, (_, index) => Buffer.alloc(100_000 + index, `client ${index} `))
    const answers = await Promise.all(clients.map((bytes) => call(port, bytes)))
    for (const [index, answer] of answers.entries()) {
      assert.strictEqual(digest(answer), digest(clients[index] ?? Buffer.alloc(0)), `client ${index}`)
    }
    await container.waitForLine(new RegExp(`echo@23-127.0.0.1:${port}-127.0.0.1:\\d+.service: exited`))
    const before = container.descriptors()
    for (let round = 0; round < 30; round++) assert.strictEqual(await said(port, `round ${round}`), `round ${round}`)
    await container.waitForLine(/echo@53-.*exited/)
    await container.waitFor(() => container.descriptors() <= before || undefined, `its ${before} descriptors`)
    assert.strictEqual(await container.stop(), 0, container.show())
  })

  it("hand the connection over as descriptor 3, and say who has come", async () => {
    const [port = 0] = await freePorts(1)
    const container = await begin({
      "show.socket": socket(port, "ListenStream=/mnt/show.sock"),
      "show@.service":
        "[Service]\nType=oneshot\nExecStart=/mnt/service show listeners\nExecStart=/bin/sh -c 'echo >&3 %p $REMOTE_ADDR:$REMOTE_PORT fd $LISTEN_FDS'\n"
    }, { engine })
    const client = await stay(port)
    const own = client.localPort ?? 0
    assert.strictEqual((await received(client)).toString().trim(), `show 127.0.0.1:${own} fd 1`)
    await container.waitForLine(new RegExp(`\\[show@0-127.0.0.1:${port}-127.0.0.1:${own}\\] listener 3 connection`))
    assert.strictEqual(await said(`${container.directory}/show.sock`), "show : fd 1")
    // Of a process in another pid namespace nobody knows more.
    await container.waitForLine(/\[show@1-unknown\] listener 3 connection stream unix/)
    assert.strictEqual(await container.stop(), 0, container.show())
  })

  it("turn away whoever is one too many, and go on when somebody has gone", async () => {
    const [port = 0, other = 0] = await freePorts(2)
    const container = boot({
      "echo.socket": socket(port, "MaxConnections=2"),
      "echo@.service": inetd("/bin/cat"),
      "one.socket": socket(other, "MaxConnectionsPerSource=1"),
      "one@.service": inetd("/bin/cat")
    }, { engine })
    await container.waitForLine(/echo\.socket: listening/)
    await container.waitForLine(/one\.socket: listening/)
    const first = await stay(port)
    const second = await stay(port)
    await container.waitForLine(/echo@1-.*: started/)
    assert.strictEqual(await said(port, "third"), "")
    await container.waitForLine(/echo\.socket: a connection is closed again: there are 2 connections already/)
    first.end("bye")
    assert.strictEqual((await received(first)).toString(), "bye")
    await container.waitForLine(/echo@0-.*: exited/)
    assert.strictEqual(await said(port, "fourth"), "fourth")
    const alone = await stay(other)
    await container.waitForLine(/one@0-.*: started/)
    assert.strictEqual(await said(other, "another"), "")
    await container.waitForLine(/one\.socket: a connection .* there are 1 connections from 127\.0\.0\.1 already/)
    alone.destroy()
    second.destroy()
    assert.strictEqual(await container.stop(), 0, container.show())
  })

  it("go on after instances that fail, cannot be executed, or are kept from starting by a condition", async () => {
    const [failing = 0, absent = 0, unmet = 0] = await freePorts(3)
    const container = boot({
      "failing.socket": socket(failing),
      "failing@.service": inetd("/bin/sh -c 'read word; echo $word; exit 3'", "Restart=always\nRestartSec=0"),
      "absent.socket": socket(absent),
      "absent@.service": inetd("/nowhere"),
      "unmet.socket": socket(unmet),
      "unmet@.service": inetd("/bin/cat", "", "ConditionPathExists=/nowhere")
    }, { engine })
    for (const name of ["failing", "absent", "unmet"]) await container.waitForLine(new RegExp(`${name}\\.socket: list`))
    for (let round = 0; round < 8; round++) {
      assert.strictEqual(await said(failing, `try ${round}\n`), `try ${round}`)
      assert.strictEqual(await said(absent, "anybody?\n"), "")
      assert.strictEqual(await said(unmet, "anybody?\n"), "")
    }
    await container.waitForLine(/failing@7-.*: failed \(exit-code\)/)
    assert.strictEqual(container.output.stderr.filter((line) => /failing@\d+-.*: started/.test(line)).length, 8)
    assert.strictEqual(await container.stop(), 0, container.show())
  })

  it("17. stay open until their instances have stopped, and these are stopped with all others", async () => {
    const [port = 0] = await freePorts(1)
    const container = await begin({
      "web.socket": socket(port),
      "web@.service": "[Service]\nExecStart=/mnt/service name web event up until /mnt/seen wait\n"
    }, { engine })
    const clients = [await stay(port), await stay(port), await stay(port)]
    await container.waitForEvent("web up", 3)
    container.signal(15)
    await container.waitForLine(/stopping/i)
    const late = await stay(port)
    container.touch("seen")
    assert.strictEqual(await container.exit, 0, container.show())
    for (const client of clients) client.destroy()
    late.destroy()
    assert.lengthOf(container.output.stderr.filter((line) => /web@.*: stopped/.test(line)), 3, container.show())
    assert.lengthOf(container.events().filter((event) => event === "web up"), 3)
  })

  it("go by the template's text as it was read last", async () => {
    const [port = 0] = await freePorts(1)
    const text = (word: string) => inetd(`/bin/echo ${word} %i`)
    const container = await begin({ "say.socket": socket(port), "say@.service": text("old") }, {
      engine,
      files: { "next": text("new") }
    })
    assert.match(await said(port), /^old 0-127\.0\.0\.1:/)
    renameSync(`${container.directory}/next`, `${container.directory}/units/say@.service`)
    container.signal(1)
    await container.waitForLine(/unit files were read again/)
    assert.match(await said(port), /^new \d+-127\.0\.0\.1:/)
    assert.strictEqual(await container.stop(), 0, container.show())
  })
})
