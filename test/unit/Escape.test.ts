import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as Escape from "../../src/unit/Escape.ts"
import * as UnitName from "../../src/unit/UnitName.ts"

type Case = readonly [text: string, value: string | undefined]

const table = (what: string, change: (text: string) => string | undefined, cases: ReadonlyArray<Case>) => {
  describe(what, () => {
    for (const [text, value] of cases) {
      it(`makes ${JSON.stringify(text).slice(0, 40)} ${(JSON.stringify(value) ?? "nothing").slice(0, 60)}`, () =>
        assert.strictEqual(change(text), value))
    }
  })
}

table("escape", Escape.escape, [
  ["Hallöchen, Meister", "Hall\\xc3\\xb6chen\\x2c\\x20Meister"],
  ["a/b", "a-b"],
  ["//", "--"],
  ["a-b", "a\\x2db"],
  ["\\x2d", "\\x5cx2d"],
  [".a.b", "\\x2ea.b"],
  [":_.", ":_."],
  ["a@b", "a\\x40b"],
  ["a\nb\x7f", "a\\x0ab\\x7f"],
  ["100%!~*'()", "100\\x25\\x21\\x7e\\x2a\\x27\\x28\\x29"],
  ["😀", "\\xf0\\x9f\\x98\\x80"],
  ["\ud83d", "\\xef\\xbf\\xbd"],
  ["", ""]
])

table("escapePath", Escape.escapePath, [
  ["/tmp//waldi/foobar/", "tmp-waldi-foobar"],
  ["/", "-"],
  ["///", "-"],
  ["", "-"],
  ["a/./b", "a-b"],
  ["/.x", "\\x2ex"],
  ["/a/.x", "a-.x"],
  ["/dev/disk/by-uuid", "dev-disk-by\\x2duuid"],
  ["/a/../b", undefined],
  ["..", undefined],
  [".", undefined],
  ["./.", undefined],
  ["é".repeat(127), "\\xc3\\xa9".repeat(127)],
  ["é".repeat(128), undefined],
  ["/a".repeat(2_048), undefined]
])

table("unescape", Escape.unescape, [
  ["Hall\\xc3\\xb6chen\\x2c\\x20Meister", "Hallöchen, Meister"],
  ["dev-disk-by\\x2duuid", "dev/disk/by-uuid"],
  ["\\x2D\\x2d-", "--/"],
  ["ö", "ö"],
  ["", ""],
  ["\\x2", undefined],
  ["\\q", undefined],
  ["a\\", undefined],
  ["\\X41", undefined],
  ["\\x4G", undefined],
  ["\\xff", undefined],
  ["a\\xc3b", undefined],
  ["\\x00", undefined]
])

table("unescapePath", Escape.unescapePath, [
  ["-", "/"],
  ["tmp-a\\x20b", "/tmp/a b"],
  ["a\\x2fb", "/a/b"],
  ["\\x2ex", "/.x"],
  ["", undefined],
  ["-a", undefined],
  ["a-", undefined],
  ["a--b", undefined],
  ["a-..-b", undefined],
  ["a-.-b", undefined],
  ["\\x2f", undefined],
  ["\\x2e", undefined]
])

table("UnitName.mangle", UnitName.mangle, [
  ["web", "web.service"],
  ["web.socket", "web.socket"],
  ["a b", "a\\x20b.service"],
  ["a@b", "a@b.service"],
  ["a\\x2d", "a\\x2d.service"],
  ["a/b.mount", "a-b.mount"],
  ["/", "-.mount"],
  ["/mnt/a b/", "mnt-a\\x20b.mount"],
  ["/dev//sda", "dev-sda.device"],
  ["/sys/./x", "sys-x.device"],
  ["/dev", "dev.mount"],
  ["/devx/y", "devx-y.mount"],
  ["/a/../b", "-a-..-b.service"],
  [".service", ".service.service"],
  ["", undefined],
  ["@a", undefined]
])

describe("Escape", () => {
  it("fills a template with an escaped name, and finds it again", () => {
    const name = UnitName.instantiate("systemd-nspawn@.service", "container/III 1")
    assert.strictEqual(name, "systemd-nspawn@container-III\\x201.service")
    assert.strictEqual(UnitName.instanceOf(name ?? ""), "container/III 1")
  })

  it("fills nothing but a template, and with nothing but a name", () => {
    assert.isUndefined(UnitName.instantiate("a@b.service", "x"))
    assert.isUndefined(UnitName.instantiate("a.service", "x"))
    assert.isUndefined(UnitName.instantiate("a@.service", ""))
    assert.isUndefined(UnitName.instantiate("a@.service", "x".repeat(300)))
  })

  it("finds no instance where there is none", () => {
    for (const name of ["a.service", "a@.service", "a b@c.service", "a@\\q.service"]) {
      assert.isUndefined(UnitName.instanceOf(name))
    }
  })

  it("is undone by unescape", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.string({ unit: "binary" }), (text) => {
        FastCheck.pre(!text.includes("\0"))
        const escaped = Escape.escape(text)
        assert.match(escaped, /^(?:[\w:\\-][\w:.\\-]*)?$/)
        assert.strictEqual(Escape.unescape(escaped), text)
      })
    )
  })

  it("of a path is undone by unescapePath", () => {
    const part = FastCheck.string({ minLength: 1 }).filter((name) => !/^\.\.?$|[/\0]/.test(name))
    FastCheck.assert(
      FastCheck.property(FastCheck.array(part), (parts) => {
        const path = `/${parts.join("/")}`
        assert.strictEqual(Escape.unescapePath(Escape.escapePath(path) ?? ""), path)
      })
    )
  })

  it("never throws", () => {
    const noise = FastCheck.string({ unit: FastCheck.constantFrom(..."\\x-/.af0@ é\ud800\0", "\\xc3", "\\xa9") })
    FastCheck.assert(FastCheck.property(noise, (text) => {
      for (const change of [Escape.escape, Escape.escapePath, Escape.unescape, Escape.unescapePath, UnitName.mangle]) {
        change(text)
      }
    }))
  })
})
