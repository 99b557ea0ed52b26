import { assert, describe, it } from "@effect/vitest"
import { ExitStatus } from "../../src/kernel/Processes.ts"
import type { RunContext } from "../../src/supervisor/RunContext.ts"
import * as Run from "../../src/supervisor/RunContext.ts"
import { unitName } from "../unit/Support.ts"
import { service } from "./Units.ts"

const exited = (code: number) => ExitStatus.Exited({ code })
const killed = (signal: number, coreDumped = false) => ExitStatus.Signaled({ signal, coreDumped })

/** What a process of this run is told, known beforehand or not. */
const told = (run: Partial<RunContext>, lines = "") => {
  const { Service } = service(lines)
  const whole = { ...Run.plain, ...run }
  const own = Run.ownPidVariables(Service, whole)
  assert(own.every(([, value]) => value === "0000000000"))
  return [
    ...Run.variables(Service, whole).map(([name, value]) => `${name}=${value}`),
    ...own.map(([name]) => name).filter((name) => name !== "SYSTEMD_EXEC_PID")
  ]
}

describe("what a process is told of its run", () => {
  it("is its own number where there is nothing to tell", () => {
    assert.deepStrictEqual(told({}), [])
    assert.deepStrictEqual(Run.ownPidVariables(service().Service, Run.plain), [["SYSTEMD_EXEC_PID", "0000000000"]])
    assert.deepStrictEqual(Run.descriptors(service().Service, Run.plain), [])
  })

  it("is the number of the run, the main process where it is known, and the PID file", () => {
    assert.deepStrictEqual(
      told(
        { invocationId: "ab", mainPid: 7, key: "ExecStartPost", role: "control" },
        "Type=forking\nPIDFile=/run/a.pid"
      ),
      ["INVOCATION_ID=ab", "MAINPID=7", "PIDFILE=/run/a.pid"]
    )
  })

  it("is where to send notifications, for those whose notifications are believed", () => {
    const [main, control] = [{ notifyAddress: "@a" }, { notifyAddress: "@a", role: "control" }] as const
    assert.deepStrictEqual(told(main), [])
    assert.deepStrictEqual(told(main, "Type=notify"), ["NOTIFY_SOCKET=@a"])
    assert.deepStrictEqual(told(control, "Type=notify"), [])
    assert.deepStrictEqual(told(control, "NotifyAccess=exec"), ["NOTIFY_SOCKET=@a"])
    assert.deepStrictEqual(told({ ...control, access: "all" }), ["NOTIFY_SOCKET=@a"])
    assert.deepStrictEqual(told({ ...main, access: "none" }, "Type=notify"), [])
    assert.deepStrictEqual(told({ notifyAddress: "" }, "Type=notify"), [])
  })

  it("is how often to say that it is well, for the service itself", () => {
    assert.deepStrictEqual(told({}, "WatchdogSec=1.5"), ["WATCHDOG_USEC=1500000", "WATCHDOG_PID"])
    assert.deepStrictEqual(told({ role: "control" }, "WatchdogSec=1.5"), [])
    assert.deepStrictEqual(told({}, "WatchdogSec=infinity"), [])
    assert.deepStrictEqual(told({ watchdogMillis: 20 }, "WatchdogSec=5"), ["WATCHDOG_USEC=20000", "WATCHDOG_PID"])
    assert.deepStrictEqual(told({ watchdogMillis: 0 }, "WatchdogSec=5"), [])
  })

  it("is which descriptors are handed over, for the service itself", () => {
    const stored = [{ descriptor: 9, name: "a", poll: true }, { descriptor: 8, name: "stored", poll: false }]
    assert.deepStrictEqual(told({ stored }), ["LISTEN_FDS=2", "LISTEN_FDNAMES=a:stored", "LISTEN_PID"])
    assert.deepStrictEqual(told({ stored, role: "control", key: "ExecStop" }), ["SERVICE_RESULT=success"])
    assert.deepStrictEqual(Run.descriptors(service().Service, { ...Run.plain, stored }), [9, 8])
    const listeners = [{ descriptor: 5, name: "web.socket" }]
    assert.deepStrictEqual(told({ listeners, stored }), [
      "LISTEN_FDS=3",
      "LISTEN_FDNAMES=web.socket:a:stored",
      "LISTEN_PID"
    ])
    assert.deepStrictEqual(Run.descriptors(service().Service, { ...Run.plain, listeners, stored }), [5, 9, 8])
    assert.deepStrictEqual(Run.descriptors(service().Service, { ...Run.plain, listeners, role: "control" }), [])
    assert.deepStrictEqual(Run.descriptors(service().Service, { ...Run.plain, stored, role: "control" }), [])
  })

  it("is how the run has come out, for those that stop it", () => {
    for (const key of ["ExecStop", "ExecStopPost"] as const) {
      const of = (run: Partial<RunContext>) => told({ key, role: "control", ...run })
      assert.deepStrictEqual(of({}), ["SERVICE_RESULT=success"])
      assert.deepStrictEqual(of({ result: "exit-code", status: exited(3) }), [
        "SERVICE_RESULT=exit-code",
        "EXIT_CODE=exited",
        "EXIT_STATUS=3"
      ])
      assert.deepStrictEqual(of({ result: "watchdog", status: killed(6) }), [
        "SERVICE_RESULT=watchdog",
        "EXIT_CODE=killed",
        "EXIT_STATUS=ABRT"
      ])
      assert.deepStrictEqual(of({ result: "core-dump", status: killed(11, true) }), [
        "SERVICE_RESULT=core-dump",
        "EXIT_CODE=dumped",
        "EXIT_STATUS=SEGV"
      ])
      assert.deepStrictEqual(of({ result: "signal", status: killed(37) }).at(-1), "EXIT_STATUS=RTMIN+3")
    }
    assert.deepStrictEqual(told({ key: "ExecReload", result: "exit-code", status: exited(3) }), [])
  })

  it("is what has become of the unit whose handler it is", () => {
    const monitored = {
      result: "exit-code",
      status: exited(3),
      unit: unitName("web.service"),
      invocationId: "cd"
    } as const
    const wanted = [
      "MONITOR_SERVICE_RESULT=exit-code",
      "MONITOR_EXIT_CODE=exited",
      "MONITOR_EXIT_STATUS=3",
      "MONITOR_INVOCATION_ID=cd",
      "MONITOR_UNIT=web.service"
    ]
    assert.deepStrictEqual(told({ monitored }), wanted)
    assert.deepStrictEqual(told({ monitored, key: "ExecStartPre", role: "control" }), wanted)
    assert.deepStrictEqual(told({ monitored, key: "ExecStartPost", role: "control" }), [])
  })

  it("is what has triggered it", () => {
    const trigger = [["TRIGGER_UNIT", "a.path"], ["TRIGGER_PATH", "/run/a"]] as const
    assert.deepStrictEqual(told({ trigger }), ["TRIGGER_UNIT=a.path", "TRIGGER_PATH=/run/a"])
  })
})
