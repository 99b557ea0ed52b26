/** A trace of a whole supervisor on a scripted kernel. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { Loaded } from "../../src/trace/Trace.ts"
import * as Trace from "../../src/trace/Trace.ts"
import * as Runs from "../supervisor/Runs.ts"
import * as OutputTest from "./OutputTest.ts"

const traced = Effect.fnUntraced(function*(setup: Runs.Setup, variables: Readonly<Record<string, string>> = {}) {
  const output = OutputTest.make()
  const trace = Trace.start(output, new Map(Object.entries(variables)))
  const run = yield* Runs.begin({ ...setup, observe: trace.observe })
  const find = (phase: string, unit?: string) =>
    output.lines().filter((line) => line.phase === phase && (unit === undefined || line["unit"] === unit))
  return { output, trace, run, find }
})

/** Without what is in every trace. */
const lifeOf = (output: OutputTest.OutputTest, ...units: ReadonlyArray<string>): ReadonlyArray<string> =>
  output.lines().flatMap(({ phase, unit }) =>
    typeof unit === "string" && units.includes(unit) && phase !== "unit_loaded" ? [`${phase} ${unit}`] : []
  )

describe("a trace", () => {
  it.scoped("begins with the boot, tells every unit with its order, and ends with the exit code", () =>
    Effect.gen(function*() {
      const { find, output, run, trace } = yield* traced({
        units: { "db.service": "", "web.service": "After=db.service\nRequires=db.service" }
      })
      yield* run.signal(Runs.TERM)
      assert.strictEqual(yield* run.exitCode, 0)
      trace.end(0, 8000)
      const phases = output.phases()
      assert.deepStrictEqual(phases.slice(0, 6), [
        "boot_start",
        "cgroup_init",
        "unit_loaded db.service",
        "unit_loaded web.service",
        "supervisor_start",
        "start db.service"
      ])
      // Of when it began: without what it has made meanwhile.
      assert.deepStrictEqual([find("mem_snapshot")[0]?.["label"], output.looks[0]], ["boot", "not ours"])
      assert.deepStrictEqual(phases.slice(-2), ["reverse_shutdown_done", "boot_done"])
      assert.strictEqual(find("boot_start")[0]?.["wall_utc"], "2023-11-14T22:13:20.000Z")
      assert.strictEqual(find("cgroup_init")[0]?.["base"], "/sys/fs/cgroup/box/container-init")
      const [web] = find("unit_loaded", "web.service")
      assert.deepStrictEqual([web?.["after"], web?.["requires"], web?.["starts"]], [
        ["db.service"],
        ["db.service"],
        true
      ])
      assert.deepStrictEqual(lifeOf(output, "web.service"), [
        "start web.service",
        "spawn web.service",
        "web_invoke web.service",
        "ready web.service",
        "stop web.service",
        "kill web.service",
        "stopping web.service",
        "exited web.service"
      ])
      assert.deepStrictEqual(
        ["boot_complete", "signal_received", "reverse_shutdown"].map((phase) => find(phase).length),
        [1, 1, 1]
      )
      assert.deepStrictEqual([find("signal_received")[0]?.["sig"], find("boot_done")[0]?.["exit"]], ["SIGTERM", 0])
      assert.deepStrictEqual(output.waits.length, 2)
    }))

  it.scoped("tells a restart, the start limit and the handler of the failure", () =>
    Effect.gen(function*() {
      const { find, output, run } = yield* traced({
        units: {
          "web.service": "Restart=on-failure\nRestartSec=1\nStartLimitBurst=2\nOnFailure=alarm.service",
          "alarm.service": "Type=oneshot"
        },
        programs: { "/bin/web": { exitsAfter: 10, code: 3 }, "/bin/alarm": { exitsAfter: 5 } }
      })
      yield* run.after(3000)
      assert.deepStrictEqual(
        lifeOf(output, "web.service", "alarm.service").filter((one) => !one.startsWith("stopping")),
        [
          "start web.service",
          "spawn web.service",
          "web_invoke web.service",
          "ready web.service",
          "restart web.service",
          "exited web.service",
          "start web.service",
          "spawn web.service",
          "web_invoke web.service",
          "ready web.service",
          "restart web.service",
          "exited web.service",
          "start web.service",
          "start_limit_hit web.service",
          "start_failed web.service",
          "onfailure_invoke alarm.service",
          "start alarm.service",
          "spawn alarm.service",
          "alarm_invoke alarm.service",
          "exited alarm.service",
          "onfailure_exited alarm.service"
        ]
      )
      const [first] = find("exited", "web.service")
      assert.deepStrictEqual([first?.status, first?.["failed"], first?.["err"], first?.["will_restart"]], [
        "error",
        true,
        "exit-code: exited with code 3",
        true
      ])
      assert.deepStrictEqual(find("restart").map((one) => [one["in_ms"], one["restarts"]]), [[1000, 1], [1000, 2]])
      assert.deepStrictEqual([find("start_limit_hit")[0]?.["burst"], find("start_failed")[0]?.["err"]], [
        2,
        "start-limit-hit"
      ])
      assert.strictEqual(find("onfailure_invoke")[0]?.["by"], "web.service")
    }))

  it.scoped("tells of a handler that is at work for another already", () =>
    Effect.gen(function*() {
      const { output } = yield* traced({
        units: {
          "a.service": "OnFailure=alarm.service",
          "b.service": "OnFailure=alarm.service",
          "alarm.service": ""
        },
        programs: { "/bin/a": { execErrno: 2 }, "/bin/b": { execErrno: 2 } }
      })
      assert.deepStrictEqual(
        output.phases().filter((one) => one.startsWith("onfailure")),
        ["onfailure_invoke alarm.service", "onfailure_coalesced alarm.service"]
      )
    }))

  it.scoped("tells what never ran, what that denies to others, and what a condition skips", () =>
    Effect.gen(function*() {
      const { find, output } = yield* traced({
        units: {
          "db.service": "",
          "none.service": "",
          "web.service": "Requires=db.service\nAfter=db.service",
          "if.service": "ConditionPathExists=/nowhere"
        },
        programs: { "/bin/db": { execErrno: 2 }, "/bin/none": { forkErrno: 11 } }
      })
      assert.deepStrictEqual(lifeOf(output, "none.service"), [
        "start none.service",
        "none_invoke none.service",
        "stopping none.service",
        "start_failed none.service"
      ])
      const [invoked] = find("db_invoke")
      assert.strictEqual(invoked?.status, "error")
      assert.match(String(invoked?.["err"]), /cannot execute \/bin\/db/)
      assert.match(String(find("start_failed", "db.service")[0]?.["err"]), /cannot execute \/bin\/db/)
      const [denied] = find("dependency_failed")
      assert.deepStrictEqual([denied?.["unit"], denied?.["dependency"], denied?.status], [
        "web.service",
        "db.service",
        "error"
      ])
      const [skipped] = find("skipped")
      assert.strictEqual(skipped?.["unit"], "if.service")
      assert.match(String(skipped?.["reason"]), /ConditionPathExists=\/nowhere/)
    }))

  it.scoped("tells where a socket listens, the first connection, the next, and that it listens again", () =>
    Effect.gen(function*() {
      const { find, output, run } = yield* traced({
        units: {
          "web.service": "",
          "web.socket": "ListenStream=80\nListenDatagram=/run/log",
          "bad.service": "",
          "bad.socket": "ListenStream=81"
        },
        programs: { "/bin/web": { exitsAfter: 10 } },
        unbindable: ["*:81"]
      })
      assert.deepStrictEqual(find("bound").map((one) => [one["network"], one["address"], one["mode"]]), [
        ["stream", "80", "native"],
        ["datagram", "/run/log", "native"]
      ])
      assert.match(String(find("bind_failed", "bad.socket")[0]?.["err"]), /81/)
      for (let round = 0; round < 2; round++) {
        run.kernel.sockets.knock("*:80")
        yield* run.after(0)
        run.kernel.sockets.serve()
        yield* run.after(100)
      }
      assert.deepStrictEqual(
        lifeOf(output, "web.socket").filter((one) => !one.startsWith("bound")),
        [
          "start web.socket",
          "ready web.socket",
          "first_connect web.socket",
          "rearmed web.socket",
          "triggered web.socket",
          "rearmed web.socket"
        ]
      )
      assert.strictEqual(find("rearmed")[0]?.["service"], "web.service")
    }))

  it.scoped("tells whom SIGKILL had to end, and how long the run was", () =>
    Effect.gen(function*() {
      const { find, output, run } = yield* traced({
        units: { "web.service": "TimeoutStopSec=300ms" },
        programs: { "/bin/web": { ignores: [15] } }
      })
      output.pass(1500)
      yield* run.signal(Runs.TERM)
      yield* run.after(300)
      assert.deepStrictEqual(find("kill").map((one) => one["sig"]), ["SIGTERM", "SIGKILL"])
      const [exited] = find("exited")
      assert.deepStrictEqual([exited?.["forced"], exited?.dt_ms], [true, 1500])
      assert.strictEqual(exited?.t_start_ms, find("web_invoke")[0]?.t_start_ms)
      assert.strictEqual(find("reverse_shutdown_done")[0]?.["exit"], 1)
      assert.include(output.phases(), "reverse_shutdown")
    }))

  it.scoped("has arguments only where they are asked for", () =>
    Effect.gen(function*() {
      const setup = {
        units: { "web.service": "ExecStart=\nExecStart=/bin/web --password ${SECRET}\nEnvironment=SECRET=x" }
      }
      const plain = yield* traced(setup)
      assert.notProperty(plain.find("spawn")[0], "argv")
      const full = yield* traced(setup, { CONTAINER_INIT_TRACE_ARGV: "1" })
      assert.deepStrictEqual(full.find("spawn")[0]?.["argv"], ["/bin/web", "--password", "x"])
    }))

  it.scoped("takes memory at the boot, once all has started, twenty seconds later, and where a label says", () =>
    Effect.gen(function*() {
      const { find, output, run } = yield* traced(
        {
          units: { "web.service": "", "db.service": "Type=notify" },
          programs: { "/bin/db": { notifies: [[50, "READY=1"]] } }
        },
        { CONTAINER_INIT_TRACE_LABELS: "db.service:database,web.service:web" }
      )
      const labels = () => find("mem_snapshot").map((one) => one["label"])
      assert.deepStrictEqual(labels(), ["boot", "web"])
      yield* run.after(50)
      assert.deepStrictEqual(labels(), ["boot", "web", "database", "post_services"])
      output.pass(19_999)
      output.fire()
      assert.strictEqual(labels().length, 4)
      output.pass(1)
      output.fire()
      assert.strictEqual(labels().at(-1), "steady_state_t+20s")
    }))

  it("tells what was read of unit files, and how long that took", () => {
    const output = OutputTest.make()
    const trace = Trace.start(output, new Map())
    output.pass(30)
    trace.loaded({
      units: new Map([["a.service", {}]]),
      diagnostics: [{ severity: "warning" }, { severity: "note" }],
      overrides: [{ name: "a.service", basePath: "/core/a.service", overridePath: "/drop/a.service" }]
    } as unknown as Loaded)
    const [override, loaded] = output.lines().filter(({ phase }) => phase.startsWith("unit"))
    assert.deepStrictEqual([override?.["unit"], override?.["base_path"], override?.["override_path"]], [
      "a.service",
      "/core/a.service",
      "/drop/a.service"
    ])
    assert.deepStrictEqual([loaded?.["count"], loaded?.["warnings"], loaded?.["overrides"], loaded?.dt_ms], [
      1,
      1,
      1,
      30
    ])
  })

  it("waits at its end until the shutdown's deadline, and a second where there is none", () => {
    const output = OutputTest.make()
    Trace.start(output, new Map())?.end(64, 8000)
    assert.deepStrictEqual(output.waits, [1000, 1000])
    const other = OutputTest.make()
    const trace = Trace.start(other, new Map())
    trace.observe({ _tag: "StopBegan", why: "SIGTERM" })
    other.pass(3000)
    trace.end(0, 8000)
    assert.deepStrictEqual(other.waits, [5000, 5000])
  })

  it("says why there is none, once", () => {
    const output = OutputTest.make()
    output.fault = "it is a symbolic link"
    const trace = Trace.start(output, new Map())
    trace.observe({ _tag: "SignalReceived", signal: 1 })
    output.pass(30)
    output.fire()
    trace.observe({ _tag: "SignalReceived", signal: 1 })
    trace.end(0, 8000)
    assert.deepStrictEqual(output.warnings, [
      "there is no trace: cannot write to /tmp/container-init-trace.jsonl: it is a symbolic link"
    ])
    assert.deepStrictEqual([output.phases(), output.waits], [[], []])
  })
})
