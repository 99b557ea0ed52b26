/** What lines look like: their names and levels, as JSON, and on a terminal. */
import { assert, describe, it } from "vitest"
import { boot } from "../support/Container.ts"
import { engines } from "../support/Engine.ts"
import { service } from "../support/Units.ts"

type Entry = Readonly<Record<string, unknown>>

const parse = (lines: ReadonlyArray<string>): ReadonlyArray<Entry> =>
  lines.map((line) => JSON.parse(Buffer.from(line, "latin1").toString("utf8")) as Entry)

/** Without its time, which has to be one. */
const timeless = ({ time, ...rest }: Entry): Entry => {
  assert.match(String(time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
  assert.isAtMost(Math.abs(Date.parse(String(time)) - Date.now()), 120_000)
  return rest
}

describe.each(engines)("lines, $name", (engine) => {
  it("are called by SyslogIdentifier=, lose the mark of their level, and are dropped past LogLevelMax=", async () => {
    const container = boot({
      "a.service": service("say '<3>bad' say '<6>so so' say plain say '<7>last' wait"),
      "b.service": service("say '<3>bad' say '<6>so so' say plain say '<4>last' wait", {
        service: "SyslogIdentifier=other\nLogLevelMax=warning"
      }),
      "c.service": service("say '<7>kept' say plain say last wait", {
        service: "SyslogLevelPrefix=no\nSyslogLevel=err\nLogLevelMax=err"
      })
    }, { engine })
    for (const name of ["a", "other", "c"]) await container.waitForLine(new RegExp(`^\\[${name}\\] last$`))
    assert.deepStrictEqual(container.output.unit("a"), ["bad", "so so", "plain", "last"])
    assert.deepStrictEqual(container.output.unit("other"), ["bad", "last"])
    assert.deepStrictEqual(container.output.unit("c"), ["<7>kept", "plain", "last"])
    // What PID 1 says of the two is of no importance either.
    await container.waitForLine(/a\.service: started/)
    await container.stop()
    assert.deepStrictEqual(container.output.stderr.filter((line) => /[bc]\.service/.test(line)), [])
  })

  it("are one JSON object each with --log-format=json, those of services and our own", async () => {
    const container = boot({
      "a.service": service("say one err '<4>two' put 'q\"\\0\\e[1m\\n' fill 20000 say '' put rest exit 3"),
      "b.service": service("wait", { service: "StandardOutput=kmsg\nNoSuchThing=1" })
    }, {
      engine,
      args: ["--log-format", "json"],
      dropIn: { "b.service": service("wait", { service: "NoSuchThing=1" }) }
    })
    await container.waitForLine(/a\.service.*failed/)
    await container.waitForLine(/b\.service.*started/)
    await container.stop()
    const out = parse(container.output.stdout).map(timeless)
    const line = { unit: "a.service", stream: "stdout", level: "info" }
    assert.deepStrictEqual(out, [
      { ...line, message: "one" },
      { ...line, message: "q\"\0\x1b[1m" },
      { ...line, message: "x".repeat(16384), partial: true },
      { ...line, message: "x".repeat(20000 - 16384) },
      { ...line, message: "rest" }
    ])
    const errors = parse(container.output.stderr).map(timeless)
    assert.deepInclude(errors, { unit: "a.service", stream: "stderr", level: "warning", message: "two" })
    const own = errors.filter((entry) => entry["source"] === "container-init")
    assert.strictEqual(own.length, errors.length - 1)
    assert.deepInclude(own, {
      unit: "a.service",
      source: "container-init",
      level: "warning",
      message: "exited with code 3"
    })
    const finding = own.find(({ message }) => String(message).includes("NoSuchThing"))
    assert.strictEqual(finding?.["level"], "warning")
    assert.isUndefined(finding?.["unit"])
    assert.isDefined(
      own.find(({ level, message }) => level === "info" && String(message).startsWith("drop-in override: "))
    )
  })

  it("have colours and no control characters on a terminal", async () => {
    const container = boot({
      "a.service": service("put 'x\\e[2Jy\\n' exit 3", { service: "Type=exec" })
    }, { engine, terminal: true, env: { TERM: "xterm" } })
    await container.waitForLine(/a\.service: exited with code 3/)
    const lines = container.output.stdout
    assert.isDefined(lines.find((line) => /^\x1b\[\d\dm\[a\]\x1b\[0m x\\x1b\[2Jy\r$/.test(line)), container.show())
    const warning = lines.find((line) => line.includes("exited with code 3"))
    assert.strictEqual(warning, "\x1b[33mcontainer-init: warning: a.service: exited with code 3\x1b[0m\r")
    assert.isDefined(lines.find((line) => /^container-init: a\.service: started/.test(line)), container.show())
  })

  for (const env of [{ TERM: "xterm", NO_COLOR: "1" }, { TERM: "dumb" }]) {
    it(`have no colours on a terminal with ${JSON.stringify(env)}`, async () => {
      const container = boot({ "a.service": service("put 'x\\e[2Jy\\n' exit 3") }, { engine, terminal: true, env })
      await container.waitForLine(/a\.service: exited with code 3/)
      assert.include(container.output.stdout, "[a] x\\x1b[2Jy\r")
      assert.notInclude(container.output.stdout.join("\n"), "\x1b")
    })
  }
})
