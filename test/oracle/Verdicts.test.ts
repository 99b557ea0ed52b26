import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as Directives from "../../src/unit/Directives.ts"
import { parseUnit } from "../../src/unit/Parse.ts"
import { processTexts } from "./ProcessTexts.ts"
import { ask, damaged, describeOracle, sample } from "./Tool.ts"

/** Assignments in one file: enough for the tool to run seldom. */
const together = 400

/** The assignments of [Service] that systemd has something to say against. */
const refusedThere = (assignments: ReadonlyArray<string>): ReadonlySet<string> => {
  const folder = mkdtempSync(join(tmpdir(), "verdicts-"))
  const refused = new Set<string>()
  try {
    for (let from = 0; from < assignments.length; from += together) {
      const part = assignments.slice(from, from + together)
      const file = join(folder, "some.service")
      writeFileSync(file, `[Service]\nExecStart=/bin/true\n${part.join("\n")}\n`)
      for (
        const [, line] of ask("systemd-analyze", ["verify", "--man=no", file]).err.matchAll(/some\.service:(\d+): /g)
      ) {
        const assignment = part[Number(line) - 3]
        if (assignment !== undefined) refused.add(assignment)
      }
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
  return refused
}

/** Whether we have something to say against the value. */
const isRefusedHere = (assignment: string): boolean => {
  const text = `[Service]\nExecStart=/bin/true\n${assignment}\n`
  const { diagnostics } = parseUnit({ name: "some.service", file: "some.service", text }, { lookup: () => undefined })
  return diagnostics.some(({ code }) => code.startsWith("CI03"))
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
    assignments: /^CPUAffinity=numa$/,
    reason: "memory nodes are not looked up, which a warning says"
  },
  {
    verdict: "refused here",
    assignments: /^Standard(?:Output|Error)=kmsg/,
    reason: "there is no kernel log in a container: a warning says where the lines go instead"
  },
  {
    verdict: "refused here",
    assignments: /^(?:CapabilityBoundingSet|AmbientCapabilities|SecureBits|DisableControllers)=/,
    reason: "systemd leaves out names that are none without a word"
  },
  {
    verdict: "refused here",
    assignments: /^(?:IOSchedulingClass|CPUSchedulingPolicy)=[0-9]+$/,
    reason: "systemd takes numbers that the kernel will refuse"
  },
  {
    verdict: "refused here",
    assignments: /^IO(?:ReadBandwidthMax|ReadIOPSMax|DeviceWeight|DeviceLatencyTargetSec)=/,
    reason: "systemd takes devices that are no absolute path, and rates beyond any number"
  },
  {
    verdict: "refused here",
    assignments: /^RuntimeDirectory=(?:.* )?(?::|[^ ]*:[^ ]*:)/,
    reason: "systemd 252 takes links of nothing, and passes over what stands after a link: ro, since 257"
  },
  {
    verdict: "refused here",
    assignments: /^(?:Limit[A-Z]+|SocketBindAllow)=.*\\/,
    reason: "systemd takes backslashes in numbers and words that never need any"
  },
  {
    verdict: "refused here",
    assignments: /=18446744073709551614$/,
    reason: "beyond 2^53 numbers are rounded here, this one to 2^64"
  },
  {
    verdict: "refused here",
    assignments: /^CPUAffinity=.*[0-9a-fA-Fx]{9}/,
    reason: "systemd loses what overflows"
  },
  {
    verdict: "refused here",
    assignments: /^LimitNICE=[+-][ +-]/,
    reason: "systemd takes several signs, and blanks after one"
  },
  {
    verdict: "taken here",
    assignments: /=18446744073709551615$/,
    reason: "beyond 2^53 numbers are rounded"
  },
  {
    verdict: "taken here",
    assignments: /^SystemCall(?:Filter|Log)=/,
    reason: "which system calls there are is a matter of the machine: names are not looked up"
  },
  {
    verdict: "taken here",
    assignments: /^(?:Personality|SystemCallArchitectures)=/,
    reason: "which architectures there are is a matter of the machine and of systemd's version"
  },
  {
    verdict: "taken here",
    assignments: /^(?:CPUSchedulingPolicy=ext|BindPaths=.*idmap.*|PrivateMounts=)$/,
    reason: "later versions of systemd take it"
  },
  {
    verdict: "taken here",
    assignments: /^(?:KillMode=none|Standard(?:Output|Error)=syslog(?:\+console)?)$/,
    reason: "systemd takes it, and warns that it should not be used"
  },
  {
    verdict: "taken here",
    assignments: /^(?:Load|Set)Credential=(?:[^:]*\\:|.*\/\/)/,
    reason: "systemd reads a backslash as an escape there, and does not shorten paths"
  },
  {
    verdict: "taken here",
    assignments: /^(?:(?:Startup)?CPUShares|BlockIO[A-Za-z]+|MemoryLimit)=$/,
    reason: "systemd takes it, and says that the directive is old"
  }
]

const compare = (assignments: ReadonlyArray<string>, used: Set<Difference>): ReadonlyArray<string> => {
  const there = refusedThere(assignments)
  return assignments.flatMap((assignment) => {
    const here = isRefusedHere(assignment)
    if (here === there.has(assignment)) return []
    const verdict = here ? "refused here" : "taken here"
    const known = differences.find((one) => one.verdict === verdict && one.assignments.test(assignment))
    if (known === undefined) return [`${verdict}: ${assignment}`]
    used.add(known)
    return []
  })
}

describeOracle("Verdicts on values", () => {
  const used = new Set<Difference>()
  const texts = processTexts.flatMap(([key, values]) => values.map((value) => `${key}=${value}`))

  it("are those of systemd-analyze verify, but for the differences listed", { timeout: 60_000 }, () => {
    assert.isAbove(texts.length, 400)
    assert.deepStrictEqual(compare(texts, used), [])
  })

  it("are the same where there is no value", { timeout: 60_000 }, () => {
    const there = new Set(
      [...ask("/lib/systemd/systemd", ["--dump-configuration-items"]).out.matchAll(/^([A-Z]\w+)=/gm)].map(([, key]) =>
        key
      )
    )
    const manuals = ["systemd.exec(5)", "systemd.kill(5)", "systemd.resource-control(5)"]
    const keys = Directives.keysOf("Service").filter((key) =>
      there.has(key) && key !== "DynamicUser" && manuals.includes(Directives.find("Service", key)?.manual ?? "")
    )
    assert.isAbove(keys.length, 200)
    assert.deepStrictEqual(compare(keys.map((key) => `${key}=`), used), [])
  })

  it("are the same on values with a character too many, too few or another one", { timeout: 120_000 }, () => {
    const values = FastCheck.constantFrom(...processTexts).chain(([key, all]) =>
      damaged(FastCheck.constantFrom(...all), " :/-+~\"'\\.,0159aKMG=@_x").map((value) => `${key}=${value.trim()}`)
    )
    // A backslash at the end would take the next line along; specifiers have tests of their own.
    const assignments = sample(values, 4_000).filter((one) => !one.endsWith("\\") && !one.includes("%"))
    assert.deepStrictEqual(compare(assignments, used), [])
  })

  it("differ in no other way than listed, and in every way that is", () => {
    assert.deepStrictEqual(differences.filter((one) => !used.has(one)).map(({ reason }) => reason), [])
  })
})
