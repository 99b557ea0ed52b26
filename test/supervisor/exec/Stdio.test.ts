import { assert, describe, it } from "vitest"
import type { Stdio as Stream, Streams } from "../../../src/kernel/Stdio.ts"
import * as Stdio from "../../../src/supervisor/exec/Stdio.ts"
import type { RunContext } from "../../../src/supervisor/RunContext.ts"
import { service } from "../Units.ts"

const none: Stdio.Run = { key: "ExecStart", listeners: [], stored: [] }

const decide = (lines: string, run: Partial<Stdio.Run> = {}): Streams | string =>
  Stdio.decide(service(`ExecStart=/bin/web\n${lines}`).Service, { ...none, ...run })

/** A stream in short. */
const show = (stream: Stream): string => {
  if (typeof stream === "string") return stream
  if ("descriptor" in stream) return `fd ${stream.descriptor}`
  if ("file" in stream) return `${stream.access} ${stream.file}`
  if ("terminal" in stream) return `${stream.control} ${stream.terminal}`
  return `data ${stream.data.join(" ")}`
}

const shown = (lines: string, run?: Partial<Stdio.Run>): string => {
  const streams = decide(lines, run)
  return typeof streams === "string" ? streams : streams.map(show).join(", ")
}

const stored = [{ descriptor: 40, name: "in", poll: true }, { descriptor: 30, name: "stdout", poll: true }]

const listeners = [{ descriptor: 50, name: "web.socket" }, { descriptor: 51, name: "web.socket" }]

const cases: ReadonlyArray<readonly [lines: string, streams: string, run?: Partial<Stdio.Run>]> = [
  ["", "null, prefixed, prefixed"],
  ["StandardInput=null\nStandardOutput=journal\nStandardError=inherit", "null, prefixed, prefixed"],
  ["StandardOutput=journal+console\nStandardError=kmsg", "null, prefixed, prefixed"],
  ["StandardOutput=null", "null, null, null"],
  ["StandardOutput=null\nStandardError=journal", "null, null, prefixed"],
  ["StandardError=null", "null, prefixed, null"],
  ["StandardOutput=inherit", "null, null, null"],
  ["StandardOutput=file:/a", "null, write /a, stdout"],
  ["StandardOutput=append:/a\nStandardError=append:/a", "null, append /a, stdout"],
  ["StandardOutput=append:/a\nStandardError=truncate:/a", "null, append /a, truncate /a"],
  ["StandardOutput=append:/a\nStandardError=append:/b", "null, append /a, append /b"],
  ["StandardOutput=truncate:/a\nStandardError=journal", "null, truncate /a, prefixed"],
  ["StandardInput=file:/a", "read /a, prefixed, prefixed"],
  ["StandardInput=file:/a\nStandardOutput=file:/a", "read-write /a, stdin, stdout"],
  ["StandardInput=file:/a\nStandardError=file:/a", "read-write /a, prefixed, stdin"],
  ["StandardInput=file:/a\nStandardOutput=inherit", "read /a, stdin, stdout"],
  ["StandardInput=file:/a\nStandardOutput=append:/a", "read /a, append /a, stdout"],
  ["StandardInput=tty", "wait /dev/console, prefixed, prefixed"],
  ["StandardInput=tty-force\nStandardOutput=inherit", "force /dev/console, stdin, stdout"],
  ["StandardInput=tty-fail\nTTYPath=/dev/tty1\nStandardOutput=tty", "fail /dev/tty1, stdin, stdout"],
  ["StandardOutput=tty\nTTYPath=/dev/tty1", "null, none /dev/tty1, stdout"],
  ["StandardError=tty", "null, prefixed, none /dev/console"],
  ["StandardInput=tty\nStandardOutput=inherit", "null, none /dev/console, stdout", { key: "ExecReload" }],
  ["StandardInput=tty\nStandardOutput=tty", "null, none /dev/console, stdout", { key: "ExecStop" }],
  ["StandardInput=tty", "wait /dev/console, prefixed, prefixed", { key: "ExecStopPost" }],
  ["StandardInputText=a", "data YQo=, prefixed, prefixed"],
  ["StandardInputText=a\nStandardInputData=AAEC", "data YQo= AAEC, prefixed, prefixed"],
  ["StandardInputText=a\nStandardInput=null", "null, prefixed, prefixed"],
  ["StandardInput=data", "null, prefixed, prefixed"],
  ["StandardInputText=a\nStandardOutput=inherit", "data YQo=, null, null"],
  ["StandardInput=fd:in\nStandardOutput=fd", "fd 40, fd 30, stdout", { stored }],
  ["StandardInput=fd:in\nStandardOutput=inherit", "fd 40, stdin, stdout", { stored }],
  ["StandardOutput=fd:in\nStandardError=fd:stdout", "null, fd 40, fd 30", { stored }],
  ["StandardOutput=fd:gone", "StandardOutput=fd:gone: there is no descriptor of that name, nor any other"],
  [
    "StandardInput=fd:gone",
    "StandardInput=fd:gone: there is no descriptor of that name, only in, stdout",
    { stored }
  ],
  ["StandardError=fd", "StandardError=fd:stderr: there is no descriptor of that name, nor any other"],
  ["StandardInput=fd:web.socket", "fd 50, prefixed, prefixed", { listeners, stored }],
  ["StandardInput=socket", "fd 50, stdin, stdout", { listeners: listeners.slice(0, 1) }],
  ["StandardInput=socket\nStandardOutput=journal", "fd 50, prefixed, prefixed", { listeners: listeners.slice(0, 1) }],
  ["StandardInput=socket\nStandardError=journal", "fd 50, stdin, prefixed", { listeners: listeners.slice(0, 1) }],
  ["StandardInput=socket\nStandardOutput=inherit", "fd 50, stdin, stdout", { listeners: listeners.slice(0, 1) }],
  [
    "StandardInput=socket",
    "StandardInput=socket: the service was given 2 sockets, and which of them is meant?",
    { listeners }
  ],
  [
    "StandardInput=socket",
    "StandardInput=socket: the service was given no socket, for no .socket unit listens for it"
  ],
  [
    "StandardOutput=socket",
    "StandardOutput=socket: the service was given no socket, for no .socket unit listens for it"
  ]
]

