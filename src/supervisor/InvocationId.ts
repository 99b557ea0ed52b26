/** The number of one run of a unit, `$INVOCATION_ID` of systemd.exec(5): 128 bits as sd-id128(3) has them. */
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"

const half = 2 ** 32

const hex = (bits: number): string => (bits >>> 0).toString(16).padStart(8, "0")

/** Spreads what differs in one bit over all of them; without a collision, for each step can be taken back. */
const mix = (bits: number): number => {
  const first = Math.imul(bits ^ (bits >>> 16), 0x21f0aaad)
  const second = Math.imul(first ^ (first >>> 15), 0x735a2d97)
  return second ^ (second >>> 15)
}

/**
 * Makes 32 hexadecimal digits at a time, another number each. Randomness is drawn once for all: what tells runs apart
 * need not keep anybody from guessing, and drawing costs more than all else that a start does for its number.
 */
export const source: Effect.Effect<() => string> = Effect.gen(function*() {
  const first = yield* Random.nextIntBetween(0, half)
  const second = yield* Random.nextIntBetween(0, half)
  const third = yield* Random.nextIntBetween(0, half)
  const fourth = yield* Random.nextIntBetween(0, half)
  let count = 0
  return () => {
    const run = count++
    // Version and variant of a random UUID, RFC 4122.
    const versioned = (mix(second ^ run) & 0xffff0fff) | 0x4000
    const variant = (mix(third ^ run) & 0x3fffffff) | 0x80000000
    return `${hex(mix(first ^ run))}${hex(versioned)}${hex(variant)}${hex(mix(fourth ^ run))}`
  }
})
