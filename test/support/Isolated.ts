/** Services and what each of them finds, as tables: several in one container, for a boot costs more than a service. */
import { assert } from "vitest"
import type { Look, Wish } from "./Inside.ts"
import { look } from "./Inside.ts"
import type { Place } from "./Kinds.ts"
import type { BootOptions } from "./Launch.ts"

/**
 * Lines of [Service], and lines that inside.c answers: `try-create /etc/x: EROFS`, `list /opt: a b`. What it is asked is
 * what stands before the colon.
 */
export interface Finds {
  readonly service: string
  readonly finds: ReadonlyArray<string>
  readonly unit?: string
  readonly program?: string
}

const wishOf = ({ finds, ...wish }: Finds): Wish => ({
  ...wish,
  verbs: finds.map((line) => line.slice(0, line.indexOf(":"))).join(" ")
})

/** Boots them all; each has to find what its table says. Those of `others` are looked at by the test. */
export const find = async (
  place: Place,
  all: Readonly<Record<string, Finds>>,
  options: Partial<BootOptions> = {},
  others: Readonly<Record<string, Wish | string>> = {}
): Promise<Look> => {
  const wishes = Object.fromEntries(Object.entries(all).map(([name, finds]) => [name, wishOf(finds)]))
  const seen = await look({ ...place.options, ...options }, { ...wishes, ...others })
  const found = Object.keys(all).map((name) => [name, seen.of(name).answers])
  const wanted = Object.entries(all).map(([name, { finds }]) => [name, finds])
  assert.deepStrictEqual(
    Object.fromEntries(found),
    Object.fromEntries(wanted),
    Object.keys(all).flatMap(seen.said).join("\n")
  )
  return seen
}
