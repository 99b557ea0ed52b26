import { assert, describe, it } from "@effect/vitest"
import { across, brokenAcross, saidAcross } from "./Rules.ts"

describe("requirements across units", () => {
  it("name each unit that cannot reach what it requires, with the chain", () => {
    const said = across({ "a.service": "Requires=b.service", "b.service": "Requires=gone.service" })
    assert.deepStrictEqual(said.map(({ at, message, severity }) => [severity, at.file, at.line, message]), [
      ["warning", "a.service", 2, "gone.service is not there: a.service -> b.service -> gone.service"],
      ["warning", "b.service", 2, "gone.service is not there: b.service -> gone.service"]
    ])
  })

  it("go through Requires=, Requisite= and BindsTo=, each named where it leads on", () => {
    const files = {
      "a.service": "Requisite=b.service",
      "b.service": "BindsTo=c.service",
      "c.service": "Requires=gone.service"
    }
    assert.deepStrictEqual(brokenAcross(files), [
      "warning CI0501 Requisite a.service:2",
      "warning CI0501 BindsTo b.service:2",
      "warning CI0501 Requires c.service:2"
    ])
  })

  it("are told once of a unit that requires the same in several ways", () => {
    assert.deepStrictEqual(brokenAcross({ "a.service": "BindsTo=gone.service\nRequires=gone.service" }), [
      "warning CI0501 Requires a.service:3"
    ])
  })

  it("come to an end where units require each other", () => {
    const files = { "a.service": "Requires=b.service", "b.service": "BindsTo=a.service gone.service" }
    assert.deepStrictEqual(across(files).map(({ at }) => at.file), ["a.service", "b.service"])
  })

  it("say that a unit is masked", () => {
    assert.deepStrictEqual(saidAcross({ "a.service": "Requires=b.service" }, ["b.service"]), [
      "Requires: b.service is masked: a.service -> b.service"
    ])
  })

  it("suggest a unit of nearly the same name to who has written the name", () => {
    const files = {
      "a.service": "Requires=b.service",
      "b.service": "Requires=postgers.service",
      "postgres.service": ""
    }
    assert.deepStrictEqual(across(files).map(({ hint }) => hint), [undefined, "did you mean \"postgres.service\"?"])
  })

  it.each([
    ["basic.target", "systemd's own boot"],
    ["network-online.target", "systemd's own boot"],
    ["tmp.mount", "mounts are the container engine's business"],
    ["data.automount", "mounts are the container engine's business"],
    ["dev-sda.device", "business of the machine"],
    ["system-web.slice", "cgroups"]
  ])("count %s as met, with a note why", (name, why) => {
    const files = { "a.service": `Requires=${name}\nAfter=${name}`, "b.service": "Requires=a.service" }
    assert.deepStrictEqual(brokenAcross(files), ["note CI0511 Requires a.service:2"])
    assert.include(saidAcross(files)[0], why)
  })

  it.each(["bluetooth.target", "shutdown.target", "default.target", "web.target", "basic.service"])(
    "do not count %s as met",
    (name) => {
      assert.deepStrictEqual(brokenAcross({ "a.service": `Requires=${name}` }), ["warning CI0501 Requires a.service:2"])
    }
  )

  it("follow a target of systemd's that is loaded", () => {
    const files = { "a.service": "Requires=basic.target", "basic.target": "Requires=gone.service" }
    assert.deepStrictEqual(brokenAcross(files), [
      "warning CI0501 Requires a.service:2",
      "warning CI0501 Requires basic.target:2"
    ])
  })

  it("handle long chains", () => {
    const files: Record<string, string> = {}
    for (let index = 0; index < 2_000; index++) files[`u${index}.service`] = `Requires=u${index + 1}.service`
    const said = across(files)
    assert.strictEqual(said.length, 2_000)
    assert.isTrue(said.every(({ message }) => message.length < 300))
  })
})

describe("conflicts across units", () => {
  it("warn of a unit that is required by what it excludes", () => {
    const files = { "a.service": "Requires=b.service", "b.service": "Conflicts=a.service" }
    assert.deepStrictEqual(brokenAcross(files), ["warning CI0514 Conflicts b.service:2"])
  })

  it("is said once, and soon, however long the lists are", () => {
    const list = (key: string, name: string) =>
      Array.from({ length: 4 }, () => `${key}=${`${name} `.repeat(6_000)}`).join("\n")
    const files = {
      "a.service": `${list("Requires", "c.service")}\nRequires=b.service`,
      "b.service": list("Conflicts", "a.service"),
      "c.service": ""
    }
    assert.deepStrictEqual(brokenAcross(files), ["warning CI0514 Conflicts b.service:2"])
  })

  it("say nothing of units that merely exclude each other, or of one that is not there", () => {
    const files = {
      "a.service": "Conflicts=b.service gone.service",
      "b.service": "Conflicts=a.service\nWants=a.service"
    }
    assert.deepStrictEqual(brokenAcross(files), [])
  })
})
