import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Documents from "../../src/cli/Documents.ts"
import type { Options } from "../../src/cli/Options.ts"
import { defaults } from "../../src/cli/Options.ts"
import * as Validate from "../../src/cli/Validate.ts"
import * as Image from "../../src/supervisor/Image.ts"
import type * as Sarif from "../../src/unit/Sarif.ts"
import type { Tree } from "../supervisor/FilesTest.ts"
import * as KernelTest from "../supervisor/KernelTest.ts"

const good = "[Service]\nExecStart=/bin/a\n"
const warned = "[Service]\nExecStart=/bin/a\nExecStrat=b\n"
const bad = "[Service]\nRestart=sometimes\n"

const validate = (files: Tree, options: Partial<Options> = {}) =>
  Effect.gen(function*() {
    const kernel = yield* KernelTest.make({ files })
    const run = Validate.run(
      { ...defaults, action: "validate", units: "/core", dropIn: "/drop-in", ...options },
      { version: "1.2.3", documents: Effect.succeed(Documents), image: Image.check }
    )
    const exitCode = yield* Effect.provide(run, kernel.layer)
    return { exitCode, calls: kernel.calls, ...kernel.printed }
  })

describe("--validate", () => {
  it.scoped("sums a clean set up on stdout and exits with 0", () =>
    Effect.gen(function*() {
      const { calls, exitCode, stderr, stdout } = yield* validate({ "/core/a.service": good, "/core/b.service": good })
      assert.strictEqual(stdout, "container-init validate: units=2 warnings=0 overrides=0 strict=false\n")
      assert.strictEqual(stderr, "")
      assert.strictEqual(exitCode, 0)
      assert.deepStrictEqual(calls, [], "nothing is started")
    }))

  it.scoped("prints warnings on stderr, sums up, and exits with 1", () =>
    Effect.gen(function*() {
      const { exitCode, stderr, stdout } = yield* validate({ "/core/a.service": warned })
      assert.strictEqual(stdout, "container-init validate: units=1 warnings=1 overrides=0 strict=false\n")
      assert.match(stderr, /^container-init: warning: \/core\/a\.service:3: \[Service\] ExecStrat: .*"ExecStart"\?\n$/)
      assert.strictEqual(exitCode, 1)
    }))

  it.scoped("takes a warning for an error with --strict-units, and still sums up", () =>
    Effect.gen(function*() {
      const { exitCode, stdout } = yield* validate({ "/core/a.service": warned }, { strictUnits: true })
      assert.strictEqual(stdout, "container-init validate: units=1 warnings=1 overrides=0 strict=true\n")
      assert.strictEqual(exitCode, 64)
    }))

  it.scoped("prints all errors and no summary, and exits with 64", () =>
    Effect.gen(function*() {
      const { exitCode, stderr, stdout } = yield* validate({ "/core/a.service": bad, "/core/b.service": bad })
      assert.strictEqual(stdout, "")
      assert.isAtLeast(stderr.split("\n").filter((line) => line.startsWith("container-init: error: ")).length, 2)
      assert.strictEqual(exitCode, 64)
    }))

  it.scoped("exits with 64 for a cycle", () =>
    Effect.gen(function*() {
      const { exitCode, stderr } = yield* validate({
        "/core/a.service": `[Unit]\nAfter=b.service\n${good}`,
        "/core/b.service": `[Unit]\nAfter=a.service\n${good}`
      })
      assert.include(stderr, "a.service -> b.service (/core/a.service:2), b.service -> a.service (/core/b.service:2)")
      assert.strictEqual(exitCode, 64)
    }))

  it.scoped("prints each override in the promised form, counts it, and does not mind it", () =>
    Effect.gen(function*() {
      const { exitCode, stderr, stdout } = yield* validate(
        { "/core/web.service": bad, "/drop-in/web.service": good },
        { strictUnits: true }
      )
      assert.strictEqual(
        stderr,
        "container-init: drop-in override: web.service replaces /core/web.service with /drop-in/web.service\n"
      )
      assert.strictEqual(stdout, "container-init validate: units=1 warnings=0 overrides=1 strict=true\n")
      assert.strictEqual(exitCode, 0)
    }))

  it.scoped("never counts notes", () =>
    Effect.gen(function*() {
      const { exitCode, stdout } = yield* validate({ "/core/t@.service": good }, { strictUnits: true })
      assert.strictEqual(stdout, "container-init validate: units=0 warnings=0 overrides=0 strict=true\n")
      assert.strictEqual(exitCode, 0)
    }))

  it.scoped("says the same as one JSON document with --format json", () =>
    Effect.gen(function*() {
      const { exitCode, stderr, stdout } = yield* validate(
        { "/core/a.service": warned, "/core/b.service": good, "/drop-in/b.service": good },
        { format: "json" }
      )
      assert.strictEqual(stderr, "")
      assert.isTrue(stdout.endsWith("}\n"))
      const { diagnostics, ...rest } = JSON.parse(stdout) as Record<string, unknown>
      assert.deepStrictEqual(rest, {
        units: 2,
        warnings: 1,
        errors: 0,
        overrides: [{ unit: "b.service", basePath: "/core/b.service", overridePath: "/drop-in/b.service" }],
        strict: false
      })
      const [first, ...others] = diagnostics as ReadonlyArray<Record<string, unknown>>
      assert.deepStrictEqual(others, [])
      const { hint, message, ...where } = first ?? {}
      assert.deepStrictEqual(where, {
        file: "/core/a.service",
        line: 3,
        column: 1,
        section: "Service",
        directive: "ExecStrat",
        code: "CI0202",
        severity: "warning"
      })
      assert.isString(message)
      assert.isString(hint)
      assert.strictEqual(exitCode, 1)
    }))

  it.scoped("prints JSON for a set with errors, too", () =>
    Effect.gen(function*() {
      const { exitCode, stdout } = yield* validate({ "/core/a.service": bad }, { format: "json" })
      assert.isAbove((JSON.parse(stdout) as { readonly errors: number }).errors, 0)
      assert.strictEqual(exitCode, 64)
    }))

  it.scoped("prints one SARIF document and nothing else with --format sarif", () =>
    Effect.gen(function*() {
      const { exitCode, stderr, stdout } = yield* validate(
        { "/core/a.service": warned, "/core/b.service": bad, "/core/c.service": good, "/drop-in/c.service": good },
        { format: "sarif" }
      )
      assert.strictEqual(stderr, "")
      const log = JSON.parse(stdout) as Sarif.Log
      const [{ results, tool }] = log.runs
      assert.deepInclude(tool.driver, { name: "container-init", version: "1.2.3" })
      assert.deepInclude(results[0], { ruleId: "CI0202", level: "warning" })
      assert.deepStrictEqual(results[0]?.locations, [
        {
          physicalLocation: {
            artifactLocation: { uri: "file:///core/a.service" },
            region: { startLine: 3, startColumn: 1 }
          }
        }
      ])
      assert.isTrue(results.some(({ level }) => level === "error"))
      assert.strictEqual(exitCode, 64)
    }))

  it.scoped("prints a SARIF document without results for a clean set, too", () =>
    Effect.gen(function*() {
      const { exitCode, stdout } = yield* validate({ "/core/a.service": good }, { format: "sarif" })
      assert.deepStrictEqual((JSON.parse(stdout) as Sarif.Log).runs[0].results, [])
      assert.strictEqual(exitCode, 0)
    }))

  it.scoped("prints workflow commands, then the summary, with --format github", () =>
    Effect.gen(function*() {
      const { exitCode, stderr, stdout } = yield* validate(
        { "units/a.service": warned, "units/b.service": good, "drop-in/b.service": good },
        { format: "github", units: "units", dropIn: "drop-in" }
      )
      assert.strictEqual(stderr, "")
      const [first = "", ...rest] = stdout.split("\n")
      assert.match(
        first,
        /^::warning file=units\/a\.service,line=3,col=1,title=CI0202::\[Service\] ExecStrat: .*Start"\?$/
      )
      assert.deepStrictEqual(rest, ["container-init validate: units=2 warnings=1 overrides=1 strict=false", ""])
      assert.strictEqual(exitCode, 1)
    }))

  it.scoped("prints no summary behind workflow commands that tell of errors", () =>
    Effect.gen(function*() {
      const { exitCode, stdout } = yield* validate({ "/core/a.service": bad }, { format: "github" })
      assert.isTrue(stdout.trimEnd().split("\n").every((line) => line.startsWith("::error file=/core/a.service,")))
      assert.strictEqual(exitCode, 64)
    }))
})

