/**
 * Units as JSON: for other programs, and for people who want to see what became of their file. `unit.schema.json`
 * describes the form.
 *
 * @since 0.1.0
 */
import type { Unit } from "./Unit.ts"

/** JSON has no infinity: where systemd says `infinity`, so does this. */
const plain = (value: unknown): unknown => {
  if (value === Infinity) return "infinity"
  if (typeof value !== "object" || value === null) return value
  if (Array.isArray(value)) return value.map(plain)
  return Object.fromEntries(
    Object.entries(value).filter(([, inner]) => inner !== undefined).map(([key, inner]) => [key, plain(inner)])
  )
}

/** The unit as `JSON.stringify` takes it without loss. */
export const toJson = (unit: Unit): unknown => plain(unit)
