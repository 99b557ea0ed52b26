/** Signals sent to us, as messages instead of as interruptions. */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { KernelError } from "./KernelError.ts"

export class Signals extends Context.Tag("container-init/kernel/Signals")<Signals, {
  /**
   * From now on these signals do nothing but be told, by number, which must neither wait nor throw. They stay taken for the
   * life of the process.
   */
  readonly take: (
    signals: ReadonlyArray<number>,
    received: (signal: number) => void
  ) => Effect.Effect<void, KernelError>
}>() {}
