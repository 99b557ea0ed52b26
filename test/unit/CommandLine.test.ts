import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as CommandLine from "../../src/unit/grammar/CommandLine.ts"

const flagsOf = (text: string): string => {
  const flags = CommandLine.parse(text).commands[0]?.flags
  return flags === undefined ? "refused" : [
    flags.ignoreFailure ? "-" : "",
    flags.ownArgv0 ? "@" : "",
    flags.literal ? ":" : "",
    flags.privileged ? "+" : "",
    flags.ownIdentity ? "!" : ""
  ].join("")
}

const commands = (text: string) => CommandLine.parse(text).commands.map(({ path, words }) => [path, ...words])

describe("CommandLine", () => {
  for (
    const [text, flags] of [
      ["/bin/a", ""],
      ["-/bin/a", "-"],
      ["@/bin/a x", "@"],
      [":/bin/a", ":"],
      ["+/bin/a", "+"],
      ["!/bin/a", "!"],
      ["!!/bin/a", ""],
      ["-@:+/bin/a x", "-@:+"],
      ["!:-!/bin/a", "-:"],
      ["--/bin/a", "refused"],
      ["+!/bin/a", "refused"],
      ["!!!/bin/a", "refused"],
      ["@/bin/a", "refused"],
      ["-", "refused"]
    ] as const
  ) {
    it(`reads the prefixes of ${text}`, () => assert.strictEqual(flagsOf(text), flags))
  }

  it("puts the program itself first, or with @ the word after it", () => {
    assert.deepStrictEqual(commands("/bin/echo a b"), [["/bin/echo", "/bin/echo", "a", "b"]])
    assert.deepStrictEqual(commands("@/bin/echo name a"), [["/bin/echo", "name", "a"]])
    assert.deepStrictEqual(commands("echo a"), [["echo", "echo", "a"]])
  })

  it("takes a quoted program with blanks in its path", () => {
    assert.deepStrictEqual(commands("\"/opt/my app/run\" x"), [["/opt/my app/run", "/opt/my app/run", "x"]])
  })

  it("splits at semicolons that stand alone", () => {
    assert.deepStrictEqual(commands("echo one ; echo \"two two\""), [["echo", "echo", "one"], [
      "echo",
      "echo",
      "two two"
    ]])
    assert.deepStrictEqual(commands("echo a; b ;"), [["echo", "echo", "a;", "b"]])
  })

  it("passes over commands that are empty", () => {
    assert.deepStrictEqual(commands("; a ; ; b ;"), [["a", "a"], ["b", "b"]])
  })

  it("keeps escaped and quoted semicolons", () => {
    assert.deepStrictEqual(commands("echo / >/dev/null & \\;  ls"), [
      ["echo", "echo", "/", ">/dev/null", "&", ";", "ls"]
    ])
    assert.deepStrictEqual(commands("echo \";\" \\;"), [["echo", "echo", ";", ";"]])
  })

  for (const bad of ["./a", "a/b", "/bin/", "$FOO x", "\"\" a", "/bin/a \"open", "\"/bin/\\x07\""]) {
    it(`refuses ${bad}`, () => {
      const parsed = CommandLine.parse(bad)
      assert.deepStrictEqual(parsed.commands.length === 0 || bad.includes("open"), true)
      assert.strictEqual(parsed.faults[0]?.severity, "error")
    })
  }

  it("gives no command for an empty value", () => {
    assert.deepStrictEqual(CommandLine.parse(""), { commands: [], faults: [] })
  })

  it("never throws", () => {
    const text = FastCheck.stringMatching(/^[-@:+!;\\"'$ ab/]*$/)
    FastCheck.assert(FastCheck.property(text, (value) => void CommandLine.parse(value)))
  })
})
