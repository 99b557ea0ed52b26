import { assert, describe, it } from "@effect/vitest"
import { render } from "../../src/unit/Diagnostic.ts"
import type { Path, Service, Socket, Timer, Unit } from "../../src/unit/Unit.ts"
import { parse, service } from "./Support.ts"

/** The unit, and what is said about its values. */
const read = (name: string, text: string) => {
  const { diagnostics, unit } = parse(text, { name })
  const others = /^CI(?:0203|0204|0302|04..)$/
  const said = diagnostics.filter(({ code }) => !others.test(code)).map(render)
  return { unit, said: said.map((line) => line.replace(/^container-init: \w+: \S+ /, "")) }
}

const section = <K extends Unit["_tag"]>(tag: K, lines: string) => {
  const { said, unit } = read(`web.${tag.toLowerCase()}`, `[${tag}]\n${lines}\n`)
  assert(unit !== undefined && unit._tag === tag)
  return { unit, said }
}

const socket = (lines: string) => {
  const { said, unit } = section("Socket", lines)
  return { socket: (unit as Socket).Socket, said }
}

const timer = (lines: string) => {
  const { said, unit } = section("Timer", lines)
  return { timer: (unit as Timer).Timer, said }
}

const path = (lines: string) => {
  const { said, unit } = section("Path", lines)
  return { path: (unit as Path).Path, said }
}

describe("the listeners of a socket", () => {
  it("are one list in the order written, whatever they are called", () => {
    const { said, socket: { Listeners } } = socket(
      "ListenDatagram=53\nListenStream=127.0.0.1:53\nListenFIFO=/run//pipe\nListenNetlink=audit 1\nListenSequentialPacket=@seq\nListenSpecial=/dev/a\nListenMessageQueue=/q\nListenUSBFunction=/ffs\nListenStream=/run/%p.sock"
    )
    assert.deepStrictEqual(said, [])
    assert.deepStrictEqual(Listeners?.map(({ at, ...listener }) => [at.line, at.column, listener]), [
      [2, 16, { type: "Datagram", address: { kind: "any", port: 53 } }],
      [3, 14, { type: "Stream", address: { kind: "inet", address: "127.0.0.1", port: 53 } }],
      [4, 12, { type: "FIFO", path: "/run/pipe" }],
      [5, 15, { type: "Netlink", address: { family: 9, group: 1 } }],
      [6, 24, { type: "SequentialPacket", address: { kind: "abstract", name: "seq" } }],
      [7, 15, { type: "Special", path: "/dev/a" }],
      [8, 20, { type: "MessageQueue", path: "/q" }],
      [9, 19, { type: "USBFunction", path: "/ffs" }],
      [10, 14, { type: "Stream", address: { kind: "unix", path: "/run/web.sock" } }]
    ])
  })

  it("are taken back by an empty assignment of any kind", () => {
    const { socket: { Listeners } } = socket("ListenStream=1\nListenDatagram=2\nListenFIFO=\nListenStream=3")
    assert.deepStrictEqual(Listeners?.map(({ at }) => at.line), [5])
    assert.notProperty(socket("ListenStream=1\nListenStream=").socket, "Listeners")
    assert.notProperty(socket("ListenStream=1").socket, "ListenStream")
  })

  it("may come from variables", () => {
    const { diagnostics, unit } = parse(
      "[Socket]\nListenStream=${ADDRESS:-127.0.0.1}:${PORT}\nListenStream=${NONE:-}",
      {
        name: "a.socket",
        variables: { PORT: "80" }
      }
    )
    assert.deepStrictEqual(diagnostics.map(({ code, severity }) => `${severity} ${code}`), ["warning CI0421"])
    assert.notProperty((unit as Socket).Socket, "Listeners")
  })

  for (
    const [line, message] of [
      ["ListenStream=localhost:80", "\"localhost:80\" is no address to listen at; names are not looked up"],
      ["ListenStream=%i", "\"\" is no address to listen at"],
      ["ListenSequentialPacket=80", "sequenced packets are for local sockets only"],
      ["ListenFIFO=run/a", "\"run/a\" is no absolute path; paths begin with \"/\""],
      ["ListenFIFO=/run/../a", "paths do not climb"],
      ["ListenNetlink=kobject-event", "did you mean \"kobject-uevent\"?"],
      ["ListenNetlink=audit x", "\"audit x\" is no netlink family with a group"]
    ] as const
  ) {
    it(`are refused as ${line}`, () => {
      const { said, socket: { Listeners } } = socket(line)
      assert.lengthOf(said, 1)
      assert.include(said[0] ?? "", message)
      assert.strictEqual(Listeners, undefined)
    })
  }
})

