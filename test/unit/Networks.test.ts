import { assert, describe, it } from "@effect/vitest"
import * as Device from "../../src/unit/grammar/Device.ts"
import * as Integer from "../../src/unit/grammar/Integer.ts"
import * as IpPrefix from "../../src/unit/grammar/IpPrefix.ts"
import * as SocketBind from "../../src/unit/grammar/SocketBind.ts"
import { refused, table } from "./Table.ts"

describe("IpPrefix", () => {
  table(IpPrefix.parse, [
    ["10.0.0.0/8", [{ address: "10.0.0.0", bits: 8 }]],
    ["10.0.0.1", [{ address: "10.0.0.1", bits: 32 }]],
    ["::1", [{ address: "::1", bits: 128 }]],
    ["fe80::/64", [{ address: "fe80::", bits: 64 }]],
    ["::ffff:1.2.3.4/96", [{ address: "::ffff:1.2.3.4", bits: 96 }]],
    ["any", [{ address: "0.0.0.0", bits: 0 }, { address: "::", bits: 0 }]],
    ["localhost", [{ address: "127.0.0.0", bits: 8 }, { address: "::1", bits: 128 }]],
    ["link-local", [{ address: "169.254.0.0", bits: 16 }, { address: "fe80::", bits: 64 }]],
    ["multicast", [{ address: "224.0.0.0", bits: 4 }, { address: "ff00::", bits: 8 }]]
  ])
  refused(IpPrefix.parse, [
    "",
    "foo",
    "10.0.0",
    "10.0.0.1/33",
    "10.0.0.0/08",
    "010.0.0.1",
    "10.0.0.0/",
    "::1/129",
    "[::1]",
    "fe80::1%eth0",
    "1.2.3.4,5.6.7.8"
  ])

  it("reads what it has written", () => {
    for (const prefix of [{ address: "10.0.0.0", bits: 8 }, { address: "::", bits: 0 }]) {
      assert.deepStrictEqual(IpPrefix.parse(IpPrefix.format(prefix)), [prefix])
    }
  })
})

const everything = { family: undefined, protocol: undefined, ports: undefined }

describe("SocketBind", () => {
  table(SocketBind.parse, [
    ["any", everything],
    ["80", { ...everything, ports: [80, 80] }],
    ["1000-2000", { ...everything, ports: [1000, 2000] }],
    ["ipv6", { ...everything, family: "ipv6" }],
    ["udp", { ...everything, protocol: "udp" }],
    ["ipv4:80", { ...everything, family: "ipv4", ports: [80, 80] }],
    ["ipv4:tcp:any", { ...everything, family: "ipv4", protocol: "tcp" }],
    ["ipv4:tcp:1-2", { family: "ipv4", protocol: "tcp", ports: [1, 2] }]
  ])
  refused(SocketBind.parse, [
    "",
    "0",
    "0-5",
    "2000-1000",
    "80 90",
    "tcp:ipv4",
    "ipv5:80",
    "ipv4:",
    "ipv4:tcp:80:90",
    "any:80"
  ])

  it("reads what it has written", () => {
    for (const text of ["any", "80", "ipv4:any", "ipv6:udp:1-1024"]) {
      const rule = SocketBind.parse(text)
      assert(rule !== undefined)
      assert.strictEqual(SocketBind.format(rule), text)
    }
  })
})

const all = { read: true, write: true, make: true }

describe("Device.parseRule", () => {
  table(Device.parseRule, [
    ["/dev/null", { device: "/dev/null", ...all }],
    ["/dev/null rw", { device: "/dev/null", read: true, write: true, make: false }],
    ["/dev/null  rrr", { device: "/dev/null", read: true, write: false, make: false }],
    ["\"/dev/a b\" m", { device: "/dev/a b", read: false, write: false, make: true }],
    ["char-pts rw", { device: "char-pts", read: true, write: true, make: false }],
    ["block-* r", { device: "block-*", read: true, write: false, make: false }]
  ])
  refused(Device.parseRule, ["", "null", "/null", "/device", "/dev/../a", "/dev/a rwx", "/dev/a r w"])
})

describe("Device.parseValue", () => {
  const weight = (text: string) => Device.parseValue(text, (value) => Integer.within(value, 1, 10_000))
  table(weight, [
    ["/dev/sda 100", { device: "/dev/sda", value: 100 }],
    ["\"/a b\" 1", { device: "/a b", value: 1 }]
  ])
  refused(weight, ["", "/dev/sda", "/dev/sda 0", "dev/sda 5", "/dev/sda 5 6"])
})
