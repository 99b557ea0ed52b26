// Builds dist/lib, the npm library: what tsc makes of src, without what only the executable has; and dist/native, the
// sources of the addon as scripts/install-addon.mjs builds them where no prebuilt one fits.
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, rmSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { buildSystemCalls } from "./build-system-calls.mjs"
import { run } from "./compile.mjs"

process.chdir(fileURLToPath(new URL("..", import.meta.url)))
rmSync("dist/lib", { recursive: true, force: true })
try {
  await run("node", ["node_modules/typescript/bin/tsc", "-p", "scripts/tsconfig.lib.json"])
} catch (error) {
  console.error(error.message)
  process.exit(1)
}
chmodSync("dist/lib/bin/node.js", 0o755)
copyFileSync("src/unit/unit.schema.json", "dist/lib/unit/unit.schema.json")

rmSync("dist/native", { recursive: true, force: true })
for (const folder of ["core", "addon"]) cpSync(`src/native/${folder}`, `dist/native/${folder}`, { recursive: true })
cpSync("node_modules/node-api-headers/include", "dist/native/include", { recursive: true })
/** Numbers of system calls, so that the machine it is built on need not have the newest headers. */
const tables = { x64: "musl-gcc", arm64: "build/arm64/cc-musl" }
for (const [architecture, compiler] of Object.entries(tables)) {
  // The cross compiler is there once something was built for arm64: scripts/install-arm64.
  if (compiler.includes("/") && !existsSync(compiler)) continue
  mkdirSync(`dist/native/tables/${architecture}`, { recursive: true })
  copyFileSync(
    `${buildSystemCalls(compiler)}/ci_system_call_table.h`,
    `dist/native/tables/${architecture}/ci_system_call_table.h`
  )
}
