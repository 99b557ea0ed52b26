/**
 * One container: unit files in a scratch directory that is /mnt inside, and container-init as PID 1 over them. It ends
 * with its test, whatever that comes to.
 */
import type { ChildProcess } from "node:child_process"
import { execFileSync, spawn } from "node:child_process"
import * as fs from "node:fs"
import type { Readable } from "node:stream"
import { onTestFinished } from "vitest"
import { Cgroup } from "./Cgroup.ts"
import { assertBuilt } from "./Engine.ts"
import type { BootOptions, Content } from "./Launch.ts"
import { launcherFlags } from "./Launch.ts"
import { Output } from "./Output.ts"
import { until } from "./Patience.ts"
import { makeScratch } from "./Places.ts"
import type { ProcessInfo } from "./ProcessTree.ts"
import { processTree } from "./ProcessTree.ts"
import { program } from "./Programs.ts"

export type { BootOptions, Content }

const write = (directory: string, files: Readonly<Record<string, Content>>): void => {
  for (const [name, content] of Object.entries(files)) {
    const path = `${directory}/${name}`
    fs.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true })
    if (typeof content === "string") fs.writeFileSync(path, content)
    else if ("link" in content) fs.symlinkSync(content.link, path)
    else fs.writeFileSync(path, content.program, { mode: 0o755 })
  }
}

export class Container {
  readonly output = new Output()
  /** The exit code, once everything that was written has arrived. */
  readonly exit: Promise<number>
  /** /mnt, seen from outside. */
  readonly directory: string
  readonly cgroup: Cgroup | undefined
  private readonly launcher: ChildProcess
  private code: number | undefined
  private news = ""

  constructor(directory: string, cgroup: Cgroup | undefined, launcher: ChildProcess, stalled: boolean) {
    this.directory = directory
    this.cgroup = cgroup
    this.launcher = launcher
    const [, , stderr, news] = launcher.stdio
    if (!stalled) this.readOn()
    if (stderr) this.output.follow("stderr", stderr as Readable)
    news?.on("data", (chunk: Buffer) => {
      this.news += chunk.toString("latin1")
    })
    this.exit = new Promise((resolve) => {
      launcher.on("close", (code, signal) => {
        this.code = code ?? -1
        if (signal !== null) this.output.lines.push({ stream: "stderr", text: `(the launcher died of ${signal})` })
        resolve(this.code)
      })
    })
  }

  /** Reads stdout, where the container was booted `stalled`. */
  readOn(): void {
    const [, stdout] = this.launcher.stdio
    if (stdout) this.output.follow("stdout", stdout as Readable)
  }

  /** Types at its terminal. */
  type(text: string): void {
    this.launcher.stdin?.write(text)
  }

  /** PID 1, as seen from here. */
  get pid(): number {
    const [line] = this.news.split("\n")
    if (line === undefined || line === "") throw new Error(`it never started\n${this.output}`)
    return Number(line)
  }

  /** How many processes container-init left behind, where it was not PID 1. */
  get left(): number {
    return Number(/left (\d+)/.exec(this.news)?.[1])
  }

  signal(number: number): void {
    process.kill(this.pid, number)
  }

  /** Waits for a line that container-init or a service writes, and answers it. */
  async waitForLine(pattern: RegExp, count = 1): Promise<string> {
    const found = () => this.output.lines.filter(({ text }) => pattern.test(text)).at(count - 1)?.text
    return this.waitFor(found, `line ${String(pattern)}`)
  }

  async waitFor<A>(look: () => A | undefined, what: string): Promise<A> {
    const message = (why: string) => `${why} without ${what}\n${this.output}${this.showEvents()}`
    return until(() => {
      const ended = this.code
      // Its number comes by another way than what it does, which may be seen sooner.
      const found = ended === undefined && this.news === "" ? undefined : look()
      // A last look was taken after the end.
      if (found === undefined && ended !== undefined) throw new Error(message(`it ended with ${ended}`))
      return found
    }, () => message("time is over"))
  }

  /** Waits for a line of /mnt/events, where services say what they do in the order in which they do it. */
  async waitForEvent(text: string, count = 1): Promise<void> {
    await this.waitFor(
      () => this.events().filter((event) => event === text).length >= count || undefined,
      `event ${text}`
    )
  }

