import { assert, describe } from "vitest"
import { capabilities, capabilityText as text } from "../../support/Capabilities.ts"
import type { Facts } from "../../support/Inside.ts"
import { look } from "../../support/Inside.ts"
import { eachKind, kinds, nobody } from "../../support/Kinds.ts"

const sets = (facts: Facts) =>
  facts.pick("cap-permitted", "cap-effective", "cap-inheritable", "cap-bounding", "cap-ambient")
const asRoot = kinds.filter((kind) => kind !== nobody)

describe("the privileges of a service", () => {
  eachKind("NoNewPrivileges= is for good", async (place) => {
    const { of, quiet } = await look(place.options, {
      yes: "NoNewPrivileges=yes",
      no: "NoNewPrivileges=no",
      user: `NoNewPrivileges=yes\n${place.uid === 0 ? "User=4242" : ""}`
    })
    assert.strictEqual(of("yes").value("no-new-privileges"), "1")
    assert.strictEqual(of("no").value("no-new-privileges"), "0")
    assert.strictEqual(of("user").value("no-new-privileges"), "1")
    quiet("yes", "no", "user")
  })

  eachKind("CapabilityBoundingSet= is all that it can ever have", async (place) => {
    const kept = capabilities("CHOWN", "KILL")
    const { of, quiet } = await look(place.options, {
      some: "CapabilityBoundingSet=CAP_CHOWN CAP_KILL",
      twice: "CapabilityBoundingSet=CAP_CHOWN\nCapabilityBoundingSet=CAP_KILL",
      none: "CapabilityBoundingSet=",
      without: "CapabilityBoundingSet=~CAP_CHOWN CAP_KILL",
      user: "CapabilityBoundingSet=CAP_CHOWN CAP_KILL\nUser=4242"
    })
    const allOf = (mask: bigint) => ({
      "cap-permitted": text(mask),
      "cap-effective": text(mask),
      "cap-inheritable": text(0n),
      "cap-bounding": text(mask),
      "cap-ambient": text(0n)
    })
    assert.deepStrictEqual(sets(of("some")), allOf(kept))
    assert.deepStrictEqual(sets(of("twice")), allOf(kept))
    assert.deepStrictEqual(sets(of("none")), allOf(0n))
    assert.deepStrictEqual(sets(of("without")), allOf(place.bounding & ~kept))
    assert.deepStrictEqual(sets(of("user")), { ...allOf(0n), "cap-bounding": text(kept) })
    quiet("some", "twice", "none", "without", "user")
  }, asRoot)

  eachKind("CapabilityBoundingSet= is no reason not to start where it cannot be had", async (place) => {
    const { of, warned } = await look(place.options, { a: "CapabilityBoundingSet=" })
    assert.strictEqual(of("a").value("cap-bounding"), text(place.bounding))
    assert.strictEqual(of("a").value("cap-permitted"), text(0n))
    warned("a", /a\.service: not applied here: .*CapabilityBoundingSet=[^;]*EPERM/)
  }, [nobody])

  eachKind("AmbientCapabilities= are those of a user that is not root", async (place) => {
    const wanted = capabilities("NET_BIND_SERVICE")
    const line = "AmbientCapabilities=CAP_NET_BIND_SERVICE\nUser=4242"
    const { of, quiet } = await look({ ...place.options, network: true }, {
      a: line,
      bind: { service: line, verbs: "try-bind 80" },
      locked: `${line}\nNoNewPrivileges=yes\nCapabilityBoundingSet=CAP_NET_BIND_SERVICE`,
      reset: `${line}\nAmbientCapabilities=`
    })
    const all = {
      "cap-permitted": text(wanted),
      "cap-effective": text(wanted),
      "cap-inheritable": text(wanted),
      "cap-ambient": text(wanted)
    }
    assert.deepStrictEqual(sets(of("a")), { ...all, "cap-bounding": text(place.bounding) })
    assert.deepStrictEqual(of("bind").answers, ["try-bind 80: ok"])
    assert.deepStrictEqual(sets(of("locked")), { ...all, "cap-bounding": text(wanted) })
    assert.strictEqual(of("reset").value("cap-ambient"), text(0n))
    quiet("a", "bind", "locked", "reset")
  }, asRoot)

  eachKind("AmbientCapabilities= that are not to be had fail the start", async (place) => {
    // Nobody has it in these tests but who has all.
    const wanted = place.can("SYS_ADMIN") ? "CAP_SYS_RESOURCE" : "CAP_SYS_ADMIN"
    if (place.can(wanted.slice("CAP_".length))) return
    const { failed, quiet } = await look(place.options, { a: `AmbientCapabilities=${wanted}`, b: "" })
    failed("a", new RegExp(`a\\.service: .*AmbientCapabilities=.*${wanted}`))
    failed("a", /a\.service: failed \(exit-code\)/)
    quiet("b")
  })

  eachKind("SecureBits= are those that a program of root's finds", async (place) => {
    const { of, quiet } = await look(place.options, {
      some: "SecureBits=noroot noroot-locked",
      fixup: "SecureBits=no-setuid-fixup"
    })
    assert.strictEqual(of("some").value("securebits"), "3")
    // Without root's privilege, root's program has no capability.
    assert.strictEqual(of("some").value("cap-permitted"), text(0n))
    assert.strictEqual(of("fixup").value("securebits"), "4")
    quiet("some", "fixup")
  }, asRoot)

  eachKind("SecureBits= are no reason not to start where they cannot be had", async (place) => {
    const { of, warned } = await look(place.options, { a: "SecureBits=noroot" })
    assert.strictEqual(of("a").value("securebits"), "0")
    warned("a", /a\.service: not applied here: SecureBits=noroot.*EPERM/)
  }, [nobody])
})
