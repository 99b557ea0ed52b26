/**
 * The life of an actor: one fiber, and plain code that takes the messages of its inbox. The fiber sleeps from the first to
 * the last of them: what a message means is done without it, unless something has to be waited for. It is there for its
 * end, which comes however the actor ends.
 */
import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as RuntimeFlags from "effect/RuntimeFlags"
import type { Direct, Fiber } from "./Direct.ts"
import { advance, nextMessages, ofFiber } from "./Direct.ts"
import type { Inbox } from "./Inbox.ts"

/** As much of an inbox as its taker needs. */
type Messages = Pick<Inbox<unknown>, "await" | "drain">

class Life<A, R> {
  private readonly code: Direct<A, R>
  private readonly fiber: Fiber
  private readonly inbox: Messages
  /** Wakes the fiber, with what it is to do. */
  private resume: ((effect: Effect.Effect<Effect.Effect<A, never, R>>) => void) | undefined
  private isOver = false

  constructor(code: Direct<A, R>, inbox: Messages, fiber: Fiber) {
    this.code = code
    this.inbox = inbox
    this.fiber = fiber
  }

  /** Nothing is done any more. */
  end(): void {
    this.isOver = true
  }

  /** Goes on in the fiber. */
  readonly goOn = (value: unknown): Effect.Effect<A, never, R> => this.run(value) ?? this.asleep

  /**
   * The fiber from here on: until there is something that cannot be done without it. That is what sleeping comes to, and is
   * done behind it: done inside, each sleep would leave its end on the fiber's stack.
   */
  private readonly asleep = Effect.flatten(Effect.interruptible(Effect.async<Effect.Effect<A, never, R>>((resume) => {
    this.resume = resume
    this.inbox.await(this.wake)
  })))

  /** What comes later than the messages that are there waits for its turn, as other actors do. */
  private readonly wake = (): void => this.fiber.currentScheduler.scheduleTask(this.turn, 0)

  /** Goes on without the fiber, which sleeps. */
  private readonly turn = (): void => {
    if (this.isOver || this.fiber.unsafePoll() !== null) return
    const rest = this.run(this.inbox.drain())
    if (rest === undefined) this.inbox.await(this.wake)
    else this.resume?.(Effect.succeed(rest))
  }

  /** What is left for the fiber; `undefined`: to sleep. */
  private run(first: unknown): Effect.Effect<A, never, R> | undefined {
    let value = first
    try {
      while (true) {
        const step = advance(this.code, value, this.fiber)
        if (step.done === true) return Effect.succeed(step.value)
        if (step.value !== nextMessages) return Effect.flatMap(Effect.interruptible(step.value), this.goOn)
        const messages = this.inbox.drain()
        if (messages.length === 0) return undefined
        value = messages
      }
    } catch (defect) {
      return Effect.die(defect)
    }
  }
}

/** Runs `code`, which takes the messages of `inbox`, to its end. */
export const run = <A, R>(code: (fiber: Fiber) => Direct<A, R>, inbox: Messages): Effect.Effect<A, never, R> =>
  Effect.withFiberRuntime<A, never, R>((fiber) => new Life(code(fiber as Fiber), inbox, fiber as Fiber).goOn(undefined))

/** What an actor is made of. */
export interface Actor<Hands, R> {
  readonly inbox: Messages
  /** What it works with, made once the fiber is there. */
  readonly make: (fiber: Fiber) => Hands
  readonly live: (hands: Hands, fiber: Fiber) => Direct<void, R>
  /** Leaves nothing behind: what is done in the end, however it comes. */
  readonly release: (hands: Hands) => Effect.Effect<void, never, R>
  /** Hears of what it fails with, which is a defect of ours. */
  readonly died: (cause: Cause.Cause<never>) => void
}

/** Lives until its code ends, or it is interrupted. Nobody cuts in but where it waits. */
export const scoped = <Hands, R>(
  { died, inbox, live, make, release }: Actor<Hands, R>
): Effect.Effect<void, never, R> =>
  Effect.withFiberRuntime<void, never, R>((own, { runtimeFlags }) => {
    const fiber = own as Fiber
    const hands = make(fiber)
    const life = new Life(live(hands, fiber), inbox, fiber)
    const whole = Effect.matchCauseEffect(life.goOn(undefined), {
      onSuccess: () => release(hands),
      onFailure: (cause) => {
        life.end()
        return Effect.flatMap(release(hands), () => {
          died(cause)
          return Effect.failCause(cause)
        })
      }
    })
    return (runtimeFlags & RuntimeFlags.Interruption) === 0 ? whole : Effect.uninterruptible(whole)
  })

/**
 * A fiber for an actor's life, a child of the one that this is done for. Nobody cuts in until it has begun: so it needs no
 * flag of its own for that, which would be half of its price.
 */
export const fork = <R>(life: Effect.Effect<unknown, never, R>): Effect.Effect<unknown, never, R> =>
  ofFiber((fiber) => {
    const { currentRuntimeFlags } = fiber as unknown as { readonly currentRuntimeFlags: number }
    const forked = Effect.fork(life) as unknown as { readonly effect_instruction_i0: Forking }
    return forked.effect_instruction_i0(fiber, { runtimeFlags: currentRuntimeFlags & ~RuntimeFlags.Interruption })
  })

type Forking = (
  parent: Fiber,
  status: { readonly runtimeFlags: number }
) => Effect.Effect<unknown>
