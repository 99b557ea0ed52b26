/** The scripted kernel itself, where tests of others rely on more than spawning and signals. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import { Cgroups } from "../../src/kernel/Cgroups.ts"
import { Files } from "../../src/kernel/Files.ts"
import { Change, FileWatches } from "../../src/kernel/FileWatches.ts"
import { Notify } from "../../src/kernel/Notify.ts"
import type { SpawnRequest } from "../../src/kernel/Processes.ts"
import { Processes } from "../../src/kernel/Processes.ts"
import * as KernelTest from "./KernelTest.ts"
import type { Script } from "./Script.ts"

const observer = { started: () => {}, failed: () => {}, refused: () => {}, exited: () => {} }

const request = (file: string, cgroup: string, environment: ReadonlyArray<string> = []): SpawnRequest => ({
  unit: "a.service",
  file,
  argv: [file],
  environment,
  directory: "",
  directoryOptional: false,
  credentials: undefined,
  stdio: ["null", "null", "null"],
  lines: { identifier: "", level: 6, levelMax: 7, takesLevel: true },
  descriptors: [],
  cgroup,
  ignoreSigpipe: true,
  umask: 0o022,
  preparation: [],
  confinement: []
})

const withKernel = <A, E>(
  script: Script,
  use: (kernel: KernelTest.Kernel) => Effect.Effect<A, E, KernelTest.Ports>
) => Effect.scoped(Effect.flatMap(KernelTest.make(script), (kernel) => Effect.provide(use(kernel), kernel.layer)))

describe("the scripted kernel", () => {
  it.effect("leaves a daemon that forked itself away among the orphans until it is adopted", () =>
    withKernel(
      {
        programs: {
          "/bin/d": {
            exitsAfter: 10,
            leaves: { ownSession: true, codeWhenAsked: 3 },
            writes: { "/run/d.pid": "%pid\n" }
          }
        }
      },
      (kernel) =>
        Effect.gen(function*() {
          const group = yield* (yield* Cgroups).open("d.service")
          const processes = yield* Processes
          const told: Array<string> = []
          yield* processes.spawn(request("/bin/d", group.path), observer)
          yield* TestClock.adjust(5)
          assert.deepStrictEqual(yield* group.orphans, [])
          yield* TestClock.adjust(5)
          assert.deepStrictEqual(yield* group.orphans, [101])
          assert.strictEqual(yield* (yield* Files).read("/run/d.pid", 100), "100\n")
          const adopted = yield* processes.adopt(101, (status) => told.push(JSON.stringify(status)))
          assert.deepStrictEqual(adopted, { group: 101 })
          assert.isUndefined(yield* processes.adopt(101, () => {}))
          assert.deepStrictEqual(yield* group.orphans, [])
          assert.isFalse(yield* group.watch([100, 101], () => told.push("empty")))
          assert.strictEqual(yield* group.signal([100, 101], [15, 18]), 1)
          assert.deepStrictEqual(told, ["{\"code\":3,\"_tag\":\"Exited\"}", "empty"])
          assert.deepStrictEqual(kernel.calls.slice(2), ["end 100", "adopt 101", "signal 100+101 15", "end 101"])
        })
    ))

  it.effect("delivers what programs say to the socket in their environment, while it is open", () =>
    withKernel(
      { programs: { "/bin/n": { notifies: [[0, "MAINPID=%pid"], [5, "READY=1"]] } } },
      (kernel) =>
        Effect.gen(function*() {
          const notify = yield* Notify
          const told: Array<string> = []
          const socket = yield* notify.open(({ descriptors, pid, text }) => {
            told.push([pid, text, ...descriptors].join(" "))
          }, "abstract")
          yield* (yield* Processes).spawn(request("/bin/n", "", [`NOTIFY_SOCKET=${socket.address}`]), observer)
          yield* TestClock.adjust(5)
          kernel.notify(100, "FDSTORE=1", { descriptors: [7, 8] })
          assert.deepStrictEqual(told, ["100 MAINPID=100", "100 READY=1", "100 FDSTORE=1 7 8"])
          assert.isTrue(yield* notify.watchHangUp(7, () => told.push("gone")))
          kernel.hangUp(7)
          kernel.hangUp(7)
          yield* notify.closeDescriptors([8])
          assert.deepStrictEqual([...kernel.descriptors], [7])
          yield* socket.close
          kernel.notify(100, "too late")
          assert.deepStrictEqual(told.slice(3), ["gone"])
        })
    ))

  it.effect("tells watchers what they asked for", () =>
    withKernel({ files: { "/a/b": "text" } }, (kernel) =>
      Effect.gen(function*() {
        const watches = yield* FileWatches
        const told: Array<number> = []
        const watch = yield* watches.watch("/a", Change.Create, (mask) => told.push(mask))
        assert.deepStrictEqual(kernel.watched(), ["/a"])
        kernel.files["/a/c"] = "more"
        kernel.change("/a", Change.Create | Change.Modify)
        kernel.change("/a", Change.Overflow)
        watch.cancel()
        kernel.change("/a", Change.Create)
        assert.deepStrictEqual(told, [Change.Create, Change.Overflow])
        assert.strictEqual((yield* Effect.flip(watches.watch("/none", Change.Create, () => {}))).reason, "NotFound")
      })))

  it.effect("keeps what is written, touched and removed", () =>
    withKernel({ files: { "/a/b": "text" } }, () =>
      Effect.gen(function*() {
        const files = yield* Files
        yield* files.makeDirectory("/x/y", 0o755)
        yield* files.touch("/a/b", 7)
        assert.strictEqual(yield* files.modified("/a/b"), 7)
        assert.strictEqual(yield* files.read("/a/b", 10), "text")
        assert.strictEqual((yield* files.status("/x/y", true))?.kind, "directory")
        yield* files.remove("/a/b")
        assert.isUndefined(yield* files.status("/a/b", true))
      })))
})
