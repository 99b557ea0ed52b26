/**
 * `RestrictNamespaces=` of systemd.exec(5): which kinds of namespaces may be made and entered.
 *
 * clone3() has its flags in memory, where no filter can look: it seems not to be there, and clone() is used instead.
 */
import type { Selection } from "../../unit/values/Exec.ts"
import type { Plan } from "./Abi.ts"
import * as Abi from "./Abi.ts"
import * as Decisions from "./Decision.ts"

/** CLONE_NEW... of sched.h. */
const flags: Readonly<Record<string, number>> = {
  cgroup: 0x02000000,
  ipc: 0x08000000,
  net: 0x40000000,
  mnt: 0x00020000,
  pid: 0x20000000,
  user: 0x10000000,
  uts: 0x04000000,
  time: 0x00000080
}

/** The lowest bits of the flags of clone() are a signal: a namespace of clocks cannot be asked for there. */
const signalBits = 0xff

/** `allowed` are the kinds that may be used. */
export const plan = (allowed: Selection): Plan | undefined => {
  const kinds = Object.keys(flags)
  const refused = kinds.filter((kind) => allowed.names.includes(kind) === allowed.inverted)
  if (refused.length === 0) return undefined
  const bits = refused.reduce((all, kind) => all | (flags[kind] ?? 0), 0)
  const { anyBit, choice, enosys, eperm } = Decisions
  const cloneBits = bits & ~signalBits
  return Abi.restriction("RestrictNamespaces=", {
    unshare: anyBit(0, bits, eperm),
    ...(cloneBits !== 0 ? { clone: anyBit(0, cloneBits, eperm) } : {}),
    clone3: enosys,
    // Without a kind setns() takes a namespace of any.
    setns: refused.length === kinds.length ? eperm : choice(1, [[0, eperm]], anyBit(1, bits, eperm))
  })
}
