import { assert, describe, it } from "vitest"
import type { Log } from "../../src/unit/Sarif.ts"
import { boot } from "../support/Container.ts"
import { engines } from "../support/Engine.ts"

const files = {
  "checked/web.service": "[Unit]\nRequires=db.service\n[Service]\nExecStrat=/bin/a\nExecStart=/bin/web\n",
  "image/usr/bin/tool": { program: "#!/bin/tool\n" },
  "image/usr/bin/plain": "#!/bin/tool\n",
  "image/bin": { link: "/usr/bin" },
  "image/etc/passwd": "web:x:100:100::/:\n",
  "image/etc/container-init/units/plain.service": "[Service]\nExecStart=/usr/bin/plain\n",
  "image/etc/container-init/units/tool.service": "[Service]\nExecStart=/bin/tool\nUser=wbe\n",
  "image/etc/container-init/units/tools.service": "[Service]\nExecStart=/usr/bin/tol\n",
  "rootfs/etc/container-init/units/web.service": "[Service]\nExecStart=/bin/web\nRestart=sometimes\n"
}

describe.each(engines)("commands that start nothing, $name", (engine) => {
  const run = async (...argv: ReadonlyArray<string>) => {
    const container = boot({}, { engine, files, argv })
    const exitCode = await container.exit
    const { stderr, stdout } = container.output
    return { exitCode, stderr, stdout, shown: container.show() }
  }

  it("validate a file by its name, beside which nothing else is there", async () => {
    const { exitCode, shown, stderr, stdout } = await run("validate", "/mnt/checked/web.service")
    assert.strictEqual(exitCode, 1, shown)
    assert.deepStrictEqual(stdout, ["container-init validate: units=1 warnings=1 overrides=0 strict=false"])
    assert.deepStrictEqual(stderr.map((line) => line.replace(/: \[.*/, "")), [
      "container-init: warning: /mnt/checked/web.service:4",
      "container-init: note: /mnt/checked/web.service:2"
    ])
  })

  it("validate as SARIF, with rules from the catalogue", async () => {
    const { exitCode, shown, stderr, stdout } = await run("validate", "/mnt/checked/", "--format=sarif")
    assert.strictEqual(exitCode, 1, shown)
    assert.deepStrictEqual(stderr, [])
    const [{ results, tool }] = (JSON.parse(stdout.join("\n")) as Log).runs
    assert.deepStrictEqual(results.map(({ level, ruleId }) => `${level} ${ruleId}`), [
      "warning CI0202",
      "warning CI0501"
    ])
    assert.deepStrictEqual(tool.driver.rules.map(({ name }) => name), ["UnknownDirective", "MissingRequirement"])
  })

  it("validate as workflow commands, below the root of an image in the making", async () => {
    const { exitCode, shown, stderr, stdout } = await run("--validate", "--format", "github", "--root", "/mnt/rootfs")
    assert.strictEqual(exitCode, 64, shown)
    assert.deepStrictEqual(stderr, [])
    assert.strictEqual(stdout.length, 2, shown)
    const file = "/mnt/rootfs/etc/container-init/units/web.service"
    assert.isTrue(stdout[0]?.startsWith(`::error file=${file},line=3,col=9,title=CI0301::[Service] Restart: `), shown)
    assert.isTrue(
      stdout[1]?.startsWith(`::warning file=${file},line=2,col=11,title=CI0602::[Service] ExecStart: `),
      shown
    )
  })

  it("validate against the image below a root: its links, its programs, its users", async () => {
    const { exitCode, shown, stderr } = await run("--validate", "--root", "/mnt/image")
    assert.deepStrictEqual(
      stderr.map((line) => line.replace(/^.*\/(?=[a-z]+\.service:)/, "")),
      [
        "plain.service:2: [Service] ExecStart: /usr/bin/plain is not executable; chmod +x makes it so",
        "tool.service: [Service] User: the image has no user \"wbe\"; did you mean \"web\"?",
        "tools.service:2: [Service] ExecStart: there is no program /usr/bin/tol; did you mean \"/usr/bin/tool\"?"
      ],
      shown
    )
    assert.strictEqual(exitCode, 1, shown)
  })

  it("explain a code on stdout, and what is unknown on stderr with exit code 2", async () => {
    const known = await run("explain", "CI0301")
    assert.strictEqual(known.exitCode, 0, known.shown)
    assert.match(known.stdout[0] ?? "", /^CI0301 \(error/)
    const unknown = await run("explain", "Restrat")
    assert.strictEqual(unknown.exitCode, 2, unknown.shown)
    assert.deepStrictEqual([unknown.stdout, unknown.stderr.length], [[], 1])
  })
})
