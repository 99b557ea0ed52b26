import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as Base64 from "../../src/unit/grammar/Base64.ts"
import * as CEscape from "../../src/unit/grammar/CEscape.ts"
import * as Credential from "../../src/unit/grammar/Credential.ts"
import * as LogField from "../../src/unit/grammar/LogField.ts"
import * as LogPriority from "../../src/unit/grammar/LogPriority.ts"
import * as Stdio from "../../src/unit/grammar/Stdio.ts"
import { refused, table } from "./Table.ts"

describe("Stdio.parseInput", () => {
  table((text) => Stdio.parseInput(text), [
    ["null", { _tag: "Null" }],
    ["tty", { _tag: "Tty", mode: "tty" }],
    ["tty-force", { _tag: "Tty", mode: "tty-force" }],
    ["tty-fail", { _tag: "Tty", mode: "tty-fail" }],
    ["data", { _tag: "Data" }],
    ["socket", { _tag: "Socket" }],
    ["fd", { _tag: "Descriptor", name: "stdin" }],
    ["fd:", { _tag: "Descriptor", name: "stdin" }],
    ["fd:in", { _tag: "Descriptor", name: "in" }],
    ["file:/a b", { _tag: "File", path: "/a b", mode: "write" }]
  ])
  refused(Stdio.parseInput, [
    "",
    "inherit",
    "journal",
    "NULL",
    "fd:a:b",
    "file:a",
    "file:",
    "file:/a/../b",
    "append:/a",
    "/a"
  ])
})

describe("Stdio.parseOutput", () => {
  table((text) => Stdio.parseOutput(text), [
    ["inherit", { _tag: "Inherit" }],
    ["null", { _tag: "Null" }],
    ["tty", { _tag: "Tty", mode: "tty" }],
    ["journal", { _tag: "Journal", console: false }],
    ["journal+console", { _tag: "Journal", console: true }],
    ["syslog", { _tag: "Journal", console: false }],
    ["syslog+console", { _tag: "Journal", console: true }],
    ["kmsg", { _tag: "Kmsg", console: false }],
    ["kmsg+console", { _tag: "Kmsg", console: true }],
    ["file:/a", { _tag: "File", path: "/a", mode: "write" }],
    ["append:/a", { _tag: "File", path: "/a", mode: "append" }],
    ["truncate:/a", { _tag: "File", path: "/a", mode: "truncate" }],
    ["socket", { _tag: "Socket" }],
    ["fd", { _tag: "Descriptor", name: "stdout" }],
    ["fd:out", { _tag: "Descriptor", name: "out" }]
  ])
  refused(Stdio.parseOutput, ["", "data", "tty-force", "console", "/a", "truncate:a", "stdout"])

  it("reads what it has written", () => {
    for (
      const text of ["inherit", "null", "tty", "journal", "kmsg+console", "append:/a", "file:/a", "socket", "fd:x"]
    ) {
      const stream = Stdio.parseOutput(text)
      assert(stream !== undefined)
      assert.strictEqual(Stdio.format(stream), text)
    }
  })

  it("says how a file is written", () => {
    assert.strictEqual(Stdio.hint("/a", true), "a file is written \"file:/path\"")
    assert.strictEqual(Stdio.hint("append:a", true), "\"append:\" is followed by an absolute path without \"..\"")
  })
})

const bytes = (text: string) => [...Buffer.from(text)]

describe("CEscape", () => {
  table(CEscape.parse, [
    ["", []],
    ["a b", bytes("a b")],
    ["a\\nb\\t\\\\\\s\\\"\\'", bytes("a\nb\t\\ \"'")],
    ["\\x41\\101\\u00e9\\U0001f600", bytes("AA\u00e9\u{1f600}")],
    ["\\xff\\x00\\000", [255, 0, 0]],
    ["\u00e9\u{1f600}", bytes("\u00e9\u{1f600}")]
  ])
  refused(CEscape.parse, ["\\", "a\\q", "\\x4", "\\0", "\\ud800", "\\U00110000", "\\400"])

  it("shows text to what substitutes, and bytes to nobody", () => {
    const shout = (text: string) => text.toUpperCase()
    assert.deepStrictEqual(CEscape.parseText("a\\x62", shout), bytes("AB"))
    assert.deepStrictEqual(CEscape.parseText("a\\xff", shout), [97, 255])
    assert.deepStrictEqual(CEscape.parseText("a", () => "\\n"), bytes("\\n"))
  })
})

describe("Base64", () => {
  table(Base64.parse, [["aGVsbG8=", "aGVsbG8="], ["aGVs bG8=", "aGVsbG8="], ["AAAA", "AAAA"]])
  refused(Base64.parse, ["aGVsbG8", "!!", "aGVsbG8=aGVsbG8=", "aGVsbG8==", "aGVsb_8=", "====", "aGVsbG9=", "ab=="])

  it("encodes as others do", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.uint8Array(), (input) => {
        assert.strictEqual(Base64.encode([...input]), Buffer.from(input).toString("base64"))
      })
    )
  })
})

describe("Credential.parseLoad", () => {
  table(Credential.parseLoad, [
    ["a:/b", { name: "a", source: "/b" }],
    ["a", { name: "a", source: "a" }],
    ["a:", { name: "a", source: "a" }],
    ["a:b", { name: "a", source: "b" }],
    ["a:/b:/c", { name: "a", source: "/b:/c" }]
  ])
  refused(Credential.parseLoad, ["", ":/b", "a/b:/c", "a:b/c", "a:/b/../c", "..:/a"])
})

describe("Credential.parseSet", () => {
  const base64 = (text: string) => Buffer.from(text).toString("base64")
  const set = (text: string) => Credential.parseSet(text, false)
  table(set, [
    ["a:b", { name: "a", base64: base64("b") }],
    ["a b:c\\nd:e", { name: "a b", base64: base64("c\nd:e") }],
    ["a:\\x00", { name: "a", base64: "AA==" }]
  ])
  refused(set, ["", "a", "a:", ":b", "a/b:c", "a:\\q"])
  table((text) => Credential.parseSet(text, true), [["a:aGVs bG8=", { name: "a", base64: "aGVsbG8=" }], [
    "a:!!",
    undefined
  ]])
})

describe("Credential.parseImport", () => {
  table(Credential.parseImport, [
    ["a", { glob: "a", rename: undefined }],
    ["app.*", { glob: "app.*", rename: undefined }],
    ["*", { glob: "*", rename: undefined }],
    ["app.*:new.", { glob: "app.*", rename: "new." }]
  ])
  refused(Credential.parseImport, ["", "a*b", "a/*", "[ab]", "a:", "a:b/c"])
})

describe("LogField", () => {
  table(LogField.parse, [["A=b", ["A", "b"]], ["A_1=", ["A_1", ""]], ["A=b=c", ["A", "b=c"]]])
  refused(LogField.parse, ["", "A", "=b", "a=b", "_A=b", "1A=b"])
})

describe("LogPriority", () => {
  table(LogPriority.parseLevel, [["emerg", 0], ["err", 3], ["debug", 7], ["7", 7]])
  refused(LogPriority.parseLevel, ["", "warn", "INFO", "8", "none"])
  table(LogPriority.parseFacility, [["kern", 0], ["daemon", 3], ["ftp", 11], ["local7", 23], ["24", 24], ["127", 127]])
  refused(LogPriority.parseFacility, ["", "security", "128", "ntp"])

  it("knows what others call the levels", () => {
    assert.strictEqual(LogPriority.levelHint("warn"), "write \"warning\"")
    assert.strictEqual(LogPriority.levelHint("ERR"), "write \"err\"")
  })
})
