/** The examples of README.md that start on demand, as they stand in fixtures/examples, with servers of Debian. */
import { existsSync, lstatSync, readFileSync } from "node:fs"
import { assert, describe } from "vitest"
import type { Container } from "../support/Container.ts"
import { app, bootExample, folder } from "../support/Examples.ts"
import { eachKind, plain, privileged } from "../support/Kinds.ts"
import type { ProcessInfo } from "../support/ProcessTree.ts"
import { run, talk } from "../support/Within.ts"

for (const program of ["/usr/sbin/lighttpd", "/usr/sbin/nginx", "/usr/bin/dbus-daemon", "/usr/bin/busctl"]) {
  if (!existsSync(program)) throw new Error(`${program} is not there: run scripts/install tests first`)
}

const kinds = [privileged, plain]
const request = (path: string) => `GET ${path} HTTP/1.0\r\n\r\n`

/** The processes of that program, the eldest first. */
const processesOf = (container: Container, name: string): ReadonlyArray<ProcessInfo> =>
  container.processes().filter(({ command, state }) => command === name && state !== "Z")

const uidOf = (pid: number): number => Number(/^Uid:\t(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1])

const eldest = (container: Container, name: string): number => {
  const [first] = processesOf(container, name)
  assert.isDefined(first, `no ${name}${container.show()}`)
  return first?.pid ?? 0
}

/** Everything that starts at boot has, and the program is not among it. */
const waitForBoot = async (container: Container, name: string): Promise<void> => {
  await container.waitForLine(/window-manager\.service: started/)
  assert.deepStrictEqual(processesOf(container, name), [], container.show())
}

describe("the example of native socket activation", () => {
  const configuration = "server.document-root = \"/mnt/www\"\nserver.systemd-socket-activation = \"enable\"\n"
  const files = { "lighttpd.conf": configuration, "www/hello.txt": "hello from afar\n" }
  const get = (container: Container) => talk(container, { port: 5050 }, request("/hello.txt"))

  eachKind("starts Debian's lighttpd on the first connection, and on the next after each end", async (place) => {
    const programs = { myhelper: "exec /usr/sbin/lighttpd -D -f /mnt/lighttpd.conf" }
    const container = bootExample("native", place, { programs, files })
    await waitForBoot(container, "lighttpd")
    assert.match(await get(container), /^HTTP\/1\.0 200 OK\r\n[^]*hello from afar\n$/, container.show())
    const first = eldest(container, "lighttpd")
    assert.strictEqual(uidOf(first), app.uid)
    process.kill(first, 9)
    await container.waitForLine(/myhelper\.service: starts again in 500ms/)
    // Nobody listens but PID 1: this one waits for the next run.
    assert.match(await get(container), /^HTTP\/1\.0 200 OK/, container.show())
    process.kill(eldest(container, "lighttpd"), 15)
    await container.waitForLine(/myhelper\.service: exited with code 0/)
    assert.match(await get(container), /^HTTP\/1\.0 200 OK/, container.show())
    assert.lengthOf(container.output.stdout.filter((line) => /traffic at .*5050, starting myhelper/.test(line)), 2)
    assert.strictEqual(await container.stop(), 0, container.show())
  }, kinds)

  eachKind("hands descriptor 3 to a program of ours, with its name and for its process alone", async (place) => {
    const programs = {
      myhelper: "echo pid $$\nexec /mnt/service name helper event up show listeners show environment serve 0 wait"
    }
    const container = bootExample("native", place, { programs })
    await waitForBoot(container, "service")
    assert.strictEqual(await talk(container, { port: 5050 }, "hello\n"), "myhelper.socket hello\n")
    await container.waitForLine(/^\[myhelper\] listener 3 myhelper\.socket stream inet6 5050$/)
    const pid = (await container.waitForLine(/^\[myhelper\] pid \d+$/)).replace("[myhelper] pid ", "")
    const environment = container.output.unit("myhelper").filter((line) => line.startsWith("environment LISTEN_"))
      .sort()
    assert.deepStrictEqual(environment.filter((line) => !line.includes("PIDFDID")), [
      "environment LISTEN_FDNAMES=myhelper.socket",
      "environment LISTEN_FDS=1",
      `environment LISTEN_PID=${pid}`
    ])
    assert.strictEqual(await talk(container, { port: 5050 }, "end\n"), "myhelper.socket end\n")
    await container.waitForLine(/myhelper\.service: exited with code 0/)
    assert.deepStrictEqual(container.events(), ["helper up"])
    assert.strictEqual(await talk(container, { port: 5050, host: "::1" }, "again\n"), "myhelper.socket again\n")
    assert.deepStrictEqual(container.events(), ["helper up", "helper up"])
    assert.strictEqual(await container.stop(), 0, container.show())
  }, kinds)
})

