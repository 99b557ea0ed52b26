import { existsSync } from "node:fs"
import { assert, describe, it } from "vitest"
import { readCase } from "../support/Case.ts"
import { boot } from "../support/Container.ts"
import { executable, executableCommand } from "../support/Engine.ts"
import { ask, freePorts } from "../support/Loopback.ts"

for (const program of ["/usr/sbin/nginx", "/usr/bin/redis-server"]) {
  if (!existsSync(program)) throw new Error(`${program} is not there: run scripts/install tests first`)
}

describe.each(["none", "rw"] as const)("Debian's nginx and redis, cgroups: %s", (cgroup) => {
  it("start in order, answer, survive 1,000 orphans, and stop in reverse order with 0", async () => {
    const { files, units } = readCase("packages")
    const [http = 0, redis = 0] = await freePorts(2)
    const container = boot(units, {
      engine: executable,
      cgroup,
      env: { REDIS_PORT: String(redis) },
      files: { ...files, "nginx/listen.conf": `listen 127.0.0.1:${http};\n` }
    })
    await container.waitForLine(/^\[redis\] .*Ready to accept connections/)
    assert.strictEqual(await ask(redis, "PING\r\n", /\r\n/), "+PONG\r\n")
    await container.waitForLine(/nginx\.service: started/)
    const page = await ask(http, "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", /answers\n/)
    assert.match(page, /^HTTP\/1\.1 200 [^]*nginx answers\n$/)

    await container.waitForEvent("churn done")
    await container.waitFor(() => container.processes().length === 6 || undefined, "the orphans' end")
    const names = container.processes().map(({ command }) => command).sort()
    assert.deepStrictEqual(names, [executableCommand, "nginx", "nginx", "nginx", "redis-server", "service"])
    assert.isFalse(container.processes().some(({ state }) => state === "Z"))

    assert.strictEqual(await container.stop(), 0, container.show())
    assert.deepStrictEqual(container.events().slice(0, 3), ["prepare done", "migrate first", "migrate second"])
    const stopped = container.output.stderr.flatMap((line) => /(\w+)\.service: stopped/.exec(line)?.[1] ?? [])
    assert.deepStrictEqual(stopped.filter((name) => name !== "migrate" && name !== "prepare"), [
      "churn",
      "nginx",
      "redis"
    ])
  })
})
