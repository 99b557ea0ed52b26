/** The boot trace of real boots. */
import * as fs from "node:fs"
import { assert, describe, it } from "vitest"
import type { Container } from "../support/Container.ts"
import { boot } from "../support/Container.ts"
import { engines } from "../support/Engine.ts"
import { oneshot, service } from "../support/Units.ts"

interface Line {
  readonly phase: string
  readonly t_start_ms: number
  readonly dt_ms: number
  readonly status: "ok" | "error"
  readonly [field: string]: unknown
}

const on = { CONTAINER_INIT_TRACE: "1", CONTAINER_INIT_TRACE_FILE: "/mnt/trace" }

const parse = (text: string): ReadonlyArray<Line> => text.trimEnd().split("\n").map((line) => JSON.parse(line) as Line)

const traceOf = (container: Container): ReadonlyArray<Line> =>
  parse(fs.readFileSync(`${container.directory}/trace`, "utf8"))

const lifeOf = (trace: ReadonlyArray<Line>, unit: string): ReadonlyArray<string> =>
  trace.filter((line) => line["unit"] === unit && line.phase !== "unit_loaded").map(({ phase }) => phase)

const find = (trace: ReadonlyArray<Line>, phase: string): Line => {
  const found = trace.find((line) => line.phase === phase)
  if (found === undefined) throw new Error(`there is no ${phase} among ${trace.map((line) => line.phase).join(" ")}`)
  return found
}

const has = (container: Container, word: string): boolean | undefined =>
  fs.existsSync(`${container.directory}/trace`) &&
    fs.readFileSync(`${container.directory}/trace`, "utf8").includes(word)
    ? true
    : undefined

