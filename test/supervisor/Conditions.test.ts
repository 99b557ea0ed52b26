import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Conditions from "../../src/supervisor/Conditions.ts"
import * as Paths from "../../src/supervisor/conditions/Paths.ts"
import type { World } from "./conditions/World.ts"
import { condition, evaluate } from "./conditions/World.ts"

const [yes, no] = ["PathExists=/data", "PathExists=/gone"]
const unknown = "Fraction=1%"

/** Lists, and which of them is named if they are not met. */
const lists: ReadonlyArray<readonly [texts: ReadonlyArray<string>, failed: string | undefined]> = [
  [[], undefined],
  [[yes], undefined],
  [[yes, yes], undefined],
  [[yes, no], no],
  [[no, "User=ghost"], no],
  [["PathExists=!/gone", yes], undefined],
  [["PathExists=|/data"], undefined],
  [["PathExists=|/gone"], "PathExists=|/gone"],
  [["PathExists=|/gone", "PathExists=|!/gone"], undefined],
  [["PathExists=|/gone", "PathExists=|/data", "PathExists=|/away"], undefined],
  [["PathExists=|/gone", "PathExists=|/away"], "PathExists=|/gone"],
  [["PathExists=|/data", no], no],
  [["PathExists=|/gone", yes], "PathExists=|/gone"],
  [["PathExists=|/gone", no], no],
  [["PathExists=|/gone", yes, "PathExists=|!/gone"], undefined],
  [[unknown], unknown],
  [["Fraction=!1%"], "Fraction=!1%"],
  [["Fraction=|1%", "PathExists=|/data"], undefined],
  [["Fraction=|!1%", "PathExists=|/gone"], "Fraction=|!1%"]
]

describe("a list of conditions", () => {
  for (const [texts, wanted] of lists) {
    it.effect(`of ${texts.join(" and ") || "nothing"} ${wanted === undefined ? "is met" : `fails by ${wanted}`}`, () =>
      Effect.map(evaluate(texts), ({ failed, met }) => {
        assert.strictEqual(met, wanted === undefined)
        assert.deepStrictEqual(failed, wanted === undefined ? undefined : condition(wanted))
      }))
  }

  it.effect("looks no further than the first that has to be met and is not", () => {
    const looked: Array<string> = []
    const watching: World = {
      system: { environment: Effect.sync(() => new Map([["looked", String(looked.push("environment"))]])) }
    }
    return Effect.map(
      evaluate([no, "Environment=looked"], watching),
      () => assert.deepStrictEqual(looked, [])
    )
  })

  it("asks nothing of anybody where there are none", () => {
    const untouched = Effect.runSync(Conditions.evaluate([]) as Effect.Effect<Conditions.Verdict>)
    assert.isTrue(untouched.met)
  })
})

describe("what is said of conditions", () => {
  for (
    const [kind, text, wanted] of [
      ["Condition", no, "ConditionPathExists=/gone is not met"],
      ["Condition", "PathExists=!/data", "ConditionPathExists=!/data is not met"],
      ["Assert", "PathExists=|/gone", "no Assert...=| is met: AssertPathExists=|/gone is not met"],
      [
        "Assert",
        "Fraction=|!1%",
        "no Assert...=| is met: AssertFraction=|!1% cannot be told: which share of all machines a container is in is not told"
      ],
      ["Condition", "Capability=CAP_FLY", "ConditionCapability=CAP_FLY cannot be told: there is no such capability"],
      ["Condition", yes, ""]
    ] as const
  ) {
    it.effect(`names ${kind} ${text}`, () =>
      Effect.map(evaluate([text]), (verdict) => assert.strictEqual(Conditions.explain(kind, verdict), wanted)))
  }
})

describe("braces", () => {
  for (
    const [pattern, wanted] of [
      ["/a", ["/a"]],
      ["/{a,b}", ["/a", "/b"]],
      ["/{a,b}/{c,d}", ["/a/c", "/a/d", "/b/c", "/b/d"]],
      ["/{a,b{c,d}}", ["/a", "/bc", "/bd"]],
      ["/{a}", ["/a"]],
      ["/x{,y}", ["/x", "/xy"]],
      ["/{}{a,b}", ["/{}a", "/{}b"]],
      ["/{a,b", ["/{a,b"]],
      ["/{a{b,c}", ["/{ab", "/{ac"]]
    ] as const
  ) {
    it(`${pattern} stands for ${wanted.join(" ")}`, () => assert.deepStrictEqual(Paths.choices(pattern), wanted))
  }
})
