import * as NodeContext from "@effect/platform-node/NodeContext"
import { assert, describe, it } from "@effect/vitest"
import type * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Cli from "../../src/cli/Cli.ts"
import { commands } from "../../src/cli/Commands.ts"
import type { Options } from "../../src/cli/Options.ts"
import { defaults, flags } from "../../src/cli/Options.ts"

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

/** The unit directories below another root. */
const below = (root: string) => ({ units: root + defaults.units, dropIn: root + defaults.dropIn })

describe("decide", () => {
  it.effect("prints help for every flag that is not of health alone on stdout and is done", () =>
    Effect.gen(function*() {
      const { decision, stderr, stdout } = yield* decide("--help")
      assert.deepStrictEqual(decision, done(0))
      const { maxAge, require, ...others } = flags
      for (const { name } of Object.values(others)) assert.include(stdout, `--${name}`)
      for (const { name } of [maxAge, require]) assert.notInclude(stdout, `--${name}`)
      assert.strictEqual(stderr, "")
      const { stdout: health } = yield* decide("health", "--help")
      for (const { name } of [maxAge, require]) assert.include(health, `--${name}`)
    }))

  it.effect("lists the commands in its help, each with what it does, and without all of its flags", () =>
    Effect.gen(function*() {
      const { stdout } = yield* decide("--help")
      for (const { about, name } of Object.values(commands)) {
        assert.include(stdout, `\n  - ${name.padEnd(8)}  ${about}\n`)
      }
    }))

  it.effect("prints help for a command, with its own flags", () =>
    Effect.gen(function*() {
      const { decision, stdout } = yield* decide("validate", "--help")
      assert.deepStrictEqual(decision, done(0))
      assert.include(stdout, "\n$ container-init validate [--units DIR]")
      assert.include(stdout, "\n--root DIR\n")
      assert.notInclude(stdout, "--stop-timeout")
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

  const validate = { ...defaults, action: "validate" } as const
  const byDefault = `--units=${defaults.units}`
  const known: ReadonlyArray<readonly [words: ReadonlyArray<string>, options: Options]> = [
    [["validate"], validate],
    [["validate", "--strict-units", "--format=github"], { ...validate, strictUnits: true, format: "github" }],
    [["validate", "--units", "/u", "--drop-in=/d"], { ...validate, units: "/u", dropIn: "/d" }],
    [["validate", "a.service", "units"], { ...validate, paths: ["a.service", "units"] }],
    [["validate", "a.service", "--format", "sarif"], { ...validate, paths: ["a.service"], format: "sarif" }],
    [["--strict-units", "validate", "a.service"], { ...validate, paths: ["a.service"], strictUnits: true }],
    [["validate", "--", "-x.service", "--format"], { ...validate, paths: ["-x.service", "--format"] }],
    [["validate", "run", "validate"], { ...validate, paths: ["run", "validate"] }],
    [["validate", "a.service", "--root", "/r"], { ...validate, ...below("/r"), paths: ["a.service"], root: "/r" }],
    [["validate", "--root=/r"], { ...validate, ...below("/r"), root: "/r" }],
    [["validate", "--root=build/root/"], { ...validate, ...below("build/root"), root: "build/root/" }],
    [["validate", "--root", "/"], { ...validate, root: "/" }],
    [["validate", "--root=/r", "--units=/u"], { ...validate, ...below("/r"), units: "/u", root: "/r" }],
    [["validate", "--root=/r", byDefault], { ...validate, ...below("/r"), units: defaults.units, root: "/r" }],
    [["--validate", "--root=/r"], { ...validate, ...below("/r"), root: "/r" }],
    [["run", "--validate"], validate],
    [["--units", "validate", "--strict-units"], { ...defaults, units: "validate", strictUnits: true }],
    [["--units=-u"], { ...defaults, units: "-u" }]
  ]
  for (const [words, options] of known) {
    it.effect(`takes "${words.join(" ")}"`, () =>
      Effect.gen(function*() {
        const { decision, stderr, stdout } = yield* decide(...words)
        assert.deepStrictEqual(decision, { _tag: "Go", options })
        assert.deepStrictEqual([stdout, stderr], ["", ""])
      }))
  }

  const refused: ReadonlyArray<readonly [words: ReadonlyArray<string>, about: string]> = [
    [["bash"], "bash"],
    [["run", "bash", "x"], "bash x"],
    [["bash", "-c", "echo hi"], ""],
    [["--no-such-flag"], "no-such-flag"],
    [["--units"], "units"],
    [["--format", "xml"], "text, json"],
    [["--stop-timeout", "infinity"], "--stop-timeout: \"infinity\" is not a finite time span"],
    [["--stop-timeout", "soon"], "--stop-timeout: \"soon\" is not a finite time span"],
    [["-x"], "-x"],
    [["--units", "--validate"], "--units needs a value"],
    [["--units="], "--units needs a value"],
    [["--root"], "--root needs a value"],
    [["--unit", "/u"], "there is no flag --unit; did you mean \"--units\"?"],
    [["--UNITS=/u"], "there is no flag --UNITS; did you mean \"--units\"?"],
    [["--wizard"], "there is no flag --wizard"],
    [["validte"], "\"validte\" would be ignored; did you mean \"validate\"?"],
    [["--", "validate"], "\"validate\" would be ignored."],
    [["--validate", "a.service"], "\"a.service\" would be ignored."],
    [["validate", "--stop-timeout", "1s"], "--stop-timeout is no flag of the command validate"],
    [["validate", "--log-format", "json"], "--log-format is no flag of the command validate"],
    [["--log-format", "xml"], "text, json"],
    [["validate", "--strict-unit"], "there is no flag --strict-unit; did you mean \"--strict-units\"?"],
    [["validate", "a.service", "--units", "/u"], "not both"],
    [["validate", ""], "a file without a name"],
    [["explain", "--units", "/u"], "--units is no flag of the command explain"],
    [["explain", "Restrat"], "did you mean \"Restart\"?"]
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

  it.effect("explains a directive of a section that is two words", () =>
    Effect.gen(function*() {
      const { decision, stderr, stdout } = yield* decide("explain", "[Service]", "Restart")
      assert.deepStrictEqual(decision, done(0))
      assert.match(stdout, /^Restart= in \[Service\]\n/)
      assert.strictEqual(stderr, "")
    }))
})
