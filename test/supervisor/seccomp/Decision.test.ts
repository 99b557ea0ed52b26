import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as Abi from "../../../src/supervisor/seccomp/Abi.ts"
import * as Assembler from "../../../src/supervisor/seccomp/Assembler.ts"
import type { Decision } from "../../../src/supervisor/seccomp/Decision.ts"
import * as Decisions from "../../../src/supervisor/seccomp/Decision.ts"
import * as Interpreter from "./Interpreter.ts"
import { arm64, here, tokens, x32 } from "./Machines.ts"

/** A program that only searches for the number of a call. */
const searching = (cases: ReadonlyArray<readonly [number, Decision]>, otherwise: Decision): ReadonlyArray<number> => {
  const code = Assembler.empty()
  Assembler.load(code, Assembler.numberOffset, Decisions.search(code, cases, otherwise))
  return Assembler.finish(code)
}

const answerTo = (code: ReadonlyArray<number>, number: number, args: ReadonlyArray<number | bigint> = []) =>
  Interpreter.run(code, { architecture: 0, number, arguments: args })

const actions = [Decisions.allow, Decisions.log, Decisions.killProcess, ...[0, 1, 2, 13, 4095].map(Decisions.fail)]
const action = FastCheck.constantFrom(...actions)

/** Numbers near to one another, and those at the ends. */
const value = FastCheck.oneof(
  { arbitrary: FastCheck.nat(60), weight: 6 },
  { arbitrary: FastCheck.nat(500), weight: 3 },
  { arbitrary: FastCheck.constantFrom(0, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff), weight: 1 }
)

const decision: FastCheck.Arbitrary<Decision> = FastCheck.letrec<{ decision: Decision }>((tie) => ({
  decision: FastCheck.oneof(
    { maxDepth: 3, depthSize: "small" },
    action,
    FastCheck.tuple(FastCheck.nat(5), value, tie("decision"), tie("decision")).map((
      [argument, bits, then, otherwise]
    ) => Decisions.anyBit(argument, bits, then, otherwise)),
    FastCheck.tuple(
      FastCheck.nat(5),
      FastCheck.array(FastCheck.tuple(value, tie("decision")), { maxLength: 5 }),
      tie("decision"),
      FastCheck.constantFrom(Decisions.whole, 0xffff, 0xf0)
    ).map(([argument, cases, otherwise, mask]) => Decisions.choice(argument, cases, otherwise, mask))
  )
})).decision

/** The same in the plainest way. */
const decide = (decision: Decision, args: ReadonlyArray<bigint>): number => {
  if (typeof decision === "number") return decision
  const low = Number((args[decision.argument] ?? 0n) & 0xffffffffn)
  if (decision._tag === "AnyBit") return decide((low & decision.bits) !== 0 ? decision.then : decision.otherwise, args)
  const found = decision.cases.filter(([value]) => value === (low & decision.mask) >>> 0).at(-1)
  return decide(found === undefined ? decision.otherwise : found[1], args)
}

describe("a search", () => {
  it("finds the decision of every number and the other one for all the rest", () => {
    FastCheck.assert(FastCheck.property(
      FastCheck.array(FastCheck.tuple(value, action), { maxLength: 80 }),
      action,
      (cases, otherwise) => {
        const code = searching(cases, otherwise)
        Interpreter.check(code)
        const decided = new Map(cases)
        for (const number of new Set([...decided.keys()].flatMap((one) => [one, one + 1, Math.max(0, one - 1)]))) {
          if (number > 0xffffffff) continue
          assert.strictEqual(answerTo(code, number).answer, decided.get(number) ?? otherwise, `${number}`)
        }
      }
    ))
  })

  it("takes about as many steps as the logarithm of its length", () => {
    const cases = Array.from({ length: 500 }, (_, at) => [at * 2, Decisions.fail(at + 1)] as const)
    const code = searching(cases, Decisions.allow)
    assert.isBelow(Interpreter.check(code), 2100)
    const steps = cases.flatMap(([number]) => [number, number + 1]).map((number) => {
      const { answer, steps } = answerTo(code, number)
      assert.strictEqual(answer, number % 2 === 0 ? Decisions.fail(number / 2 + 1) : Decisions.allow)
      return steps
    })
    // Ten comparisons, a detour for each jump that is far, the load and the answer.
    assert.isAtMost(Math.max(...steps), 16)
  })

  it("needs no more than one comparison for neighbours that are decided alike", () => {
    const cases = Array.from({ length: 100 }, (_, at) => [at, Decisions.eperm] as const)
    assert.strictEqual(Interpreter.check(searching(cases, Decisions.allow)), 4)
    assert.strictEqual(Interpreter.check(searching([], Decisions.allow)), 2)
    assert.strictEqual(Interpreter.check(searching([[7, Decisions.eperm]], Decisions.allow)), 4)
  })
})