const needing = "[Unit]\nRequires=there.service\nAfter=there.service\n[Service]\nExecStart=/bin/a\n"

describe("validate FILE|DIR...", () => {
  it.scoped("checks the file named and nothing else", () =>
    Effect.gen(function*() {
      const files = { "units/a.service": warned, "units/b.service": bad, "/core/c.service": bad }
      const { exitCode, stderr, stdout } = yield* validate(files, { paths: ["units/a.service"] })
      assert.match(stderr, /^container-init: warning: units\/a\.service:3: \[Service\] ExecStrat: [^\n]*\n$/)
      assert.strictEqual(stdout, "container-init validate: units=1 warnings=1 overrides=0 strict=false\n")
      assert.strictEqual(exitCode, 1)
    }))

  it.scoped("takes the files named together for one set", () =>
    Effect.gen(function*() {
      const files = { "a.service": needing, "units/there.service": good }
      const { exitCode, stderr, stdout } = yield* validate(files, { paths: ["a.service", "units/there.service"] })
      assert.strictEqual(stderr, "")
      assert.strictEqual(stdout, "container-init validate: units=2 warnings=0 overrides=0 strict=false\n")
      assert.strictEqual(exitCode, 0)
    }))

  it.scoped("says in a note what a file requires that was not named", () =>
    Effect.gen(function*() {
      const { exitCode, stderr } = yield* validate({ "a.service": needing }, {
        paths: ["a.service"],
        strictUnits: true
      })
      assert.match(
        stderr,
        /^container-init: note: a\.service:2: \[Unit\] Requires: there\.service is not there[^\n]*\n$/
      )
      assert.strictEqual(exitCode, 0)
    }))

  it.scoped("warns of what a directory's units require that is not in it", () =>
    Effect.gen(function*() {
      const { exitCode, stderr } = yield* validate({ "units/a.service": needing }, { paths: ["units"] })
      assert.match(stderr, /^container-init: warning: units\/a\.service:2: /)
      assert.strictEqual(exitCode, 1)
    }))

  it.scoped("takes each directory for a set of its own, with or without a slash behind its name", () =>
    Effect.gen(function*() {
      const files = { "one/a.service": good, "two/a.service": warned, "two/b.service": good }
      const { stderr, stdout } = yield* validate(files, { paths: ["one/", "two", "two//"] })
      assert.match(stderr, /^container-init: warning: two\/a\.service:3: [^\n]*\n$/)
      assert.strictEqual(stdout, "container-init validate: units=3 warnings=1 overrides=0 strict=false\n")
    }))

  it.scoped("checks two files of one name both, and a file that is named twice once", () =>
    Effect.gen(function*() {
      const files = { "one/a.service": warned, "two/a.service": warned }
      const paths = ["one/a.service", "two/a.service", "one/a.service"]
      const { stderr, stdout } = yield* validate(files, { paths })
      assert.deepStrictEqual(stderr.trimEnd().split("\n").map((line) => line.slice(0, 41)), [
        "container-init: warning: one/a.service:3:",
        "container-init: warning: two/a.service:3:"
      ])
      assert.strictEqual(stdout, "container-init validate: units=2 warnings=2 overrides=0 strict=false\n")
    }))

  it.scoped("exits with 64 for a file that is not there", () =>
    Effect.gen(function*() {
      const { exitCode, stderr } = yield* validate({}, { paths: ["none.service"] })
      assert.match(stderr, /^container-init: error: none\.service: [^\n]+\n$/)
      assert.strictEqual(exitCode, 64)
    }))

  it.scoped("takes a file that masks its unit for what it is", () =>
    Effect.gen(function*() {
      const { exitCode, stdout } = yield* validate({ "a.service": { link: "/dev/null" } }, { paths: ["a.service"] })
      assert.strictEqual(stdout, "container-init validate: units=0 warnings=0 overrides=0 strict=false\n")
      assert.strictEqual(exitCode, 0)
    }))

  it.scoped("finds a cycle among the files named", () =>
    Effect.gen(function*() {
      const files = {
        "a.service": `[Unit]\nAfter=b.service\n${good}`,
        "b.service": `[Unit]\nAfter=a.service\n${good}`
      }
      const { exitCode, stderr } = yield* validate(files, { paths: ["a.service", "b.service"] })
      assert.include(stderr, "a.service -> b.service (a.service:2), b.service -> a.service (b.service:2)")
      assert.strictEqual(exitCode, 64)
    }))

  it.scoped("says nothing of names in After= of a file that was picked out, and little of others that are not there", () =>
    Effect.gen(function*() {
      const text = `[Unit]\nAfter=there.service\nOnFailure=alarm.service\n${good}`
      const { stderr } = yield* validate({ "a.service": text }, { paths: ["a.service"] })
      assert.notInclude(stderr, "there.service")
      assert.match(
        stderr,
        /note: a\.service:3: \[Unit\] OnFailure: alarm\.service is not loaded[^\n]*; only the files named/
      )
    }))
})

