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

/** Where the ranges of values begin that are decided alike, and how; the first begins at 0. */
interface Ranges {
  readonly starts: Array<number>
  readonly decisions: Array<Decision>
}

/** From this value on it is decided so. */
const begin = ({ decisions, starts }: Ranges, start: number, decision: Decision): void => {
  if (starts.at(-1) === start) {
    starts.pop()
    decisions.pop()
  }
  if (decisions.at(-1) === decision) return
  starts.push(start)
  decisions.push(decision)
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
  const found: Ranges = { starts: [0], decisions: [otherwise] }
  // Of two decisions about one value the last counts.
  const decided = [...new Map(cases)].sort(([a], [b]) => a - b)
  for (const [value, decision] of decided) {
    begin(found, value, decision)
    if (value < whole) begin(found, value + 1, otherwise)
  }
  return ranges(code, found, 0, found.starts.length)
}

/** The same for many small values: a row has the decision about a value in its place. */
export const searchRow = (code: Code, row: ReadonlyArray<Decision>, otherwise: Decision): Label => {
  const found: Ranges = { starts: [0], decisions: [otherwise] }
  let last: Decision = otherwise
  for (let value = 0; value < row.length; value++) {
    const decision = row[value] ?? otherwise
    if (decision !== last) begin(found, value, decision)
    last = decision
  }
  begin(found, row.length, otherwise)
  return ranges(code, found, 0, found.starts.length)
}

/** A search among the ranges from `first` on, up to, but not with `end`. */
const ranges = (
  code: Code,
  all: Ranges,
  first: number,
  end: number
): Label => {
  const { decisions, starts } = all
  const decide = (at: number): Label => write(code, decisions[at] ?? 0)
  const start = (at: number): number => starts[at] ?? 0
  if (end - first === 1) return decide(first)
  // One value amidst others that are all decided alike needs one comparison only.
  if (end - first === 3 && decisions[first] === decisions[first + 2] && start(first + 1) + 1 === start(first + 2)) {
    const around = decide(first)
    return Assembler.branch(code, "equal", start(first + 1), decide(first + 1), around)
  }
  const middle = first + end >> 1
  const above = ranges(code, all, middle, end)
  const below = ranges(code, all, first, middle)
  return Assembler.branch(code, "atLeast", start(middle), above, below)
}