describe("a branch", () => {
  it("reaches both of its ends from any distance", () => {
    for (let between = 245; between < 265; between++) {
      for (const before of [0, 1, 2, 300]) {
        const code = Assembler.empty()
        const pad = (count: number, label: number): number => {
          for (let at = 0; at < count; at++) label = Assembler.load(code, Assembler.numberOffset, label)
          return label
        }
        const far = Assembler.answer(code, Decisions.eperm)
        pad(before, far)
        const near = Assembler.answer(code, Decisions.enosys)
        pad(between, near)
        for (const [yes, no] of [[far, near], [near, far]] as const) {
          const again = { ...code, operations: [...code.operations], operands: [...code.operands] }
          Assembler.load(again, Assembler.numberOffset, Assembler.branch(again, "equal", 5, yes, no))
          const program = Assembler.finish(again)
          Interpreter.check(program)
          const [then, otherwise] = [answerTo(program, 5).answer, answerTo(program, 4).answer]
          const words = [Interpreter.wordOf(then), Interpreter.wordOf(otherwise)]
          assert.strictEqual(words.join(" "), yes === far ? "EPERM ENOSYS" : "ENOSYS EPERM", `${before}, ${between}`)
        }
      }
    }
  })
})

describe("a decision", () => {
  it("is carried out whatever it is made of, and looks at the lower half of an argument only", () => {
    const args = FastCheck.array(FastCheck.tuple(value, FastCheck.nat(3)), { minLength: 6, maxLength: 6 })
    FastCheck.assert(
      FastCheck.property(decision, FastCheck.array(args, { minLength: 1, maxLength: 8 }), (one, calls) => {
        const code = Assembler.empty()
        Decisions.write(code, one)
        const program = Assembler.finish(code)
        Interpreter.check(program)
        for (const call of calls) {
          const args = call.map(([low, high]) => BigInt(high) << 32n | BigInt(low))
          assert.strictEqual(answerTo(program, 0, args).answer, decide(one, args))
        }
      })
    )
  })

  it("jumps as far as it takes", () => {
    const deep = Array.from({ length: 300 }).reduce<Decision>(
      (inner, _, at) => Decisions.anyBit(at % 6, 1 << at % 31, Decisions.fail(at + 1), inner),
      Decisions.allow
    )
    const code = Assembler.empty()
    Decisions.write(code, deep)
    const program = Assembler.finish(code)
    Interpreter.check(program)
    for (const bit of [0, 1, 7, 30]) {
      const args = Array.from({ length: 6 }, () => BigInt(1 << bit >>> 0))
      assert.strictEqual(answerTo(program, 0, args).answer, decide(deep, args))
    }
    assert.strictEqual(answerTo(program, 0).answer, Decisions.allow)
  })
})

describe("a program", () => {
  const plan = Abi.restriction("Some=", { read: Decisions.eperm, socket: Decisions.killProcess })
  const answers = (architectures: ReadonlyArray<string>, machine = here) => {
    const code = Abi.assemble(plan, machine, architectures)
    Interpreter.check(code)
    return (architecture: string, number: number) =>
      Interpreter.wordOf(
        Interpreter.run(code, { architecture: tokens[architecture] ?? 0, number, arguments: [] }).answer
      )
  }

  it("has the numbers of each architecture, and carries out no call of others", () => {
    const both = answers(["x86-64", "x86"])
    assert.deepStrictEqual([both("x86-64", 0), both("x86-64", 3), both("x86-64", 41)], ["EPERM", "allow", "kill"])
    assert.deepStrictEqual([both("x86", 3), both("x86", 0), both("x86", 359)], ["EPERM", "allow", "kill"])
    assert.deepStrictEqual([both("arm64", 3), both("mips", 0)], ["ENOSYS", "ENOSYS"])
    const alone = answers(["x86-64"])
    assert.deepStrictEqual([alone("x86-64", 0), alone("x86", 4)], ["EPERM", "ENOSYS"])
    const other = answers(["arm64"], arm64)
    assert.deepStrictEqual([other("arm64", 63), other("arm64", 0), other("arm", 3)], ["EPERM", "allow", "ENOSYS"])
  })

  it("carries out no call of x32, which shares its architecture with others", () => {
    const both = answers(["x86-64", "x86"])
    for (const number of [0, 41, 59, 520]) assert.strictEqual(both("x86-64", x32 + number), "ENOSYS")
    assert.strictEqual(both("x86-64", x32 - 1), "allow")
    assert.strictEqual(both("x86", x32), "allow", "it is not one there: the kernel has no such number")
  })

  it("leaves alone a call that a debugger has cancelled", () => {
    assert.strictEqual(answers(["x86-64"])("x86-64", 0xffffffff), "allow")
    assert.strictEqual(answers(["arm64"], arm64)("arm64", 0xffffffff), "allow")
  })
})