describe("--root", () => {
  const files: Tree = {
    "/image/etc/container-init/units/a.service": "[Service]\nExecStart=/bin/a\nUser=app\n",
    "/image/etc/passwd": "app:x:1:1::/:\n"
  }
  const options = { units: "/image/etc/container-init/units", root: "/image" }

  it.scoped("looks up in the image what its units ask for", () =>
    Effect.gen(function*() {
      const { exitCode, stderr, stdout } = yield* validate(files, options)
      assert.strictEqual(
        stderr,
        "container-init: warning: /image/etc/container-init/units/a.service:2: [Service] ExecStart: " +
          "there is no program /bin/a; there is no directory /bin\n"
      )
      assert.strictEqual(stdout, "container-init validate: units=1 warnings=1 overrides=0 strict=false\n")
      assert.strictEqual(exitCode, 1)
    }))

  it.scoped("is content with an image that has it", () =>
    Effect.gen(function*() {
      const { exitCode } = yield* validate({ ...files, "/image/bin/a": { runs: "" } }, options)
      assert.strictEqual(exitCode, 0)
    }))

  it.scoped("looks up what files ask for that are named one by one", () =>
    Effect.gen(function*() {
      const { exitCode, stderr } = yield* validate({ ...files, "b.service": "[Service]\nExecStart=/bin/b\n" }, {
        ...options,
        paths: ["b.service"]
      })
      assert.match(
        stderr,
        /^container-init: warning: b\.service:2: \[Service\] ExecStart: there is no program \/bin\/b/
      )
      assert.strictEqual(exitCode, 1)
    }))

  it.scoped("exits with 64 where there is no image", () =>
    Effect.gen(function*() {
      const { exitCode } = yield* validate({ "/core/a.service": good }, { root: "/gone" })
      assert.strictEqual(exitCode, 64)
    }))

  it.scoped("is not asked for without it", () =>
    Effect.gen(function*() {
      const { exitCode } = yield* validate(files, { units: options.units })
      assert.strictEqual(exitCode, 0)
    }))
})
