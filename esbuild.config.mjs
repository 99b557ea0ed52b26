// How TypeScript becomes the scripts that go into the static executable, one a part (src/native/host/parts.c): `main`
// is evaluated at build time or at every start, `cli` only when the command line needs more than the fast path knows.

/** What every part shares. QuickJS-ng is no browser and no Node, hence `neutral`. */
const common = {
  bundle: true,
  // Evaluated before everything else, whatever the order of imports: Effect looks for these globals when it loads.
  inject: ["src/runtime/quickjs/prelude.ts"],
  format: "iife",
  globalName: "containerInitPart",
  // The value of the script is what its entry exports; the global it went through is dropped.
  footer: { js: "(() => { const part = containerInitPart; containerInitPart = undefined; return part })()" },
  platform: "neutral",
  mainFields: ["module", "main"],
  conditions: ["import"],
  target: "es2022",
  minify: true,
  legalComments: "none",
  // Beside the script and not named in it: tells places of the script in the words of the sources (scripts/image.mjs).
  sourcemap: "external",
  logLevel: "warning"
}

/** name -> esbuild options, for an entry and where its script goes. */
export const part = (entry, outfile) => ({ ...common, entryPoints: [entry], outfile })

export default {
  main: part("src/bin/quickjs.ts", "build/parts/main.js"),
  cli: part("src/bin/quickjs-cli.ts", "build/parts/cli.js")
}
