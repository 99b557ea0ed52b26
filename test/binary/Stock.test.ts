import { assert, describe, it } from "vitest"
import type { Container } from "../support/Container.ts"
import { boot } from "../support/Container.ts"
import { executable } from "../support/Engine.ts"
import { plain, privileged } from "../support/Kinds.ts"
import { pause } from "../support/Patience.ts"
import type { Stock } from "../support/Stock.ts"
import { jobFile, missing, preparation, stock, stockUnits } from "../support/Stock.ts"

const absent = missing(stock)
if (absent.length > 0) throw new Error(`${absent.join(", ")} not there: run scripts/install tests first`)

/** Asks until there is an answer, or it has become plain that there will be none. */
const asked = async (container: Container, { ask }: Stock, deadline: number): Promise<boolean> => {
  for (;;) {
    if (await ask(container)) return true
    if (performance.now() > deadline) return false
    await pause(200)
  }
}

/** Who answers may still be on his way to being up, as a daemon whose first process has not ended yet. */
const started = async (container: Container, { unit }: Stock, deadline: number): Promise<boolean> => {
  for (;;) {
    if (said(container, unit).some((line) => line.includes(`${unit}: started`))) return true
    if (performance.now() > deadline) return false
    await pause(50)
  }
}

/** What was said of the unit: what is not acted on, or not applied, and what went wrong. */
const said = (container: Container, unit: string): ReadonlyArray<string> =>
  container.output.stderr.filter((line) =>
    line.startsWith("container-init: ") && line.includes(unit.replace(/@.*/, "@"))
  )

/** The directives that are named in warnings. */
const degraded = (lines: ReadonlyArray<string>): string => {
  const names = lines.flatMap((line) =>
    /\[\w+\] (\w+): .* does not act on it/.exec(line)?.[1] ?? /not applied here: (.*)$/.exec(line)?.[1] ?? []
  )
  return [...new Set(names)].join(" ")
}

describe.each([privileged, plain])(
  "the unit files that packages of Debian install, unmodified, $name",
  ({ options }) => {
    it("all start in one container, and what they start answers", async () => {
      const container = boot({ ...stockUnits(stock), ...preparation(stock) }, {
        ...options,
        engine: executable,
        network: true,
        files: { "cron-job": jobFile }
      })
      await container.waitForLine(/prepare\.service: done/)
      const deadline = performance.now() + 20_000
      const answers = await Promise.all(stock.map((each) => asked(container, each, deadline)))
      const ups = await Promise.all(stock.map((each) => started(container, each, deadline)))
      const rows = stock.map((each, index) => ({
        each,
        lines: said(container, each.unit),
        up: ups[index] === true,
        answered: answers[index] === true
      }))
      for (const { answered, each, lines, up } of rows) {
        const verdict = `${up ? "started" : "not started"}, ${answered ? "answered" : "no answer"} (${each.answer})`
        console.log(`| ${each.package} | ${verdict} | ${degraded(lines)} |`)
        if (!answered) console.log(lines.filter((line) => !line.includes("does not act on it")).join("\n"))
      }
      const failed = rows.filter(({ answered, up }) => !answered || !up).map(({ each }) => each.package)
      assert.deepStrictEqual(failed, [], container.show())
      // Those that come with a socket were started by who asked them.
      const activated = container.output.stderr.flatMap((line) =>
        / traffic at .*, starting (.*)$/.exec(line)?.[1] ?? []
      )
      assert.sameMembers(activated, ["dbus.service", "rsyslog.service", "ssh.service"])
      assert.strictEqual(await container.stop(), 0, container.show())
    })
  }
)
