/**
 * `RestrictSUIDSGID=` of systemd.exec(5): no file gets a set-user-id or set-group-id bit.
 *
 * openat2() has the mode in memory, where no filter can look: it seems not to be there, and openat() is used instead.
 */
import type { Plan } from "./Abi.ts"
import * as Abi from "./Abi.ts"
import type { Decision } from "./Decision.ts"
import * as Decisions from "./Decision.ts"

/** S_ISUID and S_ISGID. */
const setIds = 0o6000
/** O_CREAT, and of O_TMPFILE the bit that is its own: without them the mode means nothing, and may be anything. */
const creates = 0o20000100

const mode = (argument: number): Decision => Decisions.anyBit(argument, setIds, Decisions.eperm)
const open = (flags: number): Decision => Decisions.anyBit(flags, creates, mode(flags + 1))

export const plan = (): Plan =>
  Abi.restriction("RestrictSUIDSGID=", {
    chmod: mode(1),
    fchmod: mode(1),
    fchmodat: mode(2),
    fchmodat2: mode(2),
    mkdir: mode(1),
    mkdirat: mode(2),
    mknod: mode(1),
    mknodat: mode(2),
    creat: mode(1),
    open: open(1),
    openat: open(2),
    openat2: Decisions.enosys
  })
