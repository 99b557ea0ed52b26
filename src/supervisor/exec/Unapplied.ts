/** What of a unit is not applied in this container, as one line for people. Pure. */
import type { Unapplied } from "../../kernel/Cgroups.ts"

/** `not applied here: MemoryMax=, TasksMax= (why), CPUWeight= (why)`; those with the same reason stand together. */
export const explain = (unapplied: ReadonlyArray<Unapplied>): string => {
  const byReason = new Map<string, Set<string>>()
  for (const { directive, reason } of unapplied) {
    const directives = byReason.get(reason)
    if (directives === undefined) byReason.set(reason, new Set([`${directive}=`]))
    else directives.add(`${directive}=`)
  }
  const parts = [...byReason].map(([reason, directives]) => `${[...directives].join(", ")} (${reason})`)
  return `not applied here: ${parts.join(", ")}`
}
