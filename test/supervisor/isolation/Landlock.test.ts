import { assert, describe, it } from "@effect/vitest"
import type { Step } from "../../../src/kernel/Step.ts"
import * as Landlock from "../../../src/supervisor/isolation/Landlock.ts"
import * as Rules from "../../../src/supervisor/isolation/Rules.ts"
import { service } from "../Units.ts"

const top = ["data", "dev", "etc", "home", "proc", "root", "run", "srv", "sys", "tmp", "usr", "var"]

const make = (lines: string) => Landlock.make(Rules.settle(Rules.of(service(lines).Service, [])), top)

/** `LANDLOCK_ACCESS_FS_...` of landlock(7), one of each kind. */
const accesses = { run: 1, change: 1 << 1, read: 1 << 2, list: 1 << 3, make: 1 << 8, move: 1 << 13 }

/** What the kernel makes of the steps: each set of rules has to allow, a rule holds for all that is below its path. */
const isAllowed = (steps: ReadonlyArray<Step>, path: string, access: number): boolean => {
  let handled = 0
  let allowed = 0
  for (const { action } of steps) {
    if (action._tag === "LandlockBegin") {
      handled = action.handled
      allowed = 0
    } else if (action._tag === "LandlockAllow") {
      assert.strictEqual(action.access & ~handled, 0, "the kernel refuses rules about what is not handled")
      if (Rules.isWithin(path, action.path)) allowed |= action.access
    } else if ((handled & ~allowed & access) !== 0) return false
    else if ((access & accesses.move) !== 0 && (handled & accesses.move) === 0) return false
  }
  return true
}

/** `run change read list make move`, as far as they are allowed. */
const may = (lines: string, path: string): string => {
  const { steps } = make(lines)
  return Object.entries(accesses).filter(([, access]) => isAllowed(steps, path, access)).map(([name]) => name).join(" ")
}

const all = "run change read list make move"
const reading = "run read list"

describe("rules in Landlock", () => {
  it("keep ProtectSystem=, and leave all else as it is", () => {
    assert.strictEqual(may("ProtectSystem=yes", "/usr/bin"), reading)
    assert.strictEqual(may("ProtectSystem=yes", "/etc/x"), all)
    assert.strictEqual(may("ProtectSystem=full", "/etc/x"), reading)
    assert.strictEqual(may("ProtectSystem=full", "/usr"), reading)
    const strict = "ProtectSystem=strict\nStateDirectory=web\nReadWritePaths=-/srv/x"
    for (const path of ["/", "/etc", "/var/lib", "/srv", "/tmp/x"]) assert.strictEqual(may(strict, path), reading, path)
    for (const path of ["/var/lib/web/a", "/srv/x", "/dev/null", "/proc/self", "/home/me"]) {
      assert.strictEqual(may(strict, path), all, path)
    }
  })

  it("keep ProtectHome=: what is hidden cannot be read, listed or run, and an empty one is hidden", () => {
    for (const mode of ["yes", "tmpfs"]) {
      assert.strictEqual(may(`ProtectHome=${mode}`, "/root/x"), "", mode)
      assert.strictEqual(may(`ProtectHome=${mode}`, "/usr"), all, mode)
      assert.deepStrictEqual([...make(`ProtectHome=${mode}`).unapplied], [], mode)
    }
    assert.strictEqual(may("ProtectHome=read-only", "/home/x"), reading)
  })

  it("keep NoExecPaths=, and moves between directories", () => {
    const lines = "NoExecPaths=/\nExecPaths=/usr/bin /usr/lib"
    assert.strictEqual(may(lines, "/usr/bin/true"), all)
    assert.strictEqual(may(lines, "/tmp/x"), "change read list make move")
    assert.strictEqual(may("NoExecPaths=/srv", "/srv"), "change read list make move")
    assert.strictEqual(may("NoExecPaths=/srv", "/usr"), all)
  })

  it("keep several at once, none of which loosens another", () => {
    const lines = "NoExecPaths=/\nExecPaths=/usr\nProtectHome=yes\nProtectSystem=strict\nReadWritePaths=/"
    assert.strictEqual(may(lines, "/usr/bin"), reading)
    assert.strictEqual(may(lines, "/etc"), "read list")
    assert.strictEqual(may(lines, "/root"), "")
    assert.strictEqual(may("ReadWritePaths=/\nProtectSystem=full", "/etc"), reading)
  })

  it("leave out what is deeper down, unless something around it is denied anyway, and tell so", () => {
    const unapplied = (lines: string) => [...make(lines).unapplied]
    assert.deepStrictEqual(unapplied("ReadOnlyPaths=/var/lib/x"), ["ReadOnlyPaths=/var/lib/x"])
    assert.deepStrictEqual(make("ReadOnlyPaths=/var/lib/x").steps, [])
    assert.deepStrictEqual(unapplied("ReadOnlyPaths=/etc/x\nProtectSystem=strict"), [])
    assert.deepStrictEqual(unapplied("ReadOnlyPaths=/srv/x/y\nProtectSystem=strict\nReadWritePaths=/srv/x"), [
      "ReadOnlyPaths=/srv/x/y"
    ])
    assert.deepStrictEqual(unapplied("InaccessiblePaths=/etc/x\nProtectSystem=strict"), ["InaccessiblePaths=/etc/x"])
    assert.deepStrictEqual(
      unapplied("PrivateDevices=yes\nTemporaryFileSystem=/srv\nBindPaths=/a:/b\nProtectHome=yes"),
      [
        "BindPaths=/a:/b",
        "PrivateDevices=yes",
        "TemporaryFileSystem=/srv"
      ]
    )
  })

  it("leave writable what was to be the service's own, but is not to be had", () => {
    const lines =
      "ProtectSystem=strict\nPrivateDevices=yes\nPrivateTmp=disconnected\nTemporaryFileSystem=/srv:ro\nBindPaths=/a:/var/b"
    for (const path of ["/dev/null", "/tmp/x", "/var/tmp/x", "/var/b/x"]) {
      assert.strictEqual(may(lines, path), all, path)
    }
    for (const path of ["/srv/x", "/var/x"]) assert.strictEqual(may(lines, path), reading, path)
  })

  it("tell which directives they keep", () => {
    assert.deepStrictEqual([...make("ProtectSystem=strict\nProtectHome=yes\nPrivateDevices=yes").kept], [
      "ProtectSystem=strict",
      "ProtectHome=yes"
    ])
    assert.strictEqual(make("PrivateDevices=yes\nReadWritePaths=/x").kept.size, 0)
  })

  it("fail for a path that has to be there, and pass over another", () => {
    const { steps } = make("ProtectSystem=strict\nReadWritePaths=/must -/may")
    const leniency = (path: string) =>
      steps.find(({ action }) => action._tag === "LandlockAllow" && action.path === path)?.leniency
    assert.strictEqual(leniency("/must"), "fail")
    assert.strictEqual(leniency("/may"), "optional")
  })
})
