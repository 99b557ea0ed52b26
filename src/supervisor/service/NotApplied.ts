/** What of a unit this container does not give it: said once a boot, however often the unit starts. */
import type * as Effect from "effect/Effect"
import type { UnitName } from "../../unit/Unit.ts"
import type { Unapplied } from "../isolation/Isolation.ts"
import * as UnitLine from "../UnitLine.ts"

export class NotApplied {
  private readonly said = new Set<string>()
  private readonly unit: UnitName

  constructor(unit: UnitName) {
    this.unit = unit
  }

  /** One line about those that nothing was said of yet, with each reason once. */
  tell(list: ReadonlyArray<Unapplied>): Effect.Effect<void> | undefined {
    const byReason = new Map<string, Array<string>>()
    for (const { directive, reason } of list) {
      if (this.said.has(directive)) continue
      this.said.add(directive)
      const others = byReason.get(reason)
      if (others === undefined) byReason.set(reason, [directive])
      else others.push(directive)
    }
    if (byReason.size === 0) return undefined
    const parts = Array.from(byReason, ([reason, directives]) => `${directives.join(", ")} (${reason})`)
    return UnitLine.warning(this.unit, `not applied here: ${parts.join("; ")}`)
  }
}
