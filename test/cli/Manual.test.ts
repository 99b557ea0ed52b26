/** The manual page, as `scripts/build-manual.mjs` writes it; scripts/release puts it into the archives. */
import { spawnSync } from "node:child_process"
import { assert, describe, it } from "@effect/vitest"
import { commands } from "../../src/cli/Commands.ts"
import { flags } from "../../src/cli/Options.ts"
import * as Directives from "../../src/unit/Directives.ts"
import { root } from "../support/Places.ts"

const { status, stderr, stdout } = spawnSync("node", [`${root}/scripts/build-manual.mjs`], {
  encoding: "utf8",
  env: { ...process.env, SOURCE_DATE_EPOCH: "1790000000" }
})
const page = stdout.replaceAll("\\-", "-")

describe("the manual page", () => {
  it("has its date from SOURCE_DATE_EPOCH", () => {
    assert.strictEqual(status, 0, stderr)
    assert.match(page, /^\.TH CONTAINER-INIT 8 2026-09-21 "container-init \d/m)
  })

  it("has every command, flag and directive", () => {
    const words = [
      ...Object.keys(commands),
      ...Object.values(flags).map(({ name }) => `--${name}`),
      ...Directives.allSections.flatMap((section) => Directives.keysOf(section).map((key) => `${key}=`))
    ]
    assert.deepStrictEqual(words.filter((word) => !page.includes(word)), [])
  })

  it("has no line that is a request by accident, and none that a reader of its source would have to scroll", () => {
    const requests = new Set([".TH", ".SH", ".SS", ".TP", ".PP", ".B", ".BR", ".br", ".nh", ".ad", ".\\\""])
    for (const line of page.trimEnd().split("\n")) {
      if (/^[.']/.test(line)) assert.isTrue(requests.has(line.split(" ")[0] ?? ""), line)
      else assert.isAtMost(line.length, 80, line)
    }
  })
})
