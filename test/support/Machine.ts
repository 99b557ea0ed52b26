/**
 * A machine of its own, for what this one's kernel does not hand out: user-mode Linux, whose root is a scratch directory
 * and whose PID 1 is fixtures/programs/machine.c. It boots, runs one container to its end, and is gone: two seconds.
 */
import { spawn } from "node:child_process"
import * as fs from "node:fs"
import { onTestFinished } from "vitest"
import { executable } from "./Engine.ts"
import { makeScratch, root } from "./Places.ts"
import { program } from "./Programs.ts"

const kernel = `${root}/build/machine/linux.uml`

export interface MachineOptions {
  /**
   * The cgroup of the container, with all controllers; or none but the root. Or no container: in the cgroup
   * container-init is alone, or another process is, too, and neither of them is PID 1.
   */
  readonly box: "container" | "none" | "alone" | "crowded"
  /** In MiB. */
  readonly memory?: number
}

export interface Finished {
  readonly exitCode: number
  /** What container-init and services wrote, in order. */
  readonly lines: ReadonlyArray<string>
  /** The lines of one unit, without their prefix. */
  readonly unit: (name: string) => ReadonlyArray<string>
  readonly events: ReadonlyArray<string>
  /** Cgroups that were left, as paths below the container's own. */
  readonly left: ReadonlyArray<string>
  readonly show: () => string
}

const linesOf = (path: string): ReadonlyArray<string> =>
  fs.existsSync(path) ? fs.readFileSync(path, "latin1").split("\n").filter(Boolean) : []

/** Boots it with container-init over these unit files, and waits for the end. */
export const run = async (units: Readonly<Record<string, string>>, options: MachineOptions): Promise<Finished> => {
  if (!fs.existsSync(kernel)) throw new Error(`${kernel} is not there: run scripts/install-machine first`)
  const scratch = makeScratch()
  const inside = `${scratch}/root`
  for (const folder of ["proc", "sys", "dev", "mnt", "tmp", "run", "shared/units", "shared/drop-in"]) {
    fs.mkdirSync(`${inside}/${folder}`, { recursive: true })
  }
  for (const [name, text] of Object.entries(units)) fs.writeFileSync(`${inside}/shared/units/${name}`, text)
  fs.writeFileSync(`${inside}/shared/events`, "")
  fs.chmodSync(`${inside}/shared/events`, 0o666)
  fs.copyFileSync(program("launcher"), `${inside}/launcher`)
  fs.copyFileSync(program("machine"), `${inside}/machine`)
  fs.copyFileSync(program("service"), `${inside}/shared/service`)
  // /dev/ubda: the only block device there.
  fs.writeFileSync(`${scratch}/disk`, "")
  fs.truncateSync(`${scratch}/disk`, 1024 * 1024)
  fs.copyFileSync(executable.files[0] ?? "", `${inside}/container-init`)

  const child = spawn(kernel, [
    "root=/dev/root",
    "rootfstype=hostfs",
    `rootflags=${inside}`,
    "rw",
    `mem=${options.memory ?? 256}M`,
    `ubd0=${scratch}/disk`,
    "init=/machine",
    `BOX=${options.box}`,
    "con0=fd:0,fd:1",
    "con=null",
    "ssl=null",
    "quiet",
    `uml_dir=${scratch}`,
    "umid=machine"
  ], { env: { TMPDIR: "/dev/shm" }, stdio: ["ignore", "pipe", "pipe"], detached: true })
  let console = ""
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("latin1").on("data", (text: string) => {
      console += text.replaceAll("\r", "")
    })
  }
  const closed = new Promise<void>((resolve) => child.on("close", () => resolve()))
  onTestFinished(async () => {
    // Its processes are processes here: they are in its group.
    try {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL")
    } catch {
      // All gone.
    }
    await closed
    fs.rmSync(scratch, { recursive: true, force: true })
  })
  await closed

  const lines = linesOf(`${inside}/shared/output`)
  const [exitCode, ...left] = linesOf(`${inside}/shared/end`)
  const show = () => `\n${lines.join("\n")}\n--- console\n${console}`
  if (exitCode === undefined) throw new Error(`the machine did not come to its end${show()}`)
  return {
    exitCode: Number(exitCode),
    lines,
    unit: (name) => lines.filter((line) => line.startsWith(`[${name}] `)).map((line) => line.slice(name.length + 3)),
    events: linesOf(`${inside}/shared/events`),
    left: left.map((path) => path.replace(/^\/sys\/fs\/cgroup(\/box)?\//, "")),
    show
  }
}
