/**
 * An actor's mailbox: many may offer, from callbacks, too; one fiber takes. Effect's own Mailbox does the same and much
 * more, at three times the price of a message, which on QuickJS was a third of the cost of stopping a unit.
 */
import * as Effect from "effect/Effect"

export interface Inbox<A> {
  /** Never waits and never fails. What nobody takes any more is dropped with the inbox. */
  readonly offer: (message: A) => void
  /** All that is there, in order; waits for the first. For one fiber only. */
  readonly takeAll: Effect.Effect<ReadonlyArray<A>>
}

export const make = <A>(): Inbox<A> => {
  let messages: Array<A> = []
  let taker: ((messages: Effect.Effect<ReadonlyArray<A>>) => void) | undefined

  const drain = (): ReadonlyArray<A> => {
    const taken = messages
    messages = []
    return taken
  }

  return {
    offer: (message) => {
      messages.push(message)
      if (taker === undefined) return
      const resume = taker
      taker = undefined
      // Taken when the fiber runs, not now: what else arrives until then comes along.
      resume(Effect.sync(drain))
    },
    // No clean-up for an interruption: it would double the price, and whoever is interrupted here takes no more anyway.
    takeAll: Effect.async((resume) => {
      if (messages.length > 0) resume(Effect.sync(drain))
      else taker = resume
    })
  }
}
