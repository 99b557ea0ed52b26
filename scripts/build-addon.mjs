// Builds dist/container-init.node, the core as a Node-API addon, with the compiler alone: node-api-headers has all it
// needs. `--out FILE --sanitize` makes the variant that tests run under the sanitizers.
import { copyFileSync, mkdirSync, rmSync } from "node:fs"
import { dirname } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { compile, compileCore, run, sanitizers, sourcesIn, strict, unlessSame } from "./compile.mjs"

process.chdir(fileURLToPath(new URL("..", import.meta.url)))

const { values: options } = parseArgs({
  options: {
    out: { type: "string", default: "dist/container-init.node" },
    sanitize: { type: "boolean", default: false }
  }
})
const extra = options.sanitize ? sanitizers : ["-O2"]
const flags = [...strict, ...extra, "-fPIC", "-fvisibility=hidden", "-isystem", "node_modules/node-api-headers/include"]
const folder = `build/addon${options.sanitize ? "-sanitized" : ""}`
const core = await compileCore("gcc", flags, folder)
const headers = ["src/native/core/ci.h", "src/native/core/ci_ops.def"]
const binding = await compile("gcc", flags, sourcesIn("src/native/addon"), folder, headers)
const built = `${folder}/container-init.node`
const args = ["-shared", "-Wl,-z,now", ...extra, ...core, ...binding, "-lpthread", "-o", built]
await unlessSame(built, "gcc", args, [...core, ...binding], () => run("gcc", args))
mkdirSync(dirname(options.out), { recursive: true })
rmSync(options.out, { force: true })
copyFileSync(built, options.out)
