import { execFile } from "node:child_process"
import { existsSync, lstatSync } from "node:fs"
import { assert, describe, it } from "vitest"
import type { Container } from "../support/Container.ts"
import { boot } from "../support/Container.ts"
import { engines } from "../support/Engine.ts"
import { service } from "../support/Units.ts"

for (const program of ["/usr/bin/dbus-daemon", "/usr/bin/dbus-send", "/lib/systemd/system/dbus.socket"]) {
  if (!existsSync(program)) throw new Error(`${program} is not there: run scripts/install tests first`)
}

/** A call to the system bus from inside, and what it says. */
const send = (container: Container, method: string, ...more: ReadonlyArray<string>): Promise<string> =>
  new Promise((resolve) => {
    const bus = "org.freedesktop.DBus"
    execFile(
      "nsenter",
      [
        ...["-t", String(container.pid), "-m", "-p", "/usr/bin/dbus-send", "--system", "--print-reply"],
        ...["--reply-timeout=5000", `--dest=${bus}`, "/org/freedesktop/DBus", `${bus}.${method}`, ...more]
      ],
      { encoding: "latin1", timeout: 10_000, env: { PATH: "/usr/bin:/bin" } },
      (_, stdout, stderr) => resolve(`${stdout}${stderr}`)
    )
  })

describe.each(engines)("Debian's dbus.service and dbus.socket, unmodified, $name", (engine) => {
  it("answer the call that starts them, and come back after a crash", async () => {
    const from = "/lib/systemd/system"
    const container = boot({
      "dbus.socket": { link: `${from}/dbus.socket` },
      "dbus.service": { link: `${from}/dbus.service` },
      "web.service": service("name web event up wait")
    }, { engine, overlay: true })
    await container.waitForEvent("web up")
    assert.isFalse(container.processes().some(({ command }) => command === "dbus-daemon"), container.show())
    const node = lstatSync(`/proc/${container.pid}/root/run/dbus/system_bus_socket`)
    assert.isTrue(node.isSocket())
    assert.strictEqual(node.mode & 0o7777, 0o666)

    assert.match(await send(container, "ListNames"), /method return [^]*"org\.freedesktop\.DBus"/, container.show())
    await container.waitForLine(/dbus\.socket: traffic at \/run\/dbus\/system_bus_socket, starting dbus\.service/)
    const daemon = () => container.processes().find(({ command }) => command === "dbus-daemon")
    const first = daemon()
    assert.isDefined(first, container.show())
    process.kill(first?.pid ?? 0, 9)
    await container.waitForLine(/dbus\.service: was killed by SIGKILL/)
    assert.match(await send(container, "GetId"), /method return/, container.show())
    assert.notStrictEqual(daemon()?.pid, first?.pid)
    assert.strictEqual(await container.stop(), 0, container.show())
  })
})
