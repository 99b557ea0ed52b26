/** The C core under its sanitizers: every case of the C test program is a test of its own. */
import { execFile, execFileSync } from "node:child_process"
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { basename, join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { afterAll, assert, describe, it } from "@effect/vitest"

const root = fileURLToPath(new URL("../..", import.meta.url))
const here = join(root, "test/native")
const core = join(root, "src/native/core")
const build = join(root, "build/native-tests")
const program = join(build, "native-tests")
const scratch = join(build, "scratch")

const flags = [
  ...["-std=c11", "-g", "-O1", "-fno-omit-frame-pointer"],
  ...["-Wall", "-Wextra", "-Wconversion", "-Werror"],
  ...["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
]
/**
 * What runs in a child that shares our memory, on a stack of its own, is no thread that AddressSanitizer knows: its
 * notes about that stack would be taken for notes about ours. These two files get the other sanitizer only.
 */
const sharesMemory = ["ci_child.c", "ci_clone.c"]
const environment = {
  ...process.env,
  ASAN_OPTIONS: "detect_leaks=1:abort_on_error=0:exitcode=99",
  UBSAN_OPTIONS: "print_stacktrace=1"
}

const sources = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder).filter((name) => name.endsWith(".c")).sort().map((name) => join(folder, name))

/** Each file becomes an object, all at the same time; the compiler's own words are the error. */
const compile = async (): Promise<void> => {
  mkdirSync(build, { recursive: true })
  const objects = [...sources(core), ...sources(here)].map((source) => ({
    source,
    object: join(build, `${source.startsWith(core) ? "core" : "test"}-${basename(source, ".c")}.o`)
  }))
  const rules = objects.map(({ object, source }) => {
    const less = sharesMemory.includes(basename(source)) ? "-fno-sanitize=address" : ""
    return `${object}: ${source} always\n\t$(CC) $(CFLAGS) ${less} -c -o $@ $<\n`
  })
  const makefile = [
    `${program}: ${objects.map(({ object }) => object).join(" ")}\n\t$(CC) $(CFLAGS) -pthread -o $@ $^\n`,
    ...rules,
    ".PHONY: always\nalways: ;\n"
  ].join("\n")
  const table = execFileSync(process.execPath, [join(root, "scripts/build-system-calls.mjs")], { encoding: "utf8" })
  const settings = ["CC=gcc", `CFLAGS=${flags.join(" ")} -I${core} -I${here} -I${table.trim()}`]
  writeFileSync(join(build, "Makefile"), makefile)
  await promisify(execFile)("make", ["-j4", "-s", "-f", join(build, "Makefile"), ...settings])
}

/** What is wrong with a case. Not spawnSync: a worker that does not answer vitest for a minute is taken for dead. */
const run = (name: string): Promise<string | undefined> =>
  new Promise((resolve) => {
    const options = {
      env: { ...environment, NATIVE_TEST_FOLDER: scratch },
      timeout: 50_000,
      killSignal: "SIGKILL",
      maxBuffer: 1 << 26
    } as const
    execFile(program, [name], options, (error, stdout, stderr) => {
      if (error === null) return resolve(undefined)
      const how = typeof error.signal === "string" ? `killed by ${error.signal}` : `exit ${error.code ?? "unknown"}`
      resolve(`${how}\n${stderr}${stdout}`)
    })
  })

await compile()
rmSync(scratch, { recursive: true, force: true })
mkdirSync(scratch, { recursive: true, mode: 0o755 })

const cases = execFileSync(program, ["--list"], { encoding: "utf8", env: environment }).trimEnd().split("\n")
  .map((line) => {
    const [file = "", name = ""] = line.split("\t")
    return { file, name }
  })
const files = [...new Set(cases.map(({ file }) => file))].sort()

describe("the C core", () => {
  afterAll(() => {
    rmSync(scratch, { recursive: true, force: true })
  })

  it("has cases for all of it, each with a name of its own", () => {
    assert.isAbove(cases.length, 50)
    assert.strictEqual(new Set(cases.map(({ name }) => name)).size, cases.length)
  })

  for (const file of files) {
    describe(file, () => {
      for (const { name } of cases.filter((one) => one.file === file)) {
        it(name, async () => {
          const fault = await run(name)
          if (fault !== undefined) assert.fail(fault)
        })
      }
    })
  }
})
