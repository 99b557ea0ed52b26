import { assert, describe, it } from "@effect/vitest"
import * as Settings from "../../src/trace/Settings.ts"

const make = (variables: Readonly<Record<string, string>>) => Settings.make(new Map(Object.entries(variables)))

describe("what the environment says of the trace", () => {
  it("is a file, the usual one if it says nothing", () => {
    assert.strictEqual(make({}).file, "/tmp/container-init-trace.jsonl")
    assert.strictEqual(make({ CONTAINER_INIT_TRACE_FILE: "" }).file, "/tmp/container-init-trace.jsonl")
    assert.strictEqual(make({ CONTAINER_INIT_TRACE_FILE: "/t" }).file, "/t")
  })

  it("is labels, split at the first colon, the first of a unit, blanks and other entries ignored", () => {
    const text = " db.service : db:up ,, web.service:one,web.service:two,nothing, x.socket:,"
    assert.deepStrictEqual([...make({ CONTAINER_INIT_TRACE_LABELS: text }).labels], [
      ["db.service", "db:up"],
      ["web.service", "one"],
      ["x.socket", ""]
    ])
  })

  it("is whether arguments are written: only if it says 1", () => {
    assert.deepStrictEqual(
      ["1", "yes", "0", ""].map((value) => make({ CONTAINER_INIT_TRACE_ARGV: value }).argv),
      [true, false, false, false]
    )
    assert.isFalse(make({}).argv)
  })
})
