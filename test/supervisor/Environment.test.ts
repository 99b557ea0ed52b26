import { assert, describe, it } from "@effect/vitest"
import * as Environment from "../../src/supervisor/Environment.ts"
import type { Identity } from "../../src/supervisor/Identity.ts"

const { entries } = Environment
/** Of the sources, those that are tested together. */
const make = (
  own: ReadonlyMap<string, string>,
  assigned: Environment.Sources["assigned"],
  fromFiles: Environment.Sources["fromFiles"],
  identity: Identity | undefined,
  passed: ReadonlyArray<string> = []
) => Environment.make(own, { assigned, fromFiles, login: identity?.login, passed })

const map = (variables: Readonly<Record<string, string>>) => new Map(Object.entries(variables))
const alice: Identity = {
  credentials: { uid: 1500, gid: 1500, groups: [] },
  login: { name: "alice", home: "/home/alice", shell: "/bin/bash" }
}
const object = (environment: ReadonlyMap<string, string>) => Object.fromEntries(environment)
const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

describe("make", () => {
  it("gives a path to services that nobody gave one", () => {
    assert.deepStrictEqual(object(make(map({}), [], [], undefined)), { PATH: path })
    assert.deepStrictEqual(object(make(map({ PATH: "/opt/bin" }), [], [], undefined)), { PATH: "/opt/bin" })
    assert.deepStrictEqual(object(make(map({ PATH: "/opt/bin" }), [["PATH", "/a"]], [], undefined)), { PATH: "/a" })
  })

  it("lets the last writer win: ours, Environment=, EnvironmentFile=, the identity", () => {
    const made = make(
      map({ A: "own", B: "own", C: "own", HOME: "/own" }),
      [["B", "assigned"], ["C", "assigned"], ["C", "again"], ["D", "assigned"], ["HOME", "/assigned"]],
      [["C", "file"], ["D", "file"], ["D", "later file"], ["USER", "nobody"]],
      alice
    )
    assert.deepStrictEqual(object(made), {
      PATH: path,
      A: "own",
      B: "assigned",
      C: "file",
      D: "later file",
      HOME: "/home/alice",
      USER: "alice",
      LOGNAME: "alice",
      SHELL: "/bin/bash"
    })
  })

  it("keeps to itself what is meant for PID 1", () => {
    const own = map({
      CONTAINER_INIT_TRACE: "1",
      CONTAINER_INIT_PASSWD_FILE: "/p",
      LISTEN_FDS: "1",
      LISTEN_PID: "1",
      LISTEN_FDNAMES: "a",
      NOTIFY_SOCKET: "/n",
      WATCHDOG_USEC: "1",
      WATCHDOG_PID: "1",
      INVOCATION_ID: "0",
      SYSTEMD_EXEC_PID: "1",
      CONTAINER: "podman",
      LISTENER: "kept",
      NOTIFY_SOCKETS: "kept"
    })
    assert.deepStrictEqual(object(make(own, [], [], undefined)), {
      PATH: path,
      CONTAINER: "podman",
      LISTENER: "kept",
      NOTIFY_SOCKETS: "kept"
    })
  })

  it("passes on what PassEnvironment= names, whatever it is, under what the unit sets itself", () => {
    const own = map({ CONTAINER_INIT_TRACE: "1", LISTEN_FDS: "2", A: "own" })
    assert.deepStrictEqual(
      object(make(own, [["A", "assigned"]], [], undefined, ["CONTAINER_INIT_TRACE", "A", "GONE"])),
      { PATH: path, CONTAINER_INIT_TRACE: "1", A: "assigned" }
    )
  })

  it("gives a unit such a variable all the same, where its own file says so", () => {
    const made = make(map({ NOTIFY_SOCKET: "/ours" }), [["NOTIFY_SOCKET", "/its"]], [["LISTEN_FDS", "0"]], undefined)
    assert.strictEqual(made.get("NOTIFY_SOCKET"), "/its")
    assert.strictEqual(made.get("LISTEN_FDS"), "0")
  })

  it("sets no shell for a user whose entry has none, and no names for a user without an entry", () => {
    const credentials = alice.credentials
    const bob = make(map({}), [], [], { credentials, login: { name: "bob", home: "/home/bob", shell: "" } })
    assert.deepStrictEqual(object(bob), { PATH: path, USER: "bob", LOGNAME: "bob", HOME: "/home/bob" })
    assert.deepStrictEqual(object(make(map({}), [], [], { credentials, login: undefined })), { PATH: path })
  })
})

describe("entries", () => {
  it("leaves out at the very end what UnsetEnvironment= names, or names with its value", () => {
    const all = map({ A: "1", B: "2", C: "3" })
    assert.deepStrictEqual(entries(all, [["D", "4"], ["E", "5=6"]], ["A", "B=2", "C=2", "D", "E=5=6"]), ["C=3"])
  })

  it("is what exec wants, values with equals signs included", () => {
    assert.deepStrictEqual(entries(map({ A: "b=c", D: "" }), []), ["A=b=c", "D="])
  })

  it("ends with what belongs to the run, which wins over what the unit says", () => {
    const environment = map({ A: "1", MAINPID: "its", B: "2" })
    assert.deepStrictEqual(entries(environment, [["C", "3"]]), ["A=1", "MAINPID=its", "B=2", "C=3"])
    assert.deepStrictEqual(entries(environment, [["MAINPID", "7"], ["C", "3"]]), ["A=1", "MAINPID=7", "B=2", "C=3"])
    assert.deepStrictEqual(entries(environment, []), ["A=1", "MAINPID=its", "B=2"])
  })
})
