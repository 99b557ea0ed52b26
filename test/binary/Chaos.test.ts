import { assert, describe, it } from "vitest"
import { chaos, chaosSeconds, seed, watchZombies } from "../support/Chaos.ts"
import { boot } from "../support/Container.ts"
import { executable, executableCommand } from "../support/Engine.ts"
import { oneshot, service } from "../support/Units.ts"

const again = "Restart=always\nRestartSec=20ms"
const restless = { unit: "StartLimitIntervalSec=0" }
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index)

/** Twenty services: of each type, some with helpers, some that make trouble themselves. */
const units = (): Readonly<Record<string, string>> => {
  const all: Record<string, string> = {}
  const add = (name: string, verbs: string, lines: string) => {
    all[`${name}.service`] = service(verbs, { ...restless, service: `${again}\nTimeoutStopSec=300ms\n${lines}` })
  }
  for (const n of numbers(4)) add(`simple${n}`, "fork - fork s wait", n % 2 === 0 ? "" : "KillMode=mixed")
  for (const n of numbers(3)) add(`ping${n}`, "tell READY=1 ping 50 100000", "Type=notify\nWatchdogSec=1s")
  for (const n of numbers(2)) {
    add(`file${n}`, `daemon pidfile /mnt/file${n}.pid wait`, `Type=forking\nPIDFile=/mnt/file${n}.pid`)
  }
  for (const n of numbers(2)) add(`guess${n}`, "daemon wait", "Type=forking")
  for (const n of numbers(2)) add(`handover${n}`, "handover wait", "Type=notify")
  for (const n of numbers(2)) add(`storm${n}`, "orphans 150 exit 1", "ExecStopPost=-/mnt/service orphans 20")
  add("disk", "spill /mnt/full/file 200 spill /mnt/full/other 200 exit 1", "WorkingDirectory=/mnt/full")
  add("chatter", "fill 200000 say '' err more exit 1", "")
  add("stubborn", "fork i fork is ignore", "")
  add("probe", "until /mnt/calm name probe event alive sleep 100 exit 1", "")
  all["remain.service"] = oneshot(["fork - fork i exit 0"], {
    service: "RemainAfterExit=yes\nTimeoutStopSec=300ms\nExecStop=/mnt/service orphans 20"
  })
  return all
}

const tmpfs = { "/mnt/full": "size=64k" }
const args = ["--stop-timeout", "5s"]
const SIGTERM = 15

const title = `seed ${seed}, ${chaosSeconds} s (CHAOS_SEED, CHAOS_SECONDS)`

describe(`twenty services under kill -9, SIGSTOP, fork storms and a full disk: ${title}`, () => {
  const timeout = (chaosSeconds + 60) * 1000

  it("leave PID 1 alive, no zombie older than a second, and nothing behind", { timeout }, async () => {
    const container = boot(units(), { engine: executable, cgroup: "rw", tmpfs, args })
    assert.lengthOf(Object.keys(units()), 20)
    await container.waitForLine(/remain\.service: done/)
    const report = await chaos(container, chaosSeconds * 600)
    assert.isAbove(report.deeds, 10, "hardly anything was done")
    assert.deepStrictEqual(report.zombies, [], container.show().slice(-4000))

    // It still does what it is there for.
    container.touch("calm")
    await container.waitForEvent("probe alive", 2)
    const descriptors = container.descriptors()
    assert.isBelow(descriptors, 200)
    assert.deepStrictEqual(await watchZombies(container, 1500), [], container.show().slice(-4000))

    container.signal(SIGTERM)
    const code = await container.exit
    const end = container.output.stderr.slice(-60).join("\n")
    // Some take no notice: those were killed.
    assert.strictEqual(code, 1, end)
    assert.notMatch(end, /SIGKILL does not end|fatal/)
    assert.deepStrictEqual(container.cgroup?.children("container-init"), [], end)
  })

  it("and exhausted descriptors, without cgroups, as a child: the same", { timeout }, async () => {
    const container = boot(units(), { engine: executable, tmpfs, args, asChild: true, descriptorLimit: 40 })
    await container.waitForLine(/too many open files|EMFILE/i)
    const self = container.processes().find(({ command }) => command === executableCommand)
    if (self === undefined) throw new Error(`no container-init${container.show()}`)
    const report = await chaos(container, chaosSeconds * 400)
    assert.isAbove(report.deeds, 10, "hardly anything was done")
    assert.deepStrictEqual(report.zombies, [], container.show().slice(-4000))
    process.kill(self.pid, SIGTERM)
    assert.oneOf(await container.exit, [0, 1], container.show().slice(-4000))
    assert.strictEqual(container.left, 0, container.show().slice(-4000))
    assert.notMatch(container.output.stderr.slice(-60).join("\n"), /SIGKILL does not end|fatal/)
  })
})
