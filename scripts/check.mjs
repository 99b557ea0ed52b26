#!/usr/bin/env node
/**
 * Everything that can be said about the code without running it: `npm run check`.
 *
 * One line a step; the whole output of a step that failed. `npm run check -- eslint floors` runs the steps named so.
 * A new script scripts/check-<name>.mjs is a step by being there.
 */
import { spawn } from "node:child_process"
import { readdirSync } from "node:fs"
import { availableParallelism } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const scripts = dirname(fileURLToPath(import.meta.url))
const root = dirname(scripts)
const bin = (name) => join(root, "node_modules/.bin", name)
const effectArgs = ["--project", "tsconfig.json", "--strict", "--severity", "error,warning", "--format", "text"]
const first = ["floors", "text"]

const checkScripts = readdirSync(scripts)
  .flatMap((file) => /^check-(.+)\.mjs$/.exec(file)?.[1] ?? [])
  .sort((a, b) => Number(first.includes(b)) - Number(first.includes(a)) || (a < b ? -1 : 1))

const steps = [
  { name: "tsc", command: [bin("tsc"), "-p", "tsconfig.json", "--pretty", "false"] },
  { name: "tsc-lib", command: [bin("tsc"), "-p", "scripts/tsconfig.lib.json", "--noEmit", "--pretty", "false"] },
  { name: "effect", command: [bin("effect-language-service"), "diagnostics", ...effectArgs] },
  { name: "eslint", command: [bin("eslint"), "--config", "scripts/eslint.config.mjs", "--max-warnings", "0", "."] },
  ...checkScripts.map((name) => ({ name, command: [process.execPath, join("scripts", `check-${name}.mjs`)] }))
]

const run = ({ command: [program, ...args], name }) =>
  new Promise((resolve) => {
    const begin = performance.now()
    const output = []
    const end = (problem) => {
      const seconds = ((performance.now() - begin) / 1000).toFixed(1).padStart(6)
      process.stdout.write(`${problem === undefined ? "ok  " : "FAIL"} ${name.padEnd(16)}${seconds} s\n`)
      if (problem !== undefined) process.stdout.write(`${Buffer.concat(output)}${name}: ${problem}\n\n`)
      resolve(problem === undefined)
    }
    const child = spawn(program, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] })
    child.stdout.on("data", (chunk) => output.push(chunk))
    child.stderr.on("data", (chunk) => output.push(chunk))
    child.on("error", (error) => end(error.message))
    child.on("close", (code, signal) => end(code === 0 ? undefined : `exit ${code ?? signal}`))
  })

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !steps.some((step) => step.name === name))
const queue = steps.filter(({ name }) => wanted.length === 0 || wanted.includes(name))
const results = unknown.map((name) => {
  process.stdout.write(`FAIL ${name}: no such step, there are ${steps.map((step) => step.name).join(" ")}\n`)
  return false
})
const worker = async () => {
  for (let step = queue.shift(); step !== undefined; step = queue.shift()) results.push(await run(step))
}
await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, worker))

const failed = results.filter((good) => !good).length
process.stdout.write(
  failed === 0 ? `${results.length} steps, all good\n` : `${failed} of ${results.length} steps failed\n`
)
process.exitCode = failed === 0 ? 0 : 1
