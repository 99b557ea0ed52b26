/** Units that others call: handlers, and what timers and paths start. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Change } from "../../src/kernel/FileWatches.ts"
import * as Runs from "./Runs.ts"

const oneshot = "Type=oneshot"
const done = { exitsAfter: 10 }

const started = ({ fresh }: Runs.Run): ReadonlyArray<string> =>
  fresh("spawn").map((call) => call.slice(call.lastIndexOf("/") + 1)).sort()

const environmentOf = ({ kernel }: Runs.Run, file: string): ReadonlyArray<string> =>
  kernel.requests.filter((request) => request.file === file).at(-1)?.environment ?? []

describe("a handler", () => {
  const units = {
    "a.service": "OnFailure=bad.service\nOnSuccess=good.service",
    "bad.service": oneshot,
    "good.service": oneshot
  }

  it.scoped("is started by its own cause, and told of it", () =>
    Effect.gen(function*() {
      const failing = yield* Runs.begin({ units, programs: { "/bin/a": { exitsAfter: 10, diesOf: 11 } } })
      assert.deepStrictEqual(started(failing), ["a"])
      yield* failing.after(10)
      assert.deepStrictEqual(started(failing), ["bad"])
      assert.includeMembers([...environmentOf(failing, "/bin/bad")], [
        "MONITOR_UNIT=a.service",
        "MONITOR_SERVICE_RESULT=signal",
        "MONITOR_EXIT_CODE=killed",
        "MONITOR_EXIT_STATUS=SEGV"
      ])
      assert.include(failing.kernel.log, "INFO bad.service: is started: OnFailure= of a.service")
      const ending = yield* Runs.begin({ units, programs: { "/bin/a": done } })
      yield* ending.after(10)
      assert.deepStrictEqual(started(ending), ["a", "good"])
    }))

  it.scoped("is started by no stop, and by no shutdown", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({ units: { ...units, "web.service": "OnFailure=bad.service" } })
      started(run)
      yield* run.ask("stop", "web")
      yield* run.signal(Runs.TERM)
      assert.strictEqual(yield* run.exitCode, 0)
      assert.deepStrictEqual(started(run), [])
    }))
})

describe("a timer", () => {
  it.scoped("that elapses while its service is up is no cause of a later start", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({
        units: {
          "job.timer": "OnCalendar=*-*-* *:*:10\nUnit=job.service",
          "job.service": "",
          "web.service": "Wants=job.service"
        }
      })
      assert.deepStrictEqual(started(run), ["job", "web"])
      yield* run.after(15_000)
      yield* run.ask("stop", "job")
      yield* run.ask("start", "job")
      assert.deepStrictEqual(started(run), ["job"])
      assert.notInclude(environmentOf(run, "/bin/job"), "TRIGGER_UNIT=job.timer")
    }))

  it.scoped("starts its service when it elapses, and again when that has ended", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({
        units: { "job.timer": "OnActiveSec=10\nOnUnitInactiveSec=30\nAccuracySec=1us", "job.service": oneshot },
        programs: { "/bin/job": { exitsAfter: 5000 } }
      })
      yield* run.after(9999)
      assert.deepStrictEqual(started(run), [])
      yield* run.after(1)
      assert.deepStrictEqual(started(run), ["job"])
      assert.include(environmentOf(run, "/bin/job"), "TRIGGER_UNIT=job.timer")
      yield* run.after(34_999)
      assert.deepStrictEqual(started(run), [])
      yield* run.after(1)
      assert.deepStrictEqual(started(run), ["job"])
    }))

  it.scoped("starts nothing once the shutdown has begun, or once it is stopped", () =>
    Effect.gen(function*() {
      const units = { "job.timer": "OnActiveSec=10", "job.service": oneshot, "web.service": "" }
      const run = yield* Runs.begin({ units, programs: { "/bin/web": { endsAfter: 3000 } } })
      started(run)
      yield* run.after(9000)
      yield* run.signal(Runs.TERM)
      yield* run.after(60_000)
      assert.strictEqual(yield* run.exitCode, 0)
      assert.deepStrictEqual(started(run), [])
      const other = yield* Runs.begin({ units })
      started(other)
      yield* other.ask("stop", "job.timer")
      yield* other.after(60_000)
      assert.deepStrictEqual(started(other), [])
    }))
})

describe("a path", () => {
  const setup = {
    units: { "job.path": "PathExists=/run/go", "job.service": oneshot },
    files: { "/run": { kind: "directory" } }
  } as const

  it.scoped("starts its service when the file comes, and again as long as it is there", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({ ...setup, programs: { "/bin/job": { exitsAfter: 1000 } } })
      assert.deepStrictEqual(started(run), [])
      run.kernel.files["/run/go"] = ""
      run.kernel.change("/run", Change.Create)
      yield* run.after(0)
      assert.deepStrictEqual(started(run), ["job"])
      assert.includeMembers([...environmentOf(run, "/bin/job")], ["TRIGGER_UNIT=job.path", "TRIGGER_PATH=/run/go"])
      yield* run.after(1000)
      assert.deepStrictEqual(started(run), ["job"])
      delete run.kernel.files["/run/go"]
      yield* run.after(60_000)
      assert.deepStrictEqual(started(run), [])
    }))

  it.scoped("gives up at the start limit of its service, as a failure of its own", () =>
    Effect.gen(function*() {
      const run = yield* Runs.begin({ ...setup, files: { "/run/go": "" }, programs: { "/bin/job": done } })
      yield* run.after(1000)
      assert.isAtMost(started(run).length, 5)
      assert.include(run.kernel.log.join("\n"), "job.service: start limit hit")
      assert.match(run.kernel.log.join("\n"), /WARN job\.path: .*failed|WARN job\.path: .*limit/)
      assert.deepStrictEqual(run.kernel.watched(), [])
    }))
})
