/**
 * What of a unit this container does not give it: said once a boot, however often the unit starts; of the instances that
 * connections have, once for all.
 */
import type * as Effect from "effect/Effect"
import type { UnitName } from "../../unit/Unit.ts"
import type { Unapplied } from "../isolation/Isolation.ts"
import * as Isolation from "../isolation/Isolation.ts"
import * as UnitLine from "../UnitLine.ts"

export class NotApplied {
  private readonly said: Set<string>
  private readonly unit: UnitName

  constructor(unit: UnitName, said = new Set<string>()) {
    this.unit = unit
    this.said = said
  }

  /** One line about those that nothing was said of yet. */
  tell(list: ReadonlyArray<Unapplied>): Effect.Effect<void> | undefined {
    const news = list.filter(({ directive }) => this.isNews(directive))
    if (news.length === 0) return undefined
    return UnitLine.warning(this.unit, `not applied here: ${Isolation.describe(news)}`)
  }

  /** What is refused may be several directives at once, and one of them for a second time. */
  private isNews(directive: string): boolean {
    const before = this.said.size
    for (const one of directive.split(/ (?=[A-Z]\w*=)/)) this.said.add(one)
    return this.said.size > before
  }
}
