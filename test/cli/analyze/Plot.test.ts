/** The chart, by what is to be seen of it. */
import { assert, describe, it } from "@effect/vitest"
import * as Plot from "../../../src/cli/analyze/Plot.ts"
import * as Traces from "./Traces.ts"

interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly what: string
}

const attribute = (element: string, name: string): string => new RegExp(` ${name}="([^"]*)"`).exec(element)?.[1] ?? ""

const boxes = (svg: string, colour: string): ReadonlyArray<Box> =>
  [...svg.matchAll(/<rect [^>]*>(?:<title>([^<]*)<\/title>)?/g)].flatMap(([element, title = ""]) =>
    attribute(element, "fill") === colour
      ? [{
        x: Number(attribute(element, "x")),
        y: Number(attribute(element, "y")),
        width: Number(attribute(element, "width")),
        what: title
      }]
      : []
  )

/** Where texts are, by their widest reasonable rendering. */
const texts = (svg: string): ReadonlyArray<Box> =>
  [...svg.matchAll(/(<text [^>]*>)([^<]*)<\/text>/g)].map(([, element = "", what = ""]) => {
    const width = what.replaceAll(/&\w+;/g, "x").length * (attribute(element, "class").includes("title") ? 11 : 6.6)
    const anchor = attribute(element, "text-anchor")
    const at = Number(attribute(element, "x"))
    const x = anchor === "end" ? at - width : anchor === "middle" ? at - width / 2 : at
    return { x, y: Number(attribute(element, "y")), width, what }
  })

const starting = "#f6a623"

describe("the chart", () => {
  it("has a bar for each start, as long as it took, in the order of the starts", () => {
    const svg = Plot.render(Traces.usual())
    // The legend has one, too, that is about nobody.
    const bars = boxes(svg, starting).filter(({ what }) => what !== "")
    assert.deepStrictEqual(bars.map(({ what }) => what.split(":")[0]), [
      "db.service",
      "side.service",
      "bad.service",
      "web.service",
      "proxy.service"
    ])
    const [db, , , web] = bars
    assert.approximately((db?.width ?? 0) / (web?.width ?? 1), 40 / 29.8, 0.01)
    assert.isAbove(web?.x ?? 0, (db?.x ?? 0) + (db?.width ?? 0) - 1)
    assert.include(svg, ">Boot: all units had started after 81.0ms<")
    assert.include(svg, ">failed, up after 130.0ms<")
    assert.include(svg, "ended with exit code 0")
  })

  it("has texts that do not meet, whatever their length, and nothing beyond its edges", () => {
    const names = Array.from({ length: 60 }, (_, at) => `${"unit-".repeat(at % 17)}${at}.service`)
    const lines = names.flatMap((unit, at) => [
      `${10 + at * 3} start ${unit}`,
      ...at % 9 === 4
        ? [`${10 + at * 3 + at} start_failed ${unit} 0 {"err":"nope"}`]
        : at % 13 === 5
        ? []
        : [`${10 + at * 3 + (at * 31) % 90} ready ${unit} ${(at * 31) % 90}`]
    ])
    const boot = Traces.boot(Object.fromEntries(names.map((name) => [name, ""])), ...lines, "290 boot_complete - 280")
    const svg = Plot.render(boot)
    const width = Number(attribute(svg, "width"))
    const height = Number(attribute(svg, "height"))
    const all = texts(svg)
    assert.isAtLeast(all.length, 120)
    for (const [at, one] of all.entries()) {
      assert.isAtLeast(one.x, 0, one.what)
      assert.isAtMost(one.x + one.width, width, one.what)
      assert.isAtMost(one.y, height, one.what)
      for (const other of all.slice(at + 1)) {
        const apart = Math.abs(one.y - other.y) >= 12 || one.x + one.width <= other.x || other.x + other.width <= one.x
        assert.isTrue(apart, `${one.what} / ${other.what}`)
      }
    }
  })

  it("is well-formed, whatever units are called", () => {
    const name = "<script>&\"'\u0007.service"
    const boot = Traces.boot({}, "11 boot_complete")
    const life = Traces.usual().units.get("db.service")
    if (life === undefined) throw new Error("no unit")
    const svg = Plot.render({ ...boot, units: new Map([[name, { ...life, unit: name }]]) })
    assert.include(svg, "&lt;script&gt;&amp;&quot;'\ufffd.service")
    assert.notInclude(svg, "<script>")
    assert.notInclude(svg, "NaN")
  })

  it("is one of a boot without units, and of one that is not complete", () => {
    for (const boot of [Traces.boot({}), Traces.boot({ "a.service": "" }, "10 start a.service")]) {
      const svg = Plot.render(boot)
      assert.include(svg, "Boot: not complete after 10.0ms")
      assert.notInclude(svg, "NaN")
      assert.notInclude(svg, "Infinity")
    }
  })
})
