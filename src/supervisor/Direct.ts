/**
 * Effects without a fiber, as far as that goes. Most of what an actor does has no reason to wait: then Effect's runtime is
 * most of its price, above all on QuickJS, where a step of it takes as long as the system call it is about.
 *
 * It knows a few of Effect's operations by name, and leaves all others, those of another version among them, to a fiber:
 * what an effect comes to is the same either way.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { RuntimeFiber } from "effect/Fiber"
import * as FiberStatus from "effect/FiberStatus"
import { yieldWrapGet } from "effect/Utils"

/** Plain code that hands to a fiber what has to wait: a generator of effects, of which it gets the values back. */
export type Direct<A, R = never> = Generator<Effect.Effect<unknown, never, R>, A, unknown>

/** The same for `yield*` alone. */
export interface Asked<A, R = never> {
  readonly [Symbol.iterator]: () => Iterator<Effect.Effect<unknown, never, R>, A, unknown>
}

export type Fiber = RuntimeFiber<unknown, unknown>

/** An effect's operation, as Effect's own runtime reads it. */
interface Operation {
  readonly _op: string
  readonly effect_instruction_i0: unknown
  readonly effect_instruction_i1: unknown
  readonly effect_instruction_i2: unknown
  readonly commit: () => Operation
  /** It asks who runs it, and needs nobody to do so: see `ofFiber`. */
  readonly isOfFiber?: boolean
}

type Next = (value: unknown) => Operation
type OfFiber = (fiber: Fiber, status: FiberStatus.FiberStatus) => Operation

/**
 * As much of an effect as needs no fiber: how it has ended, as an `Exit`, or what is left of it. Services are looked up
 * in the context of `fiber`, which is the one that gets what is left.
 */
export const settle = <A, E, R>(effect: Effect.Effect<A, E, R>, fiber?: Fiber): Effect.Effect<A, E, R> =>
  reduce(effect as unknown as Operation, fiber) as unknown as Effect.Effect<A, E, R>

/** `awake`: the fiber is the one that runs this, just now. */
const reduce = (effect: Operation, fiber: Fiber | undefined, awake = false): Operation => {
  let current = effect
  try {
    while (true) {
      switch (current._op) {
        case "Sync":
          return exit(Exit.succeed((current.effect_instruction_i0 as () => unknown)()))
        case "Commit":
          current = current.commit()
          break
        case "OnSuccess":
        case "OnFailure":
        case "OnSuccessAndFailure": {
          const inner = current.effect_instruction_i0 as Operation
          const ended = reduce(inner, fiber, awake)
          if (ended._op !== "Success" && ended._op !== "Failure") {
            return ended === inner ? current : resumed(current, ended)
          }
          const next = nextOf(current, ended)
          if (next === undefined) return ended
          current = next(ended.effect_instruction_i0)
          break
        }
        case "Iterator":
          return iterate(current.effect_instruction_i0 as Iterator<unknown>, undefined, fiber, awake)
        case "Tag":
          if (fiber === undefined) return current
          return exit(Exit.succeed(Context.unsafeGet(fiber.currentContext, current as never)))
        case "WithRuntime":
          if (fiber === undefined || (!awake && current.isOfFiber !== true)) return current
          current = (current.effect_instruction_i0 as OfFiber)(fiber, statusOf(fiber))
          break
        default:
          return current
      }
    }
  } catch (defect) {
    return exit(Exit.die(defect))
  }
}

const statusOf = (fiber: Fiber): FiberStatus.FiberStatus =>
  FiberStatus.running((fiber as unknown as { readonly currentRuntimeFlags: number }).currentRuntimeFlags as never)

const exit = (ended: Exit.Exit<unknown, unknown>): Operation => ended as unknown as Operation

/** What goes on with how its first part has ended; `undefined`: nothing does. */
const nextOf = (operation: Operation, ended: Operation): Next | undefined => {
  const failed = ended._op === "Failure"
  switch (operation._op) {
    case "OnSuccess":
      return failed ? undefined : operation.effect_instruction_i1 as Next
    case "OnFailure":
      return failed ? operation.effect_instruction_i1 as Next : undefined
    default:
      return (failed ? operation.effect_instruction_i1 : operation.effect_instruction_i2) as Next
  }
}

/** The operation with what is left of its first part. */
const resumed = (operation: Operation, left: Operation): Operation => {
  const rest = left as unknown as Effect.Effect<unknown, unknown>
  const { effect_instruction_i1: next, effect_instruction_i2: other } = operation as unknown as {
    readonly effect_instruction_i1: (value: unknown) => Effect.Effect<unknown>
    readonly effect_instruction_i2: (value: unknown) => Effect.Effect<unknown>
  }
  switch (operation._op) {
    case "OnSuccess":
      return Effect.flatMap(rest, next) as unknown as Operation
    case "OnFailure":
      return Effect.catchAllCause(rest, next) as unknown as Operation
    default:
      return Effect.matchCauseEffect(rest, { onFailure: next, onSuccess: other }) as unknown as Operation
  }
}

