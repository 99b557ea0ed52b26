import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { SocketOption } from "../../src/kernel/FdHandoff.ts"
import { hasEnded } from "./KernelTest.ts"
import * as Triggers from "./Triggers.ts"
import { down, shutdownBegan, startRequested, stopRequested, tooOften, up } from "./Triggers.ts"

const files = {
  "/etc/passwd": "app:x:100:200::/:\n",
  "/etc/group": "app:x:200:\nops:x:300:\n",
  "/run": { kind: "directory" }
} as const
const listens = ({ calls }: { readonly calls: ReadonlyArray<string> }) =>
  calls.filter((call) => call.startsWith("listen") || call.startsWith("close"))

describe("a socket", () => {
  it.scoped("listens at all its addresses, and starts its service once when somebody comes", () =>
    Effect.gen(function*() {
      const lines = "ListenStream=80\nListenDatagram=127.0.0.1:53\nListenStream=[::1%lo]:81"
      const { handed, kernel, news, tell } = yield* Triggers.socket(lines.replace("[::1%lo]:81", "[::1]:81%lo"))
      assert.deepStrictEqual(listens(kernel), [
        "listen stream *:80 as 51",
        "listen datagram 127.0.0.1:53 as 52",
        "listen stream ::1%lo:81 as 53"
      ])
      assert.deepStrictEqual(handed().map(({ descriptor, name }) => `${descriptor} ${name}`), [
        "51 job.socket",
        "52 job.socket",
        "53 job.socket"
      ])
      assert.deepStrictEqual(news(), ["inactive -> active"])
      kernel.sockets.knock("127.0.0.1:53")
      kernel.sockets.knock("*:80")
      yield* tell()
      assert.deepStrictEqual(news(), ["start job.service"])
      assert.deepStrictEqual(kernel.sockets.watched(), [])
      assert.deepStrictEqual(kernel.log, [
        "INFO job.socket: listening on 80, 127.0.0.1:53, [::1]:81%lo",
        "INFO job.socket: traffic at 127.0.0.1:53, starting job.service"
      ])
      yield* tell(up)
      kernel.sockets.serve()
      yield* tell(down)
      assert.lengthOf(kernel.sockets.watched(), 3)
      kernel.sockets.knock("*:80")
      yield* tell()
      assert.deepStrictEqual(news(), ["start job.service"])
    }))

  it.scoped("starts the service again at once for those who came while it ended", () =>
    Effect.gen(function*() {
      const { kernel, news, tell } = yield* Triggers.socket("ListenStream=80")
      news()
      kernel.sockets.knock("*:80")
      yield* tell()
      yield* tell(up, down)
      assert.deepStrictEqual(news(), ["start job.service", "start job.service"])
    }))

  it.scoped("is not watched while the service restarts by itself", () =>
    Effect.gen(function*() {
      const { kernel, tell } = yield* Triggers.socket("ListenStream=80")
      yield* tell(up, { ...down, willRestart: true } as typeof down)
      assert.deepStrictEqual(kernel.sockets.watched(), [])
      yield* tell(down)
      assert.deepStrictEqual(kernel.sockets.watched(), ["*:80"])
    }))

  it.scoped("makes the directories of its files, which get mode and owner", () =>
    Effect.gen(function*() {
      const lines =
        "ListenStream=/run/a/b.sock\nListenFIFO=/run/c\nSocketUser=app\nSocketMode=0640\nFileDescriptorName=b"
      const { handed, kernel } = yield* Triggers.socket(lines, { files })
      assert.deepStrictEqual(listens(kernel), [
        "listen stream /run/a/b.sock 640 100:200 as 51",
        "listen fifo /run/c 640 100:200 as 52"
      ])
      assert.property(kernel.files, "/run/a")
      assert.deepStrictEqual(handed().map(({ name }) => name), ["b", "b"])
      const grouped = yield* Triggers.socket("ListenStream=/run/b.sock\nSocketGroup=ops", { files })
      assert.deepStrictEqual(listens(grouped.kernel), ["listen stream /run/b.sock 666 -1:300 as 51"])
    }))

  it.scoped("fails where its owner is not to be had, and says which directive it was", () =>
    Effect.gen(function*() {
      const { kernel, news } = yield* Triggers.socket("ListenStream=/run/b.sock\nSocketUser=nobody-there", { files })
      assert.deepStrictEqual(news(), ["inactive -> failed (resources)"])
      assert.deepStrictEqual(kernel.log, [
        "WARN job.socket: failed (resources): SocketUser=nobody-there: there is no such user"
      ])
      const lines = "ListenStream=/run/b.sock\nSocketUser=app"
      const { kernel: plain } = yield* Triggers.socket(lines, { files, identity: { uid: 7, gid: 7 } })
      assert.include(plain.log[0] ?? "", "container-init runs as uid 7, and only root can give files away")
    }))

  it.scoped("5. fails as a whole where one of its addresses cannot be bound, and can be started again", () =>
    Effect.gen(function*() {
      const unbindable = ["*:81"]
      const { handed, kernel, news, tell } = yield* Triggers.socket("ListenStream=80\nListenStream=81", { unbindable })
      assert.deepStrictEqual(news(), ["inactive -> failed (resources)"])
      assert.deepStrictEqual(kernel.sockets.listening(), [])
      assert.deepStrictEqual(handed(), [])
      assert.match(kernel.log[0] ?? "", /failed \(resources\): cannot listen on \*:81: address in use/)
      unbindable.pop()
      yield* tell(startRequested)
      assert.deepStrictEqual(news(), ["failed -> active"])
      assert.deepStrictEqual(kernel.sockets.listening(), ["*:80", "*:81"])
    }))

  it.scoped("listens at what is no file and no port, too", () =>
    Effect.gen(function*() {
      const lines = [
        "ListenStream=vsock:2:80",
        "ListenStream=vsock::81",
        "ListenNetlink=kobject-uevent 1",
        "ListenMessageQueue=/q",
        "ListenSpecial=/dev/x",
        "BindToDevice=lo",
        "TCPCongestion=reno",
        "RemoveOnStop=yes"
      ]
      const { kernel, tell } = yield* Triggers.socket(lines.join("\n"))
      assert.deepStrictEqual(listens(kernel), [
        "listen stream vsock:2:80 22=lo 23=reno as 51",
        "listen stream vsock:4294967295:81 22=lo 23=reno as 52",
        "listen netlink netlink:1 22=lo 23=reno as 53",
        "listen message-queue /q 666 -1:-1 22=lo 23=reno as 54",
        "listen special /dev/x 666 -1:-1 22=lo 23=reno as 55"
      ])
      assert.deepStrictEqual(kernel.log, [
        "INFO job.socket: listening on vsock:2:80, vsock::81, netlink kobject-uevent 1, /q, /dev/x"
      ])
      yield* tell(stopRequested)
      assert.include(kernel.calls, "remove queue /q")
      const { kernel: writable } = yield* Triggers.socket("ListenSpecial=/dev/x\nWritable=yes")
      assert.deepStrictEqual(listens(writable), ["listen special-writable /dev/x 666 -1:-1 as 51"])
    }))

  it.scoped("fails where it should listen at what nobody here can", () =>
    Effect.gen(function*() {
      const { kernel } = yield* Triggers.socket("ListenStream=80\nListenUSBFunction=/f")
      assert.include(kernel.log[0] ?? "", "cannot listen on /f: ListenUSBFunction= is not acted on")
      assert.deepStrictEqual(kernel.sockets.listening(), [])
    }))

  it.scoped("says once which of its options the kernel refuses, and listens without them", () =>
    Effect.gen(function*() {
      const { kernel, news } = yield* Triggers.socket("ListenStream=80\nListenStream=81\nMark=5\nNoDelay=yes", {
        refusedOptions: { [SocketOption.Mark]: 1 }
      })
      assert.deepStrictEqual(news(), ["inactive -> active"])
      assert.deepStrictEqual(kernel.log.filter((line) => line.startsWith("WARN")), [
        "WARN job.socket: Mark= is not applied here: operation not permitted (EPERM)"
      ])
    }))

  it.scoped("19. does not listen where a condition is unmet", () =>
    Effect.gen(function*() {
      const { kernel, news, tell } = yield* Triggers.socket("ListenStream=80\nConditionPathExists=/go")
      assert.deepStrictEqual(news(), ["skipped"])
      assert.deepStrictEqual(kernel.sockets.listening(), [])
      kernel.files["/go"] = ""
      yield* tell(startRequested)
      assert.deepStrictEqual(news(), ["inactive -> active"])
    }))

  it.scoped("does not start beside a service that runs without it", () =>
    Effect.gen(function*() {
      const { kernel, news, tell } = yield* Triggers.socket("ListenStream=80")
      yield* tell(stopRequested, up)
      news()
      yield* tell(startRequested)
      assert.deepStrictEqual(news(), ["inactive -> failed (resources)"])
      assert.include(kernel.log.at(-1) ?? "", "job.service is active already, without this socket: stop it first")
    }))

  it.scoped("fails when it triggers too often, 20 times in two seconds if it does not say otherwise", () =>
    Effect.gen(function*() {
      const { kernel, news, tell } = yield* Triggers.socket("ListenStream=80\nPollLimitBurst=0")
      kernel.sockets.knock("*:80")
      for (let round = 0; round < 30; round++) yield* tell(down)
      const all = news()
      assert.strictEqual(all.filter((one) => one === "start job.service").length, 20)
      assert.strictEqual(all.at(-1), "active -> failed (trigger-limit-hit)")
      assert.include(kernel.log.at(-1) ?? "", "20 times triggered within 2s")
      assert.deepStrictEqual(kernel.sockets.listening(), [])
      for (const off of ["TriggerLimitBurst=0", "TriggerLimitIntervalSec=0"]) {
        const free = yield* Triggers.socket(`ListenStream=80\nPollLimitIntervalSec=0\n${off}`)
        free.kernel.sockets.knock("*:80")
        for (let round = 0; round < 300; round++) yield* free.tell(down)
        assert.strictEqual(free.news().at(-1), "start job.service")
      }
    }))

  it.scoped("counts triggers from the first of an interval on, also over a start of its own", () =>
    Effect.gen(function*() {
      const lines = "ListenStream=80\nTriggerLimitBurst=3\nTriggerLimitIntervalSec=10s"
      const { after, kernel, news, tell } = yield* Triggers.socket(lines)
      const knock = Effect.suspend(() => {
        kernel.sockets.knock("*:80")
        return Effect.andThen(tell(up), Effect.sync(() => kernel.sockets.serve())).pipe(Effect.zipRight(tell(down)))
      })
      yield* knock
      yield* after("9s")
      yield* knock
      yield* tell(stopRequested, startRequested)
      yield* knock
      yield* after("1s")
      yield* knock
      yield* knock
      yield* knock
      news()
      yield* after("9s")
      kernel.sockets.knock("*:80")
      yield* tell()
      assert.deepStrictEqual(news(), ["active -> failed (trigger-limit-hit)"])
    }))

  it.scoped("leaves a listener with too much traffic alone for a while, and the others not", () =>
    Effect.gen(function*() {
      const lines = "ListenStream=80\nListenStream=81\nPollLimitBurst=3\nPollLimitIntervalSec=5s"
      const { after, kernel, news, tell } = yield* Triggers.socket(lines)
      kernel.sockets.knock("*:80")
      yield* tell()
      for (let round = 0; round < 5; round++) yield* tell(down)
      const starts = () => news().filter((one) => one === "start job.service").length
      assert.strictEqual(starts(), 3)
      assert.deepStrictEqual(kernel.log.filter((line) => line.includes("too much")), [
        "WARN job.socket: too much traffic at 80: nobody looks there for 5s"
      ])
      kernel.sockets.knock("*:81")
      yield* tell()
      assert.strictEqual(starts(), 1)
      yield* tell(up, down)
      assert.strictEqual(starts(), 1)
      yield* tell(down)
      assert.strictEqual(starts(), 1)
      kernel.sockets.serve()
      kernel.sockets.knock("*:80")
      yield* tell(down)
      yield* after("4s")
      assert.strictEqual(starts(), 0)
      yield* after("1s")
      assert.strictEqual(starts(), 1)
      assert.deepStrictEqual(kernel.sockets.listening(), ["*:80", "*:81"])
    }))

  it.scoped("forgets who waited for a service that has ended, with FlushPending=yes", () =>
    Effect.gen(function*() {
      const { kernel, news, tell } = yield* Triggers.socket("ListenStream=80\nFlushPending=yes")
      kernel.sockets.knock("*:80")
      yield* tell(up)
      news()
      yield* tell(down)
      assert.deepStrictEqual(news(), [])
      assert.deepStrictEqual(kernel.calls.filter((call) => call.startsWith("flush")), ["flush 51"])
      assert.deepStrictEqual(kernel.sockets.watched(), ["*:80"])
    }))

  it.scoped("gives its file other names, which go with it", () =>
    Effect.gen(function*() {
      const lines = "ListenStream=/run/a.sock\nSymlinks=/run/x/b /run/c /run/d /run/e\nDirectoryMode=0700"
      const there = { "/run/c": { link: "/old" }, "/run/d": "precious", "/run/e": { link: "/run/a.sock" } } as const
      const made = { link: "/run/a.sock" }
      const look = (kernel: { readonly files: object }) =>
        ["/run/x/b", "/run/c", "/run/d", "/run/e"].map((path) => (kernel.files as Record<string, unknown>)[path])
      const kept = yield* Triggers.socket(lines, { files: { ...files, ...there } })
      assert.deepStrictEqual(look(kept.kernel), [made, made, "precious", made])
      assert.deepStrictEqual(kept.kernel.log.filter((line) => line.startsWith("WARN")), [
        "WARN job.socket: Symlinks=/run/d is left out: cannot make the link /run/d: exists already (EEXIST)"
      ])
      yield* kept.tell(stopRequested)
      assert.deepStrictEqual(look(kept.kernel), [made, made, "precious", made])
      const gone = yield* Triggers.socket(`${lines}\nRemoveOnStop=yes`, { files: { ...files, ...there } })
      assert.deepStrictEqual(look(gone.kernel), [made, made, made, made])
      yield* gone.tell(stopRequested)
      assert.deepStrictEqual(look(gone.kernel), [undefined, undefined, undefined, undefined])
    }))

  it.scoped("24. fails with its service when that was started too often, without listening in between", () =>
    Effect.gen(function*() {
      const { kernel, news, tell } = yield* Triggers.socket("ListenStream=80")
      kernel.sockets.knock("*:80")
      yield* tell(up)
      news()
      yield* tell(tooOften)
      assert.deepStrictEqual(news(), ["active -> failed (service-start-limit-hit)"])
      assert.deepStrictEqual(kernel.sockets.listening(), [])
    }))

  it.scoped("closes its listeners at a stop, and removes its files with RemoveOnStop=yes only", () =>
    Effect.gen(function*() {
      const node = "ListenStream=/run/b.sock"
      for (const [lines, left] of [[node, true], [`${node}\nRemoveOnStop=yes`, false]] as const) {
        const { handed, kernel, news, tell } = yield* Triggers.socket(lines, { files })
        kernel.files["/run/b.sock"] = ""
        yield* tell(stopRequested)
        assert.deepStrictEqual(news(), ["inactive -> active", "active -> inactive"])
        assert.deepStrictEqual(kernel.sockets.listening(), [])
        assert.deepStrictEqual(handed(), [])
        assert.strictEqual(kernel.files["/run/b.sock"] !== undefined, left)
      }
    }))

  it.scoped("17. starts nothing once the shutdown has begun, listens until its stop, and is gone then", () =>
    Effect.gen(function*() {
      const { fiber, kernel, news, tell } = yield* Triggers.socket("ListenStream=80")
      yield* tell(up, shutdownBegan)
      news()
      kernel.sockets.knock("*:80")
      yield* tell(down)
      yield* tell(startRequested)
      assert.deepStrictEqual(news(), [])
      assert.deepStrictEqual(kernel.sockets.listening(), ["*:80"])
      yield* tell(stopRequested)
      assert.deepStrictEqual(news(), ["active -> inactive"])
      assert.deepStrictEqual(kernel.sockets.listening(), [])
      assert.isTrue(yield* hasEnded(fiber))
    }))
})
