import { assert, describe, it } from "@effect/vitest"
import type { Action, Step } from "../../../src/kernel/Step.ts"
import * as Capability from "../../../src/supervisor/exec/Capability.ts"
import type { Own } from "../../../src/supervisor/exec/Own.ts"
import type { Becoming } from "../../../src/supervisor/exec/Privileges.ts"
import * as Privileges from "../../../src/supervisor/exec/Privileges.ts"
import { service } from "../Units.ts"

const { number } = Capability
const [CHOWN, KILL] = [0, 5]
const none = new Set<number>()
const some = new Set([CHOWN, KILL, number.SETPCAP, number.MKNOD, number.SYS_ADMIN])

/** PID 1 with a few capabilities, none of which it inherits to anybody. */
const own: Own = {
  groups: [],
  inheritable: none,
  permitted: some,
  bounding: some,
  ambient: none,
  noNewPrivileges: false
}
const becoming: Becoming = { changesUser: false, needsNoNewPrivileges: false, strict: false }

const show = (action: Action): string => {
  switch (action._tag) {
    case "Bounding":
      return `bounding ${action.kept.map(Capability.nameOf).join(" ")}`
    case "Capabilities":
      return `ambient ${action.ambient.map(Capability.nameOf).join(" ")}`
    case "SecureBits":
      return `bits ${action.bits}`
    default:
      return action._tag
  }
}

const all = (lines: string, who = own, how = becoming) => {
  const { confinement, preparation } = Privileges.make(service(lines).Service, who, how)
  return { before: preparation.map(({ action }) => show(action)), after: confinement.map(({ action }) => show(action)) }
}

describe("privileges", () => {
  it("are left alone where nobody has asked for anything", () => {
    assert.deepStrictEqual(all(""), { before: [], after: [] })
    assert.deepStrictEqual(all("NoNewPrivileges=no\nPrivateDevices=no"), { before: [], after: [] })
  })

  it("that PID 1 inherits to its children are taken away", () => {
    for (const which of ["inheritable", "ambient"] as const) {
      assert.deepStrictEqual(all("", { ...own, [which]: some }), { before: [], after: ["ambient "] })
    }
  })

  it("are bounded before the user is changed, by what is asked for and by what other directives take away", () => {
    const cases = {
      "CapabilityBoundingSet=CAP_CHOWN CAP_NET_RAW": "bounding CAP_CHOWN",
      "CapabilityBoundingSet=~CAP_CHOWN": "bounding CAP_KILL CAP_SETPCAP CAP_SYS_ADMIN CAP_MKNOD",
      "CapabilityBoundingSet=": "bounding ",
      "PrivateDevices=yes": "bounding CAP_CHOWN CAP_KILL CAP_SETPCAP CAP_SYS_ADMIN",
      "CapabilityBoundingSet=CAP_CHOWN CAP_MKNOD\nPrivateDevices=yes": "bounding CAP_CHOWN"
    }
    for (const [lines, wanted] of Object.entries(cases)) {
      const { after, before } = all(lines)
      assert.deepStrictEqual(before.map((text) => text.split(" ").sort()), [wanted.split(" ").sort()], lines)
      assert.deepStrictEqual(after, [])
    }
    // Nobody here has these anyway.
    assert.deepStrictEqual(all("ProtectClock=yes\nProtectKernelLogs=yes\nProtectKernelModules=yes").before, [])
  })

  it("of another user are kept through the change, and raised after it", () => {
    const lines = "AmbientCapabilities=CAP_KILL"
    assert.deepStrictEqual(all(lines), { before: [], after: ["ambient CAP_KILL"] })
    assert.deepStrictEqual(all(lines, own, { ...becoming, changesUser: true }), {
      before: ["KeepCapabilities"],
      after: ["ambient CAP_KILL"]
    })
    assert.deepStrictEqual(all("AmbientCapabilities=~CAP_KILL CAP_CHOWN CAP_SETPCAP CAP_MKNOD").after, [
      "ambient CAP_SYS_ADMIN"
    ])
  })

  it("that PID 1 does not have are told by name", () => {
    const missing = (lines: string) => Privileges.missing(service(lines).Service, own)
    assert.deepStrictEqual(missing("AmbientCapabilities=CAP_NET_RAW CAP_KILL CAP_SYSLOG"), [
      "CAP_NET_RAW",
      "CAP_SYSLOG"
    ])
    assert.deepStrictEqual(missing("AmbientCapabilities=~CAP_NET_RAW"), [])
    assert.deepStrictEqual(missing("CapabilityBoundingSet=CAP_NET_RAW"), [])
  })

  it("that the unit itself takes away are told with what takes them", () => {
    const outside = (lines: string, who = own) => Privileges.outside(service(lines).Service, who)
    assert.deepStrictEqual(outside("AmbientCapabilities=CAP_KILL CAP_CHOWN\nCapabilityBoundingSet=CAP_KILL"), [
      "CAP_CHOWN (CapabilityBoundingSet=)"
    ])
    assert.deepStrictEqual(outside("AmbientCapabilities=CAP_MKNOD\nPrivateDevices=yes"), [
      "CAP_MKNOD (PrivateDevices=yes)"
    ])
    assert.deepStrictEqual(outside("AmbientCapabilities=CAP_KILL\nCapabilityBoundingSet=CAP_KILL CAP_CHOWN"), [])
    // All that there are, but for what is taken away.
    assert.deepStrictEqual(all("AmbientCapabilities=~\nCapabilityBoundingSet=CAP_KILL CAP_CHOWN").after, [
      "ambient CAP_CHOWN CAP_KILL"
    ])
    // Who may not take anything away leaves them to be given.
    const powerless = { ...own, permitted: new Set([KILL]) }
    assert.deepStrictEqual(outside("AmbientCapabilities=CAP_KILL\nCapabilityBoundingSet=", powerless), [])
  })

  it("are gained no more where somebody asks for it, or isolation needs it; last, and not twice", () => {
    assert.deepStrictEqual(all("NoNewPrivileges=yes\nAmbientCapabilities=CAP_KILL").after, [
      "ambient CAP_KILL",
      "NoNewPrivileges"
    ])
    assert.deepStrictEqual(all("", own, { ...becoming, needsNoNewPrivileges: true }).after, ["NoNewPrivileges"])
    assert.deepStrictEqual(all("NoNewPrivileges=yes", { ...own, noNewPrivileges: true }).after, [])
  })

  it("are no reason not to start where less is to be had, but with --strict-isolation", () => {
    const leniencies = (strict: boolean): ReadonlyArray<Step["leniency"]> =>
      Privileges.make(service("CapabilityBoundingSet=\nSecureBits=noroot keep-caps-locked").Service, own, {
        ...becoming,
        strict
      })
        .preparation.map(({ leniency }) => leniency)
    assert.deepStrictEqual(leniencies(false), ["forgive", "forgive"])
    assert.deepStrictEqual(leniencies(true), ["fail", "fail"])
    assert.deepStrictEqual(all("SecureBits=noroot keep-caps-locked").before, ["bits 33"])
  })
})