describe("a socket", () => {
  it("is read with its options", () => {
    const { said, socket: options } = socket(
      "Backlog=128\nBindIPv6Only=yes\nSocketUser=web\nSocketGroup=44\nSocketMode=0660\nDirectoryMode=755\nAccept=on\nMaxConnections=5\nKeepAliveTimeSec=1min\nSymlinks=/a \"/b c\"\nSymlinks=/d//e\nFileDescriptorName=%p http\nService=other.service\nTriggerLimitIntervalSec=5\nReceiveBuffer=64K\nIPTOS=low-cost\nMark=-1\nTimestamping=usec\nSocketProtocol=SCTP\nBindToDevice=eth0\nDeferTrigger=patient\nTimeoutSec=0\nXAttrListen=user.a=b \"user.c=d e\""
    )
    assert.deepStrictEqual(said, [])
    assert.deepStrictEqual({ ...options, Service: options.Service?.name as string }, {
      Backlog: 128,
      BindIPv6Only: "ipv6-only",
      SocketUser: "web",
      SocketGroup: "44",
      SocketMode: 0o660,
      DirectoryMode: 0o755,
      Accept: true,
      MaxConnections: 5,
      KeepAliveTimeSec: 60_000,
      Symlinks: ["/a", "/b c", "/d/e"],
      FileDescriptorName: "web http",
      Service: "other.service",
      TriggerLimitIntervalSec: 5_000,
      ReceiveBuffer: 65_536,
      IPTOS: 2,
      Mark: -1,
      Timestamping: "us",
      SocketProtocol: "sctp",
      BindToDevice: "eth0",
      DeferTrigger: "patient",
      TimeoutSec: Infinity,
      XAttrListen: [["user.a", "b"], ["user.c", "d e"]]
    })
  })

  it("is read with what is ours", () => {
    const { said, socket: options } = socket(
      "ActivationMode=proxy\nProxyTarget=localhost:8080\nProxyIdleSec=5min\nProxyConnectTimeoutSec=10\nProxyProtocol=v2"
    )
    assert.deepStrictEqual(said, [])
    assert.deepStrictEqual(options, {
      ActivationMode: "proxy",
      ProxyTarget: { kind: "host", host: "localhost", port: 8080 },
      ProxyIdleSec: 300_000,
      ProxyConnectTimeoutSec: 10_000,
      ProxyProtocol: "v2"
    })
  })

  it("takes empty values where systemd does", () => {
    const { said, socket: options } = socket(
      "Symlinks=/a\nSymlinks=\nFileDescriptorName=a\nFileDescriptorName=\nBindToDevice=a\nBindToDevice=*\nIPTOS=1\nIPTOS=\nSocketUser=a\nSocketUser="
    )
    assert.deepStrictEqual(said, [])
    assert.deepStrictEqual(options, { BindToDevice: "" })
  })

  for (
    const [line, message] of [
      ["BindIPv6Only=v6", "write default, both or ipv6-only"],
      ["FileDescriptorName=a:b", "names do not contain \":\""],
      ["ActivationMode=forward", "write one of native, proxy"],
      ["ProxyTarget=8080", "one connects to one address: \"127.0.0.1:8080\""],
      ["Service=other", "did you mean \"other.service\"?"],
      ["Service=other.target", "\"other.target\" is no name of a .service unit; did you mean \"other.service\"?"],
      ["Service=other@.service", "is a template"],
      ["Service=", "the value is empty, not the name of a .service unit"],
      ["Symlinks=/a b", "\"b\" is no absolute path"],
      ["SocketMode=rw", "modes look like \"0755\""],
      ["BindToDevice=a/b", "is no name of a network interface"],
      ["Backlog=", "the value is empty"],
      ["SocketProtocol=tcp", "write udplite, sctp or mptcp"],
      ["Timestamping=ms", "write off, us or ns"],
      ["XAttrListen=a=b", "they look like \"user.name=value\""]
    ] as const
  ) {
    it(`is refused as ${line}`, () => {
      const { said } = socket(line)
      assert.lengthOf(said, 1)
      assert.include(said[0] ?? "", message)
    })
  }
})

