// Builds the static executable: TypeScript -> bundle -> bytecode -> linked with the host, the core and the engine; then,
// unless it is to be plain, the program's heap image in place of its bytecode (scripts/image.mjs).
//
//   node scripts/build-host.mjs                          dist/container-init and dist/container-init-plain
//   node scripts/build-host.mjs --target arm64           dist/container-init-arm64 and -arm64-plain, built on x64
//   node scripts/build-host.mjs --out FILE [--sanitize]  the same program elsewhere; --sanitize: plain, for tests
//   node scripts/build-host.mjs --out FILE --marks       with symbols, and marks of its phases, for scripts/profile.mjs
//   node scripts/build-host.mjs --entry FILE --out FILE [--plain | --sanitize]  another program on the same host, for tests
import { execFileSync } from "node:child_process"
import { copyFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { basename, dirname } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import * as zlib from "node:zlib"
import { build } from "esbuild"
import parts, { part } from "../esbuild.config.mjs"
import {
  compile,
  compileCore,
  compileEngine,
  engineDialect,
  run,
  sanitizers,
  sourcesIn,
  strict,
  unlessSame,
  writeUnlessSame
} from "./compile.mjs"
import { imageAddress, makeImage } from "./image.mjs"
import { patchEngine } from "./patch-engine.mjs"
import { markPlugin } from "./profile-marks.mjs"
import { compileFrozen, trainFrozen } from "./train-engine.mjs"

process.chdir(fileURLToPath(new URL("..", import.meta.url)))

const { values: options } = parseArgs({
  options: {
    entry: { type: "string" },
    marks: { type: "boolean", default: false },
    out: { type: "string" },
    plain: { type: "boolean", default: false },
    sanitize: { type: "boolean", default: false },
    target: { type: "string", default: "own" }
  }
})
const { version } = JSON.parse(readFileSync("package.json", "utf8"))
const engine = "build/quickjs-ng"
const { folder: patched, sources: patchedSources } = patchEngine(engine)
const engineSources = ["libregexp.c", "libunicode.c", "dtoa.c"].map((name) => `${engine}/${name}`)
const engineFlags = [...engineDialect, "-w"]

// Bytecode is the same for both: what is in it depends on the order of bytes alone, and both have the same. The image is
// made by the executable itself, on another machine than its own with an emulator.
const targets = {
  own: { name: "static", compiler: "musl-gcc", strip: "strip", emulator: [] },
  arm64: {
    name: "arm64",
    compiler: "build/arm64/cc-musl",
    strip: "aarch64-linux-gnu-strip",
    emulator: ["build/arm64/qemu-aarch64"]
  }
}
if (targets[options.target] === undefined) throw new Error(`--target ${options.target}: there is arm64`)
if (options.target === "arm64") execFileSync("scripts/install-arm64", ["tests"], { stdio: "inherit" })

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
  const objects = await compileEngine("gcc", "build/compiler")
  const flags = [...strict, "-O1", "-isystem", patched, "-isystem", engine, ...engineDialect]
  const [own] = await compile("gcc", flags, ["src/native/host/compile.c"], "build/compiler", patchedSources)
  const output = "build/compiler/compile"
  const args = [own, ...objects, "-lm", "-lpthread", "-o", output]
  await unlessSame(output, "gcc", args, [own, ...objects], () => run("gcc", args))
  return output
}

const bundle = async (options) => {
  const define = { CONTAINER_INIT_VERSION: JSON.stringify(version) }
  const { outputFiles } = await build({ ...options, define, write: false })
  // The tests build several programs at a time, each of which has the rehearsal made.
  for (const { path, text } of outputFiles) writeUnlessSame(path, text)
  return { script: options.outfile, map: `${options.outfile}.map` }
}

const toBytecode = async (compiler, { script }) => {
  const bytecode = script.replace(/\.js$/, ".qbc")
  const args = [basename(script), script, bytecode]
  await unlessSame(bytecode, compiler, args, [compiler, script], () => run(compiler, args))
  return bytecode
}

const coreHeaders = ["src/native/core/ci.h", "src/native/core/ci_ops.def"]
const embeddedFlags = (bytecode) =>
  Object.entries(bytecode).map(([part, file]) => `-DHOST_PART_${part.toUpperCase()}="${file}"`)

/** Valgrind gives up at a clone(2) that shares memory; told that there is none, the core forks. */
const withoutClone = async (flags, folder) => {
  const source = `${folder}/no_clone.c`
  writeFileSync(source, "int __wrap_clone(void);\nint __wrap_clone(void) { return -1; }\n")
  return { objects: await compile(kind.compiler, flags, [source], folder), link: ["-Wl,--wrap=clone"] }
}

/** Which of the host's sources start a program from bytecode, which from an image; the others do both. */
const starts = { plain: ["start_bytecode"], image: ["start_image", "image_make"] }

