import { assert, describe, it } from "@effect/vitest"
import type { Result } from "../../src/supervisor/ExitClass.ts"
import type { RestartMode } from "../../src/supervisor/RestartPolicy.ts"
import { restarts } from "../../src/supervisor/RestartPolicy.ts"

const modes: ReadonlyArray<RestartMode> = [
  "no",
  "always",
  "on-success",
  "on-failure",
  "on-abnormal",
  "on-abort",
  "on-watchdog"
]

/** The table of systemd.service(5), "Exit causes and the effect of the Restart= settings": the modes that restart. */
const table: Readonly<Record<Result, ReadonlyArray<RestartMode>>> = {
  "success": ["always", "on-success"],
  "exit-code": ["always", "on-failure"],
  "signal": ["always", "on-failure", "on-abnormal", "on-abort"],
  "core-dump": ["always", "on-failure", "on-abnormal", "on-abort"],
  "timeout": ["always", "on-failure", "on-abnormal"],
  // Not in the manual's table; a process that could not be had is neither a clean nor an unclean exit code.
  "resources": ["always", "on-failure", "on-abnormal"],
  // systemd.unit(5): a unit at its limit is not restarted any more.
  "start-limit-hit": []
}

describe("restarts", () => {
  for (const [result, wanted] of Object.entries(table) as ReadonlyArray<[Result, ReadonlyArray<RestartMode>]>) {
    for (const mode of modes) {
      const does = wanted.includes(mode)
      it(`Restart=${mode} ${does ? "restarts" : "does not restart"} after ${result}`, () => {
        assert.strictEqual(restarts(mode, result), does)
      })
    }
  }
})