describe("the elapses of a timer", () => {
  it("are one list in the order written", () => {
    const { said, timer: { Elapses } } = timer(
      "OnBootSec=5min\nOnCalendar=daily\nOnUnitActiveSec=1h\nOnUnitInactiveSec=0"
    )
    assert.deepStrictEqual(said, [])
    assert.deepStrictEqual(
      Elapses?.map((one) => [one.at.line, one.type, one.type === "Calendar" ? "event" : one.after]),
      [[2, "Boot", 300_000], [3, "Calendar", "event"], [4, "UnitActive", 3_600_000], [5, "UnitInactive", 0]]
    )
  })

  it("are taken back by an empty assignment of any kind", () => {
    const { timer: { Elapses } } = timer("OnCalendar=daily\nOnBootSec=1\nOnActiveSec=\nOnStartupSec=2")
    assert.deepStrictEqual(Elapses?.map(({ type }) => type), ["Startup"])
  })

  it("are refused with a hint", () => {
    assert.include(timer("OnBootSec=daily").said[0] ?? "", "write \"OnCalendar=daily\"")
    assert.include(timer("OnBootSec=soon").said[0] ?? "", "time spans look like")
    assert.include(timer("OnCalendar=dayly").said[0] ?? "", "\"dayly\" is no calendar event")
  })
})

describe("a timer", () => {
  it("starts the first unit that it names", () => {
    const { said, timer: read } = timer("OnBootSec=1\nUnit=a.service\nUnit=b.service")
    assert.strictEqual(read.Unit?.name, "a.service")
    assert.deepStrictEqual(said, [
      "[Timer] Unit: \"a.service\" is named already, and the first one counts: \"b.service\" is ignored"
    ])
  })

  it("is read with its options", () => {
    const { said, timer: options } = timer(
      "AccuracySec=1us\nRandomizedDelaySec=1h\nPersistent=yes\nFixedRandomDelay=no\nUnit=job.target"
    )
    assert.deepStrictEqual(said, [])
    assert.strictEqual(options.AccuracySec, 0.001)
    assert.strictEqual(options.Persistent, true)
    assert.strictEqual(options.Unit?.name as string, "job.target")
  })

  it("does not start itself", () => {
    assert.include(timer("Unit=web.timer").said[0] ?? "", "a unit cannot start itself")
    assert.include(timer("Unit=job").said[0] ?? "", "did you mean \"job.service\"?")
  })
})

describe("the watches of a path unit", () => {
  it("are one list in the order written, which an empty assignment takes back", () => {
    const { path: options, said } = path(
      "PathExists=/a\nPathChanged=\nPathModified=/b//c\nPathExistsGlob=/d/*\nDirectoryNotEmpty=/e\nUnit=a.service"
    )
    assert.deepStrictEqual(said, [])
    assert.deepStrictEqual(options.Watches?.map(({ at, path, type }) => [at.line, type, path]), [
      [4, "PathModified", "/b/c"],
      [5, "PathExistsGlob", "/d/*"],
      [6, "DirectoryNotEmpty", "/e"]
    ])
  })

  it("are refused unless they are absolute", () => {
    assert.include(path("PathExists=a").said[0] ?? "", "\"a\" is no absolute path")
  })
})

