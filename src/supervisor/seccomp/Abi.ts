/**
 * How system calls get into a kernel: each architecture whose programs it runs has numbers of its own, and tells itself
 * in `struct seccomp_data`.
 *
 * Every program answers for all of them, or it could be got around with calls of another kind, as int 0x80 on a 64-bit
 * PC. Of those whose numbers are not known none is carried out: they give ENOSYS, as from a kernel that has no such
 * calls. These are 32-bit ARM on arm64, and x32, which hardly any kernel has, and Debian's only if it is booted for it.
 */
import type { SystemCallTable } from "../../kernel/System.ts"
import type { Code, Label } from "./Assembler.ts"
import * as Assembler from "./Assembler.ts"
import type { Decision } from "./Decision.ts"
import * as Decisions from "./Decision.ts"

/** AUDIT_ARCH_... of linux/audit.h, by systemd's names; all little-endian. */
const tokens: Readonly<Record<string, number>> = {
  "x86-64": 0xc000003e,
  x86: 0x40000003,
  arm64: 0xc00000b7,
  arm: 0x40000028,
  riscv64: 0xc00000f3,
  loongarch64: 0xc0000102
}

export const isKnown = (architecture: string): boolean => Object.hasOwn(tokens, architecture)

/** A call of x32 says that it is one of x86-64, and this in its number. */
const x32Bit = 0x40000000
/** The number of a call that a debugger has cancelled: it does nothing. */
const cancelled = 0xffffffff

/** The calls of an architecture that something is decided about, by name. */
export type Calls = ReadonlyMap<string, Decision>

/** A program to be. */
export interface Plan {
  /** The directive that it is for, `SystemCallFilter=`. */
  readonly directive: string
  readonly callsOf: (architecture: string) => Calls
  /** What is done with all other calls. */
  readonly otherwise: Decision
  /** What is done with calls of architectures that it does not know. */
  readonly foreign: Decision
  readonly x32: Decision
}

/** A program that lets pass whatever it does not name, on architectures with known numbers. */
export const restriction = (
  directive: string,
  calls: Record<string, Decision>,
  of: Readonly<Record<string, Record<string, Decision>>> = {}
): Plan => ({
  directive,
  callsOf: (architecture) => new Map(Object.entries({ ...calls, ...of[architecture] })),
  otherwise: Decisions.allow,
  foreign: Decisions.enosys,
  x32: Decisions.enosys
})

/** The part of a program for one architecture. */
const part = (code: Code, plan: Plan, table: SystemCallTable, architecture: string): Label => {
  const calls = plan.callsOf(architecture)
  const numbers = calls.size === 0 ? [] : table.numbers(architecture, [...calls.keys()])
  const row: Array<Decision> = numbers.length === 0 ? [] : new Array(Math.max(...numbers) + 1).fill(plan.otherwise)
  let at = 0
  for (const decision of calls.values()) {
    const number = numbers[at++] ?? -1
    if (number >= 0) row[number] = decision
  }
  const decided = Decisions.searchRow(code, row, plan.otherwise)
  if (architecture !== "x86-64") {
    return row.length === 0 ? decided : Assembler.load(code, Assembler.numberOffset, decided)
  }
  const beyond = Decisions.search(code, [[cancelled, Decisions.allow]], plan.x32)
  return Assembler.load(code, Assembler.numberOffset, Assembler.branch(code, "atLeast", x32Bit, beyond, decided))
}

/** The instructions of a plan on a machine, for these of its architectures; the one that is most in use first. */
export const assemble = (
  plan: Plan,
  table: SystemCallTable,
  architectures: ReadonlyArray<string>
): ReadonlyArray<number> => {
  const code = Assembler.empty()
  let next = Decisions.write(code, plan.foreign)
  for (const architecture of [...architectures].reverse()) {
    const own = part(code, plan, table, architecture)
    next = Assembler.branch(code, "equal", tokens[architecture] ?? 0, own, next)
  }
  Assembler.load(code, Assembler.architectureOffset, next)
  return Assembler.finish(code)
}
