import { assert, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as Escape from "../../src/unit/Escape.ts"
import * as UnitName from "../../src/unit/UnitName.ts"
import { ask, describeOracle, refused, sample } from "./Tool.ts"

const chosen = [
  ...["", "a", "a b", "-", "-a", "a-", "a--b", ".", "..", ".a", "...", "..x", "a.b", "a..b", "a@b", "@", "@a", "a@"],
  ...["/", "//", "///", "/a", "a/", "/a//b/", "./a", "a/./b", "/a/../b", "/./.", "./.", "/.x", "/a/.x", "/a/.", "/-"],
  ...["/dev", "/dev/", "/dev/sda", "//dev//x", "/./dev/x", "/dev/../x", "/dev/.x", "/devx", "./dev/x", "/sys/ ü"],
  ...["\\x2d", "\\x2D", "\\x2", "\\x", "\\q", "\\", "a\\", "\\X41", "\\x4G", "\\x2f", "\\x2e", "\\x2e\\x2e", "a\\x2fb"],
  ...["a-..-b", "a-.-b", "\\xc3\\xa9", "ö", "Hallöchen, Meister", "😀", "\u007f", "a\nb", "\t", "%", "100%", "'\"`$"],
  ...["a.service", "a@.service", "a@b.service", "@.service", ".service", "x.Service", "a b.service", "a/b.mount"],
  ...[
    "a*",
    "a?.service",
    "[a]",
    "a..service",
    `${"n".repeat(300)}`,
    `${"é".repeat(60)}`,
    "é".repeat(128),
    "é".repeat(127),
    "/" + "n/".repeat(200),
    "/n".repeat(2048),
    "/n".repeat(2047)
  ]
]

const piece = FastCheck.oneof(
  FastCheck.constantFrom(
    "/",
    "//",
    ".",
    "..",
    "-",
    "\\",
    "\\x2d",
    "\\x2f",
    "\\xc3\\xa9",
    "@",
    ".service",
    " ",
    "é",
    "/dev/"
  ),
  FastCheck.string({ minLength: 1, maxLength: 4 }),
  FastCheck.string({ minLength: 1, maxLength: 2, unit: "grapheme" })
)
const noise = FastCheck.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join("")).filter((text) =>
  !text.includes("\0")
)

type Change = (text: string) => string | undefined

const agree = (flags: ReadonlyArray<string>, change: Change, texts: ReadonlyArray<string>) => {
  const askFor = (some: ReadonlyArray<string>) => ask("systemd-escape", [...flags, "--", ...some])
  const good = texts.filter((text) => change(text) !== undefined)
  const bad = texts.filter((text) => change(text) === undefined)

  it("makes the same of every text", () => {
    assert.isAbove(good.length, 50)
    const { out, status } = askFor(good)
    // Words, not one long line, to show where they differ.
    assert.deepStrictEqual(out.split(" "), `${good.map(change).join(" ")}\n`.split(" "))
    assert.strictEqual(status, 0)
  })

  it("refuses the same texts", () => assert.deepStrictEqual(refused(bad, (text) => askFor([text])), bad))
}

const texts = [...chosen, ...sample(noise, 300)]

describeOracle("Escape.escape against systemd-escape", () => agree([], Escape.escape, texts))

describeOracle("Escape.escapePath against systemd-escape --path", () => agree(["--path"], Escape.escapePath, texts))

/**
 * Bytes that are no text, and a NUL, which ends what systemd prints: refused here, since no name that `escape` makes of
 * text has them.
 */
const noText = ["\\xff", "a\\xc3b", "\\xc3", "\\x00", "a\\x00b"]

describeOracle("Escape.unescape against systemd-escape --unescape", () => {
  agree(["--unescape"], Escape.unescape, texts)

  for (const text of noText) {
    it(`refuses ${text}, which systemd takes`, () => {
      assert.isUndefined(Escape.unescape(text))
      assert.strictEqual(ask("systemd-escape", ["--unescape", "--", text]).status, 0)
    })
  }
})

describeOracle(
  "Escape.unescapePath against systemd-escape --unescape --path",
  () =>
    agree(["--unescape", "--path"], Escape.unescapePath, [...texts, ...texts.flatMap((text) => Escape.escape(text))])
)

describeOracle("UnitName.mangle against systemd-escape --mangle", () => {
  // systemd shortens the name of a path that is too long with a hash; here it is refused.
  const long = /^\/.{100}/
  agree(["--mangle"], UnitName.mangle, texts.filter((text) => !long.test(text)))
})

describeOracle(
  "UnitName.instantiate against systemd-escape --template",
  () => agree(["--template=a@.service"], (text) => UnitName.instantiate("a@.service", text), texts)
)

describeOracle("UnitName.instanceOf against systemd-escape --unescape --instance", () => {
  const names = texts.flatMap((text) => [text, UnitName.instantiate("a@.service", text) ?? `b@${text}.socket`])
  agree(["--unescape", "--instance"], UnitName.instanceOf, names)
})
