import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as FileUri from "../../src/unit/FileUri.ts"

describe("fromPath", () => {
  it.each([
    ["web.service", "web.service"],
    ["units/web.service", "units/web.service"],
    ["./units//a/./web.service", "units/a/web.service"],
    ["../units/web.service", "../units/web.service"],
    [".", "."],
    ["./", "./"],
    ["/etc/container-init/units/web.service", "file:///etc/container-init/units/web.service"],
    ["//etc/web.service", "file:///etc/web.service"],
    ["foo@bar.service", "foo%40bar.service"],
    ["c:/web.service", "c%3A/web.service"],
    ["my units/100%?#.service", "my%20units/100%25%3F%23.service"],
    ["dev-disk-by\\x2dlabel.service", "dev-disk-by%5Cx2dlabel.service"],
    ["caf\u00e9.service", "caf%C3%A9.service"],
    ["\u{1f600}.service", "%F0%9F%98%80.service"],
    ["\ud83d.service", "%EF%BF%BD.service"],
    ["two\nlines.service", "two%0Alines.service"]
  ])("makes of %j %j", (path, uri) => {
    assert.strictEqual(FileUri.fromPath(path), uri)
  })

  it("never throws, and always makes a URI reference that leads back to the path", () => {
    FastCheck.assert(FastCheck.property(FastCheck.string({ unit: "binary" }), (path) => {
      const uri = FileUri.fromPath(path)
      assert.match(uri, /^(?:file:\/\/\/)?(?:[\w.!~*'()/-]|%[0-9A-F]{2})*$/)
      assert.strictEqual(decodeURIComponent(uri.replace(/^file:\/\//, "")), FileUri.plainPath(path))
    }))
  })
})
