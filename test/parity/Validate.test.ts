import { assert, describe, it } from "vitest"
import type { Content } from "../support/Container.ts"
import { boot } from "../support/Container.ts"
import { engines } from "../support/Engine.ts"
import { service } from "../support/Units.ts"

type Files = Readonly<Record<string, Content>>

const good = service("name a event up wait")
/** One warning, in line 4. */
const odd = "[Service]\nExecStart=/bin/true\n\nExecStrat=/bin/false\n"
const bad = "[Service]\nExecStart=/bin/true\nthis is no assignment\n"
const none = "[Service]\nType=simple\n"
const circle = {
  "a.service": "[Unit]\nAfter=b.service\n[Service]\nExecStart=/bin/true\n",
  "b.service": "[Unit]\n\nAfter=c.service\n[Service]\nExecStart=/bin/true\n",
  "c.service": "[Unit]\nBefore=b.service\n\nAfter=a.service\n[Service]\nExecStart=/bin/true\n"
}

const summary = (units: number, warnings: number, overrides: number, strict = false) =>
  `container-init validate: units=${units} warnings=${warnings} overrides=${overrides} strict=${strict}`

describe.each(engines)("--validate, $name", (engine) => {
  const validate = async (units: Files, args: ReadonlyArray<string> = [], dropIn: Files = {}) => {
    const container = boot(units, { engine, dropIn, args: ["--validate", ...args] })
    const code = await container.exit
    assert.deepStrictEqual(container.events(), [], "it starts nothing")
    return { code, stdout: container.output.stdout, stderr: container.output.stderr }
  }

  it("ends with 0 and one line for a clean set", async () => {
    const { code, stderr, stdout } = await validate({ "a.service": good, "b.service": good })
    assert.deepStrictEqual(stdout, [summary(2, 0, 0)])
    assert.deepStrictEqual(stderr, [])
    assert.strictEqual(code, 0)
  })

  it("ends with 0 for an empty set, and for directories that are not there", async () => {
    assert.strictEqual((await validate({})).code, 0)
    const container = boot({}, { engine, argv: ["--validate", "--units", "/mnt/gone", "--drop-in", "/mnt/gone"] })
    assert.strictEqual(await container.exit, 0, container.show())
    assert.deepStrictEqual(container.output.stdout, [summary(0, 0, 0)])
  })

  it("ends with 1 for a warning, with file, line, section and the closest name", async () => {
    const { code, stderr, stdout } = await validate({ "a.service": odd })
    assert.deepStrictEqual(stdout, [summary(1, 1, 0)])
    assert.strictEqual(stderr.length, 1, stderr.join("\n"))
    assert.match(
      stderr[0] ?? "",
      /^container-init: warning: \/mnt\/units\/a\.service:4: \[Service\] ExecStrat: .*ExecStart/
    )
    assert.strictEqual(code, 1)
  })

  it("ends with 64 for a warning under --strict-units", async () => {
    const { code, stdout } = await validate({ "a.service": odd }, ["--strict-units"])
    assert.deepStrictEqual(stdout, [summary(1, 1, 0, true)])
    assert.strictEqual(code, 64)
  })

  it("ends with 64 and no summary for errors, and prints all of them", async () => {
    const { code, stderr, stdout } = await validate({ "a.service": bad, "b.service": none, "c.service": odd })
    assert.deepStrictEqual(stdout, [])
    const found = stderr.map((line) => /^container-init: (\w+): \/mnt\/units\/([\w.]+)/.exec(line)?.slice(1).join(" "))
    assert.includeMembers(found, ["error a.service", "error b.service", "warning c.service"])
    assert.isTrue(stderr.some((line) => line.startsWith("container-init: error: /mnt/units/a.service:3: ")))
    assert.strictEqual(code, 64)
  })

  it("ends with 64 for a cycle, and prints each edge of it with file and line", async () => {
    const { code, stderr, stdout } = await validate({ ...circle, "d.service": good })
    assert.deepStrictEqual(stdout, [])
    assert.strictEqual(stderr.length, 1, stderr.join("\n"))
    for (const edge of ["a.service:2", "b.service:3", "c.service:4"]) assert.include(stderr[0], `/mnt/units/${edge}`)
    assert.notInclude(stderr[0], "d.service")
    assert.strictEqual(code, 64)
  })

  it("warns of a requirement that is not there, through all that leads to it", async () => {
    const { code, stderr, stdout } = await validate({
      "a.service": service("wait", { unit: "Requires=b.service" }),
      "b.service": service("wait", { unit: "Requires=gone.service" }),
      "c.service": service("wait", { unit: "After=gone.service\nWants=gone.service" })
    })
    const warnings = stderr.filter((line) => line.includes(": warning: "))
    assert.strictEqual(warnings.length, 2, stderr.join("\n"))
    assert.isTrue(warnings.some((line) => line.includes("a.service -> b.service -> gone.service")))
    assert.deepStrictEqual(stdout, [summary(3, 2, 0)])
    assert.strictEqual(code, 1)
  })

  it("ends with 64 for a unit that is no regular file or too long, and does not hang", async () => {
    const pipe = boot({ "b.service": good }, { engine, pipes: ["units/a.service"], args: ["--validate"] })
    assert.strictEqual(await pipe.exit, 64, pipe.show())
    assert.isTrue(pipe.output.stderr.some((line) => line.includes("/mnt/units/a.service")), pipe.show())
    const dangling = await validate({ "a.service": { link: "/nowhere" }, "b.service": good })
    assert.strictEqual(dangling.code, 64)
    const long = await validate({ "a.service": `[Service]\n${"# nothing\n".repeat(200_000)}ExecStart=/bin/true\n` })
    assert.strictEqual(long.code, 64)
    assert.isTrue(long.stderr.some((line) => line.includes("/mnt/units/a.service")), long.stderr.join("\n"))
  })

  it("answers with one JSON document", async () => {
    const { code, stderr, stdout } = await validate({ "a.service": odd, "b.service": good }, ["--format", "json"], {
      "b.service": good
    })
    assert.deepStrictEqual(stderr, [])
    const document = JSON.parse(stdout.join("\n"))
    assert.deepInclude(document, { units: 2, warnings: 1, strict: false })
    assert.strictEqual(document.overrides.length, 1)
    assert.strictEqual(document.diagnostics.length, 1)
    const [diagnostic] = document.diagnostics
    assert.deepInclude(diagnostic, {
      file: "/mnt/units/a.service",
      line: 4,
      section: "Service",
      directive: "ExecStrat",
      severity: "warning"
    })
    assert.containsAllKeys(diagnostic, ["column", "code", "message", "hint"])
    assert.strictEqual(code, 1)
  })

  it("answers with one JSON document for errors, too", async () => {
    const { code, stdout } = await validate(circle, ["--format=json"])
    assert.strictEqual(JSON.parse(stdout.join("\n")).diagnostics[0].severity, "error")
    assert.strictEqual(code, 64)
  })
})

describe.each(engines)("units that are refused, $name", (engine) => {
  it.each([
    ["an error", { "a.service": bad, "b.service": good }, []],
    ["a cycle", { ...circle, "d.service": good }, []],
    ["a warning under --strict-units", { "a.service": odd, "b.service": good }, ["--strict-units"]]
  ])("start nothing and end with 64: %s", async (_, units: Files, args) => {
    const container = boot(units, { engine, args })
    assert.strictEqual(await container.exit, 64, container.show())
    assert.deepStrictEqual(container.events(), [])
  })

  it("are not those with a mere warning: it is printed, and all start", async () => {
    const container = boot({ "a.service": odd, "b.service": good }, { engine })
    await container.waitForEvent("a up")
    await container.waitForLine(/^container-init: warning: \/mnt\/units\/a\.service:4: /)
  })
})
