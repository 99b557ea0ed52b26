import { assert, describe, it } from "vitest"
import { boot } from "../../support/Container.ts"
import { engines } from "../../support/Engine.ts"
import { inside } from "../../support/Inside.ts"

/** A value that nobody accepts, and what is said of it. */
const bad: ReadonlyArray<readonly [directive: string, value: string, said: string]> = [
  ["Nice", "100", "\"100\" is no whole number from -20 to 19"],
  ["OOMScoreAdjust", "2000", "\"2000\" is no whole number from -1000 to 1000"],
  ["CPUSchedulingPolicy", "best", "\"best\" is no scheduling policy"],
  ["CPUSchedulingPriority", "100", "\"100\" is no whole number from 0 to 99"],
  ["CPUSchedulingResetOnFork", "perhaps", "\"perhaps\" is no boolean"],
  ["CPUAffinity", "9999", "\"9999\" is no set of numbers"],
  ["IOSchedulingClass", "soon", "\"soon\" is no scheduling class"],
  ["IOSchedulingPriority", "9", "\"9\" is no whole number from 0 to 7"],
  ["TimerSlackNSec", "soon", "\"soon\" is no time span"],
  ["CoredumpFilter", "everything", "\"everything\" is no part of a core file"],
  ["LimitNOFILE", "many", "\"many\" is no limit"],
  ["LimitCORE", "5:3", "the soft limit is above the hard one"],
  ["NoNewPrivileges", "perhaps", "\"perhaps\" is no boolean"],
  ["CapabilityBoundingSet", "CAP_CHOWN CAP_NONSENSE", "\"CAP_NONSENSE\" is no capability"],
  ["AmbientCapabilities", "CAP_NONSENSE", "\"CAP_NONSENSE\" is no capability"],
  ["SecureBits", "nonsense", "\"nonsense\" is no secure bit"],
  ["UMask", "999", "\"999\" is no octal mode"],
  ["IgnoreSIGPIPE", "perhaps", "\"perhaps\" is no boolean"],
  ["RootDirectory", "relative", "\"relative\" is no absolute path"],
  ["WorkingDirectory", "relative", "\"relative\" is no absolute path"],
  ...["Runtime", "State", "Cache", "Logs", "Configuration"].flatMap((name) =>
    [
      [`${name}Directory`, "/absolute", "\"/absolute\" is no directory of a service"],
      [`${name}Directory`, "../up", "\"../up\" is no directory of a service"],
      [`${name}DirectoryMode`, "999", "\"999\" is no octal mode"]
    ] as const
  ),
  ["RuntimeDirectoryPreserve", "perhaps", "\"perhaps\""],
  ["PassEnvironment", "-x", "\"-x\" is no name of a variable"],
  ["UnsetEnvironment", "1A", "\"1A\" is no name or assignment of a variable"]
]

describe.each(engines)("values that nobody accepts, $name", (engine) => {
  it("are errors, each with its place, and nothing is started", async () => {
    const units = bad.map(([directive, value], index) =>
      [`u${index}.service`, inside(`${directive}=${value}`)] as const
    )
    const container = boot({ ...Object.fromEntries(units), "good.service": inside("Nice=1") }, { engine })
    assert.strictEqual(await container.exit, 64, container.show())
    const errors = container.output.stderr.filter((line) => line.startsWith("container-init: error: "))
    const missing = bad.filter(([directive, , said], index) =>
      !errors.some((line) => line.includes(`/u${index}.service:6: [Service] ${directive}: `) && line.includes(said))
    )
    assert.deepStrictEqual(missing, [], container.show())
    assert.deepStrictEqual(container.output.stdout, [])
  })
})
