/** A failed gate lets its handlers do their work before it takes the container down. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Runs from "./Runs.ts"
import type { Program } from "./Script.ts"

const gate = "ExitContainerOnFailure=yes\nOnFailure=report.service"
const oneshot = "Type=oneshot"
const fails: Program = { exitsAfter: 100, code: 42 }

const begin = (
  units: Readonly<Record<string, string>>,
  programs: Readonly<Record<string, Program>>,
  stopTimeoutMillis = 8000
) =>
  Runs.begin({
    units: { "gate.service": gate, "web.service": "", ...units },
    programs: { "/bin/gate": fails, ...programs },
    stopTimeoutMillis
  })

describe("a gate that fails", () => {
  it.scoped("has its handlers run to their end, with the others up beside them, and then ends the container", () =>
    Effect.gen(function*() {
      const { after, exitCode, fresh, kernel } = yield* begin(
        { "report.service": oneshot },
        { "/bin/report": { exitsAfter: 3000 } }
      )
      yield* after(100)
      assert.deepStrictEqual(fresh("spawn").at(-1), "spawn report /bin/report")
      fresh()
      yield* after(2999)
      assert.deepStrictEqual(fresh(), [])
      assert.strictEqual(yield* exitCode, undefined)
      assert.include(
        kernel.log,
        "WARN ExitContainerOnFailure= of gate.service: the container ends with code 42 after report.service"
      )
      yield* after(1)
      assert.deepStrictEqual(fresh("end", "signal"), ["end 102", "signal 101 15", "end 101"])
      assert.strictEqual(yield* exitCode, 42)
    }))

  it.scoped("waits for them though units that need the gate are denied meanwhile", () =>
    Effect.gen(function*() {
      const { after, exitCode } = yield* begin(
        {
          "gate.service": `${gate}\nType=oneshot`,
          "report.service": oneshot,
          "late.service": "Requires=gate.service\nAfter=gate.service"
        },
        { "/bin/report": { exitsAfter: 3000 } }
      )
      yield* after(3099)
      assert.strictEqual(yield* exitCode, undefined)
      yield* after(1)
      assert.strictEqual(yield* exitCode, 42)
    }))

  it.scoped("gives its own code, not that of a gate that is denied for want of it", () =>
    Effect.gen(function*() {
      const { after, exitCode } = yield* begin(
        {
          "gate.service": `${gate}\nType=oneshot`,
          "report.service": oneshot,
          "late.service": "Requires=gate.service\nAfter=gate.service\nExitContainerOnFailure=yes"
        },
        { "/bin/report": { exitsAfter: 3000 } }
      )
      yield* after(3099)
      assert.strictEqual(yield* exitCode, undefined)
      yield* after(1)
      assert.strictEqual(yield* exitCode, 42)
    }))

  it.scoped("gives them the stop timeout, and then stops them like all others", () =>
    Effect.gen(function*() {
      const { after, exitCode, fresh, kernel } = yield* begin(
        { "report.service": oneshot },
        { "/bin/report": { exitsAfter: 60_000 } },
        2000
      )
      yield* after(2099)
      fresh()
      assert.strictEqual(yield* exitCode, undefined)
      yield* after(1)
      assert.deepStrictEqual([...fresh("signal")].sort(), ["signal 101 15", "signal 102 15"])
      assert.strictEqual(yield* exitCode, 42)
      assert.include(kernel.log.join("\n"), "its handlers have had 2s")
    }))

  it.scoped("tells them what has failed, and how", () =>
    Effect.gen(function*() {
      const { after, kernel } = yield* begin({ "report.service": oneshot }, { "/bin/report": { exitsAfter: 10 } })
      yield* after(100)
      const told = kernel.requests.find(({ file }) => file === "/bin/report")?.environment ?? []
      assert.includeMembers([...told], [
        "MONITOR_UNIT=gate.service",
        "MONITOR_SERVICE_RESULT=exit-code",
        "MONITOR_EXIT_CODE=exited",
        "MONITOR_EXIT_STATUS=42"
      ])
    }))

  it.scoped("waits for all of them, and for the handlers of handlers that fail", () =>
    Effect.gen(function*() {
      const { after, exitCode } = yield* begin(
        {
          "gate.service": `${gate} mail.service`,
          "report.service": `${oneshot}\nOnFailure=page.service`,
          "mail.service": oneshot,
          "page.service": oneshot
        },
        {
          "/bin/report": { exitsAfter: 100, code: 1 },
          "/bin/mail": { exitsAfter: 200 },
          "/bin/page": { exitsAfter: 500 }
        }
      )
      yield* after(699)
      assert.strictEqual(yield* exitCode, undefined)
      yield* after(1)
      assert.strictEqual(yield* exitCode, 42)
    }))

  it.scoped("waits for no handler that is skipped, cannot start, or stays up once done", () =>
    Effect.gen(function*() {
      const handlers: Readonly<Record<string, string>> = {
        skipped: `${oneshot}\nConditionPathExists=/none`,
        asserted: `${oneshot}\nAssertPathExists=/none`,
        denied: `${oneshot}\nRequires=gone.service`,
        "cannot be made": `${oneshot}\nUser=carol`,
        "stays up": `${oneshot}\nRemainAfterExit=yes`
      }
      for (const [what, lines] of Object.entries(handlers)) {
        const { after, exitCode } = yield* begin({ "report.service": lines }, { "/bin/report": { exitsAfter: 10 } })
        yield* after(110)
        assert.strictEqual(yield* exitCode, 42, what)
      }
    }))

  it.scoped("waits for no handler that is up already, or that is a target and nothing more", () =>
    Effect.gen(function*() {
      const up = yield* begin(
        { "report.service": `${oneshot}\nRemainAfterExit=yes`, "other.service": "Wants=report.service" },
        { "/bin/report": { exitsAfter: 10 } }
      )
      yield* up.after(100)
      assert.strictEqual(yield* up.exitCode, 42)
      const target = yield* begin({ "gate.service": `${gate.replace(".service", ".target")}`, "report.target": "" }, {})
      yield* target.after(100)
      assert.strictEqual(yield* target.exitCode, 42)
    }))

  it.scoped("waits for a handler that is a service of its own for as long as it may", () =>
    Effect.gen(function*() {
      const { after, exitCode } = yield* begin({ "report.service": "" }, { "/bin/report": { exitsAfter: 700 } })
      yield* after(799)
      assert.strictEqual(yield* exitCode, undefined)
      yield* after(1)
      assert.strictEqual(yield* exitCode, 42)
    }))

  it.scoped("keeps its code when somebody stops the container meanwhile, and that waits for nobody", () =>
    Effect.gen(function*() {
      const { after, exitCode, signal } = yield* begin({ "report.service": oneshot }, {})
      yield* after(1000)
      yield* signal(Runs.TERM)
      assert.strictEqual(yield* exitCode, 42)
    }))

  it.scoped("decides for itself and for no later one", () =>
    Effect.gen(function*() {
      const { after, exitCode } = yield* begin(
        { "report.service": oneshot, "late.service": "ExitContainerOnFailure=yes" },
        { "/bin/report": { exitsAfter: 1000 }, "/bin/late": { exitsAfter: 500, code: 7 } }
      )
      yield* after(1099)
      assert.strictEqual(yield* exitCode, undefined)
      yield* after(1)
      assert.strictEqual(yield* exitCode, 42)
    }))

  it.scoped("starts no handlers where it never ran for want of a requirement, and ends the container at once", () =>
    Effect.gen(function*() {
      const { exitCode, fresh } = yield* begin(
        { "gate.service": `${gate}\nRequires=web.service\nAfter=web.service`, "report.service": oneshot },
        { "/bin/web": { execErrno: 2 } }
      )
      assert.strictEqual(yield* exitCode, 1)
      assert.deepStrictEqual(fresh("spawn"), ["spawn web /bin/web"])
    }))
})
