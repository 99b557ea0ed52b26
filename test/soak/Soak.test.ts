/** Run by scripts/soak, which says what its variables mean; not one of the suite, which has not that long. */
import { execFileSync } from "node:child_process"
import { renameSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from "node:fs"
import { assert, describe, it } from "vitest"
import type { Container } from "../support/Container.ts"
import { boot } from "../support/Container.ts"
import { executable } from "../support/Engine.ts"
import * as Random from "../support/Random.ts"
import { kinds } from "./Clients.ts"
import type { Sample } from "./Samples.ts"
import { measures, median, take, trends } from "./Samples.ts"
import { changing, files, ghost, units } from "./Units.ts"

const seconds = Number(process.env.SOAK_SECONDS)
const pace = Number(process.env.SOAK_PACE)
const seed = Number(process.env.SOAK_SEED)
const observed = process.env.SOAK_OBSERVE === "1"
const [SIGHUP, SIGKILL, SIGTERM] = [1, 9, 15]

/** Milliseconds. */
const sampleEvery = Math.max(500, Math.min(5000, seconds * 1000 / 100))
const rowEvery = Math.min(60_000, seconds * 1000 / 5)

const pause = (millis: number) => new Promise<void>((resolve) => setTimeout(resolve, millis))

/** What happened, by the lines that tell of it. */
const events = {
  runs: /^container-init: \S+\.service: started/,
  ends: /^container-init: (warning: )?\S+\.service: (exited|was killed|done|failed|stopped)/,
  activations: /^container-init: (served|each@\S+|relayed)\.service: started/,
  rereads: /^container-init: SIGHUP/,
  lines: /^\[/
}

type Counts = Record<keyof typeof events | "connections" | "kills", number>

const none = (): Counts => ({ runs: 0, ends: 0, activations: 0, rereads: 0, lines: 0, connections: 0, kills: 0 })

/** Takes what was said so far, so that nobody has to keep an hour of it but the end. */
const count = (container: Container, counts: Counts, last: Array<string>): void => {
  for (const { text } of container.output.lines.splice(0)) {
    last.push(text.slice(0, 200))
    for (const [name, pattern] of Object.entries(events)) if (pattern.test(text)) counts[name as keyof Counts]++
  }
  last.splice(0, last.length - 100)
}

class Trouble {
  readonly wrong: Array<string> = []
  private readonly random = Random.make(seed)
  private round = 0
  private readonly under = new Set<Promise<void>>()
  private readonly container: Container
  private readonly counts: Counts

  constructor(container: Container, counts: Counts) {
    this.container = container
    this.counts = counts
  }

  /** Does one thing of many. */
  act(): void {
    const { random } = this
    const chance = random.below(100)
    if (chance < 30) this.call("served")
    else if (chance < 55) this.call("each")
    else if (chance < 75) this.call("relayed")
    else if (chance < 80) { for (let n = 0; n < 5; n++) this.call(random.pick(["served", "each", "relayed"])) }
    else if (chance < 92) this.kill()
    else if (chance < 97) utimesSync(`${this.container.directory}/poke`, new Date(), new Date())
    else this.reread()
  }

  /** All of the connections under way. */
  async end(): Promise<void> {
    await Promise.all(this.under)
  }

  private call(kind: keyof typeof kinds): void {
    // A path of a socket must be short, and that of the scratch directory is not.
    const path = (name: string) => `/proc/${this.container.pid}/root/mnt/${name}`
    const client = kinds[kind](path, this.random).then((fault) => {
      this.counts.connections++
      if (fault !== undefined) this.wrong.push(fault)
    }).finally(() => this.under.delete(client))
    this.under.add(client)
  }

  private kill(): void {
    const victims = this.container.processes().filter(({ command, state }) => command === "victim" && state !== "Z")
    if (victims.length === 0) return
    try {
      process.kill(this.random.pick(victims).pid, SIGKILL)
      this.counts.kills++
    } catch {
      // It was faster.
    }
  }

  private reread(): void {
    const { directory } = this.container
    this.round++
    writeFileSync(`${directory}/units/changing.service`, changing(this.round, pace))
    if (this.round % 2 === 0) rmSync(`${directory}/units/ghost.service`)
    else writeFileSync(`${directory}/units/ghost.service`, ghost)
    renameSync(`${directory}/file.log`, `${directory}/file.log.1`)
    writeFileSync(`${directory}/file.log`, "")
    try {
      this.container.signal(SIGHUP)
    } catch {
      // It has ended, which is found out in a moment.
    }
  }
}

/** Files that grow as long as it runs. */
const empty = (container: Container): void => {
  for (const name of ["events", "trace"]) if (container.has(name)) truncateSync(`${container.directory}/${name}`)
}

const columns = ["minutes", ...measures, "ticks", ...Object.keys(none())]
const row = (cells: ReadonlyArray<number | string>): string =>
  cells.map((cell, index) => String(cell).padStart((columns[index] ?? "").length + 2)).join("")

const title = `${seconds} s, pace ${pace}, seed ${seed}${observed ? ", observed" : ""}, ${executable.files[0] ?? ""}`

describe(`a soak of ${title}`, () => {
  it("leaves PID 1 with the memory and the descriptors that it had", {
    timeout: (seconds + 120) * 1000,
    retry: 0
  }, async () => {
    const container = boot(units(pace), {
      engine: executable,
      cgroup: "rw",
      files,
      args: ["--stop-timeout", "5s", ...(observed ? ["--state-file", "/mnt/state.json"] : [])],
      env: observed ? { CONTAINER_INIT_TRACE: "1", CONTAINER_INIT_TRACE_FILE: "/mnt/trace" } : {}
    })
    await container.waitForLine(/relayed\.socket: listening/)
    const counts = none()
    const last: Array<string> = []
    let ended: number | undefined
    void container.exit.then((code) => {
      ended = code
    })
    const trouble = new Trouble(container, counts)
    const samples: Array<Sample> = []
    const began = performance.now()
    let nextSample = began
    let nextRow = began + rowEvery
    let rowed = 0
    let ticks = container.processorTicks()
    console.log(row(columns))
    const random = Random.make(seed + 1)
    for (let now = began; now - began < seconds * 1000; now = performance.now()) {
      trouble.act()
      if (ended !== undefined) {
        count(container, counts, last)
        const after = ((now - began) / 1000).toFixed(0)
        throw new Error(`PID 1 ended with ${ended} after ${after} s; its last words:\n${last.join("\n")}`)
      }
      if (now >= nextSample) {
        nextSample = now + sampleEvery
        const sample = take(container.pid)
        if (sample !== undefined) samples.push(sample)
        count(container, counts, last)
      }
      if (now >= nextRow) {
        nextRow = now + rowEvery
        const recent = samples.slice(rowed)
        rowed = samples.length
        const before = ticks
        ticks = container.processorTicks()
        const medians = measures.map((measure) => median(recent.map((sample) => sample[measure])))
        console.log(row([((now - began) / 60_000).toFixed(1), ...medians, ticks - before, ...Object.values(counts)]))
        empty(container)
        if (observed) {
          execFileSync(executable.argv[0] ?? "", ["health", "--state-file", `${container.directory}/state.json`])
          assert.isAbove(statSync(`${container.directory}/state.json`).size, 0)
        }
      }
      await pause((100 + random.below(200)) / pace)
    }
    await trouble.end()
    const verdict = trends(samples)
    for (const { early, grew, late, measure } of verdict) {
      console.log(`${measure.padStart(12)}: ${early} -> ${late}${grew ? "  GREW" : ""}`)
    }
    console.log(`${samples.length} samples; ${trouble.wrong.length} of ${counts.connections} clients got wrong bytes`)
    count(container, counts, last)
    container.signal(SIGTERM)
    const code = await container.exit
    assert.deepStrictEqual(trouble.wrong, [])
    assert.deepStrictEqual(verdict.filter(({ grew }) => grew), [])
    assert.oneOf(code, [0, 1], container.show().slice(-8000))
    assert.deepStrictEqual(container.cgroup?.children("container-init"), [])
    for (const [what, times] of Object.entries(counts)) assert.isAbove(times, 0, `nothing counted: ${what}`)
  })
})
