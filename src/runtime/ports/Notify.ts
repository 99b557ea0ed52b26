/** `Notify` over the native core. */
import * as Effect from "effect/Effect"
import { KernelError } from "../../kernel/KernelError.ts"
import type { Notify } from "../../kernel/Notify.ts"

const unsupported = (operation: string) => new KernelError({ operation, errno: 38 })

export const make = (): typeof Notify.Service => ({
  open: () => unsupported("open a notification socket"),
  send: (address) => unsupported(`notify ${address}`),
  closeDescriptors: () => Effect.void,
  watchHangUp: () => Effect.succeed(false)
})