/** `Effect.gen`, from where it stands. */
const iterate = (
  iterator: Iterator<unknown>,
  first: unknown,
  fiber: Fiber | undefined,
  awake: boolean
): Operation => {
  let value = first
  while (true) {
    const step = iterator.next(value as undefined)
    if (step.done === true) return exit(Exit.succeed(step.value))
    const ended = reduce(yieldWrapGet(step.value as never), fiber, awake)
    if (ended._op === "Failure") return ended
    if (ended._op !== "Success") {
      const rest = ended as unknown as Effect.Effect<unknown>
      return Effect.flatMap(
        rest,
        (value) => iterate(iterator, value, fiber, awake) as unknown as Effect.Effect<unknown>
      ) as unknown as Operation
    }
    value = ended.effect_instruction_i0
  }
}

/** An effect that is told of its fiber, and does not need it to be awake. */
export const ofFiber = <A>(run: (fiber: Fiber) => Effect.Effect<A>): Effect.Effect<A> => {
  const effect = Effect.withFiberRuntime<A>((fiber) => run(fiber as Fiber))
  ;(effect as unknown as { isOfFiber: boolean }).isOfFiber = true
  return effect
}

/** A value that is there already. */
class Ready<A> implements Iterator<never, A> {
  private readonly value: A

  constructor(value: A) {
    this.value = value
  }

  [Symbol.iterator](): this {
    return this
  }

  next(): { readonly done: true; readonly value: A } {
    return { done: true, value: this.value }
  }
}

/** A value to be waited for. */
function* waiting<A, R>(effect: Effect.Effect<A, never, R>): Direct<A, R> {
  return (yield effect) as A
}

/** What an effect comes to, in plain code: `yield* Direct.now(effect, fiber)`. */
export const now = <A, R>(effect: Effect.Effect<A, never, R>, fiber: Fiber): Asked<A, R> => {
  const ended = reduce(effect as unknown as Operation, fiber)
  return ended._op === "Success"
    ? new Ready(ended.effect_instruction_i0 as A)
    : waiting(ended as unknown as Effect.Effect<A, never, R>)
}

/** The same of an effect that may fail: its errors are values. */
export const attempt = <A, E extends Error, R>(effect: Effect.Effect<A, E, R>, fiber: Fiber): Asked<A | E, R> => {
  const ended = reduce(effect as unknown as Operation, fiber)
  return ended._op === "Success"
    ? new Ready(ended.effect_instruction_i0 as A)
    : waiting(caught(ended as unknown as Effect.Effect<A, E, R>))
}

/** The same, with a note of what has come of it; nobody cuts in between. */
export const noted = <A, B, E extends Error, R>(
  effect: Effect.Effect<A, E, R>,
  note: (value: A) => B,
  fiber: Fiber
): Asked<B | E, R> => {
  const ended = reduce(effect as unknown as Operation, fiber)
  return ended._op === "Success"
    ? new Ready(note(ended.effect_instruction_i0 as A))
    : waiting(Effect.uninterruptible(caught(Effect.map(ended as unknown as Effect.Effect<A, E, R>, note))))
}

const caught = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A | E, never, R> =>
  Effect.catchAll(effect, Effect.succeed)

/** The same effect, of which a fiber gets only what it is needed for. */
export const inPlace = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.withFiberRuntime<A, E, R>((fiber) =>
    reduce(effect as unknown as Operation, fiber as Fiber, true) as unknown as Effect.Effect<A, E, R>
  )

/** A service of those that the fiber has. */
export const service = <I, S>(tag: Context.Tag<I, S>, fiber: Fiber): S =>
  (fiber.currentContext.unsafeMap.get(tag.key) as S | undefined) ??
    Context.unsafeGet(fiber.currentContext, tag as never)

/** Plain code as an effect. Goes on in the fiber that runs it. */
export const toEffect = <A, R>(code: (fiber: Fiber) => Direct<A, R>): Effect.Effect<A, never, R> =>
  Effect.withFiberRuntime<A, never, R>((fiber) => {
    const running = code(fiber as Fiber)
    const goOn = (value: unknown): Effect.Effect<A, never, R> => {
      const step = advance(running, value, fiber as Fiber)
      return step.done === true ? Effect.succeed(step.value) : Effect.flatMap(step.value, goOn)
    }
    return goOn(undefined)
  })

/** What plain code asks for that is through with all messages: it goes on with those that come, see `Life.ts`. */
export const nextMessages: Effect.Effect<never> = Effect.never

/** Runs plain code until it ends, asks for `nextMessages`, or needs a fiber for the effect in the answer. */
export const advance = <A, R>(
  code: Direct<A, R>,
  first: unknown,
  fiber: Fiber
): IteratorResult<Effect.Effect<unknown, never, R>, A> => {
  let value = first
  while (true) {
    const step = code.next(value)
    if (step.done === true || step.value === nextMessages) return step
    const ended = reduce(step.value as unknown as Operation, fiber)
    if (ended._op !== "Success") {
      return { done: false, value: ended as unknown as Effect.Effect<unknown, never, R> }
    }
    value = ended.effect_instruction_i0
  }
}