/** Compiles all but the parts, and answers how to link an executable of some. */
const buildObjects = async (rehearsal) => {
  const folder = `build/${kind.name}`
  const core = await compileCore(kind.compiler, kind.flags, folder)
  const hostFlags = [...strict, ...kind.flags, "-D_GNU_SOURCE", "-isystem", patched, "-isystem", engine]
  const sources = sourcesIn("src/native/host").filter((file) => !/(compile|parts|frozen)\.c$/.test(file))
  const host = await compile(kind.compiler, hostFlags, sources, `${folder}/host`, coreHeaders)
  const engineObjects = await compile(kind.compiler, [...kind.flags, ...engineFlags], engineSources, `${folder}/engine`)
  const own = options.marks ? await withoutClone(hostFlags, folder) : { objects: [], link: [] }
  const linkWith = (frozen, more = []) => async (name, start, bytecode) => {
    const parts = ["src/native/host/parts.c"]
    const flags = [...hostFlags, ...embeddedFlags(bytecode)]
    const inputs = [...Object.values(bytecode), ...coreHeaders]
    const embedded = await compile(kind.compiler, flags, parts, `${folder}/parts-${name}`, inputs)
    const others = Object.entries(starts).flatMap(([other, names]) => other === start ? [] : names)
    const starting = host.filter((object) => !others.includes(basename(object, ".o")))
    const objects = [...core, ...starting, frozen, ...embedded, ...engineObjects, ...own.objects]
    const output = `${folder}/${name}`
    const area = start === "image" ? [`-Wl,--section-start=.image=0x${imageAddress.toString(16)}`] : []
    const args = [
      ...kind.flags,
      ...kind.link,
      ...own.link,
      ...area,
      ...objects,
      ...more,
      "-lm",
      "-lpthread",
      "-o",
      output
    ]
    await unlessSame(output, kind.compiler, args, objects, async () => {
      await run(kind.compiler, args)
      if (!options.sanitize && !options.marks && !process.env.KEEP_SYMBOLS) await run(kind.strip, [output])
    })
    return output
  }
  const frozen = {
    also: patchedSources,
    compiler: kind.compiler,
    flags: [...hostFlags, ...engineDialect],
    folder: `${folder}/host`,
    source: "src/native/host/frozen.c"
  }
  const compiled = rehearsal === undefined
    ? await compileFrozen(frozen)
    : await trainFrozen({
      ...frozen,
      bytecode: rehearsal,
      emulator: kind.emulator,
      link: (counting, more) => linkWith(counting, more)("rehearsal-unfinished", "image", {})
    })
  return linkWith(compiled)
}

const copyTo = (built, output) => {
  mkdirSync(dirname(output), { recursive: true })
  rmSync(output, { force: true })
  copyFileSync(built, output)
}

const kib = (bytes) => `${Math.round(bytes / 1024)} KiB`

/** What an image layer costs; zstd as far as Node has it. */
const packed = (file) => {
  const contents = readFileSync(file)
  const { ZSTD_c_compressionLevel: level } = zlib.constants
  const zstd = level === undefined
    ? []
    : [`zstd ${kib(zlib.zstdCompressSync(contents, { params: { [level]: 19 } }).length)}`]
  return [`gzip ${kib(zlib.gzipSync(contents, { level: 9 }).length)}`, ...zstd].join(", ")
}

const tell = (output, isNew) => {
  console.log(`${output}: ${kib(statSync(output).size)}${isNew ? ` (${packed(output)})` : ""}`)
}

mkdirSync("build/parts", { recursive: true })
const compiler = await buildCompiler()
const rehearsal = options.sanitize
  ? undefined
  : await toBytecode(compiler, await bundle(part("fixtures/programs/rehearsal.ts", "build/parts/rehearsal.js")))
const link = await buildObjects(rehearsal)

/** The executable of a main part, and of what else it loads when asked for: with its heap image, and plain. */
const executable = async (name, main, others, wanted) => {
  const mainBytecode = await toBytecode(compiler, main)
  if (wanted.plain !== undefined) {
    const built = await link(`${name}-plain`, "plain", { main: mainBytecode, ...others })
    copyTo(built, wanted.plain)
    tell(wanted.plain, false)
  }
  if (wanted.image === undefined) return
  const elf = await link(`${name}-unfinished`, "image", others)
  const output = `build/${kind.name}/${name}`
  const tools = ["elf", "image", "image-hazards"].map((tool) => `scripts/${tool}.mjs`)
  const isNew = await unlessSame(
    output,
    elf,
    [],
    [elf, mainBytecode, main.map, ...tools],
    () => makeImage({ elf, bytecode: mainBytecode, emulator: kind.emulator, map: main.map, output })
  )
  copyTo(output, wanted.image)
  tell(wanted.image, isNew)
}

const marked = ({ outfile, ...part }) => ({
  ...part,
  outfile: outfile.replace("/parts/", "/parts/marked-"),
  plugins: [markPlugin]
})

const isPlain = options.plain || options.sanitize
const wanted = (output) => isPlain ? { plain: output } : { image: output }
if (options.entry === undefined) {
  const scripts = await Promise.all(
    Object.entries(parts).map(async ([name, part]) => [name, await bundle(options.marks ? marked(part) : part)])
  )
  const { main, ...rest } = Object.fromEntries(scripts)
  const others = {}
  for (const [name, script] of Object.entries(rest)) others[name] = await toBytecode(compiler, script)
  const name = options.target === "own" ? "dist/container-init" : `dist/container-init-${options.target}`
  const both = { image: name, plain: `${name}-plain` }
  await executable(
    options.marks ? "marked" : "container-init",
    main,
    others,
    options.out === undefined ? both : wanted(options.out)
  )
} else {
  const name = basename(options.entry).replace(/\.\w+$/, "")
  const main = await bundle(part(options.entry, `build/parts/${name}.js`))
  await executable(name, main, {}, wanted(options.out))
}
