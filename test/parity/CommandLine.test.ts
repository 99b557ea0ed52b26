import { readFileSync } from "node:fs"
import { assert, describe, it } from "vitest"
import { boot } from "../support/Container.ts"
import { engines } from "../support/Engine.ts"
import { root } from "../support/Places.ts"
import { service } from "../support/Units.ts"

const units = { "a.service": service("name a event up wait") }
const packageVersion = JSON.parse(readFileSync(`${root}/package.json`, "utf8")).version

describe.each(engines)("the command line, $name", (engine) => {
  const run = async (...argv: ReadonlyArray<string>) => {
    const container = boot(units, { engine, argv })
    const code = await container.exit
    assert.deepStrictEqual(container.events(), [], "it starts nothing")
    return { code, stdout: container.output.stdout, stderr: container.output.stderr }
  }

  it("refuses a command with 2, and names it", async () => {
    const { code, stderr, stdout } = await run("--units", "/mnt/units", "bash", "-l")
    assert.strictEqual(code, 2, stderr.join("\n"))
    assert.isTrue(stderr.some((line) => line.includes("bash")), stderr.join("\n"))
    assert.deepStrictEqual(stdout, [])
  })

  it.each([
    [["bash"]],
    [["run", "bash"]],
    [["--units", "/mnt/units", "--", "bash"]],
    [["--no-such-flag"]],
    [["--unit", "/mnt/units"]],
    [["--stop-timeout", "soon"]],
    [["--stop-timeout=infinity"]],
    [["--stop-timeout"]],
    [["--stop-timeout=-1s"]],
    [["--units"]],
    [["--validate", "--format", "xml"]]
  ])("refuses %j with 2 and a message on stderr", async (argv) => {
    const { code, stderr, stdout } = await run(...argv)
    assert.strictEqual(code, 2, stderr.join("\n"))
    assert.isNotEmpty(stderr)
    assert.deepStrictEqual(stdout, [])
  })

  it.each([
    [["--validate", "--units", "/mnt/units", "--drop-in", "/mnt/drop-in"]],
    [["--validate", "--units=/mnt/units", "--drop-in=/mnt/drop-in"]],
    [["run", "--units=/mnt/units", "--drop-in", "/mnt/drop-in", "--validate"]],
    [["--stop-timeout", "1min 20s", "--units=/mnt/units", "--validate"]]
  ])("takes %j", async (argv) => {
    const { code, stderr, stdout } = await run(...argv)
    assert.deepStrictEqual(stdout, ["container-init validate: units=1 warnings=0 overrides=0 strict=false"])
    assert.strictEqual(code, 0, stderr.join("\n"))
  })

  it("runs with the word run and without", async () => {
    for (const word of [["run"], []]) {
      const container = boot(units, { engine, argv: [...word, "--units=/mnt/units", "--drop-in=/mnt/drop-in"] })
      await container.waitForEvent("a up")
      assert.strictEqual(await container.stop(), 0, container.show())
    }
  })

  it("prints its version on stdout", async () => {
    const { code, stderr, stdout } = await run("--version")
    assert.deepStrictEqual(stderr, [])
    assert.strictEqual(stdout.length, 1)
    assert.include(stdout[0], packageVersion)
    assert.strictEqual(code, 0)
  })

  it("prints its flags on stdout for --help", async () => {
    const { code, stderr, stdout } = await run("--help")
    assert.strictEqual(code, 0)
    assert.deepStrictEqual(stderr, [])
    const text = stdout.join("\n")
    for (const flag of ["units", "drop-in", "strict-units", "validate", "stop-timeout", "format"]) {
      assert.include(text, `--${flag}`)
    }
  })

  it("writes no escape sequences where there is no terminal", async () => {
    for (const argv of [["--help"], ["--no-such-flag"], ["bash"]]) {
      const { stderr, stdout } = await run(...argv)
      assert.notInclude([...stdout, ...stderr].join("\n"), "\x1b[", argv.join(" "))
    }
  })
})
