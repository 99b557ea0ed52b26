import { availableParallelism } from "node:os"
import { assert, describe } from "vitest"
import { look } from "../../support/Inside.ts"
import { eachKind } from "../../support/Kinds.ts"

describe("the scheduling of a service", () => {
  eachKind("Nice= makes it give way, and where that may be, go first", async (place) => {
    const { of, quiet, warned } = await look(place.options, {
      kind: "Nice=7",
      zero: "Nice=0",
      first: "Nice=-5"
    })
    assert.strictEqual(of("kind").value("nice"), "7")
    assert.strictEqual(of("zero").value("nice"), "0")
    quiet("kind", "zero")
    assert.strictEqual(of("first").value("nice"), place.can("SYS_NICE") ? "-5" : "0")
    if (place.can("SYS_NICE")) quiet("first")
    else warned("first", /first\.service: not applied here: .*Nice=-5[^;]*EACCES/)
  })

  eachKind("OOMScoreAdjust= offers it to the kernel, or spares it where that may be", async (place) => {
    const { of, quiet, warned } = await look(place.options, {
      none: { unit: "After=first.service spared.service" },
      first: "OOMScoreAdjust=500",
      spared: "OOMScoreAdjust=-500"
    })
    if (!place.furnished) {
      // It is set by a file of /proc.
      return warned("first", /first\.service: not applied here: OOMScoreAdjust=500 \(.*ENOENT/)
    }
    assert.strictEqual(of("first").value("oom-score-adjust"), "500")
    // The kernel has one value for all processes that share their memory, as PID 1 and its child may for a moment.
    assert.strictEqual(of("none").value("oom-score-adjust"), "0")
    quiet("first")
    const may = place.can("SYS_RESOURCE")
    assert.strictEqual(of("spared").value("oom-score-adjust"), may ? "-500" : "0")
    if (may) quiet("spared")
    else warned("spared", /spared\.service: not applied here: .*OOMScoreAdjust=-500[^;]*EACCES/)
  })

  eachKind("CPUSchedulingPolicy= is what it runs by, real time only where that may be", async (place) => {
    const { of, quiet, warned } = await look(place.options, {
      batch: "CPUSchedulingPolicy=batch",
      idle: "CPUSchedulingPolicy=idle",
      fifo: "CPUSchedulingPolicy=fifo\nCPUSchedulingPriority=10",
      rr: "CPUSchedulingPolicy=rr"
    })
    assert.deepStrictEqual(of("batch").pick("policy", "priority"), { policy: "batch", priority: "0" })
    assert.deepStrictEqual(of("idle").pick("policy", "priority"), { policy: "idle", priority: "0" })
    quiet("batch", "idle")
    const may = place.can("SYS_NICE")
    assert.deepStrictEqual(
      of("fifo").pick("policy", "priority"),
      may ? { policy: "fifo", priority: "10" } : { policy: "other", priority: "0" }
    )
    // The least that real time has.
    assert.deepStrictEqual(
      of("rr").pick("policy", "priority"),
      may ? { policy: "rr", priority: "1" } : { policy: "other", priority: "0" }
    )
    if (may) quiet("fifo", "rr")
    else warned("fifo", /fifo\.service: not applied here: .*CPUSchedulingPolicy=fifo[^;]*EPERM/)
  })

  eachKind("CPUSchedulingResetOnFork= keeps it from its children", async (place) => {
    const { of, quiet } = await look(place.options, {
      yes: "CPUSchedulingPolicy=batch\nCPUSchedulingResetOnFork=yes",
      no: "CPUSchedulingPolicy=batch"
    })
    assert.deepStrictEqual(of("yes").pick("policy", "reset-on-fork"), { policy: "batch", "reset-on-fork": "yes" })
    assert.strictEqual(of("no").value("reset-on-fork"), "no")
    quiet("yes", "no")
  })

  eachKind("CPUAffinity= is where it runs, as far as there are such processors", async (place) => {
    const last = String(availableParallelism() - 1)
    const { failed, of, quiet } = await look(place.options, {
      last: `CPUAffinity=${last}`,
      range: `CPUAffinity=0-${last}`,
      some: "CPUAffinity=0 1000",
      reset: "CPUAffinity=0\nCPUAffinity=",
      none: "CPUAffinity=1000"
    })
    const all = Array.from({ length: availableParallelism() }, (_, index) => String(index)).join(" ")
    assert.strictEqual(of("last").value("processors"), last)
    assert.strictEqual(of("range").value("processors"), all)
    assert.strictEqual(of("some").value("processors"), "0")
    assert.strictEqual(of("reset").value("processors"), all)
    quiet("last", "range", "some", "reset")
    failed("none", /none\.service: .*CPUAffinity=1000.*EINVAL/)
    failed("none", /none\.service: exited with code 215\/CPUAFFINITY/)
  })

  eachKind("IOSchedulingClass= and IOSchedulingPriority= are how its storage is asked for", async (place) => {
    const { of, quiet, warned } = await look(place.options, {
      effort: "IOSchedulingClass=best-effort\nIOSchedulingPriority=2",
      priority: "IOSchedulingPriority=6",
      idle: "IOSchedulingClass=idle",
      real: "IOSchedulingClass=realtime\nIOSchedulingPriority=1"
    })
    assert.deepStrictEqual(of("effort").pick("io-class", "io-priority"), {
      "io-class": "best-effort",
      "io-priority": "2"
    })
    assert.deepStrictEqual(of("priority").pick("io-class", "io-priority"), {
      "io-class": "best-effort",
      "io-priority": "6"
    })
    assert.strictEqual(of("idle").value("io-class"), "idle")
    quiet("effort", "priority", "idle")
    const may = place.can("SYS_NICE") || place.can("SYS_ADMIN")
    assert.strictEqual(of("real").value("io-class"), may ? "realtime" : "none")
    if (may) quiet("real")
    else warned("real", /real\.service: not applied here: .*IOSchedulingClass=realtime[^;]*EPERM/)
  })

  eachKind("TimerSlackNSec= is how late its timers may be", async (place) => {
    const { of, quiet } = await look(place.options, {
      span: "TimerSlackNSec=1ms",
      number: "TimerSlackNSec=7000"
    })
    assert.strictEqual(of("span").value("timer-slack"), "1000000")
    assert.strictEqual(of("number").value("timer-slack"), "7000")
    quiet("span", "number")
  })

  eachKind("CoredumpFilter= is what its core files have", async (place) => {
    const { of, quiet, said } = await look(place.options, {
      none: { unit: "After=names.service number.service" },
      names: "CoredumpFilter=private-anonymous elf-headers",
      number: "CoredumpFilter=0x7",
      default: "CoredumpFilter=default"
    })
    if (!place.furnished) {
      assert.match(said("names").join("\n"), /names\.service: .*CoredumpFilter=.*ENOENT/)
      return
    }
    assert.strictEqual(of("names").value("coredump-filter"), "00000011")
    assert.strictEqual(of("number").value("coredump-filter"), "00000007")
    assert.strictEqual(of("default").value("coredump-filter"), "00000033")
    assert.strictEqual(of("none").value("coredump-filter"), "00000033")
    quiet("names", "number", "default")
  })
})

describe("what cannot be applied", () => {
  eachKind("is one line a boot for each unit, however many commands and runs it has", async (place) => {
    const { container, quiet, warned } = await look({ ...place.options, capabilities: 0xa80425fbn & place.bounding }, {
      a: "Nice=-5\nIOSchedulingClass=realtime\nExecStartPre=/mnt/inside say before\nExecStartPost=/mnt/inside say behind",
      b: "Nice=5"
    })
    warned("a", /a\.service: not applied here: .*Nice=-5/)
    warned("a", /a\.service: not applied here: .*IOSchedulingClass=realtime/)
    quiet("b")
    const lines = container.output.lines.filter(({ text }) => text.includes("a.service: not applied here: "))
    assert.isAtMost(lines.length, 2, container.show())
  })
})