/** A service's section, with what is said but for what is not acted on. */
const values = (lines: string) => {
  const { Service: options } = service(`ExecStart=/a\n${lines}`)
  return { options, said: read("web.service", `[Service]\nExecStart=/a\n${lines}\n`).said }
}

describe("a service", () => {
  it("is read with its options", () => {
    const { options, said } = values(
      "SuccessExitStatus=TEMPFAIL 250\nSuccessExitStatus=SIGKILL\nRestartPreventExitStatus=1\nRestartPreventExitStatus=\nPIDFile=web/a.pid\nNotifyAccess=exec\nWatchdogSec=30\nRuntimeMaxSec=infinity\nTimeoutAbortSec=5\nRestartSteps=3\nRestartMode=direct\nOpenFile=/a:b\nOpenFile=/c::read-only\nFileDescriptorStoreMax=16\nFileDescriptorStorePreserve=true\nExitType=cgroup\nOOMPolicy=kill\nReloadSignal=USR1\nTimeoutStopFailureMode=abort\nBusName=org.example.A"
    )
    assert.deepStrictEqual(said, [])
    assert.deepStrictEqual(options.SuccessExitStatus, [
      { kind: "code", code: 75 },
      { kind: "code", code: 250 },
      { kind: "signal", signal: 9 }
    ])
    assert.deepStrictEqual(options.RestartPreventExitStatus, [])
    assert.strictEqual(options.PIDFile, "/run/web/a.pid")
    assert.strictEqual(options.NotifyAccess, "exec")
    assert.strictEqual(options.WatchdogSec, 30_000)
    assert.strictEqual(options.RuntimeMaxSec, Infinity)
    assert.strictEqual(options.TimeoutAbortSec, 5_000)
    assert.strictEqual(options.RestartMode, "direct")
    assert.deepStrictEqual(options.OpenFile, [
      { path: "/a", name: "b", mode: "read-write", optional: false },
      { path: "/c", name: "c", mode: "read-only", optional: false }
    ])
    assert.strictEqual(options.FileDescriptorStorePreserve, "yes")
    assert.strictEqual(options.ReloadSignal, 10)
    assert.strictEqual(options.TimeoutStopFailureMode, "abort")
  })

  it("names its sockets, a list that cannot be emptied", () => {
    const { options, said } = values("Sockets=a.socket b.socket\nSockets=\nSockets=c.socket")
    assert.deepStrictEqual(options.Sockets?.map(({ name }) => name as string), ["a.socket", "b.socket", "c.socket"])
    assert.deepStrictEqual(said, ["[Service] Sockets: an empty assignment does not take back dependencies"])
  })

  for (
    const [lines, wanted] of [
      ["yes", ["extensions", "credentials"]],
      ["no", []],
      ["credentials", ["credentials"]],
      ["~extensions", []],
      ["yes\nRefreshOnReload=~extensions", ["credentials"]],
      ["extensions\nRefreshOnReload=credentials", ["extensions", "credentials"]],
      ["extensions\nRefreshOnReload=", undefined]
    ] as const
  ) {
    it(`refreshes ${String(wanted)} as RefreshOnReload=${JSON.stringify(lines)}`, () => {
      assert.deepStrictEqual(values(`RefreshOnReload=${lines}`).options.RefreshOnReload, wanted?.slice())
    })
  }

  for (
    const [line, message] of [
      ["SuccessExitStatus=1 EX_USAGE", "\"EX_USAGE\" is no exit code and no signal; write \"USAGE\""],
      ["SuccessExitStatus=SIGTREM", "did you mean \"SIGTERM\"?"],
      ["SuccessExitStatus=%i", "\"%i\" is no exit code and no signal"],
      ["PIDFile=../a.pid", "is no path of a file; it lies below /run"],
      ["NotifyAccess=yes", "write one of none, main, exec, all"],
      ["Sockets=a.service", "did you mean \"a.socket\"?"],
      ["OpenFile=a", "the path begins with \"/\""],
      ["RestartMode=driect", "did you mean \"direct\"?"],
      ["OOMPolicy=", "the value is empty"],
      ["BusName=a", "they look like \"org.example.Service\""],
      ["RefreshOnReload=all", "write \"yes\", \"no\", or some of extensions, credentials"]
    ] as const
  ) {
    it(`is refused as ${line}`, () => {
      const { said } = values(line)
      assert.lengthOf(said, 1)
      assert.include(said[0] ?? "", message)
    })
  }

  it("says where in a list a fault is", () => {
    const { diagnostics } = parse("[Service]\nExecStart=/a\nSuccessExitStatus=1  X 2")
    assert.deepStrictEqual(diagnostics.find(({ code }) => code === "CI0301")?.at.column, 22)
  })
})

