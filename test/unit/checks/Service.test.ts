import { assert, describe, it } from "@effect/vitest"
import { defaults } from "../../../src/cli/Options.ts"
import { stopTimeoutMillis } from "../../../src/unit/Defaults.ts"
import { parse } from "../Support.ts"
import { broken } from "./Rules.ts"

const ofLines = (lines: string) => broken("web.service", `[Service]\n${lines}\n`)

const table = (cases: ReadonlyArray<readonly [lines: string, ...wanted: ReadonlyArray<string>]>) => {
  for (const [lines, ...wanted] of cases) {
    it(`says ${wanted.join(", ") || "nothing"} of ${JSON.stringify(lines)}`, () => {
      assert.deepStrictEqual(ofLines(lines), wanted)
    })
  }
}

describe("the commands of a service", () => {
  table([
    ["ExecStart=a"],
    ["", "error CI0401 ExecStart web.service:0"],
    ["Type=oneshot", "error CI0401 ExecStart web.service:0"],
    ["Type=simple\nExecStop=a", "error CI0401 ExecStart web.service:0"],
    ["Type=oneshot\nExecStop=a", "error CI0401 ExecStart web.service:0"],
    ["Type=oneshot\nRemainAfterExit=yes", "error CI0401 ExecStart web.service:0"],
    ["Type=oneshot\nRemainAfterExit=yes\nExecStop=a"],
    ["RemainAfterExit=yes\nExecStop=a"],
    ["BusName=a.b\nRemainAfterExit=yes\nExecStop=a", "error CI0401 ExecStart web.service:0"],
    ["ExecStart=a\nExecStart=b", "error CI0402 ExecStart web.service:3"],
    ["ExecStart=a\nExecStart=\nExecStart=b"],
    ["ExecStart=a ; b", "error CI0402 ExecStart web.service:2"],
    ["Type=oneshot\nExecStart=a\nExecStart=b"],
    ["Type=oneshot\nExecStart=a\nExecStop=b", "note CI0413 ExecStop web.service:4"],
    ["Type=oneshot\nRemainAfterExit=yes\nExecStart=a\nExecStop=b"],
    ["ExecStart=a\nExecStop=b"]
  ])

  it("can be missing where the start is about SuccessAction=", () => {
    assert.deepStrictEqual(broken("off.service", "[Unit]\nSuccessAction=exit\n"), [])
    assert.deepStrictEqual(broken("off.service", "[Unit]\nSuccessAction=none\n"), [
      "error CI0401 ExecStart off.service:0"
    ])
    assert.deepStrictEqual(broken("off.service", "[Unit]\nSuccessAction=exit\n[Service]\nType=exec\n"), [
      "error CI0401 ExecStart off.service:0"
    ])
  })
})

describe("the type of a service", () => {
  const typeOf = (lines: string) => {
    const { unit } = parse(`[Service]\n${lines}\n`)
    return unit?._tag === "Service" ? unit.Service.Type : undefined
  }

  for (
    const [lines, wanted] of [
      ["ExecStart=a", "simple"],
      ["ExecStop=a", "oneshot"],
      ["ExecStart=a\nBusName=a.b", "dbus"],
      ["BusName=a.b", "dbus"],
      ["ExecStart=a\nBusName=a.b\nType=exec", "exec"]
    ] as const
  ) {
    it(`is ${wanted} of ${JSON.stringify(lines)}`, () => {
      assert.strictEqual(typeOf(lines), wanted)
    })
  }

  it("is said to fall back where the word stands that makes it so", () => {
    const said = parse("[Service]\nExecStart=a\nBusName=a.b\n").diagnostics.find(({ code }) => code === "CI0302")
    assert.deepStrictEqual([said?.directive, said?.at.line], ["BusName", 3])
    assert.match(said?.message ?? "", /^Type=dbus, which this implies, /)
  })

  table([
    ["Type=dbus\nExecStart=a", "error CI0405 Type web.service:2"],
    ["Type=dbus\nExecStart=a\nBusName=a.b"],
    ["Type=oneshot\nExecStart=a\nExitType=cgroup", "error CI0406 ExitType web.service:4"],
    ["Type=oneshot\nExecStart=a\nExitType=main"],
    ["ExecStart=a\nExitType=cgroup"],
    ["Type=forking\nExecStart=a\nPrivatePIDs=yes", "error CI0408 PrivatePIDs web.service:4"],
    ["Type=forking\nExecStart=a\nPrivatePIDs=no"],
    ["Type=exec\nExecStart=a\nPrivatePIDs=yes"],
    ["Type=forking\nExecStart=a\nPIDFile=/run/a.pid"],
    ["ExecStart=a\nPIDFile=/run/a.pid", "note CI0407 PIDFile web.service:3"],
    ["Type=forking\nExecStart=a\nGuessMainPID=no"],
    ["Type=forking\nExecStart=a\nGuessMainPID=no\nPIDFile=/a", "note CI0407 GuessMainPID web.service:4"],
    ["ExecStart=a\nGuessMainPID=no", "note CI0407 GuessMainPID web.service:3"],
    ["Type=notify\nExecStart=a\nNotifyAccess=none", "note CI0407 NotifyAccess web.service:4"],
    ["ExecStart=a\nNotifyAccess=none\nWatchdogSec=5", "note CI0407 NotifyAccess web.service:3"],
    ["ExecStart=a\nNotifyAccess=none\nFileDescriptorStoreMax=5", "note CI0407 NotifyAccess web.service:3"],
    ["ExecStart=a\nNotifyAccess=none"],
    ["ExecStart=a\nNotifyAccess=none\nWatchdogSec=0"],
    ["Type=notify\nExecStart=a\nNotifyAccess=all"]
  ])
})

