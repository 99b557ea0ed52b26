import { assert, describe, it } from "@effect/vitest"
import * as Directories from "../../../src/supervisor/exec/Directories.ts"
import { service } from "../Units.ts"

const owner = { uid: 1500, gid: 1600 }

/** `/run/a 0755 1500:1600 below, 233`; `/run/b -> a, 233`. */
const steps = (lines: string): ReadonlyArray<string> =>
  Directories.steps(service(lines).Service, owner).map(({ action, exitCode }) => {
    if (action._tag === "MakeLink") return `${action.path} -> ${action.target}, ${exitCode}`
    assert(action._tag === "MakeDirectory")
    const whose = `${action.owner.uid}:${action.owner.gid}`
    const how = [...(action.ownerBelow ? ["below"] : []), ...(action.leaveExisting ? ["left"] : [])].join(" ")
    return `${action.path} 0${action.mode.toString(8)} ${whose} ${how}, ${exitCode}`
  })

describe("directories of a service", () => {
  it("are made in their places, owned by its user with what is in them", () => {
    assert.deepStrictEqual(steps("RuntimeDirectory=a b/c\nStateDirectory=a\nCacheDirectory=a\nLogsDirectory=a"), [
      ...["/run/a 0755 1500:1600 below, 233", "/run/b/c 0755 1500:1600 below, 233"],
      ...["/var/lib/a 0755 1500:1600 below, 238", "/var/cache/a 0755 1500:1600 below, 239"],
      "/var/log/a 0755 1500:1600 below, 240"
    ])
    assert.deepStrictEqual(steps("RuntimeDirectory=a\nRuntimeDirectoryMode=2750"), [
      "/run/a 02750 1500:1600 below, 233"
    ])
  })

  it("that hold its configuration stay what they are, and whose they are", () => {
    assert.deepStrictEqual(steps("ConfigurationDirectory=a"), ["/etc/a 0755 -1:-1 left, 241"])
  })

  it("have a link that leads to them from wherever it is", () => {
    assert.deepStrictEqual(steps("StateDirectory=a/b:l"), [
      "/var/lib/a/b 0755 1500:1600 below, 238",
      "/var/lib/l -> a/b, 238"
    ])
    assert.deepStrictEqual(steps("StateDirectory=a:x/y/l").slice(1), ["/var/lib/x/y/l -> ../../a, 238"])
  })

  it("are named in the environment, all of a kind in one variable", () => {
    const variables = (lines: string) => Directories.variables(service(lines).Service)
    assert.deepStrictEqual(variables("StateDirectory=a b:l\nRuntimeDirectory=c"), [
      ["RUNTIME_DIRECTORY", "/run/c"],
      ["STATE_DIRECTORY", "/var/lib/a:/var/lib/b"]
    ])
    assert.deepStrictEqual(variables("StateDirectory=a\nStateDirectory="), [])
  })

  it("in /run go at the end, as RuntimeDirectoryPreserve= says", () => {
    const left = (preserve: string, restarts: boolean) =>
      Directories.leftovers(service(`RuntimeDirectory=a:l b/c\nStateDirectory=s\n${preserve}`).Service, restarts)
    const all = ["/run/l", "/run/a", "/run/b/c"]
    for (const restarts of [false, true]) {
      assert.deepStrictEqual(left("", restarts), all)
      assert.deepStrictEqual(left("RuntimeDirectoryPreserve=yes", restarts), [])
      assert.deepStrictEqual(left("RuntimeDirectoryPreserve=restart", restarts), restarts ? [] : all)
    }
  })
})
