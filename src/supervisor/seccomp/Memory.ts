/**
 * `MemoryDenyWriteExecute=` of systemd.exec(5): no memory that can be written to becomes executable, or the other way
 * round. Programs that make their code while they run do not run with it.
 */
import type { Plan } from "./Abi.ts"
import * as Abi from "./Abi.ts"
import * as Decisions from "./Decision.ts"
import * as Multiplexed from "./Multiplexed.ts"

/** PROT_WRITE, PROT_EXEC and SHM_EXEC. */
const write = 2
const execute = 4
const shmExecute = 0o100000

export const plan = (): Plan => {
  const { allow, anyBit, choice, eperm } = Decisions
  const both = anyBit(2, write, anyBit(2, execute, eperm))
  const shmat = anyBit(2, shmExecute, eperm)
  return Abi.restriction("MemoryDenyWriteExecute=", {
    mmap: both,
    mmap2: both,
    mprotect: anyBit(2, execute, eperm),
    pkey_mprotect: anyBit(2, execute, eperm),
    shmat
  }, {
    // The old mmap() of 32-bit PCs has its arguments in memory, and is used by nobody any more. ipc() has the flags of
    // shmat() in the same place.
    x86: { mmap: eperm, ipc: choice(0, [[Multiplexed.ipcShmat, shmat]], allow, Multiplexed.ipcMask) }
  })
}
