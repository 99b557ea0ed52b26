import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { explain, wrap } from "../../src/cli/Explain.ts"
import * as Catalogue from "../../src/unit/Catalogue.ts"
import * as Directives from "../../src/unit/Directives.ts"

const text = (topic: string): string => {
  const answer = explain(topic)
  assert(answer._tag === "Found", topic)
  return answer.text
}

const refusal = (topic: string): string => {
  const answer = explain(topic)
  assert(answer._tag === "Unknown", topic)
  return answer.message
}

const isExample = (line: string) => line.startsWith("    ")

describe("explain CODE", () => {
  it("has the title, the meaning and both sides of the example", () => {
    const entry = Catalogue.find("CI0202")
    assert(entry?.wrong !== undefined && entry.right !== undefined)
    const said = text("CI0202")
    assert.isTrue(said.startsWith(`CI0202 (warning): ${entry.title}\n\n`))
    assert.include(said.replace(/\s+/g, " "), entry.about)
    for (const line of [...entry.wrong.split("\n"), ...entry.right.split("\n")]) assert.include(said, `\n    ${line}`)
  })

  it("says where the same fault weighs differently", () => {
    assert.match(text("CI0501"), /^CI0501 \(warning, in some places note\): /)
  })

  it.each(Catalogue.all())("fits 80 columns for $code", ({ code }) => {
    for (const line of text(code).split("\n")) if (!isExample(line)) assert.isAtMost(line.length, 80, line)
  })

  it.each([
    ["ci0202", "there is no code \"ci0202\"; did you mean \"CI0202\"?"],
    ["CI0299", "there is no code \"CI0299\"; container-init explain lists all of them"]
  ])("does not know %s, and says so", (topic, message) => {
    assert.strictEqual(refusal(topic), message)
  })

  it("lists all codes with their titles when none is named", () => {
    const lines = text("").split("\n")
    for (const { code, title } of Catalogue.all()) assert.include(lines, `${code}  ${title}`)
  })
})

describe("explain DIRECTIVE", () => {
  it("has its section, what it does, and how far it is supported", () => {
    const row = Directives.find("Service", "RestartSec")
    assert(row !== undefined)
    const said = text("RestartSec")
    assert.isTrue(said.startsWith(`RestartSec= in [Service]\n\n${row.doc}\n\n`))
    assert.match(said, /^support {3}supported: acted on$/m)
    assert.include(said, "\nvalue     seconds, or numbers with units such as 1min 30s")
    assert.include(said, `\ndefault   ${row.default}\n`)
    assert.match(said, /^manual {4}systemd\.service\(5\)$/m)
  })

  it.each(["Restart=", "Restart=always", " Restart ", "[Service] Restart", "[Service]Restart=", "Service.Restart"])(
    "takes %j",
    (topic) => {
      assert.strictEqual(text(topic), text("Restart"))
    }
  )

  it("names the words there are to choose from", () => {
    assert.match(text("Restart"), /^value {5}one of no, on-success, on-failure, [^|]*\balways$/m)
  })

  it("says which numbers there are, and what an empty value does", () => {
    const said = text("FailureActionExitStatus")
    assert.match(said, /^value {5}a whole number from 0 to 255; an empty value drops what was said\n {10}before$/m)
    assert.match(text("PIDFile"), /^value {5}a path, below \/run if [^|]*; an empty value drops/m)
    assert.match(text("CPUWeight"), /^value {5}one of a whole number from 1 to 10000, idle; an empty value/m)
    assert.match(text("MountAPIVFS"), /^value {5}yes or no; also/m)
  })

  it("says what an old name stands for", () => {
    assert.match(text("StartLimitInterval"), /^StartLimitInterval= in \[Unit\]\n\n.*\bStartLimitIntervalSec=/)
  })

  it("says what holds for several sections once, and what differs apart", () => {
    assert.match(text("PAMName"), /^PAMName= in \[Service\] \[Socket\][^=]*$/)
    const both = text("TimeoutSec")
    assert.match(both, /^TimeoutSec= in \[Service\]\n[^]*\n\nTimeoutSec= in \[Socket\]\n/)
    assert.notInclude(text("[Socket] TimeoutSec"), "[Service]")
  })

  it.each([
    ["restart", "there is no code or directive \"restart\"; did you mean \"Restart\"?"],
    ["Restrat=", "there is no code or directive \"Restrat\"; did you mean \"Restart\"?"],
    ["[service] Restart", "there is no section \"service\"; did you mean \"Service\"?"],
    ["Service.restart", "[Service] has no directive \"restart\"; did you mean \"Restart\"?"],
    ["Unit.Restart", "[Unit] has no directive \"Restart\"; it belongs in [Service]"],
    ["[Unit]", "[Unit] is a section; name one of its directives, such as \"[Unit] Description\""],
    ["Xyzzy", "there is no code or directive \"Xyzzy\""],
    ["constructor", "there is no code or directive \"constructor\""]
  ])("does not know %j, and suggests what was meant", (topic, message) => {
    assert.strictEqual(refusal(topic), message)
  })

  it("knows every row of the table, in 80 columns", () => {
    for (const { key, section } of Directives.all()) {
      const said = text(`[${section}] ${key}`)
      assert.isTrue(said.startsWith(`${key}= in [${section}]\n`))
      for (const line of said.split("\n")) assert.isAtMost(line.length, 80, line)
    }
  })

  it("answers anything at all", () => {
    const topic = FastCheck.oneof(
      FastCheck.string({ unit: "binary" }),
      FastCheck.stringOf(FastCheck.constantFrom("[", "]", ".", "=", " ", "CI", "Unit", "User"))
    )
    FastCheck.assert(FastCheck.property(topic, (words) => {
      assert.include(["Found", "Unknown"], explain(words)._tag)
    }))
  })
})

describe("wrap", () => {
  it("breaks between words only, and keeps a word that is too long whole", () => {
    assert.strictEqual(wrap(`${"a ".repeat(40)}b`), `${"a ".repeat(40).trimEnd()}\nb`)
    assert.strictEqual(wrap(`a ${"b".repeat(100)} c`, "  ", "- "), `- a\n  ${"b".repeat(100)}\n  c`)
    assert.strictEqual(wrap(""), "")
  })
})
