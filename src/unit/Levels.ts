/**
 * Whose folders a unit shares, systemd.unit(5): `a-b@x.service` takes fragments and links from the folders of
 * `a-b@x.service`, `a-b@.service`, `a-.service`, `a-@x.service` and `a-@.service`, in this order of precedence.
 *
 * @since 0.1.0
 */
import { isTemplate, split } from "./UnitName.ts"

/** The names, the most specific first. What holds for all units of a kind (`service.d`) is not among them. */
export const levelsOf = (name: string): ReadonlySet<string> => {
  const found = new Set<string>()
  if (name.includes("-") || name.includes("@")) walk(name, found)
  else found.add(name)
  return found
}

const walk = (name: string, found: Set<string>): void => {
  if (found.has(name)) return
  found.add(name)
  const { instance, prefix, suffix } = split(name)
  // A template has an empty instance: its shorter forms are those of an ordinary unit.
  const isInstance = instance !== undefined && !isTemplate(name)
  if (isInstance) walk(`${prefix}@.${suffix}`, found)
  const shorter = shorten(prefix)
  if (shorter !== undefined) walk(isInstance ? `${shorter}@${instance}.${suffix}` : `${shorter}.${suffix}`, found)
}

/** `a-` of `a-b`, and of `a-b-`: what is up to the dash before the last word; of two dashes, only the last one goes. */
const shorten = (prefix: string): string | undefined => {
  const last = prefix.length - 1
  const dash = prefix.lastIndexOf("-", prefix.endsWith("-") ? last - 1 : last)
  return dash > 0 ? prefix.slice(0, dash + 1) : undefined
}
