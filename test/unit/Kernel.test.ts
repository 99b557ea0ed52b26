import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as CoredumpFilter from "../../src/unit/grammar/CoredumpFilter.ts"
import * as Errno from "../../src/unit/grammar/Errno.ts"
import * as Selection from "../../src/unit/grammar/Selection.ts"
import * as SystemCall from "../../src/unit/grammar/SystemCall.ts"
import * as Vocabulary from "../../src/unit/grammar/Vocabulary.ts"
import { refused, table } from "./Table.ts"

describe("Vocabulary.capability", () => {
  table(Vocabulary.capability, [
    ["CAP_NET_ADMIN", "CAP_NET_ADMIN"],
    ["cap_net_admin", "CAP_NET_ADMIN"],
    ["0", "CAP_CHOWN"],
    ["12", "CAP_NET_ADMIN"],
    ["40", "CAP_CHECKPOINT_RESTORE"],
    ["63", "63"]
  ])
  refused(Vocabulary.capability, ["", "NET_ADMIN", "CAP_FOO", "CAP_", "64", "-1", "CAP_NET_ADMIN,CAP_CHOWN"])
})

describe("Vocabulary.addressFamily", () => {
  table(Vocabulary.addressFamily, [
    ["AF_INET", "AF_INET"],
    ["af_inet6", "AF_INET6"],
    ["AF_LOCAL", "AF_UNIX"],
    ["AF_FILE", "AF_UNIX"],
    ["AF_ROUTE", "AF_NETLINK"],
    ["AF_DECnet", "AF_DECnet"]
  ])
  refused(Vocabulary.addressFamily, ["", "INET", "AF_", "AF_UNSPEC", "AF_MAX", "2", "none"])
})

describe("Errno", () => {
  table(Errno.parse, [
    ["EPERM", 1],
    ["eperm", 1],
    ["EAGAIN", 11],
    ["EWOULDBLOCK", 11],
    ["ENOSYS", 38],
    ["ENOMSG", 42],
    ["EBFONT", 59],
    ["EOPNOTSUPP", 95],
    ["EHWPOISON", 133],
    ["13", 13],
    ["4095", 4095]
  ])
  refused(Errno.parse, ["", "-", "EFOO", "4096", "-1", "1.5"])

  it("reads the names it gives", () => {
    for (let errno = 1; errno <= 140; errno++) assert.strictEqual(Errno.parse(Errno.nameOf(errno)), errno)
  })
})

describe("SystemCall", () => {
  table(SystemCall.parse, [
    ["read", { name: "read", action: undefined }],
    ["@system-service", { name: "@system-service", action: undefined }],
    ["@mount:EPERM", { name: "@mount", action: 1 }],
    ["read:13", { name: "read", action: 13 }],
    ["read:0", { name: "read", action: 0 }],
    ["_llseek:kill", { name: "_llseek", action: "kill" }]
  ])
  refused(SystemCall.parse, ["", ":EPERM", "read:", "read:EFOO", "read:4096", "@unknown", "@", "~read", "a,b", "READ"])

  it("says what to write instead", () => {
    assert.strictEqual(SystemCall.hint("@systemservice"), "did you mean \"@system-service\"?")
    assert.strictEqual(SystemCall.hint("read:EPREM"), "did you mean \"EPERM\"?")
    assert.strictEqual(SystemCall.hint("read,write"), "names are separated by blanks")
  })

  it("reads what it has written", () => {
    for (const text of ["read", "@mount:EPERM", "read:kill", "read:4000"]) {
      const call = SystemCall.parse(text)
      assert(call !== undefined)
      assert.strictEqual(SystemCall.format(call), text)
    }
  })
})

describe("Selection", () => {
  it("adds to a list, and takes away from it what comes the other way round", () => {
    const first = Selection.merge(undefined, false, ["a", "b"])
    assert.deepStrictEqual(Selection.merge(first, false, ["b", "c"]), { inverted: false, names: ["a", "b", "c"] })
    assert.deepStrictEqual(Selection.merge(first, true, ["b"]), { inverted: false, names: ["a"] })
    const all = Selection.merge(undefined, true, ["a", "b"])
    assert.deepStrictEqual(Selection.merge(all, true, ["c"]), { inverted: true, names: ["a", "b", "c"] })
    assert.deepStrictEqual(Selection.merge(all, false, ["b"]), { inverted: true, names: ["a"] })
  })

  it("knows what it includes", () => {
    assert.isTrue(Selection.includes({ inverted: false, names: ["a"] }, "a"))
    assert.isFalse(Selection.includes({ inverted: true, names: ["a"] }, "a"))
    assert.isTrue(Selection.includes(Selection.everything, "a"))
    assert.isFalse(Selection.includes(Selection.nothing, "a"))
  })

  it("is what became of each name when it was last written", () => {
    const name = FastCheck.constantFrom("a", "b", "c")
    const assignment = FastCheck.tuple(FastCheck.boolean(), FastCheck.array(name, { minLength: 1, maxLength: 3 }))
    FastCheck.assert(
      FastCheck.property(FastCheck.array(assignment, { minLength: 1, maxLength: 6 }), (assignments) => {
        let selection = undefined as ReturnType<typeof Selection.merge> | undefined
        const inverted = assignments[0]?.[0]
        const chosen = new Map<string, boolean>()
        for (const [not, names] of assignments) {
          selection = Selection.merge(selection, not, names)
          for (const one of names) chosen.set(one, !not)
        }
        for (const one of ["a", "b", "c"]) {
          assert.strictEqual(selection !== undefined && Selection.includes(selection, one), chosen.get(one) ?? inverted)
        }
      })
    )
  })

  it("keeps the offsets of words behind a ~", () => {
    const { inverted, words } = Selection.split("~a  b")
    assert.isTrue(inverted)
    assert.deepStrictEqual(words.map(({ offset, text }) => [text, offset]), [["a", 1], ["b", 4]])
  })
})

describe("CoredumpFilter", () => {
  table(CoredumpFilter.parse, [
    ["private-anonymous", 1],
    ["shared-dax", 256],
    ["default", 0x33],
    ["all", 0x1ff],
    ["0x33", 0x33],
    ["33", 0x33]
  ])
  refused(CoredumpFilter.parse, ["", "dax", "0x", "123456789"])
})
