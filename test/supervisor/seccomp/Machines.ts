/** Machines whose system calls are known, and what becomes of a call there. */
import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { assert } from "@effect/vitest"
import type { Machine } from "../../../src/supervisor/seccomp/Seccomp.ts"
import * as Seccomp from "../../../src/supervisor/seccomp/Seccomp.ts"
import { root } from "../../support/Places.ts"
import { service } from "../Units.ts"
import * as Interpreter from "./Interpreter.ts"

/** The table as the build makes it for this machine: by architecture, the numbers by name. */
const readTable = (): ReadonlyMap<string, ReadonlyMap<string, number>> => {
  const script = `${root}/scripts/build-system-calls.mjs`
  const folder = execFileSync(process.execPath, [script], { encoding: "utf8" }).trim()
  const text = readFileSync(`${folder}/ci_system_call_table.h`, "utf8")
  const architectures = /ARCHITECTURES "([^"]*)"/.exec(text)?.[1]?.split(" ") ?? []
  const names = [...text.matchAll(/^ {4}"(\w+)\\0"$/gm)].map(([, name]) => name ?? "")
  const rows = [...text.matchAll(/^ {4}\{\d+, \{(.*)\}\},$/gm)].map(([, row]) => row?.split(", ").map(Number) ?? [])
  assert.strictEqual(rows.length, names.length)
  return new Map(architectures.map((architecture, column) => [
    architecture,
    new Map(names.map((name, at) => [name, rows[at]?.[column] ?? -1] as const).filter(([, number]) => number >= 0))
  ]))
}

const machineOf = (table: ReadonlyMap<string, ReadonlyMap<string, number>>): Machine => ({
  architectures: [...table.keys()],
  numbers: (architecture, names) => names.map((name) => table.get(architecture)?.get(name) ?? -1)
})

/** A 64-bit PC, wherever the tests run: on another machine the kernel's headers are other ones. */
export const table = readTable()
export const here: Machine = machineOf(table)

/** asm-generic/unistd.h, as much as the tests name. */
export const arm64: Machine = machineOf(
  new Map([[
    "arm64",
    new Map(Object.entries({
      mkdirat: 34,
      fchmod: 52,
      openat: 56,
      read: 63,
      write: 64,
      exit_group: 94,
      unshare: 97,
      personality: 92,
      shmat: 196,
      socket: 198,
      clone: 220,
      execve: 221,
      mmap: 222,
      mprotect: 226,
      clone3: 435
    }))
  ]])
)

export const tokens: Readonly<Record<string, number>> = {
  "x86-64": 0xc000003e,
  x86: 0x40000003,
  arm64: 0xc00000b7,
  arm: 0x40000028,
  mips: 0x8
}

export const x32 = 0x40000000

/** A service's programs, each of which the kernel would take. */
export const programsOf = (lines: string, machine = here): Seccomp.Programs => {
  const section = service(lines).Service
  const made = Seccomp.programs(section, machine)
  for (const { code } of made.programs) Interpreter.check(code)
  assert(made.programs.length === 0 || Seccomp.needed(section), "what is made is needed")
  return made
}

/** What becomes of a call by its number. */
export const answerOf = (
  { programs }: Seccomp.Programs,
  architecture: string,
  number: number,
  args: ReadonlyArray<number | bigint> = []
): string => {
  const call = { architecture: tokens[architecture] ?? 0, number, arguments: args }
  return Interpreter.harshest(programs.map(({ code }) => Interpreter.run(code, call).answer))
}

/** What becomes of calls of a service with these lines: `open(0, 0100, 04755)`, or of another architecture `x86:read`. */
export const tryCalls = (lines: string, calls: ReadonlyArray<string>, machine = here): ReadonlyArray<string> => {
  const made = programsOf(lines, machine)
  return calls.map((text) => {
    const [, other, name = "", list = ""] = /^(?:([\w-]+):)?(\w+)(?:\((.*)\))?$/.exec(text) ?? []
    const architecture = other ?? machine.architectures[0] ?? ""
    const number = machine.numbers(architecture, [name])[0] ?? -1
    assert(number >= 0, `${text} is no call of ${architecture}`)
    return answerOf(made, architecture, number, list === "" ? [] : list.split(",").map((word) => BigInt(word.trim())))
  })
}
