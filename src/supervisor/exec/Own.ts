/** What PID 1 itself has: what its services must not have unasked, and what it can give. It does not change while we run. */
import * as Effect from "effect/Effect"
import type { Privileges } from "../../kernel/System.ts"
import { System } from "../../kernel/System.ts"
import * as Vocabulary from "../../unit/grammar/Vocabulary.ts"

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
