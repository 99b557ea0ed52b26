import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as DialAddress from "../../src/unit/grammar/DialAddress.ts"
import * as InterfaceName from "../../src/unit/grammar/InterfaceName.ts"
import { isIPv4, isIPv6 } from "../../src/unit/grammar/IpAddress.ts"
import * as ListenAddress from "../../src/unit/grammar/ListenAddress.ts"
import * as NetlinkAddress from "../../src/unit/grammar/NetlinkAddress.ts"
import { table } from "./Table.ts"

describe("IpAddress", () => {
  for (const text of ["0.0.0.0", "127.0.0.1", "255.255.255.255"]) {
    it(`takes ${text} for IPv4`, () => assert.isTrue(isIPv4(text)))
  }
  for (const text of ["", "1.2.3", "1.2.3.4.5", "01.2.3.4", "256.1.1.1", "1.2.3.4 ", "a.b.c.d", "1..2.3"]) {
    it(`does not take ${JSON.stringify(text)} for IPv4`, () => assert.isFalse(isIPv4(text)))
  }
  for (
    const text of [
      "::",
      "::1",
      "1::",
      "fe80::1",
      "2001:db8:0:0:0:0:0:1",
      "1:2:3:4:5:6:7::",
      "::2:3:4:5:6:7:8",
      "::ffff:1.2.3.4",
      "1:2:3:4:5:6:1.2.3.4",
      "FFFF:ffff:FFFF:ffff:FFFF:ffff:255.255.255.255"
    ]
  ) {
    it(`takes ${text} for IPv6`, () => assert.isTrue(isIPv6(text)))
  }
  for (
    const text of [
      "",
      ":",
      ":::",
      "1",
      "1:2:3:4:5:6:7",
      "1:2:3:4:5:6:7:8:9",
      "1::2::3",
      "1:2:3:4::5:6:7:8",
      "12345::",
      "g::",
      "1.2.3.4::",
      "::1.2.3",
      ":1:2:3:4:5:6:7:8",
      "1:2:3:4:5:6:7:1.2.3.4",
      "::1%lo"
    ]
  ) {
    it(`does not take ${JSON.stringify(text)} for IPv6`, () => assert.isFalse(isIPv6(text)))
  }
})

const path = (bytes: number) => `/${"a".repeat(bytes - 1)}`

describe("ListenAddress", () => {
  table(ListenAddress.parse, [
    ["80", { kind: "any", port: 80 }],
    ["65535", { kind: "any", port: 65535 }],
    ["0x50", { kind: "any", port: 80 }],
    ["127.0.0.1:80", { kind: "inet", address: "127.0.0.1", port: 80 }],
    ["0.0.0.0:80", { kind: "inet", address: "0.0.0.0", port: 80 }],
    ["[::1]:80", { kind: "inet6", address: "::1", port: 80 }],
    ["[::ffff:1.2.3.4]:80", { kind: "inet6", address: "::ffff:1.2.3.4", port: 80 }],
    ["[fe80::1]:80%eth0", { kind: "inet6", address: "fe80::1", port: 80, scope: "eth0" }],
    ["[fe80::1]:80%2", { kind: "inet6", address: "fe80::1", port: 80, scope: "2" }],
    ["/run/a.sock", { kind: "unix", path: "/run/a.sock" }],
    ["/run/../a", { kind: "unix", path: "/run/../a" }],
    [path(107), { kind: "unix", path: path(107) }],
    ["@a b", { kind: "abstract", name: "a b" }],
    ["vsock:2:80", { kind: "vsock", cid: 2, port: 80 }],
    ["vsock::80", { kind: "vsock", port: 80 }],
    ["vsock:4294967295:80", { kind: "vsock", port: 80 }],
    ["vsock-stream:2:80", { kind: "vsock", cid: 2, port: 80 }],
    ["", undefined],
    ["0", undefined],
    ["65536", undefined],
    ["080", undefined],
    ["-1", undefined],
    ["80 81", undefined],
    ["localhost:80", undefined],
    ["*:80", undefined],
    ["127.0.0.1", undefined],
    ["127.0.0.1:0", undefined],
    ["127.0.0.1:", undefined],
    ["127.0.0.1:80%lo", undefined],
    ["1.2.3:80", undefined],
    ["::1", undefined],
    ["::1:80", undefined],
    ["[::1]", undefined],
    ["[::1]80", undefined],
    ["[::1%lo]:80", undefined],
    ["[::1]:80%", undefined],
    ["[127.0.0.1]:80", undefined],
    ["/", undefined],
    ["@", undefined],
    ["run/a.sock", undefined],
    [path(108), undefined],
    [`/${"\u00e9".repeat(54)}`, undefined],
    [`/${"\u{1f600}".repeat(27)}`, undefined],
    ["vsock:2", undefined],
    ["vsock:2:", undefined],
    ["vsock:a:80", undefined],
    ["vsock:2:80:1", undefined]
  ])

  it("reads back what it writes", () => {
    for (const text of ["80", "1.2.3.4:5", "[::1]:80", "[fe80::1]:80%eth0", "/a", "@a", "vsock:2:80", "vsock::80"]) {
      const address = ListenAddress.parse(text)
      assert(address !== undefined)
      assert.strictEqual(ListenAddress.format(address), text)
    }
  })

  for (
    const [text, hint] of [
      ["/", "a name is missing"],
      [path(200), "at most 107 bytes"],
      ["99999", "1 to 65535"],
      ["localhost:80", "names are not looked up"],
      ["*:80", "the port alone: \"80\""],
      ["::1", "in brackets"],
      ["127.0.0.1", "a port is missing"],
      ["::1:80", "in brackets"],
      ["[fe80::1%eth0]:80", "\"[fe80::1]:80%%eth0\""],
      ["run/a.sock", "addresses look like"]
    ] as const
  ) {
    it(`says of ${JSON.stringify(text.slice(0, 30))}: ${hint}`, () => assert.include(ListenAddress.hint(text), hint))
  }

  it("never throws, and reads back whatever it takes", () => {
    const text = FastCheck.oneof(FastCheck.string(), FastCheck.stringMatching(/^[[\]0-9a-f:.%@/vsock-]{0,40}$/))
    FastCheck.assert(
      FastCheck.property(text, (input) => {
        ListenAddress.hint(input)
        DialAddress.hint(input)
        const address = ListenAddress.parse(input)
        if (address === undefined) return
        assert.deepStrictEqual(ListenAddress.parse(ListenAddress.format(address)), address)
      }),
      { numRuns: 500 }
    )
  })
})

