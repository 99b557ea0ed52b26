import { assert, it } from "@effect/vitest"
import * as Directives from "../../src/unit/Directives.ts"
import { parseUnit } from "../../src/unit/Parse.ts"
import { anyValues } from "./AnyValues.ts"
import { ask, describeOracle, verify } from "./Tool.ts"

interface Assignment {
  readonly section: string
  readonly key: string
  readonly value: string
}

const suffixes: Readonly<Record<string, string>> = {
  Unit: "target",
  Service: "service",
  Socket: "socket",
  Timer: "timer",
  Path: "path"
}

const show = ({ key, section, value }: Assignment): string => `${section}.${key}=${value}`

const textOf = (section: string, assignments: ReadonlyArray<Assignment>): string =>
  `[${section}]\n${assignments.map(({ key, value }) => `${key}=${value}\n`).join("")}`

/** Assignments in one file. */
const together = 100

/** Those of one section, in files of some. */
const files = (section: string, assignments: ReadonlyArray<Assignment>): ReadonlyArray<ReadonlyArray<Assignment>> => {
  const own = assignments.filter((one) => one.section === section)
  // Of several units to start, systemd looks at the first only.
  const [alone, others] = [own.filter(({ key }) => key === "Unit"), own.filter(({ key }) => key !== "Unit")]
  const parts = Array.from(
    { length: Math.ceil(others.length / together) },
    (_, index) => others.slice(index * together, (index + 1) * together)
  )
  return [...parts, ...alone.map((one) => [one])]
}

/** The assignments that systemd has something to say against, and what. */
const refusedThere = (assignments: ReadonlyArray<Assignment>): ReadonlyMap<string, string> => {
  const refused = new Map<string, string>()
  let waiting = Object.keys(suffixes).flatMap((section) => files(section, assignments))
  while (waiting.length > 0) {
    const parts = new Map<string, ReadonlyArray<Assignment>>()
    const texts = new Map<string, string>()
    waiting.forEach((part, index) => {
      const section = part[0]?.section ?? ""
      parts.set(`u${index}.${suffixes[section]}`, part)
      texts.set(`u${index}.${suffixes[section]}`, textOf(section, part))
    })
    const { lines, units } = verify(texts)
    const ended = new Set(units.map((said) => /^(\S+): Unit configuration has fatal error/.exec(said)?.[1] ?? ""))
    waiting = []
    for (const [name, part] of parts) {
      let last = -1
      for (const { line, message } of lines.get(name) ?? []) {
        last = line - 2
        const assignment = part[last]
        if (assignment !== undefined) refused.set(show(assignment), message)
      }
      // Some faults are the end of the file: what is left of it is another file.
      if (ended.has(name) && last + 1 < part.length) waiting.push(part.slice(last + 1))
    }
  }
  return refused
}

/** What we have to say against the value; that we do not act on it does not count. */
const refusedHere = (assignment: Assignment): string | undefined => {
  const name = `some.${suffixes[assignment.section]}`
  const text = textOf(assignment.section, [assignment])
  const { diagnostics } = parseUnit({ name, file: name, text }, { lookup: () => undefined })
  return diagnostics.find(({ at, code, severity }) =>
    at.line === 2 && severity !== "note" && /^CI0[1-3]/.test(code) && !["CI0203", "CI0302"].includes(code)
  )?.message
}

interface Difference {
  readonly verdict: "taken here" | "refused here"
  readonly assignments: RegExp
  readonly reason: string
}

/** Every way in which our verdicts differ, and why. */
const differences: ReadonlyArray<Difference> = [
  {
    verdict: "refused here",
    assignments: /=\$\{A\}$/,
    reason: "ours: a variable that is not set and has no default"
  },
  {
    verdict: "refused here",
    assignments: /\.Exec[A-Za-z]+=\$A$/,
    reason: "systemd looks for a program of this very name, dollar sign and all"
  },
  {
    verdict: "refused here",
    assignments: /^Unit\.(?:Condition|Assert)/,
    reason: "systemd looks at what a condition asks for only when the unit starts"
  },
  {
    verdict: "refused here",
    assignments: /^Socket\.TCPCongestion=%z$/,
    reason: "specifiers mean something in every text here; systemd leaves them out in this one"
  },
  {
    verdict: "refused here",
    assignments: /^Socket\.MessageQueueM[A-Za-z]+=4294967296$/,
    reason: "systemd takes what fits a long; no kernel has queues of that size"
  },
  {
    verdict: "taken here",
    assignments: /^Socket\.BindToDevice=[^ ]{16,}$/,
    reason: "names of interfaces may be of their longer, alternative kind here, wherever they stand"
  },
  {
    verdict: "taken here",
    assignments: /^Unit\.Requi(?:res|site)Overridable=/,
    reason: "systemd takes it, and says that the name is old"
  }
]

describeOracle("Verdicts on assignments", () => {
  const dump = ask("/lib/systemd/systemd", ["--dump-configuration-items"]).out
  const known = new Set<string>()
  let section = ""
  for (const line of dump.split("\n")) {
    if (line.startsWith("[")) section = line.slice(1, -1)
    else if (line.includes("=")) known.add(`${section}.${line.slice(0, line.indexOf("="))}`)
  }
  // systemd.exec(5) and its sisters are asked about elsewhere, and with values of their own.
  const others = ["systemd.exec(5)", "systemd.kill(5)", "systemd.resource-control(5)"]
  const rows = Directives.all().filter(({ key, manual, section }) =>
    Object.hasOwn(suffixes, section) && !others.includes(manual) && known.has(`${section}.${key}`)
  )
  const assignments = rows.flatMap(({ key, section }) => anyValues.map((value) => ({ section, key, value })))

  it(
    "are those of systemd for any value of any directive, but for the differences listed",
    { timeout: 120_000 },
    () => {
      assert.isAbove(rows.length, 200)
      const there = refusedThere(assignments)
      const found = new Map<string, Array<string>>()
      const used = new Set<Difference>()
      for (const one of assignments) {
        const here = refusedHere(one)
        const theirs = there.get(show(one))
        if ((here === undefined) === (theirs === undefined)) continue
        const verdict = here === undefined ? "taken here" : "refused here"
        const known = differences.find((each) => each.verdict === verdict && each.assignments.test(show(one)))
        const what = `${verdict}: ${show(one)} (${here ?? theirs})`
        if (known === undefined) found.set(one.key, [...found.get(one.key) ?? [], what])
        else used.add(known)
      }
      assert.deepStrictEqual([...found.values()].flatMap((all) => all.slice(0, 3)), [])
      assert.deepStrictEqual(differences.filter((one) => !used.has(one)), [])
    }
  )
})
