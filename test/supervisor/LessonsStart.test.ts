/** What an earlier program has learned the hard way, by number: starts. Lessons.test.ts has all of the numbers. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { across } from "../unit/checks/Rules.ts"
import * as Actors from "./Actors.ts"
import { evaluate } from "./conditions/World.ts"
import * as Runs from "./Runs.ts"
import type { Program, Script } from "./Script.ts"

const web = "/bin/web"
const done: Program = { exitsAfter: 10 }
const cannotRun: Program = { execErrno: 2 }

const files: Script["files"] = {
  "/etc/passwd": "root:x:0:0::/root:/bin/sh\nalice:x:1500:1500::/home/alice:/bin/bash\n",
  "/etc/group": "root:x:0:\nalice:x:1500:\naudio:x:29:alice\n"
}

const started = ({ fresh }: Runs.Run): ReadonlyArray<string> =>
  fresh("spawn").map((call) => call.slice(call.lastIndexOf("/") + 1))

describe("lessons of starts", () => {
  const permissions = ["User=alice", "Group=audio", "User=alice\nGroup=audio"]
  for (const lines of permissions) {
    it.scoped(`1. a permission directive is applied or refused, never ignored: ${lines.replace("\n", " ")}`, () =>
      Effect.gen(function*() {
        const applied = yield* Actors.start(lines, { files })
        assert.notStrictEqual(applied.kernel.requests[0]?.credentials, undefined)
        const refused = yield* Actors.start(lines.replace(/alice|audio/g, "nobody-here"), { files })
        assert.deepStrictEqual(refused.fresh("spawn"), [])
        assert.strictEqual(refused.reports.at(-1), "failed")
        const notAllowed = yield* Actors.start(lines, { files, identity: { uid: 4242, gid: 4242 } })
        assert.deepStrictEqual(notAllowed.fresh("spawn"), [])
        assert.strictEqual(notAllowed.reports.at(-1), "failed")
      }))
  }

  it.scoped("4. one process per unit by construction: whoever asks for what, and however the runs end", () =>
    Effect.gen(function*() {
      const { after, ask, kernel } = yield* Runs.begin({
        units: {
          "a.service": "Restart=always\nRestartSec=0\nStartLimitBurst=0\nTimeoutStopSec=200ms",
          "b.service": "Upholds=a.service"
        },
        programs: {
          "/bin/a": [
            { endsAfter: 70, leaves: { endsAfter: 90 } },
            { ignores: [15] },
            { exitsAfter: 35, code: 1 },
            { startsAfter: 60, endsAfter: 40 }
          ]
        }
      })
      const kinds = ["restart", "stop", "start", "restart", "restart", "start", "stop", "restart"] as const
      for (let turn = 0; turn < 64; turn++) {
        yield* ask(kinds[(turn * 5) % kinds.length] ?? "start", "a")
        yield* after((turn * 37) % 110)
      }
      assert.isAbove(kernel.requests.length, 10)
      assert.deepStrictEqual(kernel.overlaps, [])
    }))

  it.scoped("4. every pid is owned until it is reaped: its group is signalled as long, and no longer", () =>
    Effect.gen(function*() {
      const script = { cgroups: false, pids: [100, 101, 100, 102], programs: { [web]: { exitsAfter: 10, leaves: {} } } }
      const { after, kernel, tell } = yield* Actors.start("", script)
      yield* after(10)
      assert.deepStrictEqual(kernel.calls.filter((call) => call.startsWith("signal")), ["signal 100 15"])
      kernel.adopt(100)
      yield* tell(Actors.stop)
      yield* after(60_000)
      assert.deepStrictEqual(kernel.alive(), [100])
    }))

  it.scoped("6. one admission path: own restart, handler, timer and person spend one start limit", () =>
    Effect.gen(function*() {
      const units = {
        "a.service": "StartLimitBurst=4\nRestart=on-failure\nRestartSec=100ms",
        "a.timer": "OnActiveSec=1\nAccuracySec=1us",
        "b.service": "OnFailure=a.service"
      }
      const { after, ask, fresh, kernel } = yield* Runs.begin({
        units,
        programs: { "/bin/a": [{ exitsAfter: 10, code: 1 }, {}], "/bin/b": { exitsAfter: 500, code: 1 } }
      })
      const spawns = () => fresh("spawn").filter((call) => call.startsWith("spawn a ")).length
      yield* after(500)
      assert.strictEqual(spawns(), 1, "the handler")
      yield* after(110)
      assert.strictEqual(spawns(), 1, "its own restart")
      yield* ask("stop", "a")
      yield* after(390)
      assert.strictEqual(spawns(), 1, "the timer")
      yield* ask("stop", "a")
      yield* ask("start", "a")
      assert.strictEqual(spawns(), 1, "a person")
      yield* ask("restart", "a")
      assert.strictEqual(spawns(), 0, "one too many")
      assert.include(kernel.log, "WARN a.service: start limit hit: 4 starts within 10s")
    }))

  it.scoped("8. Group= alone is honoured", () =>
    Effect.gen(function*() {
      const { kernel } = yield* Actors.start("Group=audio", { files })
      assert.deepStrictEqual(kernel.requests[0]?.credentials, { uid: undefined, gid: 29, groups: [] })
    }))

  it.scoped("9. the environment is a map: each name once, the last writer wins, and identity comes last", () =>
    Effect.gen(function*() {
      const { kernel } = yield* Actors.start(
        "User=alice\nEnvironment=A=1 A=2 HOME=/wrong\nEnvironment=B=1\nEnvironmentFile=/etc/env",
        {
          environment: { A: "0", B: "0", HOME: "/root", PATH: "/bin" },
          files: { ...files, "/etc/env": "B=2\nUSER=x\n" }
        }
      )
      const entries = kernel.requests[0]?.environment ?? []
      const names = entries.map((entry) => entry.slice(0, entry.indexOf("=")))
      assert.strictEqual(new Set(names).size, names.length)
      assert.includeMembers([...entries], ["A=2", "B=2", "HOME=/home/alice", "USER=alice"])
    }))

  const settling: Readonly<Record<string, readonly [lines: string, program: Program]>> = {
    "cannot be executed": ["", cannotRun],
    "cannot be forked": ["", { forkErrno: 11 }],
    "has no user": ["User=carol", {}],
    "lacks a requirement": ["Requires=gone.service", {}],
    "is bound to what is not there": ["BindsTo=gone.service", {}],
    "asserts what is not so": ["AssertPathExists=/none", {}],
    "takes too long": ["TimeoutStartSec=1", { startsAfter: 3_600_000 }],
    "ends before it is ready": ["Type=notify", done],
    "restarts for ever": ["Restart=on-failure\nRestartSec=1min\nType=oneshot", { exitsAfter: 10, code: 1 }],
    "is at its start limit": ["Restart=on-failure\nRestartSec=0\nRestartMode=direct\nType=oneshot", {
      ...done,
      code: 1
    }]
  }
  for (const [what, [lines, program]] of Object.entries(settling)) {
    it.scoped(`10. a unit that cannot start settles, and nobody is left waiting: it ${what}`, () =>
      Effect.gen(function*() {
        const run = yield* Runs.begin({
          units: {
            "a.service": lines,
            "after.service": "After=a.service",
            "needs.service": "After=a.service\nRequires=a.service\nOnFailure=call.service",
            "call.service": "",
            "behind.service": "After=needs.service"
          },
          programs: { "/bin/a": program },
          environment: { NOTIFY_SOCKET: "@outer" }
        })
        yield* run.after(10_000)
        const names = started(run).filter((name) => name !== "a")
        assert.deepStrictEqual([...names].sort(), ["after", "behind"])
        assert.strictEqual(run.kernel.sent.length, 1, "the boot is complete")
      }))
  }

  it.scoped("11. Before= orders at run time, not only in the sort", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({
        units: { "a.service": "", "z.service": "Type=oneshot\nBefore=a.service" },
        programs: { "/bin/z": { exitsAfter: 1000 } }
      })
      yield* run.after(999)
      assert.deepStrictEqual(started(run), ["z"])
      yield* run.after(1)
      assert.deepStrictEqual(started(run), ["a"])
    }))

  it("12. a missing requirement is found transitively, cycle-safe, at validate time", () => {
    const found = across({
      "a.service": "Requires=b.service",
      "b.service": "Requires=a.service c.service\nAfter=nobody.service",
      "c.service": "Requires=gone.service"
    })
    const chains = found.filter(({ code }) => code === "CI0501").map(({ message }) => message)
    assert.deepStrictEqual([...chains].sort(), [
      "gone.service is not there: a.service -> b.service -> c.service -> gone.service",
      "gone.service is not there: b.service -> c.service -> gone.service",
      "gone.service is not there: c.service -> gone.service"
    ])
  })

  it.scoped("22. a spawn stuck before exec delays only its own unit, is not ready, and dies at the stop", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({
        units: { "a.service": "TimeoutStartSec=infinity", "b.service": "After=a.service", "c.service": "" },
        programs: { "/bin/a": { startsAfter: 3_600_000 } }
      })
      yield* run.after(600_000)
      assert.deepStrictEqual([...started(run)].sort(), ["a", "c"])
      yield* run.signal(Runs.TERM)
      assert.strictEqual(yield* run.exitCode, 0)
      assert.deepStrictEqual(run.kernel.alive(), [])
    }))

  it.scoped("22. so does a file that cannot be read to its end, for it is read by the one that needs it", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({
        units: {
          "a.service": "EnvironmentFile=/net/env\nTimeoutStopSec=1",
          "b.service": "After=a.service",
          "c.service": ""
        },
        files: { "/net/env": { hangs: true } },
        stopTimeoutMillis: 2000
      })
      yield* run.after(600_000)
      assert.deepStrictEqual(started(run), ["c"])
      yield* run.signal(Runs.TERM)
      yield* run.after(3000)
      assert.strictEqual(yield* run.exitCode, 1)
    }))

  it.effect("25. an unresolvable user never matches a condition", () =>
    Effect.gen(function*() {
      assert.isFalse((yield* evaluate(["User=ghost"])).met)
      assert.isFalse((yield* evaluate(["User=|ghost"])).met)
      assert.isFalse((yield* evaluate(["Group=ghost"])).met)
    }))

  it.scoped("26. with a burst of five a unit has five runs and four restarts", () =>
    Effect.gen(function*() {
      const { after, fresh, kernel, reports } = yield* Actors.start("Restart=always\nRestartSec=100ms", {
        programs: { [web]: { exitsAfter: 10, code: 1 } }
      })
      for (let run = 0; run < 8; run++) yield* after(110)
      yield* after(60_000)
      assert.strictEqual(fresh("spawn").length, 5)
      // The fifth is asked for, and refused.
      assert.strictEqual(reports.filter((report) => report === "restart due").length, 5)
      assert.strictEqual(reports.at(-1), "failed")
      assert.strictEqual(kernel.log.at(-1), "WARN web.service: start limit hit: 5 starts within 10s")
    }))
})
