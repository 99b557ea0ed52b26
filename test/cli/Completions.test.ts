import { spawnSync } from "node:child_process"
import { assert, describe, it } from "@effect/vitest"
import { commands } from "../../src/cli/Commands.ts"
import { completionsFor, shells } from "../../src/cli/Completions.ts"
import { flags } from "../../src/cli/Options.ts"

/** What bash offers behind these words, of which the last is being written. */
const offered = (...words: ReadonlyArray<string>): ReadonlyArray<string> => {
  const list = ["container-init", ...words].map((word) => `'${word}'`).join(" ")
  const ask = `COMP_WORDS=(${list}); COMP_CWORD=${words.length}; _container_init; printf '%s\\n' "\${COMPREPLY[@]}"`
  const { status, stderr, stdout } = spawnSync("bash", ["-c", `${completionsFor("bash") ?? ""}\n${ask}`], {
    encoding: "utf8"
  })
  assert.strictEqual(status, 0, stderr)
  return stdout.split("\n").filter((line) => line !== "")
}

describe("completion", () => {
  it("offers the commands, and behind a dash the flags of a run", () => {
    assert.deepStrictEqual(offered(""), Object.keys(commands))
    assert.deepStrictEqual(offered("--str"), ["--strict-units", "--strict-isolation"])
    assert.includeMembers([...offered("--")], ["--version", "--help", "--completions"])
  })

  it("offers behind a command what that one takes", () => {
    const own = commands.validate.flags.map((name) => `--${name}`)
    assert.sameMembers([...offered("validate", "--")], [...own, "--help"])
    assert.deepStrictEqual(offered("explain", "--"), ["--help"])
    assert.include(offered("validate", "/et"), "/etc")
    assert.deepStrictEqual(offered("explain", "/et"), [])
  })

  it("offers the views of a trace, and behind one of them files", () => {
    assert.deepStrictEqual(offered("analyze", ""), ["blame", "critical-chain", "plot", "dot"])
    assert.deepStrictEqual(offered("analyze", "c"), ["critical-chain"])
    assert.deepStrictEqual(offered("analyze", "plot", "/et"), ["/etc"])
  })

  it("offers the values of a flag, with and without a sign between", () => {
    assert.deepStrictEqual(offered("--format", ""), ["text", "json", "sarif", "github"])
    assert.deepStrictEqual(offered("validate", "--format", "=", "s"), ["sarif"])
    assert.deepStrictEqual(offered("--log-format", "="), ["text", "json"])
    assert.deepStrictEqual(offered("--units", "/et"), ["/etc"])
    assert.deepStrictEqual(offered("--state-file", "/et"), ["/etc"])
    assert.deepStrictEqual(offered("health", "--state-file", "/et"), ["/etc"])
    assert.deepStrictEqual(offered("--stop-timeout", ""), [])
  })

  for (const shell of shells) {
    it(`has every command and flag for ${shell}`, () => {
      const script = completionsFor(shell) ?? ""
      const names = [...Object.keys(commands), ...Object.values(flags).map(({ name }) => name)]
      assert.deepStrictEqual(names.filter((name) => !script.includes(name)), [])
    })
  }

  it("knows no other shell", () => {
    assert.isUndefined(completionsFor("tcsh"))
  })
})
