import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { Options } from "../../src/cli/Options.ts"
import { defaults } from "../../src/cli/Options.ts"
import * as Validate from "../../src/cli/Validate.ts"
import type { Tree } from "../supervisor/FilesTest.ts"
import * as KernelTest from "../supervisor/KernelTest.ts"

const good = "[Service]\nExecStart=/bin/a\n"
const warned = "[Service]\nExecStart=/bin/a\nExecStrat=b\n"
const bad = "[Service]\nRestart=sometimes\n"

const validate = (files: Tree, options: Partial<Options> = {}) =>
  Effect.gen(function*() {
    const kernel = yield* KernelTest.make({ files })
    const run = Validate.run({ ...defaults, action: "validate", units: "/core", dropIn: "/drop-in", ...options })
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
})
