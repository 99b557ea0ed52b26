// TypeScript modules for the build scripts, as they are now: bundled in memory and imported.
import { build } from "esbuild"

/** What a module of this text exports; its imports are relative to the project's directory. */
export const loadModule = async (contents) => {
  const bundle = await build({
    stdin: { contents, resolveDir: process.cwd(), loader: "ts" },
    bundle: true,
    format: "esm",
    write: false,
    platform: "neutral",
    mainFields: ["module", "main"]
  })
  return import(`data:text/javascript;base64,${Buffer.from(bundle.outputFiles[0].text).toString("base64")}`)
}
