/** The number of one run of a unit, `$INVOCATION_ID` of systemd.exec(5): 128 random bits as sd-id128(3) has them. */
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"

const half = 2 ** 32

const hex = (bits: number): string => bits.toString(16).padStart(8, "0")

/** 32 hexadecimal digits: told apart by anybody, guessed by nobody who would gain from it. */
export const make: Effect.Effect<string> = Effect.gen(function*() {
  const first = yield* Random.nextIntBetween(0, half)
  const second = yield* Random.nextIntBetween(0, half)
  const third = yield* Random.nextIntBetween(0, half)
  const fourth = yield* Random.nextIntBetween(0, half)
  // Version and variant of a random UUID, RFC 4122.
  const versioned = ((second & 0xffff0fff) | 0x4000) >>> 0
  const variant = ((third & 0x3fffffff) | 0x80000000) >>> 0
  return `${hex(first)}${hex(versioned)}${hex(variant)}${hex(fourth)}`
})