  events(): ReadonlyArray<string> {
    return fs.readFileSync(`${this.directory}/events`, "latin1").split("\n").filter(Boolean)
  }

  /** Makes a file below /mnt that a service waits for. */
  touch(name: string): void {
    fs.writeFileSync(`${this.directory}/${name}`, "")
  }

  has(name: string): boolean {
    return fs.existsSync(`${this.directory}/${name}`)
  }

  /** All that lives inside, PID 1 first. */
  processes(): ReadonlyArray<ProcessInfo> {
    return processTree(this.pid)
  }

  /** Whether PID 1 has blocked or caught this signal: as PID 1 it misses every other one. */
  takes(signal: number): boolean {
    if (!this.news.includes("\n")) return false
    const status = fs.readFileSync(`/proc/${this.pid}/status`, "latin1")
    const masks = [...status.matchAll(/^Sig(?:Blk|Cgt):\s+(\w+)$/gm)].map(([, mask]) => BigInt(`0x${mask}`))
    return masks.some((mask) => (mask >> BigInt(signal - 1) & 1n) === 1n)
  }

  /** The processor time that PID 1 has used, in ticks: hundredths of a second. */
  processorTicks(): number {
    const stat = fs.readFileSync(`/proc/${this.pid}/stat`, "latin1")
    const [user, system] = stat.slice(stat.lastIndexOf(")") + 2).split(" ").slice(11, 13)
    return Number(user) + Number(system)
  }

  /** How many descriptors PID 1 has open. */
  descriptors(): number {
    return fs.readdirSync(`/proc/${this.pid}/fd`).length
  }

  /** Asks for the end as an engine does, and waits for it. */
  async stop(): Promise<number> {
    this.signal(15)
    return this.exit
  }

  /** For the message of an assertion. */
  show(): string {
    return `\n${this.output}${this.showEvents()}`
  }

  /** Ends everything inside, at once. */
  async destroy(): Promise<void> {
    this.launcher.kill("SIGKILL")
    this.launcher.stdout?.resume()
    await this.exit
    await this.cgroup?.remove()
  }

  private showEvents(): string {
    return this.events().map((event) => `    events | ${event}\n`).join("")
  }
}

/** Starts container-init over these unit files. The programs are /mnt/service and /mnt/inside. */
export const boot = (units: Readonly<Record<string, Content>>, options: BootOptions): Container => {
  assertBuilt(options.engine)
  const scratch = makeScratch()
  const shared = `${scratch}/mnt`
  const root = `${scratch}/root`
  fs.mkdirSync(shared)
  fs.mkdirSync(root)
  fs.mkdirSync(`${shared}/units`)
  fs.mkdirSync(`${shared}/drop-in`)
  write(`${shared}/units`, units)
  write(`${shared}/drop-in`, options.dropIn ?? {})
  write(shared, { events: "", ...options.files })
  for (const name of options.pipes ?? []) execFileSync("mkfifo", [`${shared}/${name}`])
  // Services of other users write there, too.
  fs.chmodSync(shared, 0o777)
  fs.chmodSync(`${shared}/events`, 0o666)
  fs.copyFileSync(program("service"), `${shared}/service`)
  fs.copyFileSync(program("inside"), `${shared}/inside`)
  let command = options.engine.argv
  if (options.bareRoot === true) {
    fs.mkdirSync(`${root}/mnt`)
    fs.copyFileSync(options.engine.files[0] ?? "", `${root}/container-init`)
    command = ["/container-init"]
  }
  const cgroup = options.cgroup === "rw" || options.cgroup === "ro" ? new Cgroup() : undefined
  const flags = launcherFlags(options, { shared, root, cgroup: cgroup?.path })
  const argv = options.argv ?? ["--units", "/mnt/units", "--drop-in", "/mnt/drop-in", ...(options.args ?? [])]
  const launcher = spawn(program("launcher"), [...flags, "--", ...command, ...argv], {
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", ...options.env },
    stdio: [options.terminal === true ? "pipe" : "ignore", "pipe", "pipe", "pipe"]
  })
  const container = new Container(shared, cgroup, launcher, options.stalled === true)
  onTestFinished(async () => {
    await container.destroy()
    fs.rmSync(scratch, { recursive: true, force: true })
  })
  return container
}
