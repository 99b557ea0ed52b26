import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as InvocationId from "../../src/supervisor/InvocationId.ts"

describe("the number of a run", () => {
  it.effect("is a random UUID without its dashes, another one each time", () =>
    Effect.gen(function*() {
      const next = yield* InvocationId.source
      const made = new Set<string>()
      for (let count = 0; count < 200; count++) {
        const id = next()
        assert.match(id, /^[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}$/)
        made.add(id)
      }
      assert.strictEqual(made.size, 200)
    }))
})
