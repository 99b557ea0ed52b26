/** Signals sent to us, as a mailbox instead of as interruptions. */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Mailbox from "effect/Mailbox"
import type { KernelError } from "./KernelError.ts"

export class Signals extends Context.Tag("container-init/kernel/Signals")<Signals, {
  /** From now on these signals do nothing but arrive here, by number. They stay taken for the life of the process. */
  readonly take: (signals: ReadonlyArray<number>) => Effect.Effect<Mailbox.ReadonlyMailbox<number>, KernelError>
}>() {}