describe("the standard streams", () => {
  for (const [lines, streams, run] of cases) {
    const key: RunContext["key"] = run?.key ?? "ExecStart"
    it(`of ${JSON.stringify(lines)} are ${streams}${key === "ExecStart" ? "" : `, for ${key}=`}`, () => {
      assert.strictEqual(shown(lines, run), streams)
    })
  }

  it("makes files with the permissions that UMask= leaves", () => {
    const permissions = (lines: string) => {
      const [, output] = decide(`StandardOutput=file:/a\n${lines}`)
      return typeof output === "object" && "permissions" in output ? output.permissions : undefined
    }
    assert.strictEqual(permissions(""), 0o644)
    assert.strictEqual(permissions("UMask=0077"), 0o600)
  })

  it("resets a terminal only if it is told to", () => {
    const reset = (lines: string) => Stdio.reset(service(`ExecStart=/bin/web\n${lines}`).Service)
    assert.strictEqual(reset("TTYPath=/dev/tty1"), undefined)
    assert.deepStrictEqual(reset("TTYReset=yes"), { terminal: "/dev/console", hangup: false, modes: true })
    assert.deepStrictEqual(reset("TTYVHangup=yes\nTTYPath=/dev/tty1"), {
      terminal: "/dev/tty1",
      hangup: true,
      modes: false
    })
  })

  it("calls lines as SyslogIdentifier= says, and keeps those that LogLevelMax= lets through", () => {
    const lines = (more: string) => Stdio.lines(service(`ExecStart=/bin/web\n${more}`).Service)
    assert.deepStrictEqual(lines(""), { identifier: "", level: 6, levelMax: 7, takesLevel: true })
    assert.deepStrictEqual(
      lines("SyslogIdentifier=x y\nSyslogLevel=err\nSyslogLevelPrefix=no\nLogLevelMax=notice"),
      { identifier: "x y", level: 3, levelMax: 5, takesLevel: false }
    )
  })
})
