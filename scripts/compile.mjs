// Compiling C for the other build scripts: one object a source file, rebuilt when the file, a header or a flag changed,
// several at a time.
import { spawn } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { availableParallelism } from "node:os"
import { basename, dirname } from "node:path"
import { buildSystemCalls } from "./build-system-calls.mjs"

/** Our own C: no warning survives. Dialect and warnings are the project's rule, see README "Building". */
export const strict = ["-std=c11", "-Wall", "-Wextra", "-Wconversion", "-Werror"]

/** Runs a program, with more in its environment; rejects with what it printed. */
export const run = (command, args, environment = {}) =>
  new Promise((resolve, reject) => {
    const env = { ...process.env, ...environment }
    const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"] })
    let output = ""
    child.stdout.on("data", (data) => (output += data))
    child.stderr.on("data", (data) => (output += data))
    child.on("error", reject)
    child.on("close", (code) =>
      code === 0 ? resolve(output) : reject(new Error(`${command} ${args.join(" ")}\n${output}`)))
  })

/** The headers that a source may include by name alone. */
export const headersBeside = (source) =>
  readdirSync(dirname(source)).filter((name) => /\.(h|def)$/.test(name)).map((name) => `${dirname(source)}/${name}`)

const fingerprint = (command, args, files) => {
  const hash = createHash("sha256").update([command, ...args].join("\0"))
  for (const file of files) hash.update(readFileSync(file))
  return hash.digest("hex")
}

/** Leaves a file alone that is what it should be: others may be reading it. */
export const writeUnlessSame = (file, contents) => {
  if (!existsSync(file) || readFileSync(file, "utf8") !== contents) writeFileSync(file, contents)
}

/** Does `work` unless the stamp beside `output` says that command, arguments and input files are the same as then. */
export const unlessSame = async (output, command, args, inputs, work) => {
  const stamp = `${output}.stamp`
  const print = fingerprint(command, args, inputs)
  if (existsSync(output) && existsSync(stamp) && readFileSync(stamp, "utf8") === print) return false
  mkdirSync(dirname(output), { recursive: true })
  await work()
  writeFileSync(stamp, print)
  return true
}

/** Compiles sources into `folder`; answers the objects. `also` are further files whose change counts. */
export const compile = async (compiler, flags, sources, folder, also = []) => {
  const queue = [...sources]
  const worker = async () => {
    for (let source = queue.shift(); source !== undefined; source = queue.shift()) {
      const object = `${folder}/${basename(source, ".c")}.o`
      const args = [...flags, "-c", source, "-o", object]
      await unlessSame(object, compiler, args, [source, ...headersBeside(source), ...also], () => run(compiler, args))
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, worker))
  return sources.map((source) => `${folder}/${basename(source, ".c")}.o`)
}

// -fwrapv and -funsigned-char are what the engine's own build uses; NDEBUG drops a per-string leak list.
export const engineDialect = ["-D_GNU_SOURCE", "-DQUICKJS_NG_BUILD", "-DNDEBUG", "-funsigned-char", "-fwrapv"]

/** The engine's other files: quickjs.c is part of one of ours, see scripts/patch-engine.mjs. */
export const compileEngine = (compiler, folder) => {
  const sources = ["libregexp.c", "libunicode.c", "dtoa.c"].map((name) => `build/quickjs-ng/${name}`)
  return compile(compiler, ["-O1", ...engineDialect, "-w"], sources, folder)
}

/** The C files of a folder of src/native. */
export const sourcesIn = (folder) =>
  readdirSync(folder).filter((name) => name.endsWith(".c")).sort().map((name) => `${folder}/${name}`)

/** For the builds that only tests run. */
export const sanitizers = ["-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]

/**
 * The core. AddressSanitizer cannot follow a child that shares our memory on a stack of its own: the files that such
 * a child runs in are left to the other sanitizers.
 */
export const compileCore = async (compiler, flags, folder) => {
  const sources = sourcesIn("src/native/core")
  const isChild = (file) => /ci_(child|clone|step\w*)\.c$/.test(file)
  const isCalls = (file) => file.endsWith("/ci_system_calls.c")
  const all = [...strict.filter((flag) => !flags.includes(flag)), ...flags]
  const own = await compile(compiler, all, sources.filter((file) => !isChild(file) && !isCalls(file)), `${folder}/core`)
  const table = buildSystemCalls(compiler)
  const headers = [`${table}/ci_system_call_table.h`]
  const calls = await compile(compiler, [...all, "-I", table], sources.filter(isCalls), `${folder}/core`, headers)
  const child = await compile(
    compiler,
    [...all, ...(flags.includes(sanitizers[2]) ? ["-fno-sanitize=address"] : [])],
    sources.filter(isChild),
    `${folder}/core`
  )
  return [...own, ...calls, ...child]
}
