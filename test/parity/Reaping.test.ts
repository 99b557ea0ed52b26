import { assert, describe, it } from "vitest"
import { boot } from "../support/Container.ts"
import { engines } from "../support/Engine.ts"
import { service } from "../support/Units.ts"

describe.each(engines)("reaping, $name", (engine) => {
  it("leaves no zombie of 1,000 orphans", async () => {
    const container = boot({ "a.service": service("name a orphans 1000 event done wait") }, { engine })
    await container.waitForEvent("a done")
    await container.waitFor(() => container.processes().length === 2 || undefined, "the orphans' end")
    assert.deepStrictEqual(container.processes().filter(({ state }) => state === "Z"), [])
    assert.strictEqual(await container.stop(), 0, container.show())
  })

  it("20. hands each of 40 simultaneous exits to its own unit, amid orphans", async () => {
    const numbers = Array.from({ length: 40 }, (_, n) => n + 1)
    const units = numbers.map((n) => [`u${n}.service`, service(`name u${n} event up until /mnt/go exit ${n}`)])
    const container = boot({
      ...Object.fromEntries(units),
      "churn.service": service("name churn event up until /mnt/go orphans 300 event done wait")
    }, { engine })
    await container.waitFor(() => container.events().length === 41 || undefined, "all of them")
    container.touch("go")
    for (const n of numbers) await container.waitForLine(new RegExp(`u${n}\\.service: exited with code ${n}$`))
    await container.waitForEvent("churn done")
    assert.strictEqual(await container.stop(), 0, container.show())
  })

  it("takes the death of a process that no unit owns for no unit's end", async () => {
    const container = boot({
      "a.service": service("name a orphans 5 event up wait", { service: "Restart=always" })
    }, { engine })
    await container.waitForEvent("a up")
    await container.waitFor(() => container.processes().length === 2 || undefined, "the orphans' end")
    assert.strictEqual(await container.stop(), 0, container.show())
    assert.deepStrictEqual(container.events(), ["a up", "a signal 15", "a down"])
  })
})
