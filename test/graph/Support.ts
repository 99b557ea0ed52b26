/** Units for the tests of graphs, read by the real parser. */
import type { Unit, UnitName } from "../../src/unit/Unit.ts"
import { parse } from "../unit/Support.ts"

/** Lines of [Unit] by file name; other sections may follow. */
export const set = (files: Readonly<Record<string, string>>): ReadonlyMap<UnitName, Unit> => {
  const units = new Map<UnitName, Unit>()
  for (const [name, lines] of Object.entries(files)) {
    const { unit } = parse(`[Unit]\n${lines}\n`, { name })
    if (unit !== undefined) units.set(unit.name, unit)
  }
  return units
}
