import { assert, describe, it } from "@effect/vitest"
import { render } from "../../src/unit/Diagnostic.ts"
import * as Directives from "../../src/unit/Directives.ts"
import { parse, service } from "./Support.ts"

type Input = Parameters<typeof parse>[1]

/** The section that these lines make, nothing of which is wrong. */
const section = (lines: string, input: Input = {}) => {
  assert.deepStrictEqual(faults(lines, input), [])
  return service(`ExecStart=a\n${lines}`, input).Service
}

/** What is said about values. */
const faults = (lines: string, input: Input = {}): ReadonlyArray<string> =>
  parse(`[Service]\nExecStart=a\n${lines}\n`, input).diagnostics
    .filter(({ code }) => code.startsWith("CI03"))
    .map((one) => render(one).replace(/^container-init: (?:error|warning): web\.service:/, ""))

describe("systemd.exec(5)", () => {
  it("reads limits in the unit of each", () => {
    const unit = section(
      "LimitNOFILE=1024:524288\nLimitCORE=infinity\nLimitCPU=1min\nLimitRTTIME=5ms\nLimitNICE=-5\nLimitSTACK=8M"
    )
    assert.deepStrictEqual(unit.LimitNOFILE, { soft: 1024, hard: 524288 })
    assert.deepStrictEqual(unit.LimitCORE, { soft: Infinity, hard: Infinity })
    assert.deepStrictEqual(unit.LimitCPU, { soft: 60, hard: 60 })
    assert.deepStrictEqual(unit.LimitRTTIME, { soft: 5_000, hard: 5_000 })
    assert.deepStrictEqual(unit.LimitNICE, { soft: 25, hard: 25 })
    assert.deepStrictEqual(unit.LimitSTACK, { soft: 8 * 2 ** 20, hard: 8 * 2 ** 20 })
  })

  it("refuses a soft limit above the hard one, and keeps what was there", () => {
    assert.deepStrictEqual(faults("LimitNOFILE=2:1"), [
      "3: [Service] LimitNOFILE: the soft limit is above the hard one; the soft limit comes first: soft:hard"
    ])
    assert.deepStrictEqual(service("ExecStart=a\nLimitNOFILE=5\nLimitNOFILE=2:1").Service.LimitNOFILE, {
      soft: 5,
      hard: 5
    })
  })

  it("reads scheduling by name or number", () => {
    const unit = section(
      "Nice=-5\nOOMScoreAdjust=-1000\nCPUSchedulingPolicy=2\nCPUSchedulingPriority=10\nIOSchedulingClass=idle\nIOSchedulingPriority=7\nUMask=0077"
    )
    assert.strictEqual(unit.Nice, -5)
    assert.strictEqual(unit.OOMScoreAdjust, -1000)
    assert.strictEqual(unit.CPUSchedulingPolicy, "rr")
    assert.strictEqual(unit.CPUSchedulingPriority, 10)
    assert.strictEqual(unit.IOSchedulingClass, "idle")
    assert.strictEqual(unit.IOSchedulingPriority, 7)
    assert.strictEqual(unit.UMask, 0o77)
  })

  it("adds to sets of processors, which numa replaces", () => {
    assert.deepStrictEqual(section("CPUAffinity=0-1\nCPUAffinity=4").CPUAffinity, [[0, 1], [4, 4]])
    assert.strictEqual(service("ExecStart=a\nCPUAffinity=0-1\nCPUAffinity=numa").Service.CPUAffinity, "numa")
    assert.deepStrictEqual(section("CPUAffinity=numa\nCPUAffinity=3").CPUAffinity, [[3, 3]])
    assert.strictEqual(section("CPUAffinity=1\nCPUAffinity=").CPUAffinity, undefined)
    assert.strictEqual(section("NUMAMask=all").NUMAMask, "all")
  })

  for (
    const [lines, inverted, names] of [
      ["CapabilityBoundingSet=CAP_CHOWN cap_kill", false, ["CAP_CHOWN", "CAP_KILL"]],
      ["CapabilityBoundingSet=CAP_CHOWN\nCapabilityBoundingSet=CAP_KILL", false, ["CAP_CHOWN", "CAP_KILL"]],
      ["CapabilityBoundingSet=CAP_CHOWN CAP_KILL\nCapabilityBoundingSet=~CAP_KILL", false, ["CAP_CHOWN"]],
      ["CapabilityBoundingSet=~CAP_CHOWN\nCapabilityBoundingSet=~CAP_KILL", true, ["CAP_CHOWN", "CAP_KILL"]],
      ["CapabilityBoundingSet=", false, []],
      ["CapabilityBoundingSet=CAP_CHOWN\nCapabilityBoundingSet=~", true, []],
      ["CapabilityBoundingSet=~\nCapabilityBoundingSet=CAP_CHOWN", false, ["CAP_CHOWN"]],
      ["CapabilityBoundingSet=\nCapabilityBoundingSet=CAP_CHOWN", false, ["CAP_CHOWN"]]
    ] as const
  ) {
    it(`makes a set of capabilities of ${JSON.stringify(lines)}`, () =>
      assert.deepStrictEqual(section(lines).CapabilityBoundingSet, { inverted, names }))
  }

  it("suggests capabilities and address families", () => {
    assert.deepStrictEqual(faults("AmbientCapabilities=NET_BIND_SERVICE CAP_NET_ADMN"), [
      "3: [Service] AmbientCapabilities: \"NET_BIND_SERVICE\" is no capability; did you mean \"CAP_NET_BIND_SERVICE\"?",
      "3: [Service] AmbientCapabilities: \"CAP_NET_ADMN\" is no capability; did you mean \"CAP_NET_ADMIN\"?"
    ])
    assert.deepStrictEqual(faults("RestrictAddressFamilies=INET AF_MAX"), [
      "3: [Service] RestrictAddressFamilies: \"INET\" is no address family; did you mean \"AF_INET\"?",
      "3: [Service] RestrictAddressFamilies: \"AF_MAX\" is no address family"
    ])
  })

  it("keeps the set when no name of an assignment is one", () => {
    const { CapabilityBoundingSet } = service("ExecStart=a\nCapabilityBoundingSet=CAP_FOO").Service
    assert.strictEqual(CapabilityBoundingSet, undefined)
  })

  it("reads restrictions of address families and namespaces", () => {
    const of = (lines: string) => section(lines).RestrictAddressFamilies
    assert.deepStrictEqual(of("RestrictAddressFamilies=AF_UNIX AF_LOCAL AF_INET"), {
      inverted: false,
      names: ["AF_UNIX", "AF_INET"]
    })
    assert.deepStrictEqual(of("RestrictAddressFamilies=none"), { inverted: false, names: [] })
    assert.strictEqual(of("RestrictAddressFamilies=none\nRestrictAddressFamilies="), undefined)
    const spaces = (lines: string) => section(lines).RestrictNamespaces
    assert.deepStrictEqual(spaces("RestrictNamespaces=yes"), { inverted: false, names: [] })
    assert.deepStrictEqual(spaces("RestrictNamespaces=${R:-no}"), { inverted: true, names: [] })
    assert.deepStrictEqual(spaces("RestrictNamespaces=~user net"), { inverted: true, names: ["user", "net"] })
    assert.deepStrictEqual(section("DelegateNamespaces=yes").DelegateNamespaces, { inverted: true, names: [] })
  })

  it("keeps filters of system calls as they are written", () => {
    assert.deepStrictEqual(
      section("SystemCallFilter=@system-service\nSystemCallFilter=~@privileged:EPERM").SystemCallFilter,
      [
        { inverted: false, calls: [{ name: "@system-service", action: undefined }] },
        { inverted: true, calls: [{ name: "@privileged", action: 1 }] }
      ]
    )
    assert.strictEqual(section("SystemCallFilter=read\nSystemCallFilter=").SystemCallFilter, undefined)
    assert.strictEqual(section("SystemCallErrorNumber=EPERM").SystemCallErrorNumber, 1)
    assert.strictEqual(section("SystemCallErrorNumber=kill").SystemCallErrorNumber, "kill")
  })

  it("says that what is allowed gives no error", () => {
    assert.deepStrictEqual(faults("SystemCallFilter=read:EPERM"), [
      "3: [Service] SystemCallFilter: \"read:EPERM\" is allowed: it gives no error; errors are for lists that begin with \"~\""
    ])
  })

  it("reads what protects the system, also by other words for yes and no", () => {
    const unit = section("ProtectSystem=on\nProtectHome=tmpfs\nPrivateTmp=disconnected\nProtectHostname=private:box")
    assert.strictEqual(unit.ProtectSystem, "yes")
    assert.strictEqual(unit.ProtectHome, "tmpfs")
    assert.strictEqual(unit.PrivateTmp, "disconnected")
    assert.deepStrictEqual(unit.ProtectHostname, { mode: "private", hostname: "box" })
  })

  it("reads paths, mounts and directories", () => {
    const unit = section(
      "ReadWritePaths=/a -/b\nReadWriteDirectories=-+/%p\nBindPaths=${DATA:-/x}:/data:norbind\nTemporaryFileSystem=/t:ro,size=10%\nRuntimeDirectory=app app/%N:link\nRuntimeDirectoryMode=0750\nRuntimeDirectoryPreserve=restart\nExecSearchPath=/a:/b"
    )
    assert.deepStrictEqual(unit.ReadWritePaths?.map(({ path }) => path), ["/a", "/b", "/web"])
    assert.deepStrictEqual(unit.BindPaths, [
      { source: "/x", destination: "/data", optional: false, recursive: false, idmap: false }
    ])
    assert.deepStrictEqual(unit.TemporaryFileSystem, [{ path: "/t", options: ["ro", "size=10%"] }])
    assert.deepStrictEqual(unit.RuntimeDirectory, [
      { path: "app", link: undefined, readOnly: false },
      { path: "app/web", link: "link", readOnly: false }
    ])
    assert.strictEqual(unit.RuntimeDirectoryMode, 0o750)
    assert.strictEqual(unit.RuntimeDirectoryPreserve, "restart")
    assert.deepStrictEqual(unit.ExecSearchPath, ["/a", "/b"])
  })

  it("refuses absolute directories of a service, and links of ConfigurationDirectory=", () => {
    assert.deepStrictEqual(faults("StateDirectory=/var/lib/app\nConfigurationDirectory=a:b"), [
      "3: [Service] StateDirectory: \"/var/lib/app\" is no directory of a service; write \"app\": the rest follows from the directive",
      "4: [Service] ConfigurationDirectory: \"a:b\" is no directory of a service; ConfigurationDirectory= has no links"
    ])
  })

  it("warns of values that are acted on in part only", () => {
    assert.deepStrictEqual(faults("CPUAffinity=numa\nBindPaths=/a:/b:idmap\nProtectControlGroups=strict"), [
      "3: [Service] CPUAffinity: memory nodes are not looked up: all processors are allowed; write the processors' numbers",
      "4: [Service] BindPaths: owners are not mapped: files show as those of whom they are; leave \"idmap\" out",
      "5: [Service] ProtectControlGroups: there is no cgroup namespace for a service: the container's cgroups are read-only, " +
      "as with \"yes\"; write \"yes\""
    ])
    assert.deepStrictEqual(faults("CPUAffinity=0\nBindPaths=/a:/b:norbind\nProtectControlGroups=yes"), [])
  })

  it("warns of the kernel's log, which no container has, and notes input that nobody reads", () => {
    const lines = "StandardOutput=kmsg\nStandardError=kmsg+console\nStandardInput=null\nStandardInputData=AAEC"
    assert.deepStrictEqual(faults(lines), [
      "3: [Service] StandardOutput: a container has no kernel log of its own: the lines go where those of \"journal\" go; write \"journal\"",
      "4: [Service] StandardError: a container has no kernel log of its own: the lines go where those of \"journal\" go; write \"journal\""
    ])
    const notes = (written: string) =>
      parse(`[Service]\nExecStart=a\n${written}\n`).diagnostics.filter(({ severity }) => severity === "note")
    assert.deepStrictEqual(notes(lines).map(({ at, message }) => [at.line, message]), [
      [6, "this has no effect: it is for StandardInput=data"]
    ])
    assert.deepStrictEqual(notes("StandardOutput=journal\nStandardInput=data\nStandardInputText=a"), [])
  })

  it("reads standard streams, the descriptor of each by its own name", () => {
    const unit = section("StandardInput=fd\nStandardOutput=fd\nStandardError=fd")
    assert.deepStrictEqual(unit.StandardInput, { _tag: "Descriptor", name: "stdin" })
    assert.deepStrictEqual(unit.StandardOutput, { _tag: "Descriptor", name: "stdout" })
    assert.deepStrictEqual(unit.StandardError, { _tag: "Descriptor", name: "stderr" })
    assert.deepStrictEqual(section("StandardOutput=append:/var/log/%N").StandardOutput, {
      _tag: "File",
      path: "/var/log/web",
      mode: "append"
    })
  })

  it("feeds text and data in the order written", () => {
    const lines = "StandardInputText=a %N\\n${V}\nStandardInputData=AAEC\nStandardInputText=z"
    const unit = section(lines, { variables: { V: "x\\n" } })
    assert.deepStrictEqual(unit.StandardInputText?.map(({ base64 }) => [...Buffer.from(base64, "base64")]), [
      [...Buffer.from("a web\nx\\n\n")],
      [0, 1, 2],
      [...Buffer.from("z\n")]
    ])
    assert.strictEqual(section(`${lines.replace("${V}", "")}\nStandardInputData=`).StandardInputText, undefined)
  })

  it("reads credentials, whose values know no specifiers", () => {
    const unit = section("LoadCredential=a:/etc/%N\nSetCredential=%N:50%n\nImportCredential=app.*")
    assert.deepStrictEqual(unit.LoadCredential, [{ name: "a", source: "/etc/web" }])
    assert.deepStrictEqual(unit.SetCredential, [{ name: "web", base64: Buffer.from("50%n").toString("base64") }])
    assert.deepStrictEqual(unit.ImportCredential, [{ glob: "app.*", rename: undefined }])
  })

  it("reads logs and variables", () => {
    const unit = section(
      "SyslogLevel=warning\nSyslogFacility=local0\nLogExtraFields=A=b \"C=d e\"\nPassEnvironment=A B\nUnsetEnvironment=C \"D=e f\"\nLogFilterPatterns=~a b"
    )
    assert.strictEqual(unit.SyslogLevel, 4)
    assert.strictEqual(unit.SyslogFacility, 16)
    assert.deepStrictEqual(unit.LogExtraFields, [["A", "b"], ["C", "d e"]])
    assert.deepStrictEqual(unit.PassEnvironment, ["A", "B"])
    assert.deepStrictEqual(unit.UnsetEnvironment, ["C", "D=e f"])
    assert.deepStrictEqual(unit.LogFilterPatterns, ["~a b"])
  })

  it("leaves out words that variables make nothing of", () => {
    assert.deepStrictEqual(section("SupplementaryGroups=audio ${MORE:-}").SupplementaryGroups, ["audio"])
    assert.deepStrictEqual(section("ReadWritePaths=/a ${MORE:-}\nBindPaths=${MORE:-}").ReadWritePaths?.length, 1)
  })

  it("refuses an empty value where systemd does", () => {
    for (const key of ["UMask", "NoNewPrivileges", "ProtectSystem", "StandardOutput", "LimitNOFILE", "SyslogLevel"]) {
      assert.lengthOf(faults(`${key}=`), 1, key)
    }
    for (const key of ["Nice", "OOMScoreAdjust", "CPUSchedulingPolicy", "Personality", "MountAPIVFS", "SecureBits"]) {
      assert.lengthOf(faults(`${key}=`), 0, key)
    }
  })
})

