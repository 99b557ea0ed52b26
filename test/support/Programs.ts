/** The small C programs of fixtures/programs, compiled when a test first asks for one. */
import { execFileSync } from "node:child_process"
import { mkdirSync, readdirSync, renameSync, statSync } from "node:fs"
import { fixtures, programs } from "./Places.ts"

const flags = ["-std=c11", "-O1", "-static", "-Wall", "-Wextra", "-Wconversion", "-Werror"]

const modified = (file: string): number => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0

/** When one of its parts was last changed: the headers belong to all of them. */
const sourceModified = (source: string): number => {
  const headers = readdirSync(`${fixtures}/programs`).filter((name) => name.endsWith(".h"))
  return Math.max(modified(source), ...headers.map((name) => modified(`${fixtures}/programs/${name}`)))
}

export type Program = "caller" | "echoer" | "filtered" | "inside" | "launcher" | "machine" | "service"

/** The path of the static program made from `fixtures/programs/NAME.c`. */
export const program = (name: Program): string => {
  const source = `${fixtures}/programs/${name}.c`
  const target = `${programs}/${name}`
  if (modified(target) > sourceModified(source)) return target
  mkdirSync(programs, { recursive: true, mode: 0o755 })
  // Whoever else compiles it at this moment gets the same bytes.
  const fresh = `${target}.${process.pid}`
  execFileSync("musl-gcc", [...flags, "-o", fresh, source], { stdio: ["ignore", "inherit", "inherit"] })
  renameSync(fresh, target)
  return target
}
