// Builds the static executable: TypeScript -> bundle -> bytecode -> linked with the host, the core and the engine.
//
//   node scripts/build-host.mjs                                      dist/container-init
//   node scripts/build-host.mjs --target arm64                       dist/container-init-arm64, built on x64
//   node scripts/build-host.mjs --entry FILE --out FILE [--sanitize] another program on the same host, for tests
import { execFileSync } from "node:child_process"
import { copyFileSync, mkdirSync, readFileSync, rmSync, statSync } from "node:fs"
import { basename } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { build } from "esbuild"
import parts, { part } from "../esbuild.config.mjs"
import { compile, compileCore, run, sanitizers, sourcesIn, strict, unlessSame } from "./compile.mjs"

process.chdir(fileURLToPath(new URL("..", import.meta.url)))

const { values: options } = parseArgs({
  options: {
    entry: { type: "string" },
    out: { type: "string" },
    sanitize: { type: "boolean", default: false },
    target: { type: "string", default: "own" }
  }
})
const { version } = JSON.parse(readFileSync("package.json", "utf8"))
const engine = "build/quickjs-ng"
const engineSources = ["quickjs.c", "libregexp.c", "libunicode.c", "dtoa.c"].map((name) => `${engine}/${name}`)
// -fwrapv and -funsigned-char are what the engine's own build uses; NDEBUG drops a per-string leak list.
const engineFlags = ["-D_GNU_SOURCE", "-DQUICKJS_NG_BUILD", "-DNDEBUG", "-funsigned-char", "-fwrapv", "-w"]

// Bytecode is the same for both: what is in it depends on the order of bytes alone, and both have the same.
const targets = {
  own: { name: "static", compiler: "musl-gcc", strip: "strip" },
  arm64: { name: "arm64", compiler: "build/arm64/cc-musl", strip: "aarch64-linux-gnu-strip" }
}
if (targets[options.target] === undefined) throw new Error(`--target ${options.target}: there is arm64`)
if (options.target === "arm64") execFileSync("scripts/install-arm64", { stdio: "inherit" })

// The sanitizers need glibc and shared libraries: that build is for tests and never shipped.
const kind = options.sanitize
  ? {
    name: "sanitized",
    compiler: "gcc",
    flags: sanitizers,
    link: []
  }
  : {
    ...targets[options.target],
    flags: ["-O2", "-fno-pie", "-ffunction-sections", "-fdata-sections"],
    link: ["-static", "-no-pie", "-Wl,--gc-sections"]
  }

/** The tool that turns a script into bytecode; it runs on the build machine only. */
const buildCompiler = async () => {
  const objects = await compile("gcc", ["-O1", ...engineFlags], engineSources, "build/compiler")
  const [own] = await compile("gcc", [...strict, "-O1", "-D_GNU_SOURCE", "-isystem", engine], [
    "src/native/host/compile.c"
  ], "build/compiler")
  const output = "build/compiler/compile"
  const args = [own, ...objects, "-lm", "-lpthread", "-o", output]
  await unlessSame(output, "gcc", args, [own, ...objects], () => run("gcc", args))
  return output
}

const bundle = async (options) => {
  const result = await build({ ...options, define: { CONTAINER_INIT_VERSION: JSON.stringify(version) } })
  return { script: options.outfile, metafile: result.metafile }
}

const toBytecode = async (compiler, { script }) => {
  const bytecode = script.replace(/\.js$/, ".qbc")
  const args = [basename(script), script, bytecode]
  await unlessSame(bytecode, compiler, args, [compiler, script], () => run(compiler, args))
  return bytecode
}

const link = async (name, bytecode, output) => {
  const folder = `build/${kind.name}`
  const core = await compileCore(kind.compiler, kind.flags, folder)
  const hostFlags = [...strict, ...kind.flags, "-D_GNU_SOURCE", "-isystem", engine]
  const hostSources = sourcesIn("src/native/host").filter((file) => !/(compile|parts)\.c$/.test(file))
  const coreHeaders = ["src/native/core/ci.h", "src/native/core/ci_ops.def"]
  const host = await compile(kind.compiler, hostFlags, hostSources, `${folder}/host`, coreHeaders)
  const embed = Object.entries(bytecode).map(([part, file]) => `-DHOST_PART_${part.toUpperCase()}="${file}"`)
  const embedded = await compile(
    kind.compiler,
    [...hostFlags, ...embed],
    ["src/native/host/parts.c"],
    `${folder}/parts-${name}`,
    [...Object.values(bytecode), ...coreHeaders]
  )
  const engineObjects = await compile(kind.compiler, [...kind.flags, ...engineFlags], engineSources, `${folder}/engine`)
  const objects = [...core, ...host, ...embedded, ...engineObjects]
  const built = `${folder}/${name}`
  const args = [...kind.flags, ...kind.link, ...objects, "-lm", "-lpthread", "-o", built]
  await unlessSame(built, kind.compiler, args, objects, async () => {
    await run(kind.compiler, args)
    if (!options.sanitize && !process.env.KEEP_SYMBOLS) await run(kind.strip, [built])
  })
  mkdirSync(output.replace(/\/[^/]*$/, ""), { recursive: true })
  rmSync(output, { force: true })
  copyFileSync(built, output)
}

const kib = (bytes) => `${Math.round(bytes / 1024)} KiB`

const compiler = await buildCompiler()
if (options.entry === undefined) {
  mkdirSync("build/parts", { recursive: true })
  const scripts = await Promise.all(Object.entries(parts).map(async ([name, part]) => [name, await bundle(part)]))
  const bytecode = {}
  for (const [name, script] of scripts) bytecode[name] = await toBytecode(compiler, script)
  const output = options.out ??
    (options.target === "own" ? "dist/container-init" : `dist/container-init-${options.target}`)
  await link("container-init", bytecode, output)
  const sizes = Object.entries(bytecode).map(([part, file]) => `${part} bytecode ${kib(statSync(file).size)}`)
  console.log(`${output}: ${kib(statSync(output).size)} (${sizes.join(", ")})`)
} else {
  const name = basename(options.entry).replace(/\.\w+$/, "")
  mkdirSync("build/parts", { recursive: true })
  const script = await bundle(part(options.entry, `build/parts/${name}.js`))
  await link(name, { main: await toBytecode(compiler, script) }, options.out)
}
