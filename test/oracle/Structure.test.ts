import { assert, it } from "@effect/vitest"
import { parseUnit } from "../../src/unit/Parse.ts"
import * as Random from "../support/Random.ts"
import { describeOracle, verify } from "./Tool.ts"

/** Lines that are in order, lines that never are, and lines whose meaning is a matter of those around them. */
const pieces: ReadonlyArray<string> = [
  ...["[Unit]", "[Service]", "[Install]", "[X-Own]", "[Nope]", "[Socket]", " [Unit]", "[Unit] ", "\t[Unit]\t"],
  ...["Description=a", " Description = a b ", "Description=", "Description=a=b", "Description=[x]", "Description=#"],
  ...["Nice=1", "Nice=x", "ExecStart=/bin/true", "After=a.service", "After=a", "Foo=1", "X-Foo=1", "foo", "=", "=a"],
  ...["# comment", "; comment", "#", "  # comment", "# comment \\", "; =\\", "", " ", "\t", "\\"],
  ...["Description=a\\", "Description=a \\", "Nice=\\", "Foo\\", "  \\", "Description=a\\\\", "Description=a\\\\\\"],
  ...["Description=a\\ ", "x\\", "Nice=1\\", "Description=\u00a0", "\u00a0Nice=1", "Nice =1", "Ni ce=1", "nice=1"],
  ...["Description=\"a", "Environment=\"A=b", "Environment=A=b 'c", "Environment=A", "Environment=A=\\q", "Unit]"],
  ...["Description=%z", "After=%z.service", "WantedBy=a.target", "Requires=%n", "ExecStart=", "ExecStart=x y\\"]
]

/** What ends a file for systemd: nothing is read after it. */
const broken: ReadonlyArray<string> = ["[Unit", "[", "[Unit]x", "[Service] # comment", "[Unit\\"]

const lineEnds: ReadonlyArray<string> = ["\n", "\n", "\n", "\r\n"]

const write = (random: Random.Random): string => {
  const lines = ["[Service]", "ExecStart=/bin/true"]
  if (random.oneIn(3)) lines.length = 0
  for (let left = 1 + random.below(12); left > 0; left--) lines.push(random.pick(pieces))
  if (random.oneIn(4)) lines.splice(random.below(lines.length + 1), 0, random.pick(broken))
  const end = random.pick(lineEnds)
  return (random.oneIn(20) ? "\ufeff" : "") + lines.join(end) + (random.oneIn(4) ? "" : end)
}

/** The first line of the assignment, header or comment that each line belongs to. */
const logicalLines = (text: string): ReadonlyArray<number> => {
  const first: Array<number> = []
  let begin = 0
  let continued = false
  text.split("\n").forEach((raw, index) => {
    const line = raw.replace(/\r$/, "")
    if (!continued) begin = index + 1
    first.push(begin)
    if (/^[ \t]*[#;]/.test(line)) return
    continued = (/\\*$/.exec(line)?.[0].length ?? 0) % 2 === 1
  })
  return first
}

interface Difference {
  readonly verdict: "taken here" | "refused here"
  readonly said: RegExp
  readonly reason: string
}

/** By what the one says that has something to say. */
const differences: ReadonlyArray<Difference> = [
  {
    verdict: "taken here",
    said: /^Assignment outside of section/,
    reason: "systemd takes no comment for one that stands right behind a byte-order mark"
  }
]

describeOracle("Verdicts on lines", () => {
  it("are those of systemd, line by line, but for the differences listed", { timeout: 60_000 }, () => {
    const random = Random.make(252)
    const files = new Map(Array.from({ length: 600 }, (_, index) => [`u${index}.service`, write(random)]))
    const { lines, units } = verify(files)
    const found: Array<string> = []
    const used = new Set<Difference>()
    for (const [name, text] of files) {
      const first = logicalLines(text)
      const there = new Map<number, string>()
      for (const { line, message } of lines.get(name) ?? []) {
        // Names that nobody knows are named once here.
        const again = message.startsWith("Unknown ") && [...there.values()].includes(message)
        // What is continued at the end of the file stands behind it.
        if (!again) there.set(first[line - 1] ?? first.at(-1) ?? 0, message)
      }
      const end = [...there].find(([, message]) => message.startsWith("Invalid section header"))?.[0] ?? Infinity
      const { diagnostics } = parseUnit({ name, file: name, text }, { lookup: () => undefined })
      const here = new Map(
        diagnostics.filter(({ at, code, severity }) =>
          at.line > 0 && at.line <= end && severity !== "note" && code < "CI0400" && code !== "CI0203"
        ).map(({ at, code, message }) => [first[at.line - 1] ?? at.line, `${code} ${message}`])
      )
      for (const line of new Set([...here.keys(), ...there.keys()])) {
        if (here.has(line) === there.has(line)) continue
        const verdict = here.has(line) ? "refused here" : "taken here"
        const said = here.get(line) ?? there.get(line) ?? ""
        const known = differences.find((one) => one.verdict === verdict && one.said.test(said))
        if (known !== undefined) used.add(known)
        else found.push(`${verdict}: ${said}: line ${line} of ${JSON.stringify(text)}`)
      }
    }
    found.sort((a, b) => a.length - b.length)
    assert.deepStrictEqual(found.slice(0, 40), [])
    assert.deepStrictEqual(differences.filter((one) => !used.has(one)), [])
    assert.isAbove(units.length, 0)
  })
})
