import { assert, describe, it } from "@effect/vitest"
import * as Analyze from "../../../src/cli/analyze/Analyze.ts"
import * as Axis from "../../../src/cli/analyze/Axis.ts"
import * as Blame from "../../../src/cli/analyze/Blame.ts"
import * as Chain from "../../../src/cli/analyze/Chain.ts"
import * as Dot from "../../../src/cli/analyze/Dot.ts"
import * as Timeline from "../../../src/cli/analyze/Timeline.ts"
import * as Traces from "./Traces.ts"

const answer = (text: string, view = "blame") => Analyze.answer(view, "/t", text)

describe("blame", () => {
  it("lists units by how long their start took, and says what became of them", () => {
    assert.strictEqual(
      Blame.render(Traces.usual()),
      [
        "40.0ms db.service",
        "29.8ms web.service",
        "10.0ms bad.service",
        "2.00ms side.service",
        "0.90ms proxy.service",
        ""
      ].join("\n")
    )
  })

  it("counts a start that came to nothing, or to no end", () => {
    const boot = Traces.boot(
      { "a.service": "", "b.service": "", "c.service": "", "idle.service": "" },
      "10 start a.service",
      "11 start b.service",
      "12 start c.service",
      "1512 restart c.service",
      "1512 start_failed c.service 0 {\"err\":\"nope\"}",
      "3011 kill b.service",
      "3011 exited a.service 0 {\"failed\":false}"
    )
    assert.strictEqual(
      Blame.render(boot),
      "3.001s a.service\n3.000s b.service (still starting)\n1.500s c.service (failed, 1 restart)\n"
    )
  })
})

describe("the critical chain", () => {
  it("goes from the last unit back along what each has waited for", () => {
    assert.strictEqual(
      Chain.render(Traces.usual()),
      [
        "All had started after 81.0ms (10.0ms until the unit files were read, 71.0ms to start them).",
        "Behind @ is when a unit was up, counted from the boot's beginning; behind +, how long its start took.",
        "",
        "proxy.service @81.0ms +0.90ms",
        "└─web.service @80.0ms +29.8ms",
        "  └─db.service @50.0ms +40.0ms",
        ""
      ].join("\n")
    )
  })

  it("begins with who is still starting, where the boot is not complete", () => {
    const boot = Traces.boot(
      { "a.service": "", "b.service": "a.service" },
      "10 start a.service",
      "30 ready a.service 20",
      "30 start b.service",
      "5030 mem_snapshot"
    )
    assert.deepStrictEqual(Chain.render(boot).split("\n").slice(3), [
      "b.service is still starting, since 30.0ms",
      "└─a.service @30.0ms +20.0ms",
      ""
    ])
    assert.match(Chain.render(boot), /^Not all had started 5\.030s after the beginning/)
  })

  it("ends, whatever the records say of who came after whom", () => {
    const boot = Traces.boot(
      { "a.service": "b.service", "b.service": "a.service" },
      "10 start a.service",
      "10 start b.service",
      "10 ready a.service",
      "10 ready b.service",
      "11 boot_complete"
    )
    assert.isAtMost(Chain.make(boot).length, 2)
  })
})

