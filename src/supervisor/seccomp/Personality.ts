/** `LockPersonality=` of systemd.exec(5): personality(2) stays what it is; to ask for it is no change. */
import type { Plan } from "./Abi.ts"
import * as Abi from "./Abi.ts"
import * as Decisions from "./Decision.ts"

/** PER_LINUX and PER_LINUX32. */
const linux = 0
const linux32 = 8
const ask = 0xffffffff

/** By what `Personality=` says: of 64-bit machines it is the 32-bit ones that need another. */
const thirtyTwoBit = ["x86", "arm", "arm-be", "ppc", "ppc-le", "s390"]

export const plan = (personality: string | undefined, native: string | undefined): Plan => {
  const own = personality !== undefined && personality !== native && thirtyTwoBit.includes(personality)
  const { allow, choice, eperm } = Decisions
  return Abi.restriction("LockPersonality=", {
    personality: choice(0, [[own ? linux32 : linux, allow], [ask, allow]], eperm)
  })
}
