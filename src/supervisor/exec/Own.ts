/** What PID 1 itself has: what its services must not have unasked, and what it can give. It does not change while we run. */
import * as Effect from "effect/Effect"
import type { Owner } from "../../kernel/Step.ts"
import type { Privileges } from "../../kernel/System.ts"
import { System } from "../../kernel/System.ts"
import * as Vocabulary from "../../unit/grammar/Vocabulary.ts"
import * as Direct from "../Direct.ts"
import { isPassedOn } from "./Privileges.ts"

export type Own = Privileges

/** Where it cannot be told: nothing is taken away then, and what is asked for is tried. */
const unknown = (isRoot: boolean): Own => {
  const all = new Set(Vocabulary.split(Vocabulary.capabilities).keys())
  const none = new Set<number>()
  return {
    groups: [],
    inheritable: none,
    permitted: isRoot ? all : none,
    bounding: all,
    ambient: none,
    noNewPrivileges: false
  }
}

export const read = (isRoot: boolean): Effect.Effect<Own, never, System> =>
  Effect.flatMap(System, (system) => Effect.map(system.privileges, (own) => own ?? unknown(isRoot)))

/** All that the start of a process wants to know of us. */
export interface Self {
  /** Our environment. */
  readonly variables: ReadonlyMap<string, string>
  readonly owner: Owner
  readonly isRoot: boolean
  readonly own: Own
  /** Some of our capabilities would pass on to services by themselves. */
  readonly passesOn: boolean
  /** We are in groups that services are not to be in unasked. */
  readonly hasGroups: boolean
}

export const hasGroups = ({ groups }: Own): boolean => groups.some((gid) => gid !== 0)

const known = new WeakMap<typeof System.Service, Self>()

/** Asked for once. */
export function* self(fiber: Direct.Fiber): Direct.Direct<Self, System> {
  const system = Direct.service(System, fiber)
  const before = known.get(system)
  if (before !== undefined) return before
  const owner = yield* Direct.now(system.identity, fiber)
  const isRoot = owner.uid === 0
  const variables = yield* Direct.now(system.environment, fiber)
  const own = yield* Direct.now(read(isRoot), fiber)
  const self = { variables, owner, isRoot, own, passesOn: isPassedOn(own), hasGroups: hasGroups(own) }
  known.set(system, self)
  return self
}
