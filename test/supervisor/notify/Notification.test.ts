import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import type { Notification } from "../../../src/supervisor/notify/Notification.ts"
import { parse } from "../../../src/supervisor/notify/Notification.ts"

/** What a message says, without what an empty one says, too. */
const said = (text: string): Partial<Notification> => {
  const nothing = Object.entries(parse(""))
  return Object.fromEntries(
    Object.entries(parse(text)).filter(([key, value]) => {
      const empty = nothing.find(([name]) => name === key)?.[1]
      return Array.isArray(value) ? value.length > 0 : value !== empty
    })
  )
}

describe("a notification", () => {
  for (
    const [text, wanted] of [
      ["", {}],
      ["READY=1", { ready: true }],
      ["READY=1\n", { ready: true }],
      ["READY=0\nRELOADING=yes", {}],
      ["RELOADING=1\nMONOTONIC_USEC=8726387236", { reloading: true, monotonicMicros: 8_726_387_236 }],
      ["STOPPING=1\nSTATUS=Going down", { stopping: true, status: "Going down" }],
      ["STATUS=", { status: "" }],
      ["STATUS=a=b=c", { status: "a=b=c" }],
      ["STATUS=50 %\nREADY=1\nMAINPID=4711", { status: "50 %", ready: true, mainPid: 4711 }],
      ["STATUS=one\nSTATUS=two", { status: "one" }],
      ["ERRNO=2\nBUSERROR=org.example.Timeout", { errno: 2, busError: "org.example.Timeout" }],
      ["WATCHDOG=1", { watchdog: "alive" }],
      ["WATCHDOG=trigger", { watchdog: "trigger" }],
      ["WATCHDOG_USEC=20000000", { watchdogMillis: 20_000 }],
      ["WATCHDOG_USEC=0", { watchdogMillis: 0 }],
      ["WATCHDOG_USEC=18446744073709551615", { watchdogMillis: Infinity }],
      ["EXTEND_TIMEOUT_USEC=1500", { extendMillis: 1.5 }],
      ["EXIT_STATUS=255", { exitStatus: 255 }],
      ["NOTIFYACCESS=all", { access: "all" }],
      ["FDSTORE=1", { store: "add" }],
      ["FDSTORE=1\nFDNAME=foo\nFDPOLL=0", { store: "add", name: "foo", poll: false }],
      ["FDNAME=foo\nFDSTOREREMOVE=1\nFDSTORE=1", { store: "remove", name: "foo" }],
      ["BARRIER=1", { barrier: true }],
      ["MAINPIDFDID=12345\nX_MINE=1\n=1\nnothing", {}],
      ["constructor=1\n__proto__=1\ntoString=1", {}],
      ["READY=1\0STOPPING=1", { ready: true }]
    ] as const
  ) {
    it(`says ${JSON.stringify(wanted)} with ${JSON.stringify(text)}`, () => {
      assert.deepStrictEqual(said(text), wanted)
    })
  }

  for (
    const [text, fault] of [
      ["MAINPID=0", "MAINPID= is ignored: \"0\" is none of its values"],
      ["MAINPID=-1", "MAINPID= is ignored: \"-1\" is none of its values"],
      ["MAINPID=99999999", "MAINPID= is ignored: \"99999999\" is none of its values"],
      ["ERRNO=ENOENT", "ERRNO= is ignored: \"ENOENT\" is none of its values"],
      ["EXIT_STATUS=256", "EXIT_STATUS= is ignored: \"256\" is none of its values"],
      ["WATCHDOG=2", "WATCHDOG= is ignored: \"2\" is none of its values"],
      ["WATCHDOG_USEC=1e9", "WATCHDOG_USEC= is ignored: \"1e9\" is none of its values"],
      ["EXTEND_TIMEOUT_USEC=", "EXTEND_TIMEOUT_USEC= is ignored: \"\" is none of its values"],
      [
        "MONOTONIC_USEC=99999999999999999999",
        "MONOTONIC_USEC= is ignored: \"99999999999999999999\" is none of its values"
      ],
      ["NOTIFYACCESS=everybody", "NOTIFYACCESS= is ignored: \"everybody\" is none of its values"],
      ["FDNAME=a:b", "FDNAME= is ignored: \"a:b\" is none of its values"],
      ["FDSTORE=yes", "FDSTORE= is ignored: \"yes\" is none of its values"],
      ["FDSTOREREMOVE=1", "FDSTOREREMOVE=1 is ignored: FDNAME= does not say which"]
    ] as const
  ) {
    it(`ignores ${JSON.stringify(text)} and says so`, () => {
      assert.deepStrictEqual(said(text), { faults: [fault] })
    })
  }

  it("is nothing but a barrier where it is one", () => {
    assert.deepStrictEqual(said("BARRIER=1\nREADY=1"), {
      barrier: true,
      faults: ["BARRIER=1 has to stand alone: all of \"BARRIER=1\\x0aREADY=1\" is ignored"]
    })
  })

  it("cannot steer a terminal by its status", () => {
    assert.strictEqual(parse("STATUS=\u001b[2Jgone\rback\u202e").status, "\\x1b[2Jgone\\x0dback\\u202e")
    assert.strictEqual(parse("BUSERROR=\u0007").busError, "\\x07")
  })

  it("is cut where its status is too long, between characters", () => {
    const status = parse(`STATUS=${"😀".repeat(5000)}`).status ?? ""
    assert.isAtMost(status.length, 1027)
    assert.match(status, /^(?:😀)+\.\.\.$/u)
  })

  it("counts up to 4096 fields and no further", () => {
    const many = `${"X=1\n".repeat(4095)}READY=1`
    assert.deepStrictEqual(said(many), { ready: true })
    assert.deepStrictEqual(said(`X=1\n${many}`), { faults: ["it has more than 4096 fields: the rest is ignored"] })
  })

  it("says no more than a few faults", () => {
    assert.isAtMost(parse("ERRNO=x\n".repeat(1000)).faults.length, 9)
  })

  it("is read whatever it is, in bounds", () => {
    const names = [
      "READY",
      "STATUS",
      "MAINPID",
      "WATCHDOG_USEC",
      "FDNAME",
      "FDSTORE",
      "BARRIER",
      "ERRNO",
      "EXIT_STATUS"
    ]
    const field = FastCheck.tuple(FastCheck.constantFrom(...names), FastCheck.string({ unit: "binary", maxLength: 40 }))
    FastCheck.assert(FastCheck.property(FastCheck.array(field, { maxLength: 20 }), (fields) => {
      const read = parse(fields.map(([name, value]) => `${name}=${value}`).join("\n"))
      for (const value of [read.errno, read.mainPid, read.exitStatus, read.watchdogMillis]) {
        assert(value === undefined || value >= 0)
      }
      assert.notMatch(read.status ?? "", /[\u0000-\u001f\u007f-\u009f]/)
      assert.isAtMost(read.faults.join("").length, 9 * 500)
    }))
  })
})
