/**
 * The executable's modules are evaluated when it is built, and what they drew at random is in its heap image
 * (src/native/host/image.h): every container would have the same. Effect's `Random` is all there is of that, and the build
 * fails on more (scripts/image-hazards.mjs). `Math.random` itself is given its seed by the host.
 */
import * as Context from "effect/Context"
import * as DefaultServices from "effect/DefaultServices"
import * as Random from "effect/Random"
import type { PCGRandom } from "effect/Utils"

const word = (): number => (Math.random() * 2 ** 32) >>> 0

/** Gives Effect's `Random` a state of this process alone, of 127 bits. */
export const draw = (): void => {
  const random = Context.get(DefaultServices.liveServices, Random.Random) as unknown as { readonly PRNG: PCGRandom }
  random.PRNG.setState([word(), word(), word(), word()])
}