describe.each(engines)("a trace, $name", (engine) => {
  it("tells a boot with a failure, a restart and a handler, and its shutdown, in order", async () => {
    const container = boot({
      "setup.service": oneshot(["sleep 20"], { service: "RemainAfterExit=yes" }),
      "web.service": service("name web event up wait", { unit: "After=setup.service\nRequires=setup.service" }),
      "bad.service": service("exit 3", {
        unit: "OnFailure=alarm.service\nStartLimitBurst=2",
        service: "Restart=on-failure\nRestartSec=10ms"
      }),
      "none.service": "[Service]\nExecStart=/mnt/nowhere\n",
      "alarm.service": oneshot(["event alarm"])
    }, {
      engine,
      dropIn: { "web.service": service("name web event up wait", { unit: "After=setup.service" }) },
      env: { ...on, CONTAINER_INIT_TRACE_LABELS: "web.service:web" }
    })
    await container.waitForEvent("web up")
    await container.waitFor(() => has(container, "onfailure_exited"), "the end of the handler")
    const before = Date.now()
    assert.strictEqual(await container.stop(), 0, container.show())
    const trace = traceOf(container)
    const phases = trace.map(({ phase }) => phase)
    assert.deepStrictEqual([phases[0], phases.at(-2), phases.at(-1)], [
      "boot_start",
      "reverse_shutdown_done",
      "boot_done"
    ])
    for (const { dt_ms, phase, status, t_start_ms } of trace) {
      assert.isAtLeast(dt_ms, 0, phase)
      assert.include(["ok", "error"], status)
      assert.isBelow(Math.abs(before - t_start_ms), 120_000, phase)
    }
    const ended = trace.map(({ dt_ms, t_start_ms }) => t_start_ms + dt_ms)
    // Snapshots of memory are told when they are there, all else as it happens; the last digit is rounded.
    assert.isTrue(ended.every((end, at) => at === 0 || end >= (ended[at - 1] ?? 0) - 0.01), JSON.stringify(ended))
    assert.deepStrictEqual(lifeOf(trace, "web.service"), [
      "unit_overridden",
      "start",
      "spawn",
      "web_invoke",
      "ready",
      "stop",
      "kill",
      "stopping",
      "exited"
    ])
    // Its program takes 20 ms; it is over only when it is stopped.
    for (const phase of ["ready", "exited"]) {
      assert.isAtLeast(trace.find((one) => one.phase === phase && one["unit"] === "setup.service")?.dt_ms ?? 0, 20)
    }
    const bad = lifeOf(trace, "bad.service").filter((phase) => !["kill", "stopping", "ready"].includes(phase))
    const run = ["start", "spawn", "bad_invoke", "restart", "exited"]
    assert.deepStrictEqual(bad, [...run, ...run, "start", "start_limit_hit", "start_failed"])
    assert.deepStrictEqual(lifeOf(trace, "alarm.service").filter((phase) => phase !== "stopping"), [
      "onfailure_invoke",
      "start",
      "spawn",
      "alarm_invoke",
      "exited",
      "onfailure_exited"
    ])
    const none = find(trace, "none_invoke")
    assert.strictEqual(none.status, "error")
    assert.match(String(none["err"]), /nowhere/)
    assert.deepStrictEqual([find(trace, "units_loaded")["count"], find(trace, "units_loaded")["overrides"]], [5, 1])
    const memory = trace.filter(({ phase }) => phase === "mem_snapshot")
    assert.sameMembers(memory.map((line) => line["label"]), ["boot", "web", "post_services"])
    for (const line of memory) {
      assert.containsAllKeys(line, ["cgroup_current_bytes", "cgroup_peak_bytes", "cgroup_swap_bytes", "by_comm"])
      assert.isAtLeast(Number(line["nproc"]), 1)
      assert.isAbove(Number(line["rss_sum_bytes"]), 100_000)
    }
    assert.isFalse(trace.some((line) => "argv" in line))
    assert.strictEqual(fs.statSync(`${container.directory}/trace`).mode & 0o7777, 0o600)
  })

  it("tells of sockets: bound, first connection, listening again", async () => {
    const container = boot({
      "web.socket": "[Socket]\nListenFIFO=/mnt/fifo\n",
      "web.service": oneshot(["name web event up"]),
      "bad.socket": "[Socket]\nListenStream=/mnt/units/sub/x\n",
      "bad.service": oneshot(["event never"])
    }, { engine, files: { "units/sub": "a file where a directory would have to be" }, env: on })
    await container.waitForLine(/web\.socket: listening/)
    fs.writeFileSync(`${container.directory}/fifo`, "x")
    await container.waitFor(() => has(container, "start_limit_hit") ?? has(container, "socket_failed"), "its end")
    await container.stop()
    const trace = traceOf(container)
    assert.deepStrictEqual(
      [find(trace, "bound")["network"], find(trace, "bound")["address"]],
      ["fifo", "/mnt/fifo"]
    )
    assert.strictEqual(find(trace, "bind_failed")["unit"], "bad.socket")
    // Nobody reads what is in the pipe: it is traffic again and again.
    const life = lifeOf(trace, "web.socket")
    assert.deepStrictEqual(life.slice(0, 6), ["start", "bound", "ready", "first_connect", "rearmed", "triggered"])
    assert.include(life, "socket_failed")
  })

  it("is added to that of an earlier boot, and is written at once", async () => {
    const container = boot({ "web.service": service("name web event up wait") }, {
      engine,
      env: on,
      files: { "trace": "{\"phase\":\"boot_done\"}\n" }
    })
    await container.waitFor(() => has(container, "boot_complete"), "the record of it")
    assert.strictEqual(await container.stop(), 0, container.show())
    assert.deepStrictEqual(traceOf(container).slice(0, 2).map(({ phase }) => phase), ["boot_done", "boot_start"])
  })

  it.each(["link", "dangling", "stranger", "folder"])(
    "follows no link, writes to nobody else's file, and the boot goes on without it: %s",
    async (kind) => {
      const container = boot({ "web.service": service("name web event up wait") }, {
        engine,
        env: kind === "folder" ? { ...on, CONTAINER_INIT_TRACE_FILE: "/mnt/nowhere/trace" } : on,
        files: {
          "victim": "precious\n",
          ...kind === "link" ? { trace: { link: "victim" } } : kind === "dangling" ? { trace: { link: "made" } } : {},
          ...kind === "stranger" ? { trace: "theirs\n" } : {}
        }
      })
      if (kind === "stranger") fs.chownSync(`${container.directory}/trace`, 1234, 1234)
      await container.waitForLine(/warning: there is no trace: cannot write to \/mnt\//)
      await container.waitForEvent("web up")
      assert.strictEqual(await container.stop(), 0, container.show())
      assert.strictEqual(fs.readFileSync(`${container.directory}/victim`, "utf8"), "precious\n")
      assert.isFalse(container.has("made"))
      if (kind === "stranger") assert.strictEqual(fs.readFileSync(`${container.directory}/trace`, "utf8"), "theirs\n")
    }
  )

  it("on a full device loses its records, says how many, and neither boot nor stop wait", async () => {
    const container = boot({ "web.service": service("name web event up wait") }, {
      engine,
      env: { ...on, CONTAINER_INIT_TRACE_FILE: "/dev/full" },
      args: ["--stop-timeout", "50s"]
    })
    await container.waitForEvent("web up")
    await container.waitForLine(/the trace cannot be written to \/dev\/full: No space left/)
    assert.strictEqual(await container.stop(), 0, container.show())
    assert.match(
      container.output.lines.map(({ text }) => text).join("\n"),
      /the trace in \/dev\/full lacks (\d+) of \1/
    )
  })

  it("into a pipe that nobody reads holds up no boot, and loses nothing that is read in time", async () => {
    const units = Object.fromEntries(Array.from({ length: 120 }, (_, at) => [
      `job${at}.service`,
      oneshot([`name job${at} event up`], { unit: at > 0 ? `After=job${at - 1}.service` : "" })
    ]))
    const container = boot({
      ...units,
      "last.service": service("name last event up wait", {
        unit: "After=job119.service"
      })
    }, { engine, pipes: ["trace"], env: { ...on, CONTAINER_INIT_TRACE_ARGV: "1" }, args: ["--stop-timeout", "30s"] })
    await container.waitForEvent("last up")
    container.signal(15)
    const trace = parse(fs.readFileSync(`${container.directory}/trace`, "utf8"))
    assert.strictEqual(await container.exit, 0, container.show())
    assert.isAbove(JSON.stringify(trace).length, 65_536)
    assert.strictEqual(trace.at(-1)?.phase, "boot_done")
    for (let at = 0; at < 120; at++) assert.include(lifeOf(trace, `job${at}.service`), "exited")
    assert.deepStrictEqual(trace.find(({ phase }) => phase === "spawn")?.["argv"], [
      "/mnt/service",
      "name",
      "job0",
      "event",
      "up"
    ])
  })

  it("is not there unless the environment says exactly 1", async () => {
    const container = boot({ "web.service": service("name web event up wait") }, {
      engine,
      env: { ...on, CONTAINER_INIT_TRACE: "yes" }
    })
    await container.waitForEvent("web up")
    assert.strictEqual(await container.stop(), 0, container.show())
    assert.isFalse(container.has("trace"))
  })

  it("of units that are refused says so and ends", async () => {
    const container = boot({
      "a.service": "[Unit]\nAfter=b.service\n[Service]\nExecStart=/mnt/service wait\n",
      "b.service": "[Unit]\nAfter=a.service\n[Service]\nExecStart=/mnt/service wait\n"
    }, { engine, env: on })
    assert.strictEqual(await container.exit, 64, container.show())
    assert.strictEqual(traceOf(container).at(-1)?.["exit"], 64)
  })
})