describe("the restarts of a service", () => {
  table([
    ["Type=oneshot\nExecStart=a\nRestart=always", "error CI0403 Restart web.service:4"],
    ["Type=oneshot\nExecStart=a\nRestart=on-success", "error CI0403 Restart web.service:4"],
    ["Type=oneshot\nExecStart=a\nRestart=on-failure"],
    ["Type=oneshot\nExecStart=a\nRestartForceExitStatus=3", "error CI0403 RestartForceExitStatus web.service:4"],
    ["Type=oneshot\nExecStart=a\nRestartForceExitStatus=3\nRestartForceExitStatus="],
    ["ExecStart=a\nRestart=on-success\nRemainAfterExit=yes", "warning CI0407 Restart web.service:3"],
    ["ExecStart=a\nRestart=always\nRemainAfterExit=yes"],
    ["ExecStart=a\nRestartSec=5", "note CI0407 RestartSec web.service:3"],
    ["ExecStart=a\nRestartSec=5\nRestart=no", "note CI0407 RestartSec web.service:3"],
    ["ExecStart=a\nRestartSec=5\nRestart=always"],
    ["ExecStart=a\nRestartSec=5\nRestartForceExitStatus=3"],
    ["ExecStart=a\nRestartPreventExitStatus=3", "note CI0407 RestartPreventExitStatus web.service:3"],
    ["ExecStart=a\nRestartPreventExitStatus=3\nRestart=on-failure"],
    ["ExecStart=a\nRestart=always\nRestartSteps=3", "warning CI0407 RestartSteps web.service:4"],
    ["ExecStart=a\nRestart=always\nRestartMaxDelaySec=3", "warning CI0407 RestartMaxDelaySec web.service:4"],
    ["ExecStart=a\nRestart=always\nRestartSteps=3\nRestartMaxDelaySec=3"],
    ["ExecStart=a\nRestart=always\nRestartSteps=0\nRestartMaxDelaySec=infinity"],
    [
      "ExecStart=a\nRestart=always\nRestartSec=9\nRestartSteps=3\nRestartMaxDelaySec=3",
      "warning CI0415 RestartMaxDelaySec web.service:6"
    ]
  ])
})

describe("the time limits of a service", () => {
  table([
    ["ExecStart=a\nTimeoutStopSec=8"],
    ["ExecStart=a\nTimeoutStopSec=9", "note CI0412 TimeoutStopSec web.service:3"],
    ["ExecStart=a\nTimeoutSec=90\nUMask=022", "note CI0412 TimeoutStopSec web.service:3"],
    ["ExecStart=a\nTimeoutStopSec=infinity", "note CI0412 TimeoutStopSec web.service:3"],
    ["Type=oneshot\nExecStart=a\nTimeoutSec=infinity"],
    ["Type=oneshot\nRemainAfterExit=yes\nExecStart=a\nTimeoutSec=infinity"],
    ["Type=oneshot\nRemainAfterExit=yes\nExecStart=a\nTimeoutStopSec=9", "note CI0412 TimeoutStopSec web.service:5"],
    ["Type=oneshot\nExecStart=a\nRuntimeMaxSec=9", "warning CI0407 RuntimeMaxSec web.service:4"],
    ["ExecStart=a\nRuntimeMaxSec=9\nRuntimeRandomizedExtraSec=1"],
    ["Type=oneshot\nExecStart=a\nRuntimeMaxSec=infinity"],
    ["ExecStart=a\nRuntimeRandomizedExtraSec=1", "warning CI0407 RuntimeRandomizedExtraSec web.service:3"]
  ])

  it("are held against what --stop-timeout is by default", () => {
    assert.strictEqual(stopTimeoutMillis, defaults.stopTimeoutMillis)
  })
})

describe("the processes of a service", () => {
  table([
    ["ExecStart=a\nKillMode=none", "warning CI0411 KillMode web.service:3"],
    ["ExecStart=a\nKillMode=process"],
    ["ExecStart=a\nPAMName=login\nKillMode=process", "error CI0409 KillMode web.service:4"],
    ["ExecStart=a\nPAMName=login\nKillMode=mixed"],
    ["ExecStart=a\nPAMName=login"],
    ["ExecStart=a\nDynamicUser=yes\nWorkingDirectory=~", "warning CI0410 WorkingDirectory web.service:4"],
    ["ExecStart=a\nDynamicUser=no\nWorkingDirectory=~"],
    ["ExecStart=a\nDynamicUser=yes\nWorkingDirectory=/srv"],
    ["ExecStart=a\nRuntimeDirectoryMode=0700", "note CI0407 RuntimeDirectoryMode web.service:3"],
    ["ExecStart=a\nRuntimeDirectoryMode=0700\nRuntimeDirectory=web"]
  ])
})
