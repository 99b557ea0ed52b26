/**
 * `RestrictAddressFamilies=` of systemd.exec(5): socket() with another family fails as if the kernel did not have it.
 *
 * socketcall() of 32-bit PCs has the family in memory, where no filter can look: as with systemd it is not restricted.
 */
import * as Vocabulary from "../../unit/grammar/Vocabulary.ts"
import type { Selection } from "../../unit/values/Exec.ts"
import type { Plan } from "./Abi.ts"
import * as Abi from "./Abi.ts"
import * as Decisions from "./Decision.ts"

/** EAFNOSUPPORT. */
const unsupported = Decisions.fail(97)

/** The vocabulary has the families in the order of their numbers, from 1, and other names of some beside them. */
const otherNames = ["LOCAL", "FILE", "ROUTE"]

/** Without names, all but nothing: no restriction. */
export const plan = ({ inverted, names }: Selection): Plan | undefined => {
  if (inverted && names.length === 0) return undefined
  const families = Vocabulary.split(Vocabulary.addressFamilies).filter((name) => !otherNames.includes(name))
  const [listed, other] = inverted ? [unsupported, Decisions.allow] : [Decisions.allow, unsupported]
  const cases = names.flatMap((name) => {
    const number = families.indexOf(name.slice("AF_".length)) + 1
    return number === 0 ? [] : [[number, listed] as const]
  })
  return Abi.restriction("RestrictAddressFamilies=", { socket: Decisions.choice(0, cases, other) })
}
