import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { expandSpecifiers, expandText, expandWords } from "../../src/unit/Expand.ts"
import { forUnit } from "../../src/unit/Specifiers.ts"
import { lookupIn } from "./Support.ts"

const lookup = lookupIn({
  V: "alice",
  EMPTY: "",
  PW: "secret",
  LIST: "one  two",
  QUOTED: "'two two' too",
  TRAP: "${V} $V %n"
})

describe("expandText", () => {
  for (
    const [text, wanted, missing = []] of [
      ["plain", "plain"],
      ["${V}", "alice"],
      ["${V:-app}", "alice"],
      ["${EMPTY:-f}", "f"],
      ["${EMPTY}", ""],
      ["${U:-}", ""],
      ["${U}", "", ["U"]],
      ["a${U}b${U}", "ab", ["U"]],
      ["$$1", "$1"],
      ["$$${V}", "$alice"],
      ["$V", "$V"],
      ["$", "$"],
      ["${V", "${V"],
      ["${}", "${}"],
      ["${1A}", "${1A}"],
      ["${V:+x}", "${V:+x}"],
      ["${A:-default:${PW}}", "default:secret"],
      ["${A:-d:${M:-f}}", "d:f"],
      ["${A:-${B:-${C:-deep}}}", "deep"],
      ["${V:-${U}}", "alice"],
      ["${A:-${U}}", "", ["U"]],
      ["${U:-${V}/${PW}}", "alice/secret"],
      ["${V}/${H:-/home/app}", "alice//home/app"],
      ["${A:-x}}", "x}"],
      ["{${V}}", "{alice}"],
      ["${A:-${V}", "${A:-alice"],
      ["${TRAP}", "${V} $V %n"],
      ["${A:-a b}", "a b"],
      ["é${V}é", "éaliceé"]
    ] as ReadonlyArray<readonly [string, string, ReadonlyArray<string>?]>
  ) {
    it(`makes ${JSON.stringify(wanted)} of ${text}`, () => {
      assert.deepStrictEqual(expandText(text, lookup), { text: wanted, missing })
    })
  }

  it("leaves nesting beyond reason as it stands, without running out of stack or time", () => {
    const deep = "${A:-".repeat(100_000)
    assert.strictEqual(expandText(deep, lookup).text, deep)
    const closed = `${deep}${"}".repeat(100_000)}`
    assert.strictEqual(expandText(closed, lookup).text, closed)
    const dollars = "$".repeat(99_999)
    assert.strictEqual(expandText(dollars, lookup).text, "$".repeat(50_000))
    assert.strictEqual(expandText("${".repeat(50_000), lookup).text, "${".repeat(50_000))
  })

  it("never throws and leaves text without a dollar sign alone", () => {
    FastCheck.assert(FastCheck.property(FastCheck.stringMatching(/^[$:{}AVU-]*$/), (text) => {
      expandText(text, lookup)
      assert.strictEqual(expandText(text.replaceAll("$", ""), lookup).text, text.replaceAll("$", ""))
    }))
  })
})

describe("expandWords", () => {
  for (
    const [words, wanted, missing = []] of [
      [["a", "b"], ["a", "b"]],
      [["$LIST"], ["one", "two"]],
      [["${LIST}"], ["one  two"]],
      [["$EMPTY", "${EMPTY}"], [""]],
      [["$U", "${U}"], [""], ["U"]],
      [["x${LIST}y"], ["xone  twoy"]],
      [["${U:-a b}"], ["a b"]],
      [["$$LIST", "a$$b"], ["$LIST", "a$b"]],
      [["$QUOTED"], ["two two", "too"]],
      [["${QUOTED}"], ["'two two' too"]],
      [["$TRAP"], ["${V}", "$V", "%n"]],
      // A shell gets its own variables: only braces mean something inside of a word, systemd.service(5).
      [["for i in $LIST; do echo $i; done"], ["for i in $LIST; do echo $i; done"]],
      [["$LIST$V", "$1", "$"], ["$LIST$V", "$1", "$"]]
    ] as ReadonlyArray<readonly [ReadonlyArray<string>, ReadonlyArray<string>, ReadonlyArray<string>?]>
  ) {
    it(`makes ${JSON.stringify(wanted)} of ${JSON.stringify(words)}`, () => {
      assert.deepStrictEqual(expandWords(words, lookup), { words: wanted, missing })
    })
  }

  it("follows the manual's example", () => {
    const own = lookupIn({ ONE: "'one'", TWO: "'two two' too", THREE: "" })
    assert.deepStrictEqual(expandWords(["${ONE}", "${TWO}", "${THREE}"], own).words, ["'one'", "'two two' too", ""])
    assert.deepStrictEqual(expandWords(["$ONE", "$TWO", "$THREE"], own).words, ["one", "two two", "too"])
  })
})

describe("expandSpecifiers", () => {
  const specifiers = forUnit("my-db@a-b\\x2dc.service", "/u/my-db@.service", {
    hostname: "box.example.org",
    machineId: "m1",
    bootId: "b1",
    kernelRelease: "6.1",
    architecture: "arm64",
    user: "app",
    uid: "1000"
  })
  for (
    const [text, wanted, unknown = []] of [
      ["%n %N", "my-db@a-b\\x2dc.service my-db@a-b\\x2dc"],
      ["%p %P %j %J", "my-db my/db db db"],
      ["%i %I %f", "a-b\\x2dc a/b-c /a/b-c"],
      ["%H %l %m %b %v %a", "box.example.org box m1 b1 6.1 arm64"],
      ["%u %U %g %G %h", "app 1000 root 0 /root"],
      ["%t %S %C %L %E %T %V", "/run /var/lib /var/cache /var/log /etc /tmp /var/tmp"],
      ["%d", "/run/credentials/my-db@a-b\\x2dc.service"],
      ["100%%", "100%"],
      ["%%n", "%n"],
      ["%z %1", "%z %1", ["z", "1"]],
      ["%A", "%A", ["A"]],
      ["50% %", "50% %"]
    ] as ReadonlyArray<readonly [string, string, ReadonlyArray<string>?]>
  ) {
    it(`makes ${JSON.stringify(wanted)} of ${text}`, () => {
      assert.deepStrictEqual(expandSpecifiers(text, specifiers), { text: wanted, unknown })
    })
  }

  it("protects what comes in from a later look for variables", () => {
    const odd = forUnit("a@\\x24V.service", "/u/a@.service")
    assert.strictEqual(expandSpecifiers("%I", odd).text, "$V")
    assert.strictEqual(expandText(expandSpecifiers("%I", odd, true).text, lookup).text, "$V")
  })

  it("falls back to the prefix where there is no instance", () => {
    const plain = forUnit("my-db.service", "/u/my-db.service")
    assert.strictEqual(expandSpecifiers("[%i] %f %p", plain).text, "[] /my/db my-db")
  })
})
