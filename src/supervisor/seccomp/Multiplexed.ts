/**
 * The calls of 32-bit PCs that stand for many others: socketcall(2) and ipc(2) say in their first argument which of them
 * is meant. A list that allows or refuses connect() means socketcall() for connect() as well.
 */
import type { Calls } from "./Abi.ts"
import type { Decision } from "./Decision.ts"
import * as Decisions from "./Decision.ts"

/** From 1 on, linux/net.h. */
const sockets = "socket bind connect listen accept getsockname getpeername socketpair send recv sendto recvfrom " +
  "shutdown setsockopt getsockopt sendmsg recvmsg accept4 recvmmsg sendmmsg"

/** linux/ipc.h. */
const ipcs = "1 semop 2 semget 3 semctl 4 semtimedop 11 msgsnd 12 msgrcv 13 msgget 14 msgctl 21 shmat 22 shmdt " +
  "23 shmget 24 shmctl"

/** Above it the call's version stands. */
export const ipcMask = 0xffff
export const ipcShmat = 21

/** The same list with what the two calls do. */
export const together = (list: Calls, otherwise: Decision): Calls => {
  const all = new Map(list)
  const multiplex = (name: string, members: ReadonlyArray<readonly [number, string]>, mask?: number) => {
    // A member of which nothing is said goes as the call itself does.
    const itself = list.get(name) ?? otherwise
    const cases = members.map(([number, member]) => [number, list.get(member) ?? itself] as const)
    all.set(name, Decisions.choice(0, cases, itself, mask))
  }
  multiplex("socketcall", sockets.split(" ").map((name, at) => [at + 1, name]))
  const pairs = ipcs.split(" ")
  multiplex("ipc", pairs.flatMap((name, at) => at % 2 === 0 ? [] : [[Number(pairs[at - 1]), name] as const]), ipcMask)
  return all
}