const unit = (lines: string) => {
  const { said, unit: read_ } = read("web.service", `[Unit]\n${lines}\n[Service]\nExecStart=/a\n`)
  return { unit: (read_ as Service).Unit, said }
}

describe("[Unit]", () => {
  it("is read with its options", () => {
    const { said, unit: options } = unit(
      "Documentation=man:a(1) https://b\nDocumentation=file:/c\nRequiresMountsFor=/a \"/b c\"\nRequiresMountsFor=\nFailureAction=exit-force\nFailureActionExitStatus=3\nSuccessActionExitStatus=4\nSuccessActionExitStatus=\nJobTimeoutSec=0\nOnFailureJobMode=isolate\nCollectMode=inactive-or-failed\nStopWhenUnneeded=1\nSourcePath=/a//b\nRequiresOverridable=a.service"
    )
    assert.deepStrictEqual(said, [])
    assert.deepStrictEqual(options.Documentation, ["man:a(1)", "https://b", "file:/c"])
    assert.deepStrictEqual(options.RequiresMountsFor, ["/a", "/b c"])
    assert.strictEqual(options.FailureAction, "exit-force")
    assert.strictEqual(options.FailureActionExitStatus, 3)
    assert.notProperty(options, "SuccessActionExitStatus")
    assert.strictEqual(options.JobTimeoutSec, Infinity)
    assert.strictEqual(options.StopWhenUnneeded, true)
    assert.strictEqual(options.SourcePath, "/a/b")
    assert.deepStrictEqual(options.Requires.map(({ name }) => name as string), ["a.service"])
  })

  for (
    const [line, message] of [
      ["Documentation=sshd(8)", "write \"man:sshd(8)\""],
      ["FailureAction=restart", "write one of none, reboot"],
      ["FailureActionExitStatus=256", "\"256\" is no whole number from 0 to 255"],
      ["DefaultDependencies=maybe", "write \"yes\" or \"no\""],
      ["RequiresMountsFor=a", "\"a\" is no absolute path"]
    ] as const
  ) {
    it(`is refused as ${line}`, () => {
      const { said } = unit(line)
      assert.lengthOf(said, 1)
      assert.include(said[0] ?? "", message)
    })
  }
})

describe("[Install]", () => {
  it("has lists that an empty assignment takes back", () => {
    const { said, unit: read_ } = read(
      "web@.service",
      "[Service]\nExecStart=/a\n[Install]\nWantedBy=a.target b@.target\nAlias=c.service\nAlias=\nDefaultInstance=one\n"
    )
    assert.deepStrictEqual(said, [])
    assert.deepStrictEqual(read_?.Install.WantedBy?.map(({ name }) => name as string), ["a.target", "b@.target"])
    assert.notProperty(read_?.Install, "Alias")
    assert.strictEqual(read_?.Install.DefaultInstance, "one")
  })

  it("refuses what cannot be an instance", () => {
    const { said } = read("web@.service", "[Service]\nExecStart=/a\n[Install]\nDefaultInstance=a/b\n")
    assert.include(said[0] ?? "", "\"a/b\" is no name of an instance")
  })
})
