/**
 * An actor's mailbox: many may offer, from callbacks, too; one takes. Effect's own Mailbox does the same and much more, at
 * three times the price of a message, which on QuickJS was a third of the cost of stopping a unit.
 */
import * as Effect from "effect/Effect"

export interface Inbox<A> {
  /** Never waits and never fails. What nobody takes any more is dropped with the inbox. */
  readonly offer: (message: A) => void
  /** All that is there, in order, which may be nothing. */
  readonly drain: () => ReadonlyArray<A>
  /** Calls `wake` once there is a message, which may be at once. For one taker only. */
  readonly await: (wake: () => void) => void
  /** All that is there, in order; waits for the first. For one fiber only. */
  readonly takeAll: Effect.Effect<ReadonlyArray<A>>
}

class Messages<A> implements Inbox<A> {
  private messages: Array<A> = []
  private taker: (() => void) | undefined

  /** May be handed on without the inbox. */
  readonly offer = (message: A): void => {
    this.messages.push(message)
    const wake = this.taker
    if (wake === undefined) return
    this.taker = undefined
    wake()
  }

  drain(): ReadonlyArray<A> {
    const { messages } = this
    if (messages.length > 0) this.messages = []
    return messages
  }

  await(wake: () => void): void {
    if (this.messages.length > 0) wake()
    else this.taker = wake
  }

  // No clean-up for an interruption: it would double the price, and whoever is interrupted here takes no more anyway.
  get takeAll(): Effect.Effect<ReadonlyArray<A>> {
    return Effect.async((resume) => {
      // Taken when the fiber runs, not now: what else arrives until then comes along.
      this.await(() => resume(Effect.sync(() => this.drain())))
    })
  }
}

export const make = <A>(): Inbox<A> => new Messages()

/** Hands to `take` all that is there and all that comes. It is the inbox's one taker from now on. */
export const handOn = <A>(inbox: Inbox<A>, take: (message: A) => void): void => {
  const wake = (): void => {
    for (const message of inbox.drain()) take(message)
    inbox.await(wake)
  }
  wake()
}
