import { assert, describe, it } from "@effect/vitest"
import { brokenAcross, saidAcross } from "./Rules.ts"

describe("names that lead nowhere", () => {
  it.each(["Wants", "After", "Before", "Upholds", "PartOf", "PropagatesReloadTo", "JoinsNamespaceOf"])(
    "are a note in %s=",
    (key) => {
      assert.deepStrictEqual(brokenAcross({ "a.service": `${key}=gone.service` }), [`note CI0512 ${key} a.service:2`])
    }
  )

  it.each(["OnFailure", "OnSuccess"])("are a warning in %s=", (key) => {
    assert.deepStrictEqual(brokenAcross({ "a.service": `${key}=gone.service` }), [`warning CI0513 ${key} a.service:2`])
  })

  it("are nothing in Conflicts=", () => {
    assert.deepStrictEqual(brokenAcross({ "a.service": "Conflicts=gone.service" }), [])
  })

  it("are told once of a unit, in the directive that means most", () => {
    const files = { "a.service": "After=gone.service lost.service\nWants=gone.service\nRequires=lost.service" }
    assert.deepStrictEqual(brokenAcross(files), [
      "note CI0512 Wants a.service:3",
      "warning CI0501 Requires a.service:4"
    ])
  })

  it.each([
    "network.target",
    "shutdown.target",
    "systemd-journald.socket",
    "tmp.mount",
    "-.slice",
    "dev-sda.device",
    "dev-zram0.swap"
  ])("are nothing where the name is systemd's own or of a kind that is not read: %s", (name) => {
    assert.deepStrictEqual(brokenAcross({ "a.service": `After=${name}\nBefore=${name}\nWants=${name}` }), [])
  })

  it("come with a loaded unit of nearly the same name", () => {
    const files = {
      "a.service": "After=redis-sever.service\nOnFailure=mali.service",
      "redis-server.service": "",
      "mail.service": ""
    }
    assert.deepStrictEqual(saidAcross(files), [
      "After: no unit redis-sever.service is loaded: the name has no effect; did you mean \"redis-server.service\"?",
      "OnFailure: mali.service is not loaded: nothing will be done about it; did you mean \"mail.service\"?"
    ])
  })

  it("come without a suggestion where names are short, or the unit is of another kind", () => {
    const files = { "a.service": "After=c.service redis.socket", "b.service": "", "redis.service": "" }
    assert.deepStrictEqual(saidAcross(files), [
      "After: no unit c.service is loaded: the name has no effect",
      "After: no unit redis.socket is loaded: the name has no effect"
    ])
  })

  it("say of a masked unit that it is masked", () => {
    assert.deepStrictEqual(saidAcross({ "a.service": "After=b.service\nOnFailure=b.service" }, ["b.service"]), [
      "After: b.service is masked: the name has no effect",
      "OnFailure: b.service is masked: nothing will be done about it"
    ])
  })

  it("are dealt with in sets in which nothing is there", () => {
    const files: Record<string, string> = {}
    for (let index = 0; index < 500; index++) {
      files[`unit-number-${index}.service`] = `After=${
        Array.from({ length: 20 }, (_, n) => `other-${index}-${n}.service`).join(" ")
      }`
    }
    assert.strictEqual(brokenAcross(files).length, 10_000)
  })
})
