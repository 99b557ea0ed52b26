/** systemd's own tools, as they answer offline: no manager runs, nothing of the machine is read but time zones. */
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"

export interface Answer {
  readonly status: number
  readonly out: string
  readonly err: string
}

/** What the tool says. That there is no such tool is no answer: `scripts/install tests` brings it. */
export const ask = (
  tool: string,
  args: ReadonlyArray<string>,
  variables: Readonly<Record<string, string>> = {}
): Answer => {
  const env = { PATH: process.env["PATH"], LC_ALL: "C.UTF-8", TZ: "UTC", ...variables }
  const { error, signal, status, stderr, stdout } = spawnSync(tool, args, { encoding: "utf8", env, maxBuffer: 2 ** 26 })
  if (error !== undefined) throw new Error(`${tool} does not run: ${error.message}`)
  if (status === null) throw new Error(`${tool} was ended by ${signal}`)
  return { status, out: stdout, err: stderr }
}

/** The version whose answers the tests know, with every difference to ours and its reason. */
const known = "252"

/** A group of tests that compare; on a machine with another systemd they are left out, and say so. */
export const describeOracle = (name: string, body: () => void): void => {
  const version = /^systemd (\d+)/.exec(ask("systemd-analyze", ["--version"]).out)?.[1] ?? "of no version"
  if (version === known) describe(name, body)
  else describe.skip(`${name} (left out: the differences are listed for systemd ${known}, here is ${version})`, body)
}

/** The same texts in every run, each once. */
export const sample = (texts: FastCheck.Arbitrary<string>, count: number): ReadonlyArray<string> => [
  ...new Set(FastCheck.sample(texts, { numRuns: count, seed: 252 }))
]

/** Texts with a character too many, too few, or another one. */
export const damaged = (texts: FastCheck.Arbitrary<string>, alphabet: string): FastCheck.Arbitrary<string> =>
  FastCheck.tuple(texts, FastCheck.nat(100), FastCheck.nat(1), FastCheck.constantFrom("", ...alphabet)).map(
    ([text, place, taken, given]) => {
      const at = place % (text.length + 1)
      return text.slice(0, at) + given + text.slice(at + taken)
    }
  )

/** The texts that the tool refuses; one process each, since it stops at the first. */
export const refused = (texts: ReadonlyArray<string>, askOne: (text: string) => Answer): ReadonlyArray<string> =>
  texts.filter((text) => askOne(text).status !== 0)

/** What `systemd-analyze verify` says of unit files that are alone in the world. */
export interface Verified {
  /** `file:line: message`, by the name of the file. */
  readonly lines: ReadonlyMap<string, ReadonlyArray<{ readonly line: number; readonly message: string }>>
  /** What is said of units as a whole, one line each. */
  readonly units: ReadonlyArray<string>
}

/** Units that others get dependencies on without having asked for them, so that all of them have what they need. */
const surroundings = ["sysinit", "basic", "shutdown", "sockets", "timers", "paths"]

/** Writes the files into a directory of their own and asks about those `asked`, or else all. */
export const verify = (files: ReadonlyMap<string, string>, asked: Iterable<string> = files.keys()): Verified => {
  const folder = mkdtempSync(join(tmpdir(), "verified-"))
  try {
    for (const [name, text] of files) writeFileSync(join(folder, name), text)
    for (const name of surroundings) writeFileSync(join(folder, `${name}.target`), "[Unit]\n")
    writeFileSync(join(folder, "dbus.socket"), "[Socket]\nListenStream=/run/dbus\nService=dbus.service\n")
    writeFileSync(join(folder, "dbus.service"), "[Service]\nExecStart=/bin/true\n")
    const { err } = ask(
      "systemd-analyze",
      ["verify", "--man=no", ...[...asked].map((name) => join(folder, name))],
      { SYSTEMD_UNIT_PATH: folder }
    )
    const lines = new Map<string, Array<{ line: number; message: string }>>()
    const units: Array<string> = []
    for (const said of err.split("\n")) {
      const [, name, line, message = ""] = /^(?:\/[^:]*\/)?([^/:]+):(\d+): (.*)$/.exec(said) ?? []
      if (name === undefined) {
        if (said !== "") units.push(said)
        continue
      }
      const list = lines.get(name)
      if (list === undefined) lines.set(name, [{ line: Number(line), message }])
      else list.push({ line: Number(line), message })
    }
    return { lines, units }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