describe("the example of a proxy", () => {
  const configuration = "pid /run/legacy.pid;\nerror_log stderr;\nevents {}\nhttp {\n  access_log off;\n" +
    "  server { listen ADDRESS; root /mnt/www; }\n}\n"
  const script = "[ \"$1\" = --listen ] || exit 2\nsed \"s/ADDRESS/$2/\" /mnt/nginx.conf >/run/nginx.conf\n" +
    "exec /usr/sbin/nginx -c /run/nginx.conf -g 'daemon off;'"
  const page = Array.from({ length: 300_000 }, (_, index) => `${index}\n`).join("")
  const files = { "nginx.conf": configuration, "www/hello.txt": "hello from afar\n", "www/page.txt": page }
  const get = (container: Container, path = "/hello.txt") => talk(container, { port: 8080 }, request(path))

  eachKind("starts Debian's nginx, which knows nothing of it, and forwards to where that listens", async (place) => {
    const container = bootExample("proxy", place, { programs: { "legacy-server": script }, files })
    await waitForBoot(container, "nginx")
    assert.include(await talk(container, { port: 18080 }, ""), "ECONNREFUSED", container.show())
    assert.match(await get(container), /^HTTP\/1\.1 200 OK\r\n[^]*hello from afar\n$/, container.show())
    const first = eldest(container, "nginx")
    const answer = await get(container, "/page.txt")
    assert.isTrue(answer.slice(answer.indexOf("\r\n\r\n") + 4) === page, `${answer.length} characters`)
    assert.strictEqual(eldest(container, "nginx"), first)
    process.kill(first, 9)
    await container.waitForLine(/legacy\.service: starts again in 500ms/)
    // It waits until there is somebody to answer.
    assert.match(await get(container), /^HTTP\/1\.1 200 OK/, container.show())
    process.kill(eldest(container, "nginx"), 15)
    await container.waitForLine(/legacy\.service: exited with code 0/)
    assert.match(await get(container), /^HTTP\/1\.1 200 OK/, container.show())
    assert.strictEqual(await container.stop(), 0, container.show())
  }, kinds)
})

describe("the example of the system bus", () => {
  const bus = "org.freedesktop.DBus"
  const [, , uid, gid] = /^messagebus:.*$/m.exec(readFileSync("/etc/passwd", "utf8"))?.[0].split(":") ?? []
  const user = { uid: Number(uid), gid: Number(gid) }
  const send = (container: Container, method: string, as = user) => {
    const call = ["--system", "--print-reply", "--reply-timeout=5000", `--dest=${bus}`, "/", `${bus}.${method}`]
    return run(container, "/usr/bin/dbus-send", call, as)
  }
  // The step of the image's build, done in the container's own copy of the machine.
  const build = readFileSync(`${folder}/dbus.Dockerfile`, "utf8").replace(/^RUN /, "")
  const image = {
    core: { "image.service": "[Service]\nType=oneshot\nExecStart=/mnt/build\n" },
    files: { build: { program: `#!/bin/sh\n${build}` } }
  }

  const answers = async (container: Container): Promise<void> => {
    const node = lstatSync(`/proc/${container.pid}/root/run/dbus/system_bus_socket`)
    assert.isTrue(node.isSocket())
    assert.deepStrictEqual([node.mode & 0o7777, node.uid], [0o666, 0])
    assert.match(await send(container, "ListNames"), /method return [^]*"org\.freedesktop\.DBus"/, container.show())
    const first = eldest(container, "dbus-daemon")
    assert.strictEqual(uidOf(first), user.uid)
    assert.match(await send(container, "GetId", { uid: 65534, gid: 65534 }), /method return/, container.show())
    assert.include(await run(container, "/usr/bin/busctl", ["--system", "list"]), bus, container.show())
    process.kill(first, 9)
    await container.waitForLine(/dbus-system\.service: was killed by SIGKILL/)
    assert.match(await send(container, "GetId"), /method return/, container.show())
    assert.notStrictEqual(eldest(container, "dbus-daemon"), first)
  }

  eachKind("starts Debian's dbus-daemon on the first call, and again after a crash", async (place) => {
    const container = bootExample("dbus", place, image)
    await container.waitForLine(/image\.service: done/)
    await waitForBoot(container, "dbus-daemon")
    await answers(container)
    assert.strictEqual(await container.stop(), 0, container.show())
  }, kinds)

  eachKind("does so with the address on the command line, for a backend that requires it", async (place) => {
    const command =
      "ExecStart=\nExecStart=/usr/bin/dbus-daemon --system --address=systemd: --nofork --nopidfile --syslog-only"
    const relation = "[Unit]\nRequires=dbus-system.service\nAfter=dbus-system.service\n"
    const call = `dbus-send --system --print-reply --dest=${bus} / ${bus}.GetId`
    const container = bootExample("dbus", place, {
      dropIn: {
        "dbus-system.service.d/address.conf": `[Service]\n${command}\n`,
        "backend.service": `${relation}[Service]\nType=oneshot\nExecStart=/usr/bin/${call}\n`
      }
    })
    await container.waitForLine(/^\[backend\] method return/)
    await container.waitForLine(/backend\.service: done/)
    await answers(container)
    assert.strictEqual(await container.stop(), 0, container.show())
  }, kinds)
})
