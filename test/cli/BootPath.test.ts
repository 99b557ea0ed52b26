import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { build } from "esbuild"

const root = fileURLToPath(new URL("../..", import.meta.url))

/** The modules that come along with an entry, without those it loads late. */
const modulesOf = async (entry: string): Promise<ReadonlyArray<string>> => {
  const { metafile } = await build({
    entryPoints: [entry],
    absWorkingDir: root,
    bundle: true,
    splitting: true,
    outdir: "unused",
    format: "esm",
    platform: "node",
    packages: "external",
    write: false,
    metafile: true,
    logLevel: "error"
  })
  const output = Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint === entry)
  const met = new Set<string>()
  const visit = (inputs: ReadonlyArray<string>): void => {
    for (const input of inputs) {
      if (met.has(input)) continue
      met.add(input)
      const imports = metafile.inputs[input]?.imports ?? []
      visit(
        imports.filter(({ external, kind }) => external !== true && kind !== "dynamic-import").map(({ path }) => path)
      )
    }
  }
  visit(Object.keys(output?.inputs ?? {}))
  return [...met]
}

const wordy = [
  /\/Catalogue\.ts$/,
  /\/catalogue\//,
  /\/Sarif\.ts$/,
  /\/Annotation\.ts$/,
  /^src\/cli\/(?:Cli|Explain|Documents|Arrange|Commands)\.ts$/,
  /^src\/cli\/analyze\//,
  /\/Image\.ts$/,
  /\/image\//
]

/** In the executable they are part of the heap image, where loading them later would cost a traced boot its time. */
const looksOn = [/^src\/trace\//, /\/[Oo]bserving(?:\.ts$|\/)/]

describe("what a boot loads", () => {
  it.each([["src/bin/quickjs.ts", wordy], ["src/bin/node-main.ts", [...wordy, ...looksOn]]] as const)(
    "has no words in it that no boot needs: %s",
    async (entry, unwanted) => {
      const modules = await modulesOf(entry)
      assert.include(modules, "src/cli/Validate.ts")
      assert.deepStrictEqual(modules.filter((path) => unwanted.some((pattern) => pattern.test(path))), [])
    }
  )
})