describe("DialAddress", () => {
  table(DialAddress.parse, [
    ["127.0.0.1:80", { kind: "inet", address: "127.0.0.1", port: 80 }],
    ["[::1]:80", { kind: "inet6", address: "::1", port: 80 }],
    ["[fe80::1%eth0]:80", { kind: "inet6", address: "fe80::1", port: 80, scope: "eth0" }],
    ["localhost:80", { kind: "host", host: "localhost", port: 80 }],
    ["db.example.org:5432", { kind: "host", host: "db.example.org", port: 5432 }],
    ["my_app:80", { kind: "host", host: "my_app", port: 80 }],
    ["/run/a.sock", { kind: "unix", path: "/run/a.sock" }],
    ["@a", { kind: "abstract", name: "a" }],
    ["", undefined],
    ["80", undefined],
    [":80", undefined],
    ["*:80", undefined],
    ["0.0.0.0:80", undefined],
    ["[::]:80", undefined],
    ["[0:0:0:0:0:0:0:0]:80", undefined],
    ["localhost", undefined],
    ["localhost:0", undefined],
    ["localhost:99999", undefined],
    ["1.2.3:80", undefined],
    ["::1:80", undefined],
    ["-a:80", undefined],
    ["a b:80", undefined],
    ["/", undefined],
    ["vsock:2:80", undefined]
  ])

  it("reads back what it writes", () => {
    for (const text of ["a.b:80", "1.2.3.4:5", "[::1]:80", "[fe80::1%eth0]:80", "/a", "@a"]) {
      const address = DialAddress.parse(text)
      assert(address !== undefined)
      assert.strictEqual(DialAddress.format(address), text)
    }
  })

  it("has an address for a wildcard, to which one cannot connect", () => {
    for (const text of ["80", "*:80", "0.0.0.0:80", "[::]:80"]) {
      assert.include(DialAddress.hint(text), "\"127.0.0.1:80\"")
    }
  })
})

describe("NetlinkAddress", () => {
  table(NetlinkAddress.parse, [
    ["route", { family: 0, group: 0 }],
    ["audit 1", { family: 9, group: 1 }],
    ["kobject-uevent \t2", { family: 15, group: 2 }],
    ["rdma", { family: 20, group: 0 }],
    ["99", { family: 99, group: 0 }],
    ["", undefined],
    ["-", undefined],
    ["foo", undefined],
    ["audit -1", undefined],
    ["audit 1 2", undefined]
  ])

  it("reads back what it writes", () => {
    for (const text of ["route", "audit 1", "99", "3 4"]) {
      const address = NetlinkAddress.parse(text)
      assert(address !== undefined)
      assert.strictEqual(NetlinkAddress.format(address), text)
    }
  })
})

describe("InterfaceName", () =>
  table(InterfaceName.parse, [
    ["eth0", "eth0"],
    ["wlan-guest.5", "wlan-guest.5"],
    ["a".repeat(127), "a".repeat(127)],
    ["a".repeat(128), undefined],
    ["", undefined],
    [".", undefined],
    ["..", undefined],
    ["all", undefined],
    ["default", undefined],
    ["12", undefined],
    ["0x10", undefined],
    ["+5", undefined],
    ["99999999999", undefined],
    ["-1", "-1"],
    ["a b", undefined],
    ["a:b", undefined],
    ["a/b", undefined],
    ["a%b", undefined],
    ["\u00e9", undefined]
  ]))
