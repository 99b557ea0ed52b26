/** What is done with a system call: an answer of seccomp(2), or one that depends on an argument of the call. */
import type { Code, Label } from "./Assembler.ts"
import * as Assembler from "./Assembler.ts"

export type Decision = number | AnyBit | Choice

/** Whether an argument has any of these bits. */
export interface AnyBit {
  readonly _tag: "AnyBit"
  readonly argument: number
  readonly bits: number
  readonly then: Decision
  readonly otherwise: Decision
}

/** By the value of an argument, or of the bits of a mask in it. */
export interface Choice {
  readonly _tag: "Choice"
  readonly argument: number
  readonly mask: number
  readonly cases: ReadonlyArray<readonly [value: number, Decision]>
  readonly otherwise: Decision
}

/** SECCOMP_RET_... of seccomp(2). */
export const allow = 0x7fff0000
export const log = 0x7ffc0000
export const killProcess = 0x80000000
/** The call is not carried out and gives an error. */
export const fail = (errno: number): number => 0x00050000 | errno

export const eperm = fail(1)
export const enosys = fail(38)

export const whole = 0xffffffff

export const anyBit = (argument: number, bits: number, then: Decision, otherwise: Decision = allow): Decision => ({
  _tag: "AnyBit",
  argument,
  bits,
  then,
  otherwise
})

export const choice = (
  argument: number,
  cases: ReadonlyArray<readonly [value: number, Decision]>,
  otherwise: Decision,
  mask: number = whole
): Decision =>
  cases.every(([, decision]) => decision === otherwise)
    ? otherwise
    : { _tag: "Choice", argument, mask, cases, otherwise }

/** Writes what carries a decision out. */
export const write = (code: Code, decision: Decision): Label => {
  if (typeof decision === "number") return Assembler.answer(code, decision)
  const offset = Assembler.argumentOffset(decision.argument)
  if (decision._tag === "AnyBit") {
    const otherwise = write(code, decision.otherwise)
    const then = write(code, decision.then)
    return Assembler.load(code, offset, Assembler.branch(code, "anyBit", decision.bits, then, otherwise))
  }
  const found = search(code, decision.cases, decision.otherwise)
  const next = decision.mask === whole ? found : Assembler.mask(code, decision.mask, found)
  return Assembler.load(code, offset, next)
}

/**
 * Writes a binary search for the value that was loaded: every value goes to its decision, in about as many steps as the
 * logarithm of the number of ranges that are decided alike.
 */
export const search = (
  code: Code,
  cases: ReadonlyArray<readonly [value: number, Decision]>,
  otherwise: Decision
): Label => {
  const starts = [0]
  const decisions = [otherwise]
  const begin = (start: number, decision: Decision) => {
    if (starts.at(-1) === start) {
      starts.pop()
      decisions.pop()
    }
    if (decisions.at(-1) === decision) return
    starts.push(start)
    decisions.push(decision)
  }
  const decided = new Map(cases)
  // An array of numbers is sorted by the engine, without a call for each pair.
  for (const value of Float64Array.from(decided.keys()).sort()) {
    begin(value, decided.get(value) ?? otherwise)
    if (value < whole) begin(value + 1, otherwise)
  }
  return ranges(code, starts, decisions, 0, starts.length)
}

/** A search among the ranges from `first` on, up to, but not with `end`. */
const ranges = (
  code: Code,
  starts: ReadonlyArray<number>,
  decisions: ReadonlyArray<Decision>,
  first: number,
  end: number
): Label => {
  const decide = (at: number): Label => write(code, decisions[at] ?? 0)
  const start = (at: number): number => starts[at] ?? 0
  if (end - first === 1) return decide(first)
  // One value amidst others that are all decided alike needs one comparison only.
  if (end - first === 3 && decisions[first] === decisions[first + 2] && start(first + 1) + 1 === start(first + 2)) {
    const around = decide(first)
    return Assembler.branch(code, "equal", start(first + 1), decide(first + 1), around)
  }
  const middle = first + end >> 1
  const above = ranges(code, starts, decisions, middle, end)
  const below = ranges(code, starts, decisions, first, middle)
  return Assembler.branch(code, "atLeast", start(middle), above, below)
}
