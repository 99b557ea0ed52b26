import { assert, describe, it } from "@effect/vitest"
import * as Fields from "../../src/unit/grammar/Fields.ts"
import * as Mounts from "../../src/unit/grammar/Mounts.ts"
import { refused, table } from "./Table.ts"

const fieldsIn = (protect: boolean, most = 3) => (text: string) =>
  Fields.parse(text, most, protect).items.map((item) => item.fields)

describe("Fields", () => {
  table(fieldsIn(true), [
    ["/a", [["/a"]]],
    ["/a:/b /c", [["/a", "/b"], ["/c"]]],
    ["/a\\:b:/c", [["/a:b", "/c"]]],
    ["\"/a b\":\"/c d\"", [["/a b", "/c d"]]],
    ["\"/a:b\"", [["/a:b"]]],
    ["/a:/b:c:d", [["/a", "/b", "c:d"]]],
    ["/a: :/b", [["/a", ""], ["", "/b"]]],
    ["${D:-/x}:/b", [["${D:-/x}", "/b"]]],
    ["${A:-${B:-/x}}:/b", [["${A:-${B:-/x}}", "/b"]]],
    ["", []]
  ])

  it("parts at colons in quotes where it is told to", () => {
    assert.deepStrictEqual(fieldsIn(false, 2)("\"/a b:ro,x:y\""), [["/a b", "ro,x:y"]])
  })

  it("says where words begin, and that a quote is open", () => {
    const { faults, items } = Fields.parse("a  b:c \"d", 3, true)
    assert.deepStrictEqual(items.map(({ offset }) => offset), [0, 3])
    assert.deepStrictEqual(faults.map(({ offset, severity }) => [offset, severity]), [[7, "error"]])
  })
})

const bind = (text: string) => Mounts.parseBind(text.split(":"))
const plain = { optional: false, recursive: true, idmap: false }

describe("Mounts.parseBind", () => {
  table(bind, [
    ["/a", { source: "/a", destination: "/a", ...plain }],
    ["/a/:/b//c", { source: "/a", destination: "/b/c", ...plain }],
    ["-/a", { source: "/a", destination: "/a", ...plain, optional: true }],
    ["/a:/b:rbind", { source: "/a", destination: "/b", ...plain }],
    ["/a:/b:norbind", { source: "/a", destination: "/b", ...plain, recursive: false }],
    ["/a:/b:norbind,idmap", { source: "/a", destination: "/b", optional: false, recursive: false, idmap: true }],
    ["/a:/b:", { source: "/a", destination: "/b", ...plain }]
  ])
  refused(bind, ["", "a:/b", "/a:b", "/a:", ":/a", "+/a", "-+/a:/b", "/a:-/b", "/a/..:/b", "/a:/b:ro", "/a::rbind"])
})

const temporary = (text: string) => Mounts.parseTemporary(text.split(":"))

describe("Mounts.parseTemporary", () => {
  table(temporary, [
    ["/a", { path: "/a", options: [] }],
    ["/a:", { path: "/a", options: [] }],
    ["/a:ro,size=5M", { path: "/a", options: ["ro", "size=5M"] }]
  ])
  refused(temporary, ["", "a", "-/a", ":ro", "/a/.."])
})

const directory = (text: string) => Mounts.parseDirectory(text.split(":"))

describe("Mounts.parseDirectory", () => {
  table(directory, [
    ["app", { path: "app", link: undefined, readOnly: false }],
    ["app/cache/", { path: "app/cache", link: undefined, readOnly: false }],
    ["app:old", { path: "app", link: "old", readOnly: false }],
    ["app::ro", { path: "app", link: undefined, readOnly: true }],
    ["app:old:ro", { path: "app", link: "old", readOnly: true }]
  ])
  refused(directory, ["", ".", "/app", "../app", "app/../b", "private", "private/a", "app:/old", "app:old:rw", ":old"])

  it("says what to write instead of the whole path", () => {
    assert.strictEqual(
      Mounts.directoryHint(["/run/app"]),
      "write \"app\": the rest follows from the directive"
    )
  })
})
