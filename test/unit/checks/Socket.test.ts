import { assert, describe, it } from "@effect/vitest"
import { broken } from "./Rules.ts"

const table = (cases: ReadonlyArray<readonly [lines: string, ...wanted: ReadonlyArray<string>]>) => {
  for (const [lines, ...wanted] of cases) {
    it(`says ${wanted.join(", ") || "nothing"} of ${JSON.stringify(lines)}`, () => {
      assert.deepStrictEqual(broken("a.socket", `[Socket]\n${lines}\n`), wanted)
    })
  }
}

describe("the listeners of a socket", () => {
  table([
    ["ListenStream=80"],
    ["ListenFIFO=/run/a"],
    ["", "error CI0421 ListenStream a.socket:0"],
    ["ListenStream=80\nListenStream=", "error CI0421 ListenStream a.socket:0"],
    ["ListenStream=${PORT}", "warning CI0421 ListenStream a.socket:0"],
    ["ListenStream=/run/a\nSymlinks=/run/b"],
    ["ListenFIFO=/run/a\nListenStream=80\nSymlinks=/run/b"],
    ["ListenStream=80\nSymlinks=/run/b", "error CI0424 Symlinks a.socket:3"],
    ["ListenStream=@a\nSymlinks=/run/b", "error CI0424 Symlinks a.socket:3"],
    ["ListenStream=/run/a\nListenFIFO=/run/c\nSymlinks=/run/b", "error CI0424 Symlinks a.socket:4"],
    ["ListenStream=/run/a\nSocketMode=0600\nSocketUser=web"],
    ["ListenMessageQueue=/a\nSocketMode=0600"],
    ["ListenStream=80\nSocketMode=0600", "note CI0407 SocketMode a.socket:3"],
    ["ListenStream=@a\nSocketUser=web", "note CI0407 SocketUser a.socket:3"]
  ])
})

describe("a socket with Accept=yes", () => {
  table([
    ["ListenStream=80\nListenSequentialPacket=/run/a\nAccept=yes\nMaxConnections=3"],
    ["ListenDatagram=80\nAccept=yes", "error CI0422 ListenDatagram a.socket:2"],
    ["ListenFIFO=/run/a\nAccept=yes", "error CI0422 ListenFIFO a.socket:2"],
    ["ListenDatagram=80\nAccept=no"],
    ["ListenStream=80\nAccept=yes\nMaxConnections=0", "error CI0422 MaxConnections a.socket:4"],
    ["ListenStream=80\nAccept=yes\nService=b.service", "error CI0423 Service a.socket:4"],
    ["ListenStream=80\nAccept=yes\nDeferTrigger=yes", "error CI0423 DeferTrigger a.socket:4"],
    ["ListenStream=80\nAccept=yes\nDeferTrigger=no"],
    ["ListenStream=80\nMaxConnections=3", "note CI0407 MaxConnections a.socket:3"],
    ["ListenStream=80\nMaxConnectionsPerSource=3", "note CI0407 MaxConnectionsPerSource a.socket:3"]
  ])
})

describe("a proxy socket", () => {
  const proxy = "ActivationMode=proxy\nListenStream="
  table([
    [`${proxy}80\nProxyTarget=127.0.0.1:8080\nProxyIdleSec=5\nMaxConnections=3`],
    [`${proxy}80\nProxyTarget=@b\nMaxConnectionsPerSource=3`, "warning CI0407 MaxConnectionsPerSource a.socket:5"],
    [`${proxy}80`, "warning CI0425 ActivationMode a.socket:2"],
    [`${proxy}80\nProxyTarget=/run/b\nAccept=yes`, "warning CI0423 ActivationMode a.socket:2"],
    [`${proxy}80\nListenDatagram=80\nProxyTarget=/run/b`, "warning CI0426 ListenDatagram a.socket:4"],
    ["ListenStream=80\nProxyTarget=/run/b", "warning CI0407 ProxyTarget a.socket:3"],
    ["ListenStream=80\nProxyIdleSec=5", "warning CI0407 ProxyIdleSec a.socket:3"]
  ])

  for (
    const [listen, target, itself] of [
      ["80", "127.0.0.1:80", true],
      ["80", "[::1]:80", true],
      ["80", "localhost:80", true],
      ["80", "127.0.0.1:81", false],
      ["80", "10.0.0.1:80", false],
      ["80", "example.org:80", false],
      ["0.0.0.0:80", "127.0.0.1:80", true],
      ["[::]:80", "127.0.0.1:80", true],
      ["127.0.0.1:80", "127.0.0.1:80", true],
      ["127.0.0.1:80", "127.0.0.2:80", false],
      ["10.0.0.1:80", "10.0.0.1:80", true],
      ["/run/a", "/run/a", true],
      ["/run/a", "/run/b", false],
      ["@a", "@a", true],
      ["@a", "@b", false],
      ["/run/a", "127.0.0.1:80", false]
    ] as const
  ) {
    it(`at ${listen} ${itself ? "cannot" : "can"} forward to ${target}`, () => {
      const lines = `[Socket]\n${proxy}${listen}\nProxyTarget=${target}\n`
      assert.deepStrictEqual(broken("a.socket", lines), itself ? ["warning CI0427 ProxyTarget a.socket:4"] : [])
    })
  }
})

describe("the processes of a socket", () => {
  table([
    ["ListenStream=80\nExecStartPre=/a\nKillMode=none", "warning CI0411 KillMode a.socket:4"],
    ["ListenStream=80\nExecStopPost=/a\nPAMName=login\nKillMode=mixed", "error CI0409 KillMode a.socket:5"],
    ["ListenStream=80\nExecStopPre=/a\nPAMName=login\nKillMode=control-group"],
    ["ListenStream=80\nExecStartPost=/a\nUser=x\nTimeoutSec=5"],
    ["ListenStream=80\nUser=x\nTimeoutSec=5", "note CI0407 User a.socket:3", "note CI0407 TimeoutSec a.socket:4"],
    ["ListenMessageQueue=/q\nMessageQueueMaxMessages=5", "note CI0407 MessageQueueMaxMessages a.socket:3"]
  ])
})
