/**
 * Classic BPF as seccomp(2) takes it, written from its end to its beginning: whatever an instruction goes on with is
 * there already, so that a label is a place that is known, and no jump has to be filled in later.
 *
 * The kernel tries each filter beforehand and runs it no more for calls that it always allows, provided that it looks at
 * nothing but architecture and number on the way there: only instructions that this trial understands are here.
 */

/** Instructions counted from the program's end: the last one is 0. */
export type Label = number

export interface Code {
  /** Operation and the two jumps, from the last instruction to the first. */
  readonly operations: Array<number>
  readonly operands: Array<number>
  /** Where the program last ended with an answer. */
  readonly answers: Map<number, Label>
}

export const empty = (): Code => ({ operations: [], operands: [], answers: new Map() })

/** BPF_MAXINSNS of bpf_common.h: no program may be longer. */
export const longest = 4096
/** The furthest that a conditional jump reaches. */
const reach = 255

const operation = { load: 0x20, jump: 0x05, and: 0x54, answer: 0x06 } as const
const comparison = { equal: 0x15, atLeast: 0x35, anyBit: 0x45 } as const

/** The parts of `struct seccomp_data`. */
export const numberOffset = 0
export const architectureOffset = 4

/** The low half of an argument. No call looked at here has an argument whose upper half counts. */
export const argumentOffset = (index: number): number => 16 + 8 * index

const push = (code: Code, operation: number, operand: number): Label => {
  code.operands.push(operand)
  return code.operations.push(operation) - 1
}

/** How many instructions the next one to be written would skip to get there. */
const distance = (code: Code, label: Label): number => code.operations.length - 1 - label

const goTo = (code: Code, label: Label): Label => push(code, operation.jump, distance(code, label))

/** Makes sure that the next instruction to be written goes on at the label. */
const follow = (code: Code, label: Label): void => {
  if (distance(code, label) !== 0) goTo(code, label)
}

/** Ends the program with an answer; an end that is near by serves again. */
export const answer = (code: Code, action: number): Label => {
  const before = code.answers.get(action)
  if (before !== undefined && distance(code, before) < reach) return before
  const label = push(code, operation.answer, action)
  code.answers.set(action, label)
  return label
}

/** Loads a word of `struct seccomp_data`. */
export const load = (code: Code, offset: number, next: Label): Label => {
  follow(code, next)
  return push(code, operation.load, offset)
}

/** Leaves the bits of a mask of what was loaded. */
export const mask = (code: Code, bits: number, next: Label): Label => {
  follow(code, next)
  return push(code, operation.and, bits)
}

/** Compares what was loaded, unsigned. */
export const branch = (
  code: Code,
  kind: keyof typeof comparison,
  value: number,
  yes: Label,
  no: Label
): Label => {
  // A detour moves what is behind it by one.
  const otherwise = distance(code, no) > reach - 1 ? goTo(code, no) : no
  const then = distance(code, yes) > reach ? goTo(code, yes) : yes
  const jumps = distance(code, then) << 16 | distance(code, otherwise) << 24
  return push(code, comparison[kind] | jumps, value)
}

/** The program, two numbers an instruction, as `struct sock_filter` lies in the memory of a little-endian machine. */
export const finish = ({ operands, operations }: Code): ReadonlyArray<number> => {
  const flat: Array<number> = []
  for (let at = operations.length - 1; at >= 0; at--) flat.push(operations[at] ?? 0, (operands[at] ?? 0) | 0)
  return flat
}
