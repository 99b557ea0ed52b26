/** What the kernel does with a program of classic BPF, seccomp(2): it checks it, runs it, and tries it beforehand. */
import { assert } from "@effect/vitest"

export interface Call {
  /** AUDIT_ARCH_... of linux/audit.h. */
  readonly architecture: number
  readonly number: number
  readonly arguments: ReadonlyArray<number | bigint>
}

interface Instruction {
  readonly operation: number
  readonly ifTrue: number
  readonly ifFalse: number
  readonly operand: number
}

/** Programs are run many times. */
const decoded = new WeakMap<ReadonlyArray<number>, ReadonlyArray<Instruction>>()

const decode = (code: ReadonlyArray<number>): ReadonlyArray<Instruction> => {
  const before = decoded.get(code)
  if (before !== undefined) return before
  assert.strictEqual(code.length % 2, 0)
  const instructions: Array<Instruction> = []
  for (let at = 0; at < code.length; at += 2) {
    const [word = NaN, operand = NaN] = [code[at], code[at + 1]]
    assert(Number.isInteger(word) && word === (word | 0) && Number.isInteger(operand) && operand === (operand | 0))
    instructions.push({
      operation: word & 0xffff,
      ifTrue: word >>> 16 & 0xff,
      ifFalse: word >>> 24,
      operand: operand >>> 0
    })
  }
  decoded.set(code, instructions)
  return instructions
}

const [load, jump, and, answer] = [0x20, 0x05, 0x54, 0x06]
const tests: Readonly<Record<number, (value: number, operand: number) => boolean>> = {
  0x15: (value, operand) => value === operand,
  0x25: (value, operand) => value > operand,
  0x35: (value, operand) => value >= operand,
  0x45: (value, operand) => (value & operand) !== 0
}

/** As bpf_check_classic() and seccomp_check_filter(): what the kernel would not take fails. */
export const check = (code: ReadonlyArray<number>): number => {
  const instructions = decode(code)
  assert(instructions.length > 0 && instructions.length <= 4096, `${instructions.length} instructions`)
  instructions.forEach(({ ifFalse, ifTrue, operand, operation }, at) => {
    if (operation === load) assert(operand % 4 === 0 && operand < 64, `loads from ${operand}`)
    else if (operation === jump) assert(at + 1 + operand < instructions.length, `jumps ${operand} from ${at}`)
    else if (tests[operation] !== undefined) {
      assert(at + 1 + Math.max(ifTrue, ifFalse) < instructions.length, `jumps ${ifTrue} or ${ifFalse} from ${at}`)
    } else assert(operation === and || operation === answer, `operation ${operation}`)
  })
  assert.strictEqual(instructions.at(-1)?.operation, answer)
  return instructions.length
}

const word = ({ architecture, arguments: all, number }: Call, offset: number): number => {
  if (offset === 0) return number >>> 0
  if (offset === 4) return architecture >>> 0
  assert(offset >= 16, `loads from ${offset}`)
  const value = BigInt.asUintN(64, BigInt(all[offset - 16 >> 3] ?? 0))
  return Number(offset % 8 === 0 ? value & 0xffffffffn : value >> 32n)
}

/** Runs it: the answer, how many instructions that took, and whether it looked at an argument. */
export const run = (
  code: ReadonlyArray<number>,
  call: Call
): { readonly answer: number; readonly steps: number; readonly looked: boolean } => {
  const instructions = decode(code)
  let accumulator = 0
  let looked = false
  let steps = 0
  for (let at = 0;; at++) {
    const { ifFalse = 0, ifTrue = 0, operand = 0, operation = 0 } = instructions[at] ?? {}
    steps++
    if (operation === load) {
      accumulator = word(call, operand)
      looked ||= operand >= 16
    } else if (operation === and) accumulator = (accumulator & operand) >>> 0
    else if (operation === jump) at += operand
    else if (operation === answer) return { answer: operand, steps, looked }
    else {
      const test = tests[operation]
      assert(test !== undefined, `operation ${operation} at ${at}`)
      at += test(accumulator, operand) ? ifTrue : ifFalse
    }
  }
}

const errors: Readonly<Record<number, string>> = { 0: "0", 1: "EPERM", 13: "EACCES", 38: "ENOSYS", 97: "EAFNOSUPPORT" }

/** An answer as a word: `allow`, `log`, `kill`, or the error's name. */
export const wordOf = (answer: number): string => {
  if (answer === 0x7fff0000) return "allow"
  if (answer === 0x7ffc0000) return "log"
  if (answer === 0x80000000) return "kill"
  assert.strictEqual(answer >>> 16, 0x0005, `answer ${answer.toString(16)}`)
  return errors[answer & 0xffff] ?? String(answer & 0xffff)
}

/** Of several answers the kernel takes the harshest, which is the lowest as a signed number. */
export const harshest = (answers: ReadonlyArray<number>): string => {
  const lowest = Math.min(0x7fff0000, ...answers.map((answer) => (answer & 0xffff0000) | 0))
  return wordOf(answers.filter((answer) => ((answer & 0xffff0000) | 0) === lowest).at(-1) ?? 0x7fff0000)
}
