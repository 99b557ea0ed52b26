/** The worked examples of README.md run as they stand there, and print what stands there. */
import { existsSync } from "node:fs"
import { assert, describe, it } from "vitest"
import type { BootOptions, Container } from "../support/Container.ts"
import { boot } from "../support/Container.ts"
import { executable } from "../support/Engine.ts"
import { filesIn } from "../support/Examples.ts"
import { freePorts } from "../support/Loopback.ts"
import { fixtures } from "../support/Places.ts"
import type { Example } from "../support/Readme.ts"
import { examples } from "../support/Readme.ts"

if (!existsSync("/usr/bin/systemd-notify")) {
  throw new Error("systemd-notify is not there: run scripts/install tests first")
}

const demo = `${fixtures}/demo`

const bootDemo = async (options: Partial<BootOptions>): Promise<Container> => {
  const [port = 0] = await freePorts(1)
  return boot(filesIn(`${demo}/units`), {
    ...options,
    engine: executable,
    dropIn: filesIn(`${demo}/drop-ins`),
    args: ["--stop-timeout", "5s"],
    env: {
      DEMO_NODE: process.execPath,
      DEMO_PORT: String(port),
      DEMO_PROGRAMS: `${demo}/programs`,
      DEMO_STATE: "/mnt/state",
      DEMO_USER: "root"
    }
  })
}

const bootExample = async (example: Example): Promise<Container> => {
  const options = { engine: executable, onePipe: true, args: example.args }
  if (example.title === "demo") return bootDemo(options)
  // What it makes below /var is not to stay on the machine that tests.
  return boot(example.units, { ...options, overlay: example.title === "a confined service" })
}

const stop = "SIGTERM: stopping"

/** Waits for the lines in their order; those behind the begin of the stop come when it is asked for. */
const follow = async (container: Container, lines: ReadonlyArray<RegExp>): Promise<void> => {
  let from = 0
  for (const line of lines) {
    if (line.source.includes(stop)) container.signal(15)
    from = await container.waitFor(() => {
      const at = container.output.lines.findIndex(({ text }, index) => index >= from && line.test(text))
      return at < 0 ? undefined : at + 1
    }, `line ${String(line)} behind line ${from}`)
  }
}

describe("the examples of the README", () => {
  const all = examples()

  it("are all there", () => {
    assert.isAtLeast(all.length, 7)
    for (const { title, units } of all) assert.isTrue(title === "demo" || Object.keys(units).length > 0, title)
  })

  it.each(all)("run as printed: $title", async (example) => {
    const container = await bootExample(example)
    for (const lines of example.runs) await follow(container, lines)
    const ends = example.runs.flat().some((line) => line.source.includes("stopping all units"))
    assert.strictEqual(await (ends ? container.exit : container.stop()), example.exitCode, container.show())
  })
})
