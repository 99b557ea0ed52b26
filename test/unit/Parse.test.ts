import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { render } from "../../src/unit/Diagnostic.ts"
import * as Directives from "../../src/unit/Directives.ts"
import { codes, parse, service } from "./Support.ts"

const rendered = (text: string, input: Parameters<typeof parse>[1] = {}) => parse(text, input).diagnostics.map(render)

describe("parseUnit", () => {
  it("reads no further after a hundred faults, of whatever kind", () => {
    const said = (text: string) => codes(parse(`[Service]\nExecStart=a\n${text}`).diagnostics)
    const unknown = said(Array.from({ length: 300 }, (_, index) => `Rest${index}=1\n`).join(""))
    assert.strictEqual(unknown.length, 101)
    assert.strictEqual(unknown.at(-1), "error CI0108 103")
    assert.strictEqual(said(`Environment=${"a ".repeat(300)}`).at(-1), "error CI0108 3")
    assert.strictEqual(said("KillSignal=x\n".repeat(300)).at(-1), "error CI0108 103")
    // What is known and not acted on is no fault: of processes there is a lot of it.
    const lines = Directives.keysOf("Service").flatMap((key) =>
      ["", "1", "/a", "a", "none"].map((value) => `${key}=${value}\n`).find((line) =>
        !said(line).join().includes("CI03")
      ) ??
        []
    )
    const all = said(`${lines.join("")}ExecStart=\nExecStart=/a\n`)
    assert.isAbove(all.length, 100)
    assert.notInclude(all.join(), "CI0108")
  })

  it("lets specifiers make a file longer by one mebibyte and no more", () => {
    const name = `${"n".repeat(240)}.service`
    const { diagnostics, unit } = parse(`[Service]\nExecStart=a\nEnvironment=A=${"%n".repeat(20_000)} B=%n\n`, { name })
    assert.deepStrictEqual(codes(diagnostics), ["error CI0301 3"])
    assert(unit?._tag === "Service")
    assert.isBelow(unit.Service.Environment.join("").length, 50_000)
  })

  it("says nothing of lines without a sign in sections that are not read", () => {
    const { diagnostics } = parse(
      "[Service]\nExecStart=a\n[X-Own]\nfree text\n[Nope]\nfree text\n=\n[Unit]\nfree text\n"
    )
    assert.deepStrictEqual(codes(diagnostics), ["warning CI0201 5", "error CI0105 9"])
  })

  it("gives the manual's defaults, and ours for the stop timeout", () => {
    const { said, ...unit } = service("ExecStart=/bin/true")
    assert.deepStrictEqual(said, [])
    assert.strictEqual(unit.Unit.Description, "web.service")
    assert.strictEqual(unit.Service.Type, "simple")
    assert.strictEqual(unit.Service.Restart, "no")
    assert.strictEqual(unit.Service.RestartSec, 100)
    assert.strictEqual(unit.Service.TimeoutStartSec, 90_000)
    assert.strictEqual(unit.Service.TimeoutStopSec, 5_000)
    assert.strictEqual(unit.Unit.StartLimitBurst, 5)
    assert.strictEqual(unit.Unit.StartLimitIntervalSec, 10_000)
    assert.strictEqual(unit.Service.KillSignal, 15)
    assert.deepStrictEqual(unit.Service.Environment, [])
    assert.deepStrictEqual(unit.Service.EnvironmentFile, [])
    for (const key of ["User", "Group", "WorkingDirectory"]) assert.notProperty(unit.Service, key)
  })

  it("reads [Unit] and where each name stands", () => {
    const { diagnostics, unit } = parse(
      "[Unit]\nDescription=A %N\nDocumentation=man:a(1) http://b\nAfter=a.service b.service\nRequires=c.service\n[Service]\nExecStart=a"
    )
    assert.deepStrictEqual(diagnostics, [])
    assert.strictEqual(unit?.Unit.Description, "A web")
    assert.deepStrictEqual(unit?.Unit.Documentation, ["man:a(1)", "http://b"])
    assert.deepStrictEqual(unit?.Unit.After.map(({ at, name }) => [name as string, at.line, at.column]), [
      ["a.service", 4, 7],
      ["b.service", 4, 17]
    ])
  })

  it("adds to lists of dependencies, which an empty assignment does not take back", () => {
    const { diagnostics, unit } = parse("[Unit]\nAfter=a.service\nAfter=\nAfter=b.service\n[Service]\nExecStart=a")
    assert.deepStrictEqual(unit?.Unit.After.map(({ name }) => name as string), ["a.service", "b.service"])
    assert.deepStrictEqual(codes(diagnostics), ["note CI0306 3"])
  })

  it("resets the other lists with an empty assignment", () => {
    const unit = service(
      "ExecStart=/a\nExecStart=\nExecStart=/b\nEnvironment=A=1\nEnvironment=\nEnvironment=B=2\nEnvironmentFile=/a\nEnvironmentFile=\nUser=a\nUser="
    )
    assert.deepStrictEqual(unit.said, [])
    assert.deepStrictEqual(unit.Service.ExecStart.map((command) => command.path), ["/b"])
    assert.deepStrictEqual(unit.Service.Environment, [["B", "2"]])
    assert.deepStrictEqual(unit.Service.EnvironmentFile, [])
    assert.strictEqual(unit.Service.User, undefined)
  })

  it("takes the last of several values", () => {
    assert.strictEqual(service("ExecStart=a\nRestart=no\nRestart=always").Service.Restart, "always")
  })

  it("reads time limits, of which 0 is none", () => {
    const unit = service("ExecStart=a\nTimeoutSec=1min\nTimeoutStopSec=0\nRestartSec=1.5s")
    assert.strictEqual(unit.Service.TimeoutStartSec, 60_000)
    assert.strictEqual(unit.Service.TimeoutStopSec, Infinity)
    assert.strictEqual(unit.Service.RestartSec, 1_500)
    assert.strictEqual(service("Type=oneshot\nExecStart=a").Service.TimeoutStartSec, Infinity)
    assert.strictEqual(service("Type=oneshot\nExecStart=a\nTimeoutStartSec=9").Service.TimeoutStartSec, 9_000)
  })

  it("takes the start limit in [Service], also under its old name", () => {
    const unit = service("ExecStart=a\nStartLimitBurst=2\nStartLimitInterval=1min")
    assert.strictEqual(unit.Unit.StartLimitBurst, 2)
    assert.strictEqual(unit.Unit.StartLimitIntervalSec, 60_000)
    assert.deepStrictEqual(unit.said, [])
  })

  it("reads users, directories, signals and environment files", () => {
    const unit = service(
      "ExecStart=a\nUser=${APP_USER:-app}\nGroup=44\nWorkingDirectory=-${HOME_OF:-/home//app/}\nKillSignal=RTMIN+3\nEnvironmentFile=-/etc/default/%p\nEnvironment=\"A=b ${V}\" H=%H",
      { variables: { V: "x y" }, specifiers: { hostname: "box" } }
    )
    assert.deepStrictEqual(unit.said, [])
    assert.strictEqual(unit.Service.User, "app")
    assert.strictEqual(unit.Service.Group, "44")
    assert.deepStrictEqual(unit.Service.WorkingDirectory, { path: "/home/app", optional: true })
    assert.strictEqual(unit.Service.KillSignal, 37)
    assert.deepStrictEqual(unit.Service.EnvironmentFile.map(({ optional, path }) => [path, optional]), [[
      "/etc/default/web",
      true
    ]])
    assert.deepStrictEqual(unit.Service.Environment, [["A", "b x y"], ["H", "box"]])
    assert.deepStrictEqual(service("ExecStart=a\nWorkingDirectory=~").Service.WorkingDirectory, {
      path: "~",
      optional: false
    })
  })

  it("leaves the variables of a command for its run, and settles its specifiers and its program", () => {
    const unit = service("Environment=X=1\nExecStart=${ROOT:-/opt}/run %n $X ${X} $$ 100%%", {})
    assert.deepStrictEqual(unit.said, [])
    const [command] = unit.Service.ExecStart
    assert.strictEqual(command?.path, "/opt/run")
    assert.deepStrictEqual(command?.words, ["/opt/run", "web.service", "$X", "${X}", "$$", "100%"])
  })

  it("follows the five examples of the README as far as services go", () => {
    const unit = service(
      "Type=simple\nUser=${APP_USER:-app}\nWorkingDirectory=${APP_HOME:-/home/app}\nExecStart=/usr/local/bin/myimage-app --listen 127.0.0.1:5000\nRestart=on-failure\nRestartSec=2s\nStartLimitBurst=5\nStartLimitIntervalSec=60s"
    )
    assert.deepStrictEqual(unit.said, [])
    assert.strictEqual(unit.Service.WorkingDirectory?.path, "/home/app")
    assert.strictEqual(unit.Unit.StartLimitIntervalSec, 60_000)
  })

  for (
    const [lines, ...wanted] of [
      ["Type=forking"],
      ["Type=dbus\nBusName=a.b", "warning CI0302 3"],
      ["RestartMode=debug", "warning CI0302 3"],
      ["ExecStop=a ${NOBODY} ${MAINPID}", "warning CI0304 3"],
      ["Type=dbus\nBusName=a.b", "warning CI0302 3"],
      ["Type=sipmle", "error CI0301 3"],
      ["Restart=sometimes", "error CI0301 3"],
      ["Restart=", "error CI0301 3"],
      ["RestartSec=5x", "error CI0301 3"],
      ["RemainAfterExit=maybe", "error CI0301 3"],
      ["KillSignal=SIGFOO", "error CI0301 3"],
      ["StartLimitBurst=-1", "error CI0301 3"],
      ["WorkingDirectory=relative", "error CI0301 3"],
      ["WorkingDirectory=/a/../b", "error CI0301 3"],
      ["EnvironmentFile=env", "error CI0301 3"],
      ["Environment=1A=b", "error CI0301 3"],
      ["Environment=\"A=b", "error CI0301 3"],
      ["Environment=A=\\q", "warning CI0305 3"],
      ["User=a:b", "error CI0301 3"],
      ["User=${NOBODY}", "warning CI0304 3"],
      ["Environment=A=%z", "warning CI0303 3"],
      ["ExecStart=./run", "error CI0301 3"],
      ["ExecStart=a ${NOBODY}", "warning CI0304 3"],
      ["ExecStart=:a ${NOBODY}"],
      ["ExecStart=a ${HOME} ${MAINPID} $NOBODY"],
      ["EnvironmentFile=/e\nExecStart=a ${NOBODY}"],
      ["PrivateUsers=yes\nPrivateUsers=no", "warning CI0203 3"],
      ["ExecStrat=a", "warning CI0202 3"],
      ["X-Mine=a"],
      ["After=b.service", "warning CI0202 3"]
    ]
  ) {
    it(`says ${wanted.join(", ") || "nothing"} of ${JSON.stringify(lines)}`, () => {
      const { said } = service(`ExecStart=/bin/a\n${lines}`)
      assert.deepStrictEqual(said.filter((code) => !code.includes("CI0402")), wanted)
    })
  }

  it("says where a misplaced directive belongs, and what a misspelt one probably means", () => {
    assert.deepStrictEqual(rendered("[Service]\nExecStart=a\nAfter=b.service\nRestrat=no\n[Srevice]\nA=b\n"), [
      "container-init: warning: web.service:3: [Service] After: unknown directive: it is ignored; it belongs in [Unit]",
      "container-init: warning: web.service:4: [Service] Restrat: unknown directive: it is ignored; did you mean \"Restart\"?",
      "container-init: warning: web.service:5: [Srevice] unknown section: it is ignored; did you mean \"Service\"?"
    ])
    assert.include(
      rendered("[Unit]\nAfter=network\n[Service]\nExecStart=a")[0] ?? "",
      "did you mean \"network.service\"?"
    )
    assert.include(rendered("[Unit]\nAfter=a.servce\n[Service]\nExecStart=a")[0] ?? "", "did you mean \"a.service\"?")
  })

  it("ignores sections of other programs", () => {
    assert.deepStrictEqual(rendered("[Service]\nExecStart=a\n[X-Mine]\nA=b\n"), [])
  })

  it("reads a socket as a whole, and says what has no effect without commands", () => {
    const { diagnostics, unit } = parse(
      "[Unit]\nConditionPathExists=/a\nAfter=b.service\n[Socket]\nListenStream=5050\nActivationMode=native\nUser=x\nLisenStream=1\n[Install]\nWantedBy=sockets.target\n",
      { name: "a.socket" }
    )
    assert.deepStrictEqual(codes(diagnostics), ["warning CI0202 8", "note CI0407 7"])
    assert.strictEqual(unit?._tag, "Socket")
    assert.strictEqual(unit?.Unit.After.length, 1)
  })

  it("answers other kinds and other files with one warning", () => {
    for (const [name, code] of [["a.mount", "CI0205"], ["README", "CI0206"], ["a.servce", "CI0206"]] as const) {
      const { diagnostics, unit } = parse("nonsense", { name })
      assert.strictEqual(unit, undefined)
      assert.deepStrictEqual(codes(diagnostics), [`warning ${code} 0`])
    }
  })

  it("judges what a template says of its instance only in an instance", () => {
    const text = "[Unit]\nAfter=%i.service\n[Service]\nExecStart=a %i\nUser=%i\n"
    assert.deepStrictEqual(rendered(text, { name: "a@.service" }), [])
    const { diagnostics, unit } = parse(text, { name: "a@b.service" })
    assert.deepStrictEqual(diagnostics, [])
    assert.strictEqual(unit?.Unit.After[0]?.name as string, "b.service")
  })

  it("wants a oneshot to do at least something", () => {
    assert.deepStrictEqual(service("Type=oneshot\nRemainAfterExit=yes").said, ["error CI0401 0"])
    assert.deepStrictEqual(service("Type=oneshot\nRemainAfterExit=yes\nExecStop=a").said, [])
  })

  it("tells lines that are not text from lines that are wrong", () => {
    assert.strictEqual(parse("\0").unit, undefined)
    assert.notStrictEqual(parse("[Service]\nfoo\n").unit, undefined)
  })

  it("never throws", () => {
    const keys = FastCheck.constantFrom(
      "ExecStart",
      "Environment",
      "User",
      "After",
      "Type",
      "KillSignal",
      "X",
      "Restart"
    )
    const value = FastCheck.oneof(FastCheck.string(), FastCheck.stringMatching(/^[-@:+!;\\"'$%{} a/=x0]*$/))
    const section = FastCheck.constantFrom("Unit", "Service", "Install", "Foo")
    FastCheck.assert(
      FastCheck.property(FastCheck.array(FastCheck.tuple(section, keys, value)), (lines) => {
        parse(lines.map(([name, key, text]) => `[${name}]\n${key}=${text}\n`).join("")).diagnostics.map(render)
      }),
      { numRuns: 500 }
    )
  })
})
