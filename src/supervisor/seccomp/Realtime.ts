/**
 * `RestrictRealtime=` of systemd.exec(5): no scheduling policy that can keep others from the processor.
 *
 * sched_setattr() has the policy in memory, where no filter can look: it seems not to be there. systemd leaves it open,
 * and with it SCHED_DEADLINE, which can be had by no other call, although its manual names it as refused.
 */
import type { Plan } from "./Abi.ts"
import * as Abi from "./Abi.ts"
import * as Decisions from "./Decision.ts"

/** SCHED_OTHER, SCHED_BATCH and SCHED_IDLE. */
const policies = [0, 3, 5]

export const plan = (): Plan => {
  const { allow, choice, enosys, eperm } = Decisions
  return Abi.restriction("RestrictRealtime=", {
    sched_setscheduler: choice(1, policies.map((policy) => [policy, allow] as const), eperm),
    sched_setattr: enosys
  })
}
