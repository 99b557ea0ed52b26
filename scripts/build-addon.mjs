// Builds the core as a Node-API addon, with the compiler alone: node-api-headers has all it needs.
//
//   node scripts/build-addon.mjs                        dist/container-init.node, for this machine
//   node scripts/build-addon.mjs --out FILE --sanitize  the variant that tests run under the sanitizers
//   node scripts/build-addon.mjs --prebuilt x64|arm64   dist/prebuilds/linux-x64/container-init.node, for the npm package
//
// A prebuilt addon fits glibc (2.28, what Node 20 needs itself, or newer) and musl alike, as it is linked with neither:
// what it calls is in both, by the same name and with the same layout of data on 64-bit machines, and Node has loaded it
// already. Compiled with the headers of musl, which have no names of their own for what is in the standards; without
// version numbers glibc gives each symbol its oldest meaning, musl its only one.
import { execFileSync } from "node:child_process"
import { copyFileSync, mkdirSync, rmSync } from "node:fs"
import { dirname } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { compile, compileCore, run, sanitizers, sourcesIn, strict, unlessSame } from "./compile.mjs"

process.chdir(fileURLToPath(new URL("..", import.meta.url)))

const { values: options } = parseArgs({
  options: {
    out: { type: "string" },
    sanitize: { type: "boolean", default: false },
    prebuilt: { type: "string" }
  }
})

const compilers = { x64: "musl-gcc", arm64: "build/arm64/cc-musl" }
const prebuiltFlags = ["-O2", "-DCI_ANY_LIBC", "-fno-stack-protector", "-U_FORTIFY_SOURCE"]
const prebuiltLink = ["-nostdlib", "-nostartfiles", "-s", "-Wl,--build-id=none", "-Wl,-z,noexecstack", "-Wl,-z,relro"]

const variants = {
  own: { compiler: "gcc", folder: "build/addon", flags: ["-O2"], link: ["-lpthread"], out: "dist/container-init.node" },
  sanitized: {
    compiler: "gcc",
    folder: "build/addon-sanitized",
    flags: sanitizers,
    link: [...sanitizers, "-lpthread"],
    out: "build/container-init-sanitized.node"
  },
  prebuilt: (target) => ({
    compiler: compilers[target],
    folder: `build/addon-${target}`,
    flags: prebuiltFlags,
    link: [...prebuiltLink, "-lgcc"],
    out: `dist/prebuilds/linux-${target}/container-init.node`
  })
}

const variant = options.prebuilt === undefined
  ? variants[options.sanitize ? "sanitized" : "own"]
  : variants.prebuilt(options.prebuilt)
const { compiler, folder, link } = variant
if (compiler === undefined) throw new Error(`--prebuilt ${options.prebuilt}: there is x64 and arm64`)
if (options.prebuilt === "arm64") execFileSync("scripts/install-arm64", { stdio: "inherit" })
const out = options.out ?? variant.out

const include = ["-isystem", "node_modules/node-api-headers/include"]
const flags = [...strict, ...variant.flags, "-fPIC", "-fvisibility=hidden", ...include]
const core = await compileCore(compiler, flags, folder)
const headers = ["src/native/core/ci.h", "src/native/core/ci_ops.def"]
const binding = await compile(compiler, flags, sourcesIn("src/native/addon"), folder, headers)
const built = `${folder}/container-init.node`
const args = ["-shared", "-Wl,-z,now", ...core, ...binding, ...link, "-o", built]
await unlessSame(built, compiler, args, [...core, ...binding], () => run(compiler, args))
mkdirSync(dirname(out), { recursive: true })
rmSync(out, { force: true })
copyFileSync(built, out)
