import { createSocket } from "node:dgram"
import { chmodSync, existsSync, lstatSync, readFileSync, readlinkSync, writeFileSync } from "node:fs"
import { connect } from "node:net"
import { assert, describe, it } from "vitest"
import { call } from "../support/Caller.ts"
import type { Container } from "../support/Container.ts"
import { boot } from "../support/Container.ts"
import { engines } from "../support/Engine.ts"
import { freePorts } from "../support/Loopback.ts"
import { oneshot, service } from "../support/Units.ts"

const socket = (lines: string, unit = ""): string => `[Unit]\n${unit}\n[Socket]\n${lines}\n`
const inet = (port: number, lines = "") => socket(`ListenStream=127.0.0.1:${port}\n${lines}`)

const eventsOf = (container: Container, name: string) => container.events().filter((one) => one.startsWith(`${name} `))

describe.each(engines)("sockets, $name", (engine) => {
  it("start their service on the first connection, and it takes them as descriptor 3", async () => {
    const [port = 0] = await freePorts(1)
    const container = boot({
      "web.socket": inet(port),
      "web.service": service("name web event up show listeners serve 0 wait"),
      "other.service": service("name other event up wait")
    }, { engine })
    await container.waitForEvent("other up")
    await container.waitForLine(/web\.service: not started: web\.socket starts it/)
    assert.deepStrictEqual(eventsOf(container, "web"), [])
    assert.strictEqual(await call(port, "hello"), "web.socket hello")
    assert.strictEqual(await call(port, "again"), "web.socket again")
    assert.deepStrictEqual(eventsOf(container, "web"), ["web up"])
    assert.strictEqual(await container.waitForLine(/listener 3/), `[web] listener 3 web.socket stream inet ${port}`)
    assert.strictEqual(await container.stop(), 0, container.show())
  })

  it("18. are armed again after each end of their service, be it good or bad", async () => {
    const [port = 0] = await freePorts(1)
    const container = boot({
      "web.socket": inet(port),
      "web.service": service("name web event up serve 0 wait", { unit: "StartLimitIntervalSec=0" })
    }, { engine })
    await container.waitForLine(/web\.socket: listening/)
    assert.strictEqual(await call(port, "hello"), "web.socket hello")
    // While the service runs, here and below: what is watched meanwhile is a descriptor, too.
    const open = container.descriptors()
    for (const [round, last] of ["end", "crash", "fail", "end"].entries()) {
      assert.strictEqual(await call(port, last), `web.socket ${last}`)
      await container.waitForEvent("web up", round + 1)
      await container.waitForLine(/web\.service: (?:exited with code|was killed by)/, round + 1)
    }
    // Somebody who comes while it is down waits for the next run.
    assert.strictEqual(await call(port, "hello"), "web.socket hello")
    await container.waitForEvent("web up", 5)
    await container.waitFor(() => container.descriptors() <= open || undefined, `its ${open} descriptors`)
    assert.strictEqual(await container.stop(), 0, container.show())
  })

  it("hand all listeners over in order, those of Sockets= first, each with its name", async () => {
    const [one = 0, two = 0, three = 0] = await freePorts(3)
    const container = boot({
      "b.socket": socket(
        `ListenStream=127.0.0.1:${one}\nListenStream=/mnt/run/b.sock\nListenFIFO=/mnt/fifo\nService=web.service`
      ),
      "a.socket": socket(
        `ListenDatagram=127.0.0.1:${two}\nListenStream=[::1]:${three}\nFileDescriptorName=dns\nService=web.service`
      ),
      "z.socket": socket(`ListenSequentialPacket=@container-init-${one}\nService=web.service`),
      "web.service": service("name web event up show listeners serve 0 wait", { service: "Sockets=z.socket" })
    }, { engine })
    await container.waitForLine(/z\.socket: listening/)
    const client = createSocket("udp4")
    client.send("ping", two, "127.0.0.1", () => client.close())
    await container.waitForEvent("web dns ping")
    await container.waitForLine(/listener 8/)
    assert.deepStrictEqual(container.output.stdout.filter((line) => line.includes("listener")), [
      "[web] listeners 6",
      `[web] listener 3 z.socket packets unix @container-init-${one}`,
      `[web] listener 4 dns datagram inet ${two}`,
      `[web] listener 5 dns stream inet6 ${three}`,
      `[web] listener 6 b.socket stream inet ${one}`,
      "[web] listener 7 b.socket stream unix /mnt/run/b.sock",
      "[web] listener 8 b.socket fifo"
    ])
    assert.strictEqual(await call(`${container.directory}/run/b.sock`, "x"), "b.socket x")
    writeFileSync(`${container.directory}/fifo`, "through the pipe")
    await container.waitForEvent("web b.socket through the pipe")
    assert.strictEqual(await container.stop(), 0, container.show())
    assert.deepStrictEqual(eventsOf(container, "web").filter((event) => event === "web up"), ["web up"])
  })

  it("give their files owner and mode, make the directories, and leave the files unless told otherwise", async () => {
    const container = boot({
      "kept.socket": socket(
        "ListenStream=/mnt/run/deep/kept.sock\nSocketUser=1234\nSocketGroup=4321\nSocketMode=0620\nDirectoryMode=0750"
      ),
      "gone.socket": socket("ListenStream=/mnt/gone.sock\nListenFIFO=/mnt/gone.fifo\nRemoveOnStop=yes"),
      "kept.service": service("name kept serve 0 wait"),
      "gone.service": service("name gone serve 0 wait"),
      "web.service": service("name web event up wait")
    }, { engine, files: { "gone.sock": { link: "nowhere" } } })
    await container.waitForEvent("web up")
    const { directory } = container
    const kept = lstatSync(`${directory}/run/deep/kept.sock`)
    assert.isTrue(kept.isSocket())
    assert.deepStrictEqual([kept.mode & 0o7777, kept.uid, kept.gid], [0o620, 1234, 4321])
    assert.strictEqual(lstatSync(`${directory}/run/deep`).mode & 0o7777, 0o750)
    assert.strictEqual(lstatSync(`${directory}/gone.sock`).mode & 0o7777, 0o666)
    chmodSync(`${directory}/run/deep`, 0o755)
    assert.strictEqual(await call(`${directory}/gone.sock`, "x"), "gone.socket x")
    assert.strictEqual(await container.stop(), 0, container.show())
    assert.isTrue(existsSync(`${directory}/run/deep/kept.sock`))
    assert.isFalse(existsSync(`${directory}/gone.sock`))
    assert.isFalse(existsSync(`${directory}/gone.fifo`))
  })

  it("give their file other names, pass it as it is to be, and forget who came too late where they are told to", async () => {
    const container = boot({
      "web.socket": socket(
        "ListenStream=/mnt/web.sock\nSymlinks=/mnt/run/other/a /mnt/b\nFlushPending=yes\nRemoveOnStop=yes"
      ),
      "web.service": service("name web event up show listeners serve 1 until /mnt/seen", { service: "NonBlocking=yes" })
    }, { engine, files: { b: { link: "nowhere" } } })
    await container.waitForLine(/web\.socket: listening/)
    const { directory } = container
    assert.strictEqual(readlinkSync(`${directory}/b`), "/mnt/web.sock")
    assert.strictEqual(readlinkSync(`${directory}/run/other/a`), "/mnt/web.sock")
    assert.strictEqual(await call(`${directory}/web.sock`, "hello"), "web.socket hello")
    await container.waitForLine(/listener 3 web\.socket stream unix \/mnt\/web\.sock nonblocking/)
    const late = call(`${directory}/web.sock`, "late")
    container.touch("seen")
    assert.oneOf(await late, ["", "ECONNRESET"], container.show())
    // Who comes while others are sent away is sent away, too.
    let answer = ""
    while (!answer.startsWith("web")) answer = await call(`${directory}/web.sock`, "again")
    assert.strictEqual(answer, "web.socket again")
    assert.strictEqual(await container.stop(), 0, container.show())
    for (const name of ["web.sock", "b", "run/other/a"]) assert.isFalse(existsSync(`${directory}/${name}`), name)
    assert.strictEqual(eventsOf(container, "web").length, 2)
  })

  it("are bound before any service starts, and hand over to one that others start", async () => {
    const [port = 0] = await freePorts(1)
    const container = boot({
      "z.socket": inet(port, "Service=slow.service"),
      "a.service": service(`name a event up ask ${port} hello wait`, { unit: "Wants=slow.service" }),
      "slow.service": oneshot(["name slow sleep 200 event up show listeners serve 1"])
    }, { engine })
    await container.waitForLine(/\[a\] z\.socket hello/)
    await container.waitForLine(/listener 3/)
    assert.deepStrictEqual(container.output.stdout.filter((line) => line.startsWith("[slow]")), [
      "[slow] listeners 1",
      `[slow] listener 3 z.socket stream inet ${port}`
    ])
    const lines = container.output.stderr.join("\n")
    assert.isBelow(lines.indexOf("z.socket: listening"), lines.indexOf("a.service: started"))
    assert.strictEqual(await container.stop(), 0, container.show())
  })

  it("listen at an interface, a queue and a family of netlink, and say which interface there is not", async () => {
    const [port = 0, other = 0] = await freePorts(2)
    const container = boot({
      "web.socket": inet(
        port,
        "ListenMessageQueue=/q\nListenNetlink=route 1\nBindToDevice=lo\nTCPCongestion=reno\nTimestamping=us\n" +
          "MessageQueueMaxMessages=2\nMessageQueueMessageSize=64\nRemoveOnStop=yes"
      ),
      "web.service": service("name web event up show listeners serve 1 wait"),
      "odd.socket": inet(other, "BindToDevice=eth99"),
      "odd.service": service("name odd wait")
    }, { engine })
    await container.waitForLine(
      /odd\.socket: failed \(resources\): cannot listen on .*no such device \(ENODEV\): is there an interface eth99, as BindToDevice=/
    )
    await container.waitForLine(/web\.socket: listening/)
    assert.strictEqual(await call(port, "hello"), "web.socket hello", container.show())
    await container.waitForLine(/listener 5/)
    assert.deepStrictEqual(container.output.stdout.filter((line) => line.includes("listener")), [
      "[web] listeners 3",
      `[web] listener 3 web.socket stream inet ${port}`,
      "[web] listener 4 web.socket fifo",
      "[web] listener 5 web.socket fifo"
    ])
    assert.strictEqual(await container.stop(), 0, container.show())
  })

  it("run commands of their own around all that, as the user and in the cgroup that are theirs", async () => {
    const [port = 0] = await freePorts(1)
    const container = boot({
      "web.socket": inet(
        port,
        [
          "ExecStartPre=/mnt/service name pre event up show identity",
          "ExecStartPost=/mnt/service name post event up show listeners",
          "ExecStopPre=/mnt/service name stop event up",
          "ExecStopPost=/mnt/service name gone event up",
          "PassFileDescriptorsToExec=yes",
          "User=1234",
          "StandardOutput=append:/mnt/said"
        ].join("\n")
      ),
      "web.service": service("name web event up serve 0 wait"),
      "odd.socket": socket(
        "ListenStream=/mnt/odd.sock\nExecStartPre=/mnt/service exit 3\nExecStopPost=/mnt/service event no",
        "OnFailure=handler.service"
      ),
      "odd.service": service("name odd event up wait", { unit: "Requires=odd.socket" }),
      "handler.service": oneshot(["name handler event up"])
    }, { engine, cgroup: "rw" })
    await container.waitForLine(/web\.socket: listening/)
    assert.strictEqual(await call(port, "hello"), "web.socket hello", container.show())
    await container.waitForEvent("handler up")
    await container.waitForLine(/odd\.socket: failed \(exit-code\): ExecStartPre= exited with code 3/)
    assert.isFalse(existsSync(`${container.directory}/odd.sock`))
    assert.strictEqual(await container.stop(), 0, container.show())
    assert.deepStrictEqual(container.events().filter((event) => !event.startsWith("handler")), [
      "pre up",
      "post up",
      "web up",
      "web signal 15",
      "web down",
      "stop up",
      "gone up"
    ])
    const said = readFileSync(`${container.directory}/said`, "latin1")
    assert.match(said, /1234/)
    assert.match(said, new RegExp(`listener 3 web\\.socket stream inet ${port}`))
  })

  it("17. stay open until their service has stopped", async () => {
    const [port = 0] = await freePorts(1)
    const container = boot({
      "web.socket": inet(port),
      "web.service": service("name web event up serve 1 until /mnt/seen wait")
    }, { engine })
    await container.waitForLine(/web\.socket: listening/)
    assert.strictEqual(await call(port, "hello"), "web.socket hello")
    container.signal(15)
    await container.waitForLine(/stopping/i)
    // Taken by the kernel: it still listens, and nobody will answer.
    const late = connect(port, "127.0.0.1")
    const connected = await new Promise<boolean>((resolve) => {
      late.once("connect", () => resolve(true))
      late.once("error", () => resolve(false))
    })
    late.on("error", () => undefined)
    assert.isTrue(connected, container.show())
    container.touch("seen")
    assert.strictEqual(await container.exit, 0, container.show())
    late.destroy()
    assert.strictEqual(await call(port, "late"), "refused")
    const stopped = container.output.stderr.filter((line) => /web\.\w+: stopped/.test(line))
    assert.match(stopped[0] ?? "", /web\.service/)
  })

  it("24. fail with a service that was started too often, and nobody is left waiting", async () => {
    const [port = 0] = await freePorts(1)
    const container = boot({
      "web.socket": inet(port),
      "web.service": service("name web event up exit 1", { unit: "StartLimitBurst=3" }),
      "other.service": service("name other event up wait")
    }, { engine })
    await container.waitForEvent("other up")
    await container.waitForLine(/web\.socket: listening/)
    const answer = await call(port, "hello")
    assert.oneOf(answer, ["ECONNRESET", ""], container.show())
    await container.waitForLine(/web\.socket: failed \(service-start-limit-hit\)/)
    assert.strictEqual(eventsOf(container, "web").length, 3, container.show())
    assert.strictEqual(await call(port, "hello"), "refused")
    assert.strictEqual(await container.stop(), 0, container.show())
  })

  it("5. that cannot be bound deny their service its start, and everything else goes on", async () => {
    const [port = 0] = await freePorts(1)
    const container = boot({
      "a.socket": inet(port),
      "b.socket": inet(port),
      "c.socket": socket("ListenStream=/mnt/file"),
      "a.service": service("name a serve 0 wait"),
      "b.service": service("name b event up wait", { unit: "Requires=b.socket" }),
      "c.service": service("name c event up wait"),
      "web.service": service("name web event up wait", { unit: "Wants=b.service" })
    }, { engine, files: { file: "precious" } })
    await container.waitForEvent("web up")
    await container.waitForLine(
      /b\.socket: failed \(resources\): cannot listen on 127\.0\.0\.1 port \d+: address in use/
    )
    await container.waitForLine(/c\.socket: failed \(resources\): cannot listen on \/mnt\/file: exists already/)
    await container.waitForLine(/b\.service: not started: it requires b\.socket, which did not start/)
    assert.strictEqual(await call(port, "hello"), "a.socket hello")
    assert.strictEqual(await container.stop(), 0, container.show())
    assert.deepStrictEqual(container.events().filter((event) => /^[bc] /.test(event)), [])
  })

  it("19. do not go on listening for a service that a condition keeps from starting", async () => {
    const [one = 0, two = 0] = await freePorts(2)
    const unmet = "ConditionPathExists=/nowhere"
    const container = boot({
      "own.socket": socket(`ListenStream=127.0.0.1:${one}`, unmet),
      "own.service": service("name own event up wait"),
      "web.socket": inet(two),
      "web.service": service("name web event up wait", { unit: unmet }),
      "other.service": service("name other event up wait")
    }, { engine })
    await container.waitForEvent("other up")
    assert.strictEqual(await call(one, "hello"), "refused", container.show())
    assert.oneOf(await call(two, "hello"), ["ECONNRESET", ""], container.show())
    await container.waitForLine(/web\.socket: failed/)
    assert.strictEqual(await call(two, "hello"), "refused", container.show())
    assert.strictEqual(await container.stop(), 0, container.show())
    assert.deepStrictEqual(container.events().filter((event) => / up$/.test(event)), ["other up"])
  })

  it("are the standard input of a service that takes it there, if there is only one listener", async () => {
    const [port = 0, other = 0] = await freePorts(2)
    const sh = "Type=oneshot\nStandardInput=socket\nStandardOutput=journal\nExecStart=/bin/sh -c"
    const container = boot({
      "one.socket": inet(port),
      "one.service":
        `[Service]\n${sh} 'test -S /dev/stdin && /mnt/service name one event "stdin is a socket" serve 1 <&0'\n`,
      "two.socket": socket(`ListenStream=127.0.0.1:${other}\nListenStream=/mnt/two.sock`),
      "two.service": `[Service]\n${sh} 'echo never'\n`,
      "web.service": service("name web event up wait")
    }, { engine })
    await container.waitForEvent("web up")
    void call(port, "hello")
    await container.waitForEvent("one stdin is a socket")
    void call(other, "hello")
    await container.waitForLine(/two\.service: .*StandardInput=socket: the service was given 2 sockets/)
    assert.strictEqual(await container.stop(), 0, container.show())
  })
})
