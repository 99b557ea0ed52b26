/** From the binding's negative errno to a `KernelError`, in one place. */
import * as Effect from "effect/Effect"
import { KernelError } from "../kernel/KernelError.ts"

/** What a call that answered a negative errno comes to. */
export const failure = (operation: string, result: number): KernelError =>
  new KernelError({ operation, errno: -result })

/** Runs a call that answers a number. */
export const number = (operation: string, call: () => number): Effect.Effect<number, KernelError> =>
  Effect.suspend(() => {
    const result = call()
    return result < 0 ? failure(operation, result) : Effect.succeed(result)
  })

/** Runs a call that answers 1 or 0. */
export const flag = (operation: string, call: () => number): Effect.Effect<boolean, KernelError> =>
  Effect.map(number(operation, call), (result) => result > 0)

/** Runs a call that answers text. */
export const text = (operation: string, call: () => string | number): Effect.Effect<string, KernelError> =>
  Effect.suspend(() => {
    const result = call()
    return typeof result === "string" ? Effect.succeed(result) : failure(operation, result)
  })

/** Splits text whose entries each end with a NUL character. */
export const entries = (joined: string): ReadonlyArray<string> => joined === "" ? [] : joined.slice(0, -1).split("\0")
