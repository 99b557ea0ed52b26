import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Direct from "../../src/supervisor/Direct.ts"
import * as ExecContext from "../../src/supervisor/ExecContext.ts"
import type { Setting } from "../../src/supervisor/isolation/Ability.ts"
import type { RunContext } from "../../src/supervisor/RunContext.ts"
import * as Run from "../../src/supervisor/RunContext.ts"
import * as KernelTest from "./KernelTest.ts"
import type { Script } from "./Script.ts"
import { service } from "./Units.ts"

/** A container that gives everything. */
const setting: Setting = {
  strict: false,
  ability: Effect.succeed({ missing: new Map(), procMasks: [], landlock: 6 })
}

const files = {
  "/etc/passwd": "alice:x:1500:1500::/home/alice:/bin/bash\n",
  "/etc/group": "audio:x:29:alice\n"
}

/** What the first command of the service would be started with. */
const make = (lines: string, script: Script = {}, run: Partial<RunContext> = {}) =>
  Effect.gen(function*() {
    const kernel = yield* KernelTest.make({ files, ...script })
    const unit = service(lines)
    const [command] = unit.Service[run.key ?? "ExecStart"]
    assert(command !== undefined)
    const ofRun = { ...Run.plain, cgroup: "/cgroup/web.service", ...run }
    const made = Effect.flatMap(
      Direct.toEffect((fiber) => ExecContext.make({ fiber, service: unit, command, run: ofRun, setting })),
      (made) => made instanceof Error ? Effect.fail(made) : Effect.succeed(made)
    )
    const context = yield* Effect.either(Effect.provide(made, kernel.layer))
    return context._tag === "Right"
      ? { ...context.right, refused: undefined, log: kernel.log }
      : { request: undefined, unapplied: [], refused: context.left.message, log: kernel.log }
  })

/** Every process is told its own number, which the child writes in. */
const ownPid = "SYSTEMD_EXEC_PID=0000000000"

const variables = (environment: ReadonlyArray<string> | undefined) =>
  (environment ?? []).filter((entry) => !entry.startsWith("PATH=") && entry !== ownPid)

