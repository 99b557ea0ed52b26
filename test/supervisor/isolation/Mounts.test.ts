import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as Mounts from "../../../src/supervisor/isolation/Mounts.ts"
import type { Rule } from "../../../src/supervisor/isolation/Rules.ts"
import * as Rules from "../../../src/supervisor/isolation/Rules.ts"
import type { Seen } from "./MountTable.ts"
import { MountTable, noExec, readOnly } from "./MountTable.ts"

const paths = ["/", "/a", "/a/b", "/a/b/c", "/a/d", "/a/d/h", "/e", "/e/f", "/e/f/g"]

/** The container: a disk, a volume that is read-only, and one that is not. */
const container = (): MountTable => {
  const table = new MountTable({ name: "disk", paths: new Set(paths) })
  table.mount({ name: "fixed", paths: new Set(["/", "/h"]) }, "/a/d", readOnly)
  table.mount({ name: "volume", paths: new Set(["/", "/g"]) }, "/e/f")
  return table
}

const plain = { root: "", procMasks: [] }

const base = (path: string, directive = `rule for ${path}`) => ({ path, optional: true, directive })
const access = (which: "hidden" | "read-only" | "writable", path: string): Rule => ({
  ...base(path),
  _tag: "Access",
  access: which
})
const exec = (allowed: boolean, path: string): Rule => ({ ...base(path), _tag: "Exec", allowed })
const bind = (source: string, path: string, how: { readOnly?: boolean; recursive?: boolean } = {}): Rule => ({
  ...base(path),
  _tag: "Bind",
  source,
  recursive: true,
  readOnly: false,
  ...how
})
const tmpfs = (path: string, ...options: ReadonlyArray<string>): Rule => ({
  ...base(path),
  optional: false,
  _tag: "New",
  type: "tmpfs",
  options
})

const run = (rules: ReadonlyArray<Rule>): MountTable => {
  const table = container()
  assert.isUndefined(table.run(Mounts.steps(Rules.settle(rules), plain)))
  return table
}

const show = (seen: Seen | undefined): string =>
  seen === undefined
    ? "nothing"
    : `${seen.file}${(seen.attributes & readOnly) === 0 ? "" : " ro"}${
      (seen.attributes & noExec) === 0 ? "" : " noexec"
    }`

const seen = (rules: ReadonlyArray<Rule>, ...at: ReadonlyArray<string>): ReadonlyArray<string> => {
  const table = run(rules)
  return at.map((path) => show(table.see(path)))
}

describe("steps", () => {
  it("leave writable what is named below something read-only, and read-only what was so before", () => {
    assert.deepStrictEqual(
      seen(
        [access("read-only", "/"), access("writable", "/a"), access("read-only", "/a/b")],
        "/e",
        "/e/f",
        "/a",
        "/a/b",
        "/a/d"
      ),
      ["disk:/e ro", "volume:/ ro", "disk:/a", "disk:/a/b ro", "fixed:/ ro"]
    )
  })

  it("keep programs from being run, also in what else is put there", () => {
    assert.deepStrictEqual(
      seen([exec(false, "/"), exec(true, "/a"), bind("/a", "/e"), tmpfs("/a/b")], "/", "/a", "/e", "/a/b"),
      ["disk:/ noexec", "disk:/a", "disk:/a noexec", "tmpfs1:/"]
    )
    assert.deepStrictEqual(seen([exec(false, "/a"), bind("/e", "/a")], "/a"), ["disk:/e noexec"])
  })

  it("hide what lies below something that is put in its place", () => {
    assert.deepStrictEqual(
      seen(
        [access("read-only", "/a"), access("hidden", "/a/b"), bind("/a", "/e"), access("hidden", "/e/b")],
        "/a/b",
        "/e/b"
      ),
      ["nothing:/ ro noexec", "nothing:/ ro noexec"]
    )
  })

  it("say what holds inside of what is put in a place, not of what was there before", () => {
    const rules = [bind("/a", "/e", { readOnly: true }), access("writable", "/e/b"), exec(false, "/e/b/c")]
    assert.deepStrictEqual(seen(rules, "/e", "/e/b", "/e/b/c"), ["disk:/a ro", "disk:/a/b", "disk:/a/b/c noexec"])
  })

  it("make mount points in what is read-only later on", () => {
    const rules = [
      tmpfs("/new", "ro"),
      bind("/e", "/new/deep/er"),
      bind("/a", "/e/f", { readOnly: true }),
      bind("/e", "/e/f/x")
    ]
    assert.deepStrictEqual(seen(rules, "/new", "/new/deep", "/new/deep/er", "/e/f", "/e/f/x"), [
      "tmpfs1:/ ro",
      "tmpfs1:/deep ro",
      "disk:/e",
      "disk:/a ro",
      "disk:/e"
    ])
  })

  it("fail where a path that is named without a - is not there", () => {
    for (
      const rule of [
        access("read-only", "/no"),
        access("writable", "/no"),
        access("hidden", "/no"),
        bind("/no", "/a"),
        exec(true, "/no")
      ]
    ) {
      const steps = Mounts.steps([{ ...rule, optional: false }], plain)
      assert.match(container().run(steps) ?? "", /ENOENT/)
      assert.isUndefined(container().run(Mounts.steps([rule], plain)))
    }
  })

  it("put what masks parts of /proc over another one, too", () => {
    const proc: Rule = { ...base("/proc"), optional: false, _tag: "New", type: "proc", options: ["hidepid=invisible"] }
    const steps = Mounts.steps([proc], { root: "", procMasks: ["/proc/sys", "/proc/kcore"] })
    assert.deepStrictEqual(
      steps.map(({ action }) => action._tag === "TreePut" || action._tag === "TreeTake" ? action.path : action._tag),
      ["/proc/sys", "/proc/kcore", "TreeNew", "TreePoint", "/proc", "/proc/sys", "/proc/kcore"]
    )
  })
})

