import { execFileSync, spawnSync } from "node:child_process"
import { mkdirSync, writeFileSync } from "node:fs"
import { assert, beforeAll, describe, it } from "vitest"
import { assertBuilt, executable } from "../support/Engine.ts"
import type { Hostile } from "../support/Hostile.ts"
import { generate } from "../support/Hostile.ts"
import { sets } from "../support/HostileSets.ts"
import { makeScratch } from "../support/Places.ts"

const [path = ""] = executable.files
const MiB = 1024 * 1024

interface Outcome {
  readonly status: number | null
  readonly signal: string | null
  readonly stdout: string
  readonly stderr: string
}

/** Validates a directory with 512 MiB of memory and a minute of processor time. */
const validate = (directory: string, ...flags: ReadonlyArray<string>): Outcome => {
  const own = ["--validate", "--units", directory, "--drop-in", `${directory}/none`, ...flags]
  const { signal, status, stderr, stdout } = spawnSync(
    "prlimit",
    ["--as=536870912", "--cpu=60", "--core=0", path, ...own],
    { encoding: "latin1", maxBuffer: 512 * MiB, env: {} }
  )
  return { status, signal, stdout, stderr }
}

/** Nothing but a verdict: an exit code of `--validate`, and lines without anything that steers a terminal. */
const assertVerdict = ({ signal, status, stderr }: Outcome, label: string, most: number) => {
  const end = stderr.slice(-300)
  assert.isNull(signal, `${label}: ${end}`)
  assert.oneOf(status, [0, 1, 64], `${label}: ${end}`)
  const lines = stderr.split("\n").slice(0, -1)
  assert.deepStrictEqual(lines.filter((line) => !line.startsWith("container-init: ")).slice(0, 3), [], label)
  assert.notMatch(stderr, /[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]/, label)
  assert.isAtMost(lines.length, most, label)
}

const isFileName = ({ name }: Hostile): boolean => !name.includes("/") && Buffer.byteLength(name) <= 255

describe("a thousand hostile files", () => {
  const inputs = generate(2, { values: 1, others: 400 }).filter(isFileName)

  beforeAll(() => {
    assertBuilt(executable)
    execFileSync("prlimit", ["--version"])
  })

  it("are a thousand and more", () => {
    assert.isAbove(inputs.length, 1_000)
  })

  // Those of some size alone, the others by the hundred.
  const large = inputs.filter(({ content }) => content.length > 100_000)
  const small = inputs.filter(({ content }) => content.length <= 100_000)

  for (const { content, label, name } of large) {
    it(`end in a verdict: ${label}`, { timeout: 120_000 }, () => {
      const directory = makeScratch()
      writeFileSync(`${directory}/${name}`, content)
      assertVerdict(validate(directory), label, 320)
    })
  }

  for (let from = 0; from < small.length; from += 100) {
    const batch = small.slice(from, from + 100)
    it(`end in a verdict: ${batch.length} small ones from ${from}`, { timeout: 120_000 }, () => {
      const directory = makeScratch()
      batch.forEach(({ content, name }, index) => {
        // Most are called alike: they keep their kind and get a number.
        const unique = /^x(?:@|\b)/.test(name) ? name.replace("x", `x${index}`) : name
        writeFileSync(`${directory}/${unique}`, content)
      })
      assertVerdict(validate(directory), "as text", 100 * batch.length)
      assertVerdict(validate(directory, "--format", "json"), "as JSON", 0)
    })
  }
})

describe("hostile sets of units", () => {
  for (const { inExecutable = 2_000, label, make, size } of sets) {
    it(`end in a verdict: ${label}`, { timeout: 120_000 }, () => {
      const directory = makeScratch()
      const files = make(Math.min(size, inExecutable))
      for (const { name, text } of files) writeFileSync(`${directory}/${name}`, text)
      assertVerdict(validate(directory), label, 4 * files.length + 1_100)
    })
  }
})

describe("hostile directories", () => {
  it("end in a verdict, whatever lies in them", () => {
    const directory = makeScratch()
    for (const name of ["a.service", "b.service.d", "c.wants", "d@.service", ".hidden"]) {
      mkdirSync(`${directory}/${name}`)
    }
    execFileSync("mkfifo", [`${directory}/pipe.service`])
    execFileSync("ln", ["-s", "loop.service", `${directory}/loop.service`])
    execFileSync("ln", ["-s", "/dev/zero", `${directory}/zero.service`])
    execFileSync("ln", ["-s", "/proc/self/mem", `${directory}/mem.service`])
    execFileSync("ln", ["-s", directory, `${directory}/self.service.d`])
    for (let index = 0; index < 100; index++) {
      execFileSync("ln", ["-s", `ring${(index + 1) % 100}.service`, `${directory}/ring${index}.service`])
    }
    assertVerdict(validate(directory), "a directory of odd things", 300)
  })
})
