/**
 * Waiting for every process, not only for our own: the mode of PID 1, and of a program that supervises and does nothing
 * else. Inside somebody's program it stays off, for that program waits for children of its own.
 */
import * as Effect from "effect/Effect"
import type { KernelError } from "../kernel/KernelError.ts"
import type { Binding } from "./Binding.ts"
import * as Call from "./Call.ts"

/** From now on for the life of the process. Who is not PID 1 becomes the parent of its orphaned descendants. */
export const reapEverything = (binding: Binding): Effect.Effect<void, KernelError> =>
  Effect.asVoid(
    Call.number("wait for orphaned processes", () => binding.reap_all(binding.own_pid() === 1 ? 0 : 1))
  )
