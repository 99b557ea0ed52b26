import * as NodeContext from "@effect/platform-node/NodeContext"
import { assert, describe, it } from "@effect/vitest"
import type * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Cli from "../../src/cli/Cli.ts"
import { defaults } from "../../src/cli/Options.ts"

/** What the full parser makes of a command line, and what it prints. */
const decide = (...words: ReadonlyArray<string>) =>
  Effect.gen(function*() {
    const printed = { stdout: "", stderr: "" }
    const usual = yield* Effect.console
    const write = (stream: "stdout" | "stderr") => (...parts: ReadonlyArray<unknown>) =>
      Effect.sync(() => void (printed[stream] += `${parts.map(String).join(" ")}\n`))
    const console: Console.Console = { ...usual, log: write("stdout"), error: write("stderr") }
    const deciding = Effect.withConsole(Cli.decide(words, "1.2.3"), console)
    const decision = yield* Effect.provide(deciding, NodeContext.layer)
    return { decision, ...printed }
  })

const done = (exitCode: number) => ({ _tag: "Done", exitCode } as const)

describe("decide", () => {
  it.effect("prints help for every flag on stdout and is done", () =>
    Effect.gen(function*() {
      const { decision, stderr, stdout } = yield* decide("--help")
      assert.deepStrictEqual(decision, done(0))
      for (const flag of ["units", "drop-in", "strict-units", "validate", "stop-timeout", "format", "version"]) {
        assert.include(stdout, `--${flag}`)
      }
      assert.strictEqual(stderr, "")
    }))

  it.effect("goes on with what it was told", () =>
    Effect.gen(function*() {
      const { decision, stderr, stdout } = yield* decide("--units", "/u", "--stop-timeout", "500ms")
      assert.deepStrictEqual(decision, {
        _tag: "Go",
        options: { ...defaults, units: "/u", stopTimeoutMillis: 500 }
      })
      assert.deepStrictEqual([stdout, stderr], ["", ""])
    }))

  it.effect("goes on with --validate and all that belongs to it", () =>
    Effect.gen(function*() {
      const { decision } = yield* decide("--validate", "--strict-units", "--format=json", "--drop-in=/d")
      assert.deepStrictEqual(decision, {
        _tag: "Go",
        options: { ...defaults, action: "validate", strictUnits: true, format: "json", dropIn: "/d" }
      })
    }))

  it.effect("takes run for the word that it is", () =>
    Effect.gen(function*() {
      const { decision } = yield* decide("run")
      assert.deepStrictEqual(decision, { _tag: "Go", options: defaults })
    }))

  const refused: ReadonlyArray<readonly [words: ReadonlyArray<string>, about: string]> = [
    [["bash"], "bash"],
    [["run", "bash", "x"], "bash x"],
    [["bash", "-c", "echo hi"], ""],
    [["--no-such-flag"], "no-such-flag"],
    [["--units"], "units"],
    [["--format", "xml"], "text, json"],
    [["--stop-timeout", "infinity"], "--stop-timeout: \"infinity\" is not a finite time span"],
    [["--stop-timeout", "soon"], "--stop-timeout: \"soon\" is not a finite time span"],
    [["-x"], "-x"]
  ]
  for (const [words, about] of refused) {
    it.effect(`refuses "${words.join(" ")}" with a message on stderr and exit code 2`, () =>
      Effect.gen(function*() {
        const { decision, stderr, stdout } = yield* decide(...words)
        assert.deepStrictEqual(decision, done(2))
        assert.notStrictEqual(stderr.trim(), "")
        assert.include(stderr, about)
        assert.strictEqual(stdout, "")
      }))
  }

  it.effect("says what to do with a command of the image", () =>
    Effect.gen(function*() {
      const { stderr } = yield* decide("bash")
      assert.match(stderr, /^container-init: .*"bash".*\n.*ENTRYPOINT.*\n$/)
    }))
})
