import { assert, describe, it } from "@effect/vitest"
import * as BusName from "../../src/unit/grammar/BusName.ts"
import * as Comparison from "../../src/unit/grammar/Comparison.ts"
import * as DescriptorName from "../../src/unit/grammar/DescriptorName.ts"
import * as DocumentationUri from "../../src/unit/grammar/DocumentationUri.ts"
import * as ExitStatus from "../../src/unit/grammar/ExitStatus.ts"
import * as ExtendedAttribute from "../../src/unit/grammar/ExtendedAttribute.ts"
import * as OpenFile from "../../src/unit/grammar/OpenFile.ts"
import * as TypeOfService from "../../src/unit/grammar/TypeOfService.ts"
import { table } from "./Table.ts"

const code = (number: number) => ({ kind: "code", code: number }) as const
const signal = (number: number) => ({ kind: "signal", signal: number }) as const

describe("ExitStatus", () => {
  table(ExitStatus.parse, [
    ["0", code(0)],
    ["250", code(250)],
    ["255", code(255)],
    ["0x10", code(16)],
    ["010", code(8)],
    ["+1", code(1)],
    ["SUCCESS", code(0)],
    ["FAILURE", code(1)],
    ["NOTRUNNING", code(7)],
    ["USAGE", code(64)],
    ["DATAERR", code(65)],
    ["TEMPFAIL", code(75)],
    ["CONFIG", code(78)],
    ["CHDIR", code(200)],
    ["OOM_ADJUST", code(206)],
    ["USER", code(217)],
    ["STDERR", code(222)],
    ["PAM", code(224)],
    ["APPARMOR", code(231)],
    ["RUNTIME_DIRECTORY", code(233)],
    ["CHOWN", code(235)],
    ["BPF", code(244)],
    ["EXCEPTION", code(255)],
    ["SIGTERM", signal(15)],
    ["TERM", signal(15)],
    ["RTMIN+3", signal(37)],
    ["SIGRTMIN+3", signal(37)],
    ["", undefined],
    ["256", undefined],
    ["-1", undefined],
    ["EX_USAGE", undefined],
    ["EXIT_CHDIR", undefined],
    ["tempfail", undefined],
    ["SIGFOO", undefined],
    ["143,SIGKILL", undefined]
  ])

  it("reads back what it writes", () => {
    for (const text of ["0", "255", "SIGTERM", "SIGRTMIN+3"]) {
      const status = ExitStatus.parse(text)
      assert(status !== undefined)
      assert.strictEqual(ExitStatus.format(status), text)
    }
  })

  it("knows the names of codes", () => {
    assert.strictEqual(ExitStatus.nameOf(75), "TEMPFAIL")
    assert.strictEqual(ExitStatus.nameOf(203), "EXEC")
    assert.strictEqual(ExitStatus.nameOf(100), undefined)
  })

  it("says what to write instead", () => {
    assert.strictEqual(ExitStatus.hint("EX_USAGE"), "write \"USAGE\"")
    assert.strictEqual(ExitStatus.hint("EXIT_CHDIR"), "write \"CHDIR\"")
    assert.strictEqual(ExitStatus.hint("256"), "exit codes go from 0 to 255")
    assert.strictEqual(ExitStatus.hint("x"), undefined)
  })
})

describe("OpenFile", () => {
  const file = { path: "/etc/a", name: "a", mode: "read-write", optional: false } as const
  table(OpenFile.parse, [
    ["/etc/a", file],
    ["/etc//a/", file],
    ["/etc/a:b", { ...file, name: "b" }],
    ["/etc/a:b:", { ...file, name: "b" }],
    ["/etc/a::read-only", { ...file, mode: "read-only" }],
    ["/etc/a:b:append,graceful", { path: "/etc/a", name: "b", mode: "append", optional: true }],
    ["/etc/a:b:truncate", { ...file, name: "b", mode: "truncate" }],
    ["/etc/a\\x3ab:c d", { ...file, path: "/etc/a:b", name: "c d" }],
    ["", undefined],
    ["etc/a", undefined],
    ["/etc/../a", undefined],
    ["/a:b:read-only,append", undefined],
    ["/a:b:write", undefined],
    ["/a:b:read-only:c", undefined],
    ["/a:\u00e9", undefined],
    ["/a\\q", undefined]
  ])

  it("reads back what it writes", () => {
    for (const text of ["/etc/a:b", "/a:b:append,graceful", "/a\\x3ab:c", "/a:b:read-only", "/a b:c", "/a\"b:c'd"]) {
      const read = OpenFile.parse(text)
      assert(read !== undefined)
      assert.strictEqual(OpenFile.format(read), text)
    }
  })

  it("says what to write instead", () => {
    assert.include(OpenFile.hint("a"), "begins with \"/\"")
    assert.include(OpenFile.hint("/a:b:rw"), "read-only, append or truncate")
    assert.include(OpenFile.hint("/a:\u00e9"), "/path:name:read-only")
  })
})

