import { existsSync, readFileSync } from "node:fs"
import { assert, describe, it } from "vitest"
import type { BootOptions } from "../support/Container.ts"
import { boot } from "../support/Container.ts"
import { executable } from "../support/Engine.ts"
import { oneshot, service } from "../support/Units.ts"

const nginxUnit = "/lib/systemd/system/nginx.service"

for (const path of ["/usr/bin/memcached", "/usr/sbin/nginx", nginxUnit, "/sbin/start-stop-daemon"]) {
  if (!existsSync(path)) throw new Error(`${path} is not there: run scripts/install tests first`)
}

describe.each(["none", "rw"] as const)("daemons of Debian that fork themselves away, cgroups: %s", (cgroup) => {
  /** What they write, and the ports that they listen on, are nobody else's. */
  const options: BootOptions = {
    engine: executable,
    cgroup,
    network: true,
    tmpfs: { "/run": "mode=755", "/var/log/nginx": "mode=755", "/var/lib/nginx": "mode=755" }
  }
  const after = (name: string) => ({ unit: `Requires=${name}\nAfter=${name}` })

  it("memcached -d answers once its PID file is there, is started again after a crash, and stops", async () => {
    const container = boot({
      "memcached.service":
        "[Service]\nType=forking\nPIDFile=/run/memcached/pid\nRestart=on-failure\nRestartSec=10ms\n" +
        // It writes that file as the other user.
        "ExecStartPre=/bin/mkdir -pm 777 /run/memcached\n" +
        "ExecStart=/usr/bin/memcached -d -P /run/memcached/pid -u nobody -l 127.0.0.1\n",
      "ask.service": oneshot(["ask 11211 'version\\r\\nquit\\r\\n'"], {
        unit: "After=memcached.service",
        service: "ExecStartPost=/mnt/service name ask event answered\nRemainAfterExit=yes"
      }),
      "web.service": service("name web event up wait", { unit: "After=ask.service" })
    }, options)
    await container.waitForEvent("web up")
    assert.match(container.output.unit("ask").join("\n"), /^VERSION \d/)
    const started = await container.waitForLine(/memcached\.service: started, pid \d+$/)
    const daemon = container.processes().find(({ command }) => command === "memcached")
    if (daemon === undefined) throw new Error(`no memcached${container.show()}`)
    process.kill(daemon.pid, 9)
    await container.waitForLine(/memcached\.service: was killed by SIGKILL/)
    assert.notStrictEqual(await container.waitForLine(/memcached\.service: started, pid \d+$/, 2), started)
    assert.strictEqual(await container.stop(), 0, container.show())
  })

  it("nginx, by the unit file that its package installs, unmodified", async () => {
    const container = boot({
      "nginx.service": readFileSync(nginxUnit, "utf8"),
      "ask.service": oneshot(["ask 80 'GET / HTTP/1.0\\r\\n\\r\\n'"], {
        ...after("nginx.service"),
        service: "ExecStartPost=/mnt/service name ask event answered\nRemainAfterExit=yes"
      }),
      "web.service": service("name web event up wait", { unit: "After=ask.service" })
    }, options)
    await container.waitForEvent("web up")
    assert.match(container.output.unit("ask").join("\n"), /^HTTP\/1\.1 200 OK/, container.show())
    await container.waitForLine(/nginx\.service: started, pid \d+$/)
    const names = container.processes().map(({ command }) => command)
    assert.isAtLeast(names.filter((name) => name === "nginx").length, 2, container.show())
    // Its ExecStop= asks for a graceful end: there is nobody left to be killed.
    assert.strictEqual(await container.stop(), 0, container.show())
    await container.waitForLine(/nginx\.service: stopped/)
  })

  it("are found without a PID file, memcached and a main process of many threads among them", async () => {
    const container = boot({
      "memcached.service": "[Service]\nType=forking\nExecStart=/usr/bin/memcached -d -u nobody -l 127.0.0.1 -t 8\n",
      "web.service": service("name web event up wait", after("memcached.service"))
    }, options)
    await container.waitForEvent("web up")
    await container.waitForLine(/memcached\.service: started, pid \d+$/)
    assert.strictEqual(await container.stop(), 0, container.show())
    await container.waitForLine(/memcached\.service: stopped/)
  })
})
