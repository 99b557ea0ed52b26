import { writeFileSync } from "node:fs"
import { assert, describe, it } from "vitest"
import type { BootOptions } from "../support/Container.ts"
import { boot } from "../support/Container.ts"
import { engines } from "../support/Engine.ts"
import { oneshot, service } from "../support/Units.ts"

/** The variables of a service with these lines. */
const environmentOf = async (lines: string, options: BootOptions) => {
  const container = boot({ "a.service": oneshot(["show environment say done"], { service: lines }) }, options)
  await container.waitForLine(/^\[a\] done$/)
  const entries = container.output.unit("a").filter((line) => line.startsWith("environment "))
  return Object.fromEntries(entries.map((line) => {
    const [, name = "", value = ""] = /^environment (\w+)=(.*)$/.exec(line) ?? []
    return [name, value]
  }))
}

/** The arguments of a service that was started with these words. */
const argumentsOf = async (words: string, options: BootOptions, lines = "") => {
  const container = boot({ "a.service": oneshot([`show arguments ${words}`], { service: lines }) }, options)
  await container.waitForLine(/a\.service: done$/)
  return container.output.unit("a").map((line) => /^argument <(.*)>$/.exec(line)?.[1])
}

describe.each(engines)("the environment, $name", (engine) => {
  it("is PID 1's, without what is meant for PID 1 alone", async () => {
    const own = {
      LANG: "C.UTF-8",
      CONTAINER_INIT_PASSWD_FILE: "/nowhere",
      CONTAINER_INIT_TRACE: "0",
      LISTEN_FDS: "1",
      LISTEN_PID: "1",
      LISTEN_FDNAMES: "web",
      NOTIFY_SOCKET: "/run/notify"
    }
    const environment = await environmentOf("", { engine, env: own })
    assert.strictEqual(environment["LANG"], "C.UTF-8")
    assert.strictEqual(environment["PATH"], "/usr/sbin:/usr/bin:/sbin:/bin")
    for (const name of Object.keys(own).filter((name) => name !== "LANG")) assert.notProperty(environment, name)
  })

  it("takes Environment= with quotes, last writer first, and forgets what an empty one resets", async () => {
    const lines = "Environment=GONE=1\nEnvironment=\n" +
      "Environment=\"ONE=one word\" 'TWO=it''s' THREE=3 LANG=de\nEnvironment=THREE=three FOUR=a=b"
    const environment = await environmentOf(lines, { engine, env: { LANG: "C" } })
    assert.deepInclude(environment, { ONE: "one word", THREE: "three", FOUR: "a=b", LANG: "de" })
    assert.notProperty(environment, "GONE")
  })

  it("takes EnvironmentFile= over Environment=, with an optional one that is not there", async () => {
    const lines = "Environment=A=unit B=unit\nEnvironmentFile=/mnt/env\nEnvironmentFile=-/mnt/gone"
    const files = { env: "# a comment\nA=file\nQUOTED=\"two words # no comment\"\nexport=1\nJOINED=one\\\ntwo\n" }
    const environment = await environmentOf(lines, { engine, files })
    assert.deepInclude(environment, { A: "file", B: "unit", QUOTED: "two words # no comment", JOINED: "onetwo" })
  })

  it("reads EnvironmentFile= at each start", async () => {
    const unit = service("say ${ANSWER} until /mnt/go exit 1", {
      service: "EnvironmentFile=/mnt/env\nRestart=on-failure\nRestartSec=10ms"
    })
    const container = boot({ "a.service": unit }, {
      engine,
      files: { env: "ANSWER=first\n" }
    })
    await container.waitForLine(/^\[a\] first$/)
    writeFileSync(`${container.directory}/env`, "ANSWER=second\n")
    container.touch("go")
    await container.waitForLine(/^\[a\] second$/)
  })

  it("does not start a unit whose EnvironmentFile= is not there, and names the file", async () => {
    const container = boot({
      "a.service": service("name a event up wait", { service: "EnvironmentFile=/mnt/gone" }),
      "b.service": service("name b event up wait", { unit: "After=a.service" })
    }, { engine })
    await container.waitForLine(/^container-init: .*a\.service: .*\/mnt\/gone.*(no such file|not found|ENOENT)/i)
    await container.waitForEvent("b up")
    assert.deepStrictEqual(container.events(), ["b up"])
  })

  it("expands ${NAME:-default} in command lines, from the unit's own environment, into one word", async () => {
    const words =
      "${GREETING} ${GREETING:-no} \"${UNSET:-a  b}\" ${EMPTY:-c} ${UNSET:-d:${INNER:-e}} x${GREETING}y ${EMPTY}"
    const found = await argumentsOf(words, { engine, env: { EMPTY: "" } }, "Environment=\"GREETING=hello  world\"")
    assert.deepStrictEqual(found, ["hello  world", "hello  world", "a  b", "c", "d:e", "xhello  worldy", ""])
  })

  it("splits $NAME into words, keeps $$ and quotes, and never rereads what it has put in", async () => {
    const words = "$LIST '$LIST x' $$HOME \"a b\" 'c \"d\"' e\\x20f ${QUOTES}"
    const found = await argumentsOf(words, { engine, env: { LIST: "one  two", QUOTES: "\"%n ${LIST}\"" } })
    assert.deepStrictEqual(found, ["one", "two", "$LIST x", "$HOME", "a b", "c \"d\"", "e f", "\"%n ${LIST}\""])
  })

  it("expands specifiers in command lines", async () => {
    const found = await argumentsOf("%n %N %p %H %%", { engine })
    assert.deepStrictEqual(found, ["a.service", "a", "a", "probe", "%"])
  })

  it("expands ${NAME:-default} in User= and WorkingDirectory= from PID 1's environment", async () => {
    const lines = "User=${APP_USER:-nobody}\nWorkingDirectory=${APP_DIR:-/usr}"
    const container = boot({ "a.service": oneshot(["show identity show directory say done"], { service: lines }) }, {
      engine,
      env: { APP_USER: "1500", CONTAINER_INIT_PASSWD_FILE: "/mnt/passwd" },
      files: { passwd: "alice:x:1500:1501::/:/bin/sh\n" }
    })
    await container.waitForLine(/^\[a\] done$/)
    assert.includeMembers([...container.output.unit("a")], [
      "uid 1500 1500 1500",
      "gid 1501 1501 1501",
      "directory /usr"
    ])
  })

  it("keeps text beyond ASCII as it is, in command lines, files and variables", async () => {
    const text = "Gr\u00fc\u00dfe \u2713 \u{1f600}"
    const lines = `Environment="A=${text}"\nEnvironmentFile=/mnt/env`
    const found = await argumentsOf(`"${text}" \${A} \${B} \${C}`, {
      engine,
      env: { C: text },
      files: { env: `B=${text}\n` }
    }, lines)
    const bytes = Buffer.from(text, "utf8").toString("latin1")
    assert.deepStrictEqual(found, [bytes, bytes, bytes, bytes])
  })

  it("22. is not waited for by others where EnvironmentFile= is a pipe that nobody writes to", async () => {
    const container = boot({
      "a.service": service("name a event up wait", { service: "EnvironmentFile=/mnt/pipe" }),
      "b.service": service("name b until /mnt/go event up wait")
    }, { engine, pipes: ["pipe"] })
    container.touch("go")
    await container.waitForEvent("b up")
    assert.strictEqual(await container.stop(), 0, container.show())
    assert.notInclude(container.events(), "a up")
  })
})
