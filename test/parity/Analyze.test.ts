/** What a real boot's trace says, and what is said of files that are none. */
import { execFileSync, spawnSync } from "node:child_process"
import * as fs from "node:fs"
import { assert, describe, it } from "vitest"
import { boot } from "../support/Container.ts"
import type { Engine } from "../support/Engine.ts"
import { engines } from "../support/Engine.ts"
import { makeScratch } from "../support/Places.ts"
import { oneshot, service } from "../support/Units.ts"

const run = (
  { argv: [program = "", ...rest] }: Engine,
  words: ReadonlyArray<string>,
  env: Record<string, string> = {}
) => {
  const { status, stderr, stdout } = spawnSync(program, [...rest, "analyze", ...words], { encoding: "utf8", env })
  return { status, stderr, stdout }
}

describe.each(engines)("analyze, $name", (engine) => {
  it("finds in a trace the slowest units, the chain, and draws it", async () => {
    const container = boot({
      "db.service": oneshot(["sleep 120"], { service: "RemainAfterExit=yes" }),
      "web.service": service("name web event up wait", { unit: "After=db.service" }),
      "other.service": service("name other wait")
    }, { engine, env: { CONTAINER_INIT_TRACE: "1", CONTAINER_INIT_TRACE_FILE: "/mnt/trace" } })
    await container.waitForEvent("web up")
    await container.waitFor(
      () => fs.readFileSync(`${container.directory}/trace`, "utf8").includes("boot_complete") || undefined,
      "all"
    )
    const trace = `${container.directory}/trace`
    const blame = run(engine, ["blame"], { CONTAINER_INIT_TRACE_FILE: trace })
    assert.deepStrictEqual([blame.status, blame.stderr], [0, ""])
    assert.match(blame.stdout, /^1\d\d\.\dms db\.service\n/)
    const chain = run(engine, ["critical-chain", trace])
    assert.match(chain.stdout, /\nweb\.service @\S+ \+\S+\n└─db\.service @\S+ \+1\S+\n$/)
    const plot = run(engine, ["plot", trace])
    assert.match(plot.stdout, /^<svg [^]*>db\.service<[^]*<\/svg>\n$/)
    assert.match(run(engine, ["dot", trace]).stdout, /"web\.service" -> "db\.service"/)
    assert.strictEqual(await container.stop(), 0, container.show())
  })

  it("says what is wrong with a file, or with what was asked for", () => {
    const folder = makeScratch()
    fs.writeFileSync(`${folder}/text`, "[Unit]\n")
    execFileSync("mkfifo", [`${folder}/pipe`])
    const cases: ReadonlyArray<readonly [ReadonlyArray<string>, RegExp]> = [
      [["blame", `${folder}/none`], /^container-init: cannot read \S+\/none: there is no such file\n$/],
      [["blame", `${folder}/text`], /\/text:1: this is no record of a trace: "\[Unit\]"\n$/],
      [["blame", `${folder}/pipe`], /\/pipe: it is no regular file\n$/],
      [["blme"], /did you mean "blame"/]
    ]
    for (const [words, message] of cases) {
      const { status, stderr, stdout } = run(engine, words)
      assert.strictEqual(status, 2, words.join(" "))
      assert.strictEqual(stdout, "")
      assert.match(stderr, message)
    }
    const usual = run(engine, ["dot"], { CONTAINER_INIT_TRACE_FILE: `${folder}/none` })
    assert.match(usual.stderr, /a run writes it with CONTAINER_INIT_TRACE=1/)
    fs.rmSync(folder, { recursive: true })
  })
})
