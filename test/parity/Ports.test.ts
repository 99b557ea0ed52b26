/** The kernel ports of fixtures/programs/ports.ts, bundled for both engines and run by each. */
import { execFileSync, spawnSync } from "node:child_process"
import { mkdirSync } from "node:fs"
import { build } from "esbuild"
import { assert, beforeAll, describe, it } from "vitest"
import { makeScratch, programs, root } from "../support/Places.ts"

const source = `${root}/fixtures/programs/ports.ts`
const peer = `${programs}/peer`
const executable = `${programs}/ports`
const nodeProgram = `${programs}/ports.mjs`

const forNode = `
  import { createRequire } from "node:module"
  import { main } from ${JSON.stringify(source)}
  const binding = createRequire(import.meta.url)(${JSON.stringify(`${root}/dist/container-init.node`)})
  main(binding, process.argv.slice(1)).then((code) => binding.exit(code))
`

beforeAll(async () => {
  mkdirSync(programs, { recursive: true })
  const strict = ["-std=c11", "-O1", "-static", "-Wall", "-Wextra", "-Wconversion", "-Werror"]
  execFileSync("musl-gcc", [...strict, "-o", peer, `${root}/fixtures/programs/peer.c`], { stdio: "inherit" })
  execFileSync(process.execPath, ["scripts/build-host.mjs", "--entry", source, "--out", executable], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"]
  })
  await build({
    stdin: { contents: forNode, resolveDir: root, loader: "ts" },
    bundle: true,
    format: "esm",
    platform: "node",
    outfile: nodeProgram,
    logLevel: "warning"
  })
}, 300_000)

/** The lines that the program prints, and what it says on stderr as a message. */
const run = (command: string, before: ReadonlyArray<string>) => {
  const { stderr, stdout } = spawnSync(command, [...before, peer, makeScratch()], {
    encoding: "utf8",
    timeout: 100_000
  })
  return { lines: stdout.split("\n").filter(Boolean), stderr }
}

describe("the kernel ports", () => {
  it("keep their promises on the executable's engine and on Node, the same ones on both", () => {
    const [onExecutable, onNode] = [run(executable, []), run(process.execPath, [nodeProgram])]
    assert.isAbove(onExecutable.lines.length, 8, onExecutable.stderr)
    assert.deepStrictEqual(onExecutable.lines.filter((line) => !line.startsWith("ok - ")), [], onExecutable.stderr)
    assert.deepStrictEqual(onNode.lines, onExecutable.lines, onNode.stderr)
  })
})