describe("the graph", () => {
  it("has an arrow from each unit to what it waited for, and the chain stands out", () => {
    const text = Dot.render(Traces.usual())
    assert.match(text, /^digraph boot \{\n/)
    assert.include(text, "  \"web.service\" -> \"side.service\"\n")
    assert.include(text, "  \"web.service\" -> \"db.service\" [color=\"#e65100\", penwidth=2.5]\n")
    assert.include(text, "\"db.service\" [label=\"db.service\\n40.0ms\"")
  })

  it("quotes names", () => {
    const boot = Traces.boot({ "a\"b.service": "" }, "10 start a\"b.service", "11 boot_complete")
    assert.include(Dot.render(boot), "\"a\\\"b.service\" [label=\"a\\\"b.service\"")
  })
})

describe("a trace file", () => {
  it("is one of the last boot in it", () => {
    const first = Traces.text({ "old.service": "" }, "10 start old.service", "20 ready old.service 10")
    const second = Traces.text({ "new.service": "" }, "10 start new.service", "20 ready new.service 10")
    assert.deepStrictEqual(answer(first + second), {
      text: "10.0ms new.service\n",
      notes: ["/t tells of 2 boots: this is the last"]
    })
  })

  it("may end in the midst of a line, and the next boot may follow that", () => {
    const text = Traces.text({ "a.service": "" }, "10 start a.service", "20 ready a.service 10")
    const cut = text.slice(0, -20)
    const found = answer(cut)
    assert.deepStrictEqual(typeof found === "string" ? found : found.notes, [
      "/t: the last line is cut off, and left out"
    ])
    assert.deepStrictEqual(answer(cut + text), {
      text: "10.0ms a.service\n",
      notes: ["/t tells of 2 boots: this is the last"]
    })
  })

  it("says what it lacks", () => {
    const text = Traces.text({}, "10 trace_dropped - 0 {\"dropped\":3,\"total\":7}")
    assert.deepStrictEqual(answer(text), {
      text: "No unit was started.\n",
      notes: ["/t lacks 7 records that nobody read in time"]
    })
  })

  it.each([
    ["", "/t is no trace of a boot: there is nothing in it"],
    ["[Unit]\n", "/t:1: this is no record of a trace: \"[Unit]\""],
    ["{\"a\":1}\n", "/t:1: this is no record of a trace: \"{\"a\":1}\""],
    ["null\n", "/t:1: this is no record of a trace: \"null\""],
    [
      "{\"phase\":\"spawn\",\"t_start_ms\":1,\"dt_ms\":0}\n",
      "/t is no trace of a boot: its first record is no boot_start"
    ]
  ])("that is none is refused: %j", (text, wanted) => {
    assert.strictEqual(answer(text), wanted)
  })

  it("whose fields are not what they should be does no harm", () => {
    const text = Traces.text(
      {},
      "10 unit_loaded a.service 0 {\"after\":7,\"kind\":null}",
      "10 start a.service 0 {\"unit\":[]}",
      "11 exited a.service 0 {\"failed\":\"yes\",\"err\":3}"
    )
    for (const view of ["blame", "critical-chain", "plot", "dot"]) assert.isObject(answer(text, view))
  })
})

describe("the words behind analyze", () => {
  it.each<[ReadonlyArray<string>, unknown]>([
    [["blame"], { view: "blame", file: undefined }],
    [["plot", "/x"], { view: "plot", file: "/x" }],
    [["plto"], "analyze knows blame, critical-chain, plot, dot, and not \"plto\"; did you mean \"plot\"?"],
    [["dot", "/x", "/y"], "analyze dot reads one file, and not \"/y\""]
  ])("%j", (words, wanted) => {
    assert.deepStrictEqual(Analyze.parse(words), wanted)
  })

  it("are listed where there are none", () => {
    assert.match(String(Analyze.parse([])), /^analyze what\?\n {2}blame/)
  })
})

describe("a time axis", () => {
  it.each([
    [0.5, "0", "0.5 ms"],
    [150, "0", "140 ms"],
    [1228, "0", "1200 ms"],
    [1600, "0", "1.6 s"],
    [90_000, "0", "90 s"]
  ])("%d", (length, first, last) => {
    const ticks = Axis.ticks(length, 9)
    assert.deepStrictEqual([ticks[0]?.label, ticks.at(-1)?.label], [first, last])
    assert.isAtMost(ticks.length, 10)
    assert.isAtLeast(ticks.length, 4)
  })
})

describe("times", () => {
  it("are told with as many digits as help", () => {
    assert.deepStrictEqual([0.4321, 12.3456, 999.94, 1024.249, 59_999, 61_000].map(Timeline.span), [
      "0.43ms",
      "12.3ms",
      "999.9ms",
      "1.024s",
      "60.00s",
      "1min 1s"
    ])
  })
})
