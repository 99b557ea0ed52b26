/** Where standard streams lead: each form once, looked at from inside or by what came of it. */
import * as fs from "node:fs"
import { assert, describe, it } from "vitest"
import type { Container } from "../support/Container.ts"
import { boot } from "../support/Container.ts"
import { engines } from "../support/Engine.ts"
import { oneshot, service } from "../support/Units.ts"

/** A oneshot that runs these commands of the shell. */
const script = (commands: string, lines = ""): string =>
  `[Service]\nType=oneshot\nExecStart=/bin/sh -c '${commands}'\n${lines}\n`

const read = (container: Container, name: string): string => fs.readFileSync(`${container.directory}/${name}`, "latin1")

const done = async (container: Container, ...names: ReadonlyArray<string>) => {
  for (const name of names) await container.waitForLine(new RegExp(`: ${name}\\.service: (done|failed|started)`))
}

describe.each(engines)("standard streams, $name", (engine) => {
  it("write to files: over what is there, behind it, or in its place; errors go along unless told otherwise", async () => {
    const say = "echo out; echo err >&2"
    const container = boot({
      "w.service": script(say, "StandardOutput=file:/mnt/w"),
      "a.service": script(say, "StandardOutput=append:/mnt/a"),
      "t.service": script(say, "StandardOutput=truncate:/mnt/t\nStandardError=journal"),
      "e.service": script(say, "StandardError=append:/mnt/e"),
      "s.service": script(say, "StandardOutput=append:/mnt/s\nStandardError=append:/mnt/s"),
      "u.service": script("stat -c %%a /proc/self/fd/1; umask", "StandardOutput=file:/mnt/u\nUMask=0077")
    }, { engine, files: { w: "before, and long\n", a: "before\n", t: "before\n" } })
    await done(container, "w", "a", "t", "e", "s", "u")
    assert.strictEqual(read(container, "w"), "out\nerr\nand long\n")
    assert.strictEqual(read(container, "a"), "before\nout\nerr\n")
    assert.strictEqual(read(container, "t"), "out\n")
    assert.deepStrictEqual(container.output.unit("t"), ["err"])
    assert.strictEqual(read(container, "e"), "err\n")
    assert.deepStrictEqual(container.output.unit("e"), ["out"])
    assert.strictEqual(read(container, "s"), "out\nerr\n")
    assert.strictEqual(fs.statSync(`${container.directory}/s`).mode & 0o7777, 0o644)
    assert.strictEqual(fs.statSync(`${container.directory}/u`).mode & 0o7777, 0o600)
  })

  it("write to a new file after SIGHUP, once the old one was moved away, and to the same one if it was not", async () => {
    const lines = { service: "StandardOutput=append:/mnt/log" }
    const container = boot({
      "a.service": service("put 'one\\n' until /mnt/go put 'two\\n' name a event said wait", lines),
      "b.service": service("until /mnt/go until /mnt/later put 'three\\n' name b event said wait", lines)
    }, { engine })
    await container.waitFor(() => container.has("log") && read(container, "log") === "one\n" || undefined, "first line")
    container.signal(1)
    await container.waitForLine(/unit files were read again/)
    fs.renameSync(`${container.directory}/log`, `${container.directory}/log.1`)
    container.signal(1)
    await container.waitForLine(/^container-init: SIGHUP: 1 output file was reopened$/)
    container.touch("go")
    await container.waitForEvent("a said")
    container.touch("later")
    await container.waitForEvent("b said")
    await container.stop()
    assert.strictEqual(read(container, "log.1"), "one\n")
    assert.strictEqual(read(container, "log"), "two\nthree\n")
  })

  it("lose what a full disk does not take, which is said once, and nobody waits for it", async () => {
    const container = boot({
      "a.service": oneshot(["fill 300000 fill 300000 say last"], { service: "StandardOutput=file:/mnt/small/log" })
    }, { engine, tmpfs: { "/mnt/small": "size=64k" } })
    await container.waitForLine(/a\.service: done/)
    const said = container.output.stderr.filter((line) => line.includes("is lost"))
    assert.strictEqual(said.length, 1, container.show())
    assert.match(
      said[0] ?? "",
      /warning: \/mnt\/small\/log: .* is lost until it can be written: No space left on device/
    )
    assert.strictEqual(await container.stop(), 0)
  })

  it("read from files, from text and data in the unit, and from nowhere", async () => {
    const container = boot({
      "f.service": script("cat", "StandardInput=file:/mnt/in"),
      "d.service": script("cat", "StandardInputText=text of %n\\tA\nStandardInputData=AAEK"),
      "n.service": script("cat; echo nothing"),
      "b.service": script("read first; echo got $first", "StandardInput=file:/mnt/both\nStandardOutput=file:/mnt/both"),
      "i.service": script(
        "link=$(readlink /proc/$$$$/fd/1); echo $link >&2",
        "StandardInput=file:/mnt/in\nStandardOutput=inherit\nStandardError=journal"
      )
    }, { engine, files: { in: "from the file\n", both: "one\n" } })
    await done(container, "f", "d", "n", "b", "i")
    assert.deepStrictEqual(container.output.unit("f"), ["from the file"])
    assert.deepStrictEqual(container.output.unit("d"), ["text of d.service\tA", "\x00\x01"])
    assert.deepStrictEqual(container.output.unit("n"), ["nothing"])
    assert.strictEqual(read(container, "both"), "one\ngot one\n")
    assert.deepStrictEqual(container.output.unit("i"), ["/mnt/in"])
  })

  it("lead to FIFOs and devices without anybody in between, and only the process waits for the other end", async () => {
    const container = boot({
      "p.service": script("echo through", "StandardOutput=file:/mnt/pipe\nStandardError=journal"),
      "z.service": script(
        "echo away; [ /proc/self/fd/1 -ef /dev/null ] && echo yes >&2",
        "StandardOutput=file:/dev/null\nStandardError=journal"
      ),
      "r.service": "[Unit]\nAfter=z.service\n" + script("cat", "StandardInput=file:/mnt/pipe")
    }, { engine, pipes: ["pipe"] })
    await done(container, "r", "p", "z")
    assert.deepStrictEqual(container.output.unit("r"), ["through"])
    assert.deepStrictEqual(container.output.unit("z"), ["yes"])
  })

  const refused: ReadonlyArray<readonly [lines: string, code: number, message: RegExp]> = [
    [
      "StandardOutput=append:/mnt/no/such",
      209,
      /cannot apply StandardOutput=append:\/mnt\/no\/such: no such file or directory/
    ],
    ["StandardOutput=file:/mnt", 209, /cannot apply StandardOutput=file:\/mnt: is a directory/],
    ["StandardError=truncate:/mnt/no/such", 222, /cannot apply StandardError=truncate:\/mnt\/no\/such: no such file/],
    ["StandardInput=file:/mnt/none", 208, /cannot apply StandardInput=file:\/mnt\/none: no such file/],
    ["StandardInput=tty\nTTYPath=/dev/null", 208, /cannot apply StandardInput=tty on \/dev\/null: .*ENOTTY/],
    ["StandardOutput=tty\nTTYPath=/mnt/none", 209, /cannot apply StandardOutput=tty on \/[^:]*: no such file/]
  ]
  it("that cannot be had fail the start, with systemd's exit codes and a message", async () => {
    const units = Object.fromEntries(refused.map(([lines], index) => [
      `u${index}.service`,
      service(`event u${index}`, { service: lines })
    ]))
    const container = boot(units, { engine })
    for (const [index, [, code, message]] of refused.entries()) {
      const line = await container.waitForLine(new RegExp(`u${index}\\.service: .*${message.source}`))
      assert.match(line, /^container-init: warning: /)
      await container.waitForLine(new RegExp(`u${index}\\.service: .*code ${code}`))
    }
    assert.deepStrictEqual(container.events(), [])
  })

  it("by the name of a descriptor are those that the service has left with us", async () => {
    const container = boot({
      "a.service": service("store a-name tell READY=1 until /mnt/go exit 3", {
        service: "Type=notify\nFileDescriptorStoreMax=2\nRestart=on-failure\nStandardError=journal"
      }),
      "none.service": service("event ran", { service: "StandardOutput=fd:other" }),
      "socket.service": service("event ran", { service: "StandardInput=socket" })
    }, { engine })
    await container.waitForLine(
      /none\.service: .*StandardOutput=fd:other: there is no descriptor of that name, nor any other/
    )
    await container.waitForLine(/socket\.service: .*StandardInput=socket: the service was given no socket/)
    await container.waitForLine(/a\.service: started/)
    fs.writeFileSync(
      `${container.directory}/units/a.service`,
      "[Service]\nType=oneshot\nFileDescriptorStoreMax=2\nStandardInput=fd:a-name\nStandardError=journal\n" +
        "ExecStart=/bin/sh -c '[ /proc/self/fd/0 -ef /proc/self/fd/3 ] && echo same'\n"
    )
    container.signal(1)
    await container.waitForLine(/a\.service: its files have changed/)
    container.touch("go")
    await container.waitForLine(/^\[a\] same$/)
  })

  it("give the terminal to a service that asks for it", async () => {
    const container = boot({
      "a.service": script(
        "echo ready; read line; echo got $line >/dev/tty",
        "StandardInput=tty-force\nStandardOutput=tty\nTTYPath=/mnt/terminal\nTTYReset=yes"
      ),
      "b.service": script("[ -t 1 ] && [ ! -t 0 ] && echo out only", "StandardOutput=tty\nTTYPath=/mnt/terminal")
    }, { engine, terminal: true })
    await container.waitForLine(/^ready\r$/)
    container.type("typed\n")
    await container.waitForLine(/^got typed\r$/)
    await container.waitForLine(/^out only\r$/)
  })

  it("give a terminal that is PID 1's own to a service without control over it, so that Ctrl-C is still PID 1's", async () => {
    const container = boot({
      "a.service": service("name a event up wait", {
        service: "StandardInput=tty\nStandardOutput=inherit\nTTYPath=/mnt/terminal"
      })
    }, { engine, terminal: true })
    await container.waitForEvent("a up")
    container.type("\x03")
    assert.strictEqual(await container.exit, 0, container.show())
    assert.include(container.events(), "a down")
  })
})