describe("make", () => {
  it.scoped("asks for what a plain service needs, and for no change of identity", () =>
    Effect.gen(function*() {
      const { request } = yield* make("ExecStart=/bin/web --port 80")
      assert.deepStrictEqual(request, {
        unit: "web.service",
        file: "/bin/web",
        argv: ["/bin/web", "--port", "80"],
        environment: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", ownPid],
        directory: "",
        directoryOptional: false,
        credentials: undefined,
        stdio: ["null", "prefixed", "prefixed"],
        lines: { identifier: "", level: 6, levelMax: 7, takesLevel: true },
        descriptors: [],
        cgroup: "/cgroup/web.service",
        ignoreSigpipe: true,
        umask: 0o022,
        preparation: [],
        confinement: []
      })
    }))

  it.scoped("expands the command from the unit's own environment", () =>
    Effect.gen(function*() {
      const { log, request } = yield* make(
        "ExecStart=/bin/web ${A} $B pre${C:-none}post $$D ${GONE}\nEnvironment=A=\"one two\" B=\"x  y\"",
        { environment: { A: "own", C: "" } }
      )
      assert.deepStrictEqual(request?.argv, ["/bin/web", "one two", "x", "y", "prenonepost", "$D", ""])
      assert.deepStrictEqual(log, ["WARN web.service: unset and taken as empty: GONE"])
    }))

  it.scoped("leaves the words of a command with a colon alone", () =>
    Effect.gen(function*() {
      const { log, request } = yield* make("ExecStart=:/bin/web ${A} $B")
      assert.deepStrictEqual(request?.argv, ["/bin/web", "${A}", "$B"])
      assert.deepStrictEqual(log, [])
    }))

  it.scoped("reads environment files at each start, a later one over an earlier one", () =>
    Effect.gen(function*() {
      const { request } = yield* make(
        "ExecStart=/bin/web ${A}\nEnvironment=A=0 B=0\nEnvironmentFile=/one\nEnvironmentFile=-/gone\nEnvironmentFile=/two",
        { files: { "/one": "A=1\nC='1'\n", "/two": "A=2\n" } }
      )
      assert.deepStrictEqual(variables(request?.environment), ["A=2", "B=0", "C=1"])
      assert.deepStrictEqual(request?.argv, ["/bin/web", "2"])
    }))

  const refusals: ReadonlyArray<readonly [what: string, lines: string, script: Script, wanted: RegExp]> = [
    ["an environment file that is not there", "EnvironmentFile=/gone", {}, /read \/gone: .*ENOENT/],
    [
      "an environment file that is a FIFO, even an optional one",
      "EnvironmentFile=-/fifo",
      { files: { "/fifo": { kind: "fifo" } } },
      /read \/fifo: .*EINVAL/
    ],
    [
      "an environment file with an open quote",
      "EnvironmentFile=/e",
      { files: { "/e": "A=1\nB=\"open\n" } },
      /EnvironmentFile=\/e: line 2: /
    ],
    [
      "an environment file larger than a file may be",
      "EnvironmentFile=/e",
      { files: { "/e": `A=${"x".repeat(1024 * 1024)}` } },
      /EFBIG/
    ],
    ["a user who is not there", "User=carol", {}, /^User=carol: there is no such user$/],
    ["a group that is not there", "Group=carols", {}, /^Group=carols: there is no such group$/],
    [
      "a user database that cannot be read",
      "User=alice",
      { files: { ...files, "/etc/passwd": { errno: 13 } } },
      /read \/etc\/passwd: .*EACCES/
    ],
    [
      "another identity where PID 1 is not root, both named",
      "User=alice",
      { identity: { uid: 1000, gid: 1001 } },
      /uid 1500, gid 1500, .*uid 1000, gid 1001/
    ],
    [
      "another group where PID 1 is not root",
      "Group=audio",
      { identity: { uid: 1000, gid: 1000 } },
      /uid 1000, gid 29, .*uid 1000, gid 1000/
    ]
  ]
  for (const [what, lines, script, wanted] of refusals) {
    it.scoped(`refuses ${what}`, () =>
      Effect.gen(function*() {
        const { refused, request } = yield* make(lines, script)
        assert.strictEqual(request, undefined)
        assert.match(refused ?? "", wanted)
      }))
  }

  it.scoped("changes to the user's identity and logs in", () =>
    Effect.gen(function*() {
      const { request } = yield* make("User=alice")
      assert.deepStrictEqual(request?.credentials, { uid: 1500, gid: 1500, groups: [29] })
      assert.deepStrictEqual(variables(request?.environment), [
        "USER=alice",
        "LOGNAME=alice",
        "HOME=/home/alice",
        "SHELL=/bin/bash"
      ])
    }))

  it.scoped("runs the identity that PID 1 has without root, and then changes nothing", () =>
    Effect.gen(function*() {
      const { refused, request } = yield* make("User=alice", { identity: { uid: 1500, gid: 1500 } })
      assert.strictEqual(refused, undefined)
      assert.strictEqual(request?.credentials, undefined)
      assert.include(request?.environment ?? [], "HOME=/home/alice")
    }))

  it.scoped("keeps PID 1's identity for a command with full privileges", () =>
    Effect.gen(function*() {
      const { request } = yield* make("User=alice\nExecStart=+/bin/web")
      assert.strictEqual(request?.credentials, undefined)
    }))

  it.scoped("reads the databases that the environment names, once they are there", () =>
    Effect.gen(function*() {
      const environment = { CONTAINER_INIT_PASSWD_FILE: "/run/passwd", CONTAINER_INIT_GROUP_FILE: "/run/group" }
      const before = yield* make("User=alice", { environment })
      assert.strictEqual(before.request?.credentials?.uid, 1500)
      const named = { "/run/passwd": "alice:x:7:7::/:/bin/sh\n", "/run/group": "video:x:44:alice\n" }
      const after = yield* make("User=alice", { environment, files: { ...files, ...named } })
      assert.deepStrictEqual(after.request?.credentials, { uid: 7, gid: 7, groups: [44] })
    }))

  it.scoped("knows numbers in an image without user databases", () =>
    Effect.gen(function*() {
      const { request } = yield* make("User=1234", { files: {} })
      assert.deepStrictEqual(request?.credentials, { uid: 1234, gid: 1234, groups: [] })
    }))

  const directories: ReadonlyArray<readonly [lines: string, directory: string, optional: boolean]> = [
    ["WorkingDirectory=/srv", "/srv", false],
    ["WorkingDirectory=-/srv", "/srv", true],
    ["WorkingDirectory=~\nUser=alice", "/home/alice", false],
    ["WorkingDirectory=~\nEnvironment=HOME=/root", "/root", false],
    ["WorkingDirectory=~", "/", false]
  ]
  for (const [lines, directory, optional] of directories) {
    it.scoped(`starts in ${directory} for ${lines.replace("\n", " ")}`, () =>
      Effect.gen(function*() {
        const { request } = yield* make(lines)
        assert.deepStrictEqual([request?.directory, request?.directoryOptional], [directory, optional])
      }))
  }

  it.scoped("tells a command of its run, in its environment and on its command line", () =>
    Effect.gen(function*() {
      const { log, request } = yield* make(
        "Environment=MAINPID=none\nExecReload=/bin/kill -HUP $MAINPID ${SERVICE_RESULT:-none}",
        { environment: { MAINPID: "1", NOTIFY_SOCKET: "/outer" } },
        { key: "ExecReload", role: "control", mainPid: 4711, invocationId: "0123", notifyAddress: "@1" }
      )
      assert.deepStrictEqual(request?.argv, ["/bin/kill", "-HUP", "4711", "none"])
      assert.deepStrictEqual(variables(request?.environment), ["MAINPID=4711", "INVOCATION_ID=0123"])
      assert.deepStrictEqual(log, [])
    }))

  it.scoped("hands what a service has left with us over to its main process", () =>
    Effect.gen(function*() {
      const { request } = yield* make("FileDescriptorStoreMax=4", {}, {
        notifyAddress: "@1",
        stored: [{ descriptor: 40, name: "a", poll: true }, { descriptor: 30, name: "b", poll: true }]
      })
      assert.deepStrictEqual(request?.descriptors, [40, 30])
      assert.deepStrictEqual(variables(request?.environment), [
        "NOTIFY_SOCKET=@1",
        "FDSTORE=4",
        "LISTEN_FDS=2",
        "LISTEN_FDNAMES=a:b",
        "LISTEN_PID=0000000000"
      ])
    }))
})
