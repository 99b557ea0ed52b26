/** The heap image of the executable: src/native/host/image.h says what it is. */
import { execFile, spawn, spawnSync } from "node:child_process"
import { cpSync, mkdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { promisify } from "node:util"
import { assert, beforeAll, describe, it, onTestFinished } from "vitest"
import { buildProgram } from "../support/Build.ts"
import { until } from "../support/Patience.ts"
import { makeScratch, root } from "../support/Places.ts"

interface Mapping {
  readonly start: number
  readonly end: number
  readonly name: string
}
interface ImageTools {
  readonly strays: (image: Buffer, executable: Buffer, mappings: ReadonlyArray<Mapping>) => ReadonlyArray<string>
}
const tools = await import(`${root}/scripts/image.mjs`) as ImageTools

const execute = promisify(execFile)
const image = `${root}/dist/container-init`
const plain = `${root}/dist/container-init-plain`

/** What a run of a program printed. */
const outputOf = (path: string): string => {
  const { status, stderr, stdout } = spawnSync(path, { encoding: "utf8", timeout: 60_000 })
  assert.strictEqual(status, 0, stderr)
  return stdout
}

describe("making the heap image", () => {
  it("gives the same bytes in another folder at another time", async () => {
    const copy = makeScratch()
    const sources = ["src", "scripts", "fixtures/programs", "test/supervisor", "package.json", "tsconfig.json"]
    for (const name of [...sources, "esbuild.config.mjs"]) {
      cpSync(`${root}/${name}`, `${copy}/${name}`, { recursive: true })
    }
    symlinkSync(realpathSync(`${root}/node_modules`), `${copy}/node_modules`)
    // The C that both have in common is not compiled again; all else is made anew.
    mkdirSync(`${copy}/build/static`, { recursive: true })
    for (const name of ["quickjs-ng.version", "compiler", "static/core", "static/host", "static/engine"]) {
      cpSync(`${root}/build/${name}`, `${copy}/build/${name}`, { recursive: true })
    }
    symlinkSync(realpathSync(`${root}/build/quickjs-ng`), `${copy}/build/quickjs-ng`)
    // Counted again: other counts would have the engine compiled again, too.
    const counts = "build/static/host/frozen.gcda"
    rmSync(`${copy}/${counts}`)
    await execute(process.execPath, ["scripts/build-host.mjs"], {
      cwd: copy,
      env: { ...process.env, TZ: "Asia/Tokyo" }
    })
    assert.isTrue(readFileSync(`${copy}/${counts}`).equals(readFileSync(`${root}/${counts}`)))
    assert.isTrue(readFileSync(`${copy}/dist/container-init`).equals(readFileSync(image)))
    assert.isTrue(readFileSync(`${copy}/dist/container-init-plain`).equals(readFileSync(plain)))
  }, 300_000)

  it("fails when a module asks for the time, chance, a timer or the system, and names the lines", async () => {
    const failure = await buildProgram("hazards").then(() => "", String)
    const source = readFileSync(`${root}/fixtures/programs/hazards.ts`, "utf8").split("\n")
    const asked = {
      "Date.now()": "Date.now",
      "new Date(),": "Date.now",
      "getHours()": "local time",
      "Math.random()": "Math.random",
      "performance.now()": "performance.now",
      "setTimeout(": "setTimeout",
      "host.environment()": "environment",
      "host.file_read(": "file_read"
    }
    for (const [words, what] of Object.entries(asked)) {
      const line = source.findIndex((text) => text.includes(words)) + 1
      assert.include(
        failure,
        `${what}, asked for when a module is evaluated\n    fixtures/programs/hazards.ts:${line}:`
      )
    }
  }, 300_000)

  it("finds every word that points to what only one process had", () => {
    const file = readFileSync(image)
    const stack = { start: 0x7ffc_1000_0000, end: 0x7ffc_1002_0000, name: "[stack]" }
    const words = Buffer.alloc(64)
    words.writeBigUInt64LE(0x1000_4000n, 8) // the image itself
    words.writeBigUInt64LE(0x40_1000n, 16) // the executable's code
    words.writeBigUInt64LE(0x7ffc_1001_2340n, 40)
    assert.deepStrictEqual(tools.strays(words, file, [stack]), ["0x10000028 holds 0x7ffc10012340, in [stack]"])
  })
})

describe("two starts from one image", () => {
  it("differ in all that is random, and each has the time of its own", async () => {
    const program = await buildProgram("starts")
    const start = (): ReadonlyMap<string, string> =>
      new Map(
        outputOf(program).trimEnd().split("\n").map((line) => {
          const [name = "", value = ""] = line.split(" ")
          return [name, value]
        })
      )
    const before = Date.now()
    const [first, second] = [start(), start()]
    const after = Date.now()
    const names = [...first.keys()]
    assert.isAbove(names.length, 9)
    for (const name of names.filter((name) => name.includes("andom") || name === "performance.timeOrigin")) {
      assert.notStrictEqual(first.get(name), second.get(name), name)
    }
    for (const { get } of [first, second].map((values) => ({ get: (name: string) => Number(values.get(name)) }))) {
      assert.isTrue(get("Date.now") >= before && get("Date.now") <= after)
      assert.isTrue(get("Clock.currentTimeMillis") >= before && get("Clock.currentTimeMillis") <= after)
      assert.isTrue(get("Clock.currentTimeNanos") / 1e6 >= before && get("Clock.currentTimeNanos") / 1e6 <= after + 1)
      assert.isTrue(get("elapsed") >= 0 && get("elapsed") <= after - before + 1)
    }
  }, 300_000)

  it("give their services other invocation ids and pids, and the environment of each", () => {
    const units = makeScratch()
    const command = "echo $INVOCATION_ID $$$$ $MARK; exit 3"
    writeFileSync(
      `${units}/a.service`,
      `[Unit]\nExitContainerOnFailure=yes\n[Service]\nPassEnvironment=MARK\nExecStart=/bin/sh -c '${command}'\n`
    )
    const run = (mark: string): ReadonlyArray<string> => {
      const env = { ...process.env, MARK: mark }
      const { status, stderr, stdout } = spawnSync(image, ["--units", units, "--drop-in", units], {
        env,
        encoding: "utf8"
      })
      assert.strictEqual(status, 3, stderr)
      return /^\[a\] ([0-9a-f]{32}) (\d+) (\w+)$/m.exec(stdout)?.slice(1) ?? []
    }
    const [first, second] = [run("one"), run("two")]
    assert.deepStrictEqual([first[2], second[2]], ["one", "two"])
    assert.notStrictEqual(first[0], second[0])
    assert.notStrictEqual(first[1], second[1])
  })
})

describe("a program whose state was made at build time", () => {
  let frozen = ""
  let loaded = ""
  beforeAll(async () => {
    frozen = await buildProgram("frozen")
    loaded = await buildProgram("frozen", "--plain")
  }, 600_000)

  it("goes on from it as one that has just made it, through many garbage collections", () => {
    const output = outputOf(frozen)
    assert.isAbove(output.split("\n").length, 40)
    assert.strictEqual(output, outputOf(loaded))
  })
})

describe("the image in memory", () => {
  const kibIn = (text: string, name: string): number => Number(new RegExp(`^${name}: +(\\d+) kB`, "m").exec(text)?.[1])

  /** A run without units, when all that starts has been done. */
  const idle = async (path: string) => {
    const units = makeScratch()
    const child = spawn(path, ["--units", units, "--drop-in", units], { stdio: "ignore" })
    onTestFinished(() => {
      child.kill("SIGKILL")
    })
    const file = (name: string): string => readFileSync(`/proc/${child.pid}/${name}`, "latin1")
    await until(() => file("wchan").includes("poll") || undefined, () => `${path} does not settle`)
    return { child, file }
  }

  const privateKibOf = async (path: string): Promise<number> =>
    kibIn((await idle(path)).file("smaps_rollup"), "Private_Dirty")

  it("is shared with the file, as far as a run does not write to it", async () => {
    const [withImage, without] = [await privateKibOf(image), await privateKibOf(plain)]
    assert.isBelow(withImage, without / 2)
  })

  it("is not all resident once the boot is over, and is all there when it is needed again", async () => {
    const { child, file } = await idle(image)
    const mapped = file("smaps").split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m).find((one) => one.startsWith("10000000-")) ?? ""
    assert.isAbove(kibIn(mapped, "Size"), 1024)
    assert.isBelow(kibIn(mapped, "Rss"), kibIn(mapped, "Size") * 0.8)
    const ended = new Promise((resolve) => child.once("exit", (code, signal) => resolve(code ?? signal)))
    child.kill("SIGHUP")
    child.kill("SIGTERM")
    assert.strictEqual(await ended, 0)
  })

  it("cannot be mapped into too small an address space, where only the plain executable can say what is wrong", () => {
    const within = (path: string) =>
      spawnSync("/bin/sh", ["-c", `ulimit -v 5000; exec ${path} --version`], { encoding: "utf8" })
    const withImage = within(image)
    assert.isNotNull(withImage.signal)
    assert.strictEqual(withImage.stderr, "")
    const without = within(plain)
    assert.strictEqual(without.status, 70)
    assert.match(without.stderr, /^container-init: fatal: the program did not load/)
  })
})
