import { assert, describe, it } from "@effect/vitest"
import type { Ends } from "../../../src/kernel/FdHandoff.ts"
import * as Peer from "../../../src/supervisor/socket/Peer.ts"
import { isValid } from "../../../src/unit/UnitName.ts"

const inet = { family: "inet", address: "127.0.0.1", port: 80, peer: "10.0.0.2", peerPort: 51000 } as const
const unix = { family: "unix", pid: 12, uid: 1000, name: "" } as const

describe("who is connected", () => {
  const cases: ReadonlyArray<readonly [ends: Ends, name: string, variables: ReadonlyArray<string>, source: string]> = [
    [inet, "7-127.0.0.1:80-10.0.0.2:51000", ["REMOTE_ADDR=10.0.0.2", "REMOTE_PORT=51000"], "10.0.0.2"],
    [
      { ...inet, family: "inet6", address: "::1", peer: "2001:db8::2" },
      "7-::1:80-2001:db8::2:51000",
      ["REMOTE_ADDR=2001:db8::2", "REMOTE_PORT=51000"],
      "2001:db8::2"
    ],
    [
      { ...inet, family: "inet6", address: "fe80::1%eth0", peer: "fe80::2%eth0" },
      "7-fe80::1:80-fe80::2:51000",
      ["REMOTE_ADDR=fe80::2%eth0", "REMOTE_PORT=51000"],
      "fe80::2%eth0"
    ],
    [unix, "7-12-1000", [], "uid 1000"],
    [{ ...unix, name: "/run/a client" }, "7-12-1000", ["REMOTE_ADDR=/run/a client"], "uid 1000"],
    [{ ...unix, name: "@abstract", pid: 0 }, "7-unknown", ["REMOTE_ADDR=@abstract"], "uid 1000"]
  ]
  for (const [ends, name, variables, source] of cases) {
    it(`gives ${name} its name, its variables and its place in the count`, () => {
      assert.strictEqual(Peer.instanceName(7, ends), name)
      assert.isTrue(isValid(`echo@${name}.service`))
      assert.deepStrictEqual(Peer.variables(ends).map(([key, value]) => `${key}=${value}`), variables)
      assert.strictEqual(Peer.sourceOf(ends), source)
    })
  }
})
