/** Listeners that PID 1 was started with, as podman and systemd pass them. */
import { existsSync, lstatSync } from "node:fs"
import { connect } from "node:net"
import { assert, describe, it } from "vitest"
import { call } from "../support/Caller.ts"
import { boot } from "../support/Container.ts"
import { engines } from "../support/Engine.ts"
import { freePorts } from "../support/Loopback.ts"
import { service } from "../support/Units.ts"

const socket = (lines: string): string => `[Socket]\n${lines}\n`
const serving = (name: string) => service(`name ${name} event up show listeners serve 0 wait`)

describe.each(engines)("listeners that PID 1 was started with, $name", (engine) => {
  it("are taken over by address or name, and what nobody takes is closed", async () => {
    const [one = 0, two = 0, three = 0] = await freePorts(3)
    const container = boot({
      "web.socket": socket(`ListenStream=127.0.0.1:${one}\nListenStream=${three}`),
      "web.service": serving("web"),
      "bus.socket": socket("ListenStream=/run/bus.sock"),
      "bus.service": serving("bus"),
      "other.service": service("name other event up show listeners wait")
    }, {
      engine,
      env: { LISTEN_PID: "1", LISTEN_FDS: "4", LISTEN_FDNAMES: "x:unknown:bus:y" },
      inherited: {
        "listener-3": `:${two}`,
        "listener-4": `:${one}`,
        "listener-5": "/mnt/outside.sock",
        "listener-6": "@outside-" + String(one)
      }
    })
    await container.waitForEvent("other up")
    await container.waitForLine(/web\.socket: took over 127\.0\.0\.1:\d+ from LISTEN_FDS: descriptor 4$/)
    await container.waitForLine(
      /bus\.socket: took over \/run\/bus\.sock from LISTEN_FDS: descriptor 5 at \/mnt\/outside/
    )
    await container.waitForLine(
      /no socket unit takes descriptor 3 \(x\) at 127\.0\.0\.1:\d+ of LISTEN_FDS: it is closed/
    )
    await container.waitForLine(/no socket unit takes descriptor 6 \(y\) at @outside-\d+ of LISTEN_FDS: it is closed/)
    assert.strictEqual(await call(two, "x"), "refused")
    assert.strictEqual(await call(one, "hello"), "web.socket hello")
    assert.strictEqual(await call(three, "hello"), "web.socket hello")
    assert.strictEqual(await call(`${container.directory}/outside.sock`, "hello"), "bus.socket hello")
    await container.waitForLine(/\[other\] listeners 0/)
    assert.strictEqual(await call(one, "end"), "web.socket end")
    await container.waitForLine(/web\.service: exited/)
    assert.strictEqual(await call(one, "again"), "web.socket again")
    assert.strictEqual(await container.stop(), 0, container.show())
    assert.isTrue(lstatSync(`${container.directory}/outside.sock`).isSocket())
  })

  it("come from systemd-socket-activate(1), too", async () => {
    const [port = 0] = await freePorts(1)
    const activate = "/usr/bin/systemd-socket-activate"
    assert.isTrue(existsSync(activate), "these tests need systemd's programs")
    const argv = [activate, `--listen=127.0.0.1:${port}`, "--fdname=web", ...engine.argv]
    const container = boot({
      "web.socket": socket("ListenStream=8080"),
      "web.service": serving("web")
    }, { engine: { ...engine, argv } })
    await container.waitForLine(/Listening on/)
    // It starts nothing before somebody comes, and he waits for the service.
    const answer = new Promise((resolve, reject) => {
      const client = connect(port, "127.0.0.1", () => client.write("hello\n"))
      client.setEncoding("latin1").on("data", resolve).on("error", reject)
    })
    assert.strictEqual(await answer, "web.socket hello\n", container.show())
    await container.waitForLine(/web\.socket: took over 8080 from LISTEN_FDS: descriptor 3 at 127\.0\.0\.1/)
    assert.strictEqual(await container.stop(), 0, container.show())
  })
})
