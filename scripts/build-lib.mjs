// Builds dist/lib, the npm library: what tsc makes of src, without what only the executable has.
import { chmodSync, copyFileSync, rmSync } from "node:fs"
import { fileURLToPath } from "node:url"
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
