/** Capabilities by name and number, capabilities(7). */
import * as Vocabulary from "../../unit/grammar/Vocabulary.ts"
import type { Selection } from "../../unit/values/Exec.ts"

/** Those that the code itself speaks of. */
export const number = {
  NET_ADMIN: 12,
  SETPCAP: 8,
  SYS_MODULE: 16,
  SYS_RAWIO: 17,
  SYS_ADMIN: 21,
  SYS_TIME: 25,
  MKNOD: 27,
  SYSLOG: 34,
  WAKE_ALARM: 35
} as const

/** More than any kernel knows: what is beyond the names counts, too. */
const most = 64

const numberOf = (name: string): number => {
  const at = Vocabulary.split(Vocabulary.capabilities).indexOf(name.replace(/^CAP_/, ""))
  return at >= 0 ? at : Number(name)
}

/** `CAP_NET_ADMIN`. */
export const nameOf = (capability: number): string => {
  const name = Vocabulary.split(Vocabulary.capabilities)[capability]
  return name === undefined ? String(capability) : `CAP_${name}`
}

/** The numbers that a selection is about. */
export const members = ({ inverted, names }: Selection): ReadonlyArray<number> => {
  const listed = new Set(names.map(numberOf))
  if (!inverted) return [...listed]
  const all: Array<number> = []
  for (let one = 0; one < most; one++) if (!listed.has(one)) all.push(one)
  return all
}