describe("DescriptorName", () =>
  table(DescriptorName.parse, [
    ["web", "web"],
    ["", ""],
    ["a b;!~", "a b;!~"],
    ["a".repeat(255), "a".repeat(255)],
    ["a".repeat(256), undefined],
    ["a:b", undefined],
    ["a\tb", undefined],
    ["\u007f", undefined],
    ["\u00e9", undefined]
  ]))

describe("DocumentationUri", () => {
  table(DocumentationUri.parse, [
    ["http://a", "http://a"],
    ["https://a/b?c#d", "https://a/b?c#d"],
    ["file:/usr/share/doc/a", "file:/usr/share/doc/a"],
    ["info:a", "info:a"],
    ["man:a(1)", "man:a(1)"],
    ["", undefined],
    ["http://", undefined],
    ["https://\u00e9", undefined],
    ["file:a", undefined],
    ["file:/", undefined],
    ["man:", undefined],
    ["a(1)", undefined],
    ["ftp://a", undefined],
    ["HTTP://a", undefined]
  ])

  it("says what to write instead", () => {
    assert.strictEqual(DocumentationUri.hint("sshd_config(5)"), "write \"man:sshd_config(5)\"")
    assert.strictEqual(DocumentationUri.hint("/usr/share/doc"), "write \"file:/usr/share/doc\"")
    assert.strictEqual(DocumentationUri.hint("www.example.org"), "write \"https://www.example.org\"")
    assert.include(DocumentationUri.hint("see below"), "man:")
  })
})

describe("BusName", () =>
  table(BusName.parse, [
    ["org.example.Service", "org.example.Service"],
    ["a.b-c_d", "a.b-c_d"],
    [":1.1", ":1.1"],
    ["", undefined],
    ["a", undefined],
    ["a.", undefined],
    [".a", undefined],
    ["a..b", undefined],
    ["a.1b", undefined],
    ["a b.c", undefined],
    [`a.${"b".repeat(254)}`, undefined]
  ]))

describe("TypeOfService", () =>
  table(TypeOfService.parse, [
    ["low-delay", 16],
    ["throughput", 8],
    ["reliability", 4],
    ["low-cost", 2],
    ["0x10", 16],
    ["255", 255],
    ["256", undefined],
    ["-1", undefined],
    ["fast", undefined]
  ]))

describe("ExtendedAttribute", () =>
  table(ExtendedAttribute.parse, [
    ["user.varlink=entrypoint", ["user.varlink", "entrypoint"]],
    ["user.a=", ["user.a", ""]],
    ["user.a=b=c", ["user.a", "b=c"]],
    ["varlink=a", undefined],
    ["user.=a", undefined],
    ["user.a", undefined]
  ]))

describe("Comparison", () =>
  table(Comparison.parse, [
    [">=5", { operator: ">=", operand: "5" }],
    ["<= 5", { operator: "<=", operand: "5" }],
    ["!$=a*", { operator: "!$=", operand: "a*" }],
    ["$=a*", { operator: "$=", operand: "a*" }],
    ["<>1", { operator: "<>", operand: "1" }],
    ["==1", { operator: "==", operand: "1" }],
    ["=1", { operator: "=", operand: "1" }],
    ["!=1", { operator: "!=", operand: "1" }],
    [">1", { operator: ">", operand: "1" }],
    [" 5 ", { operator: undefined, operand: "5" }],
    ["", { operator: undefined, operand: "" }],
    [">", { operator: ">", operand: "" }]
  ]))
