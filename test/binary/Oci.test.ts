import { existsSync } from "node:fs"
import { assert, describe, it } from "vitest"
import { capabilityText, ofEngine } from "../support/Capabilities.ts"
import { Facts, inside } from "../support/Inside.ts"
import type { OciOptions } from "../support/Oci.ts"
import { runOci } from "../support/Oci.ts"

if (!existsSync("/usr/bin/crun")) throw new Error("/usr/bin/crun is not there: run scripts/install tests first")

/** A oneshot that tells of itself, and a service that stays. */
const units = (lines: string) => ({
  "a.service": inside({ service: lines, verbs: "facts try-write /proc/sys/kernel/hostname list / say over" }),
  "b.service": "[Unit]\nAfter=a.service\n[Service]\nExecStart=/mnt/inside say up wait\n"
})

const containers: ReadonlyArray<readonly [name: string, options: OciOptions, uid: number, capabilities: bigint]> = [
  ["root, as an engine starts it", {}, 0, ofEngine],
  ["root, with cgroups that can be written to", { cgroup: true }, 0, ofEngine],
  [
    "a user without an entry, a read-only root, and no new privileges",
    {
      user: { uid: 12345, gid: 0 },
      readOnly: true,
      noNewPrivileges: true
    },
    12345,
    0n
  ]
]

describe.each(containers)(
  "an image of nothing but the executable, run by crun: %s",
  (_, options, uid, capabilities) => {
    it("runs services as they are to be, stops at SIGTERM, and tells how it ended", async () => {
      const container = runOci(units("UMask=0027\nNice=3\nOOMScoreAdjust=100"), options)
      await container.waitForLine(/^\[b\] up$/)
      const facts = new Facts(container.output.unit("a"))
      assert.deepStrictEqual(
        facts.pick("uid", "cap-permitted", "cap-ambient", "umask", "nice", "oom-score-adjust", "no-new-privileges"),
        {
          uid: `${uid} ${uid} ${uid}`,
          "cap-permitted": capabilityText(capabilities),
          "cap-ambient": capabilityText(0n),
          umask: "0027",
          nice: "3",
          "oom-score-adjust": "100",
          "no-new-privileges": options.noNewPrivileges === true ? "1" : "0"
        }
      )
      assert.strictEqual(facts.value("cgroup"), options.cgroup === true ? "/container-init/a.service" : "/")
      container.signal("TERM")
      assert.strictEqual(await container.exit, 0, String(container.output))
      await container.waitForLine(/b\.service: stopped/)
    })
  }
)