/** What rules mean, said without any mount: of each sort what is innermost counts. */
const meaning = (rules: ReadonlyArray<Rule>, path: string): string | undefined => {
  const within = rules.filter((rule) => Rules.isWithin(path, rule.path))
  const isHidden = (rule: Rule) => rule._tag === "Access" && rule.access === "hidden"
  if (within.some(isHidden)) return "nothing"
  const innermost = (of: ReadonlyArray<Rule>): ReadonlyArray<Rule> => {
    const depth = Math.max(...of.map((rule) => rule.path.length))
    return of.filter((rule) => rule.path.length === depth)
  }
  const places = innermost(within.filter(({ _tag }) => _tag === "Bind" || _tag === "New"))
  const place = places.find(({ _tag }) => _tag === "Bind") ?? places[0]
  // What is made in an empty file system afterwards is nobody's business.
  const isInside = (rule: Rule) =>
    place?._tag === "New" && rule.path !== place.path && Rules.isWithin(rule.path, place.path)
  if (within.some(isInside)) return undefined
  // Nor is what is allowed again inside of a bind that is not recursive: it stays as the bind is.
  const isStricter = place?._tag === "Bind" && !place.recursive &&
    within.some((rule) => rule.path.length > place.path.length)
  if (isStricter) return undefined
  const table = container()
  let before: Seen | undefined
  if (place?._tag === "Bind") {
    table.run([
      {
        action: { _tag: "TreeTake", slot: 0, path: place.source, recursive: place.recursive },
        directive: "",
        exitCode: 1,
        leniency: "fail"
      },
      {
        action: { _tag: "TreePut", slot: 0, path: place.path, make: true },
        directive: "",
        exitCode: 1,
        leniency: "fail"
      }
    ])
    before = table.see(path)
  } else if (place === undefined) before = table.see(path)
  else if (path === place.path) before = { file: "tmpfs:/", attributes: 0 }
  if (before === undefined) return undefined
  const about = innermost(within.filter(({ _tag }) => _tag !== "Exec"))
  const isRead = about.some(Rules.isReadOnly)
  const isStill = innermost(within.filter(({ _tag }) => _tag === "Exec")).some((rule) =>
    rule._tag === "Exec" && !rule.allowed
  )
  return show({ ...before, attributes: before.attributes | (isRead ? readOnly : 0) | (isStill ? noExec : 0) })
}

const inner = FastCheck.constantFrom(...paths.slice(1))
const any = FastCheck.constantFrom(...paths)
const arbitraryRule: FastCheck.Arbitrary<Rule> = FastCheck.oneof(
  FastCheck.tuple(FastCheck.constantFrom("read-only" as const, "writable" as const), any).map(([which, path]) =>
    access(which, path)
  ),
  inner.map((path) => access("hidden", path)),
  FastCheck.tuple(FastCheck.boolean(), any).map(([allowed, path]) => exec(allowed, path)),
  FastCheck.tuple(inner, inner, FastCheck.boolean(), FastCheck.boolean()).map(([source, path, isReadOnly, recursive]) =>
    bind(source, path, { readOnly: isReadOnly, recursive })
  ),
  FastCheck.tuple(inner, FastCheck.boolean()).map(([path, ro]) => tmpfs(path, ...(ro ? ["ro"] : [])))
)

describe("steps for rules of all kinds", () => {
  it("show at every path what the rules mean, in whatever order they were written", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.array(arbitraryRule, { maxLength: 6 }), (rules) => {
        const table = container()
        const failure = table.run(Mounts.steps(Rules.settle(rules), plain))
        // A mount point that is missing on the read-only volume cannot be made: there is no way to keep the rule.
        if (failure?.endsWith("EROFS") === true) return
        assert.isUndefined(failure)
        for (const path of paths) {
          const wanted = meaning(rules, path)
          const found = show(table.see(path)).replace(/tmpfs\d+/, "tmpfs")
          if (wanted !== undefined) assert.strictEqual(wanted === "nothing" ? found.slice(0, 7) : found, wanted, path)
        }
      }),
      { numRuns: 3000 }
    )
  })
})