describe("systemd.kill(5)", () => {
  it("reads how processes are killed", () => {
    const unit = section("KillMode=mixed\nFinalKillSignal=SIGQUIT\nSendSIGKILL=no\nWatchdogSignal=ABRT")
    assert.strictEqual(unit.KillMode, "mixed")
    assert.strictEqual(unit.FinalKillSignal, 3)
    assert.strictEqual(unit.SendSIGKILL, false)
    assert.strictEqual(unit.WatchdogSignal, 6)
    assert.strictEqual(section("KillMode=mixed\nKillMode=").KillMode, "control-group")
  })
})

describe("systemd.resource-control(5)", () => {
  it("reads limits of memory and tasks", () => {
    const unit = section("MemoryMax=512M\nMemoryHigh=50%\nMemorySwapMax=0\nTasksMax=infinity\nMemoryLimit=1G")
    assert.deepStrictEqual(unit.MemoryMax, { _tag: "Amount", amount: 2 ** 30 })
    assert.deepStrictEqual(unit.MemoryHigh, { _tag: "Percent", percent: 50 })
    assert.deepStrictEqual(unit.MemorySwapMax, { _tag: "Amount", amount: 0 })
    assert.deepStrictEqual(unit.TasksMax, { _tag: "Amount", amount: Infinity })
  })

  it("refuses limits of nothing", () => {
    assert.deepStrictEqual(faults("MemoryMax=0\nTasksMax=0\nMemoryHigh=0%"), [
      "3: [Service] MemoryMax: \"0\" is no limit; no memory at all is not allowed",
      "4: [Service] TasksMax: \"0\" is no limit; write a number from 1 on, a percentage (\"50%\") or \"infinity\"",
      "5: [Service] MemoryHigh: \"0%\" is no limit; no memory at all is not allowed"
    ])
  })

  it("reads shares of processors and devices", () => {
    const unit = section(
      "CPUQuota=150.5%\nCPUWeight=idle\nIOWeight=50\nAllowedCPUs=0-3\nIOReadBandwidthMax=/dev/sda 5M\nIODeviceLatencyTargetSec=/dev/sda 25ms"
    )
    assert.strictEqual(unit.CPUQuota, 150.5)
    assert.strictEqual(unit.CPUWeight, "idle")
    assert.strictEqual(unit.IOWeight, 50)
    assert.deepStrictEqual(unit.AllowedCPUs, [[0, 3]])
    assert.deepStrictEqual(unit.IOReadBandwidthMax, [{ device: "/dev/sda", value: 5_000_000 }])
    assert.deepStrictEqual(unit.IODeviceLatencyTargetSec, [{ device: "/dev/sda", value: 25 }])
    assert.deepStrictEqual(faults("CPUQuota=20"), ["3: [Service] CPUQuota: \"20\" is no percentage; write \"20%\""])
  })

  it("delegates all controllers, none, or some", () => {
    assert.strictEqual(section("Delegate=yes").Delegate, true)
    assert.deepStrictEqual(section("Delegate=").Delegate, [])
    assert.deepStrictEqual(section("Delegate=cpu\nDelegate=memory pids").Delegate, ["cpu", "memory", "pids"])
    assert.strictEqual(section("Delegate=yes\nDelegate=cpu").Delegate, true)
    assert.deepStrictEqual(section("Delegate=no\nDelegate=cpu").Delegate, ["cpu"])
  })

  it("takes for the cgroup of a main process a name that is no file and no path", () => {
    assert.strictEqual(section("Delegate=yes\nDelegateSubgroup=main-%p").DelegateSubgroup, "main-web")
    assert.isUndefined(section("DelegateSubgroup=main\nDelegateSubgroup=").DelegateSubgroup)
    for (const name of ["a/b", "..", ".x", "_x", "cgroup.procs", "memory.max", "tasks"]) {
      assert.lengthOf(faults(`DelegateSubgroup=${name}`), 1, name)
    }
    assert.deepStrictEqual(faults("DelegateSubgroup=../up"), [
      "3: [Service] DelegateSubgroup: \"../up\" is no name of a cgroup; write a name without slashes"
    ])
  })

  it("reads networks, ports, devices and the slice", () => {
    const unit = section(
      "IPAddressDeny=any\nSocketBindAllow=tcp:80\nDeviceAllow=/dev/null rw\nSlice=system-%p.slice\nRestrictNetworkInterfaces=~eth0"
    )
    assert.lengthOf(unit.IPAddressDeny ?? [], 2)
    assert.deepStrictEqual(unit.SocketBindAllow, [{ family: undefined, protocol: "tcp", ports: [80, 80] }])
    assert.deepStrictEqual(unit.DeviceAllow, [{ device: "/dev/null", read: true, write: true, make: false }])
    assert.strictEqual(unit.Slice, "system-web.slice")
    assert.deepStrictEqual(unit.RestrictNetworkInterfaces, [{ inverted: true, names: ["eth0"] }])
    assert.deepStrictEqual(faults("Slice=app.service"), [
      "3: [Service] Slice: \"app.service\" is no name of a slice; write \"app.slice\""
    ])
  })
})

describe("every directive of a service", () => {
  const odd = [
    "",
    "~",
    ":",
    "::::",
    "-",
    "+",
    "\"",
    "\\",
    "%",
    "${",
    "${X",
    "${X:-",
    "0",
    "-1",
    "infinity",
    "a:b:c:d"
  ]
  const long = ["~", ":", "a ", "a:", "0-9,", "\\x41", "\"a\" ", "1G", "${X:-", "/a/"].map((text) => text.repeat(2_000))

  for (const { key } of Directives.all().filter(({ section }) => section === "Service")) {
    it(`takes any value without a throw: ${key}=`, () => {
      for (const value of [...odd, ...long]) {
        const { unit } = parse(`[Service]\nExecStart=/a\n${key}=${value}\n${key}=${value}\n`)
        assert.strictEqual(unit?._tag, "Service")
      }
    })
  }
})
