import { assert, describe } from "vitest"
import { look } from "../../support/Inside.ts"
import { eachKind } from "../../support/Kinds.ts"

const env = { LANG: "C.UTF-8", TOKEN: "of PID 1", CONTAINER_INIT_SOMETHING: "ours", NOTIFY_SOCKET: "/run/notify" }

describe("the variables of a service", () => {
  eachKind("PassEnvironment= takes from PID 1 what Environment= and files do not set", async (place) => {
    const { of, quiet } = await look({ ...place.options, env, files: { env: "LANG=file\n" } }, {
      a: "PassEnvironment=TOKEN MISSING",
      set: "PassEnvironment=TOKEN LANG\nEnvironment=TOKEN=unit\nEnvironmentFile=/mnt/env",
      ours: "PassEnvironment=CONTAINER_INIT_SOMETHING",
      reset: "PassEnvironment=CONTAINER_INIT_SOMETHING\nPassEnvironment="
    })
    assert.strictEqual(of("a").variable("TOKEN"), "of PID 1")
    assert.isUndefined(of("a").variable("MISSING"))
    assert.strictEqual(of("set").variable("TOKEN"), "unit")
    assert.strictEqual(of("set").variable("LANG"), "file")
    // It is asked for by its name.
    assert.strictEqual(of("ours").variable("CONTAINER_INIT_SOMETHING"), "ours")
    assert.isUndefined(of("reset").variable("CONTAINER_INIT_SOMETHING"))
    quiet("a", "set", "ours", "reset")
  })

  eachKind("UnsetEnvironment= takes away what anybody has set, by name or by name and value", async (place) => {
    const { of, quiet } = await look({ ...place.options, env, files: { env: "FILED=1\n" } }, {
      names: "Environment=OWN=1\nEnvironmentFile=/mnt/env\nUnsetEnvironment=OWN FILED TOKEN PATH NEVER",
      equal: "UnsetEnvironment=\"TOKEN=of PID 1\" LANG=other",
      reset: "UnsetEnvironment=TOKEN\nUnsetEnvironment=",
      again: "UnsetEnvironment=TOKEN\nEnvironment=TOKEN=unit"
    })
    const names = (unit: string) =>
      of(unit).values("variable").map((entry) => entry.slice(0, entry.indexOf("="))).sort()
    assert.deepStrictEqual(names("names"), ["INVOCATION_ID", "LANG", "SYSTEMD_EXEC_PID"])
    assert.deepStrictEqual(names("equal"), ["INVOCATION_ID", "LANG", "PATH", "SYSTEMD_EXEC_PID"])
    assert.strictEqual(of("reset").variable("TOKEN"), "of PID 1")
    assert.isUndefined(of("again").variable("TOKEN"))
    quiet("names", "equal", "reset", "again")
  })
})
