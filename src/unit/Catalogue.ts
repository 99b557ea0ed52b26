/**
 * What each code means, for people who ask and for documents that carry their rules along. The entries lie in
 * `catalogue/`, by the hundreds of their codes; whoever adds a code adds its entry there.
 *
 * Nothing that runs at a boot may import this: it is only words.
 *
 * @since 0.1.0
 */
import { acrossUnits } from "./catalogue/AcrossUnits.ts"
import { activation } from "./catalogue/Activation.ts"
import type { Entry } from "./catalogue/Entry.ts"
import { image } from "./catalogue/Image.ts"
import { names } from "./catalogue/Names.ts"
import { oneUnit } from "./catalogue/OneUnit.ts"
import { syntax } from "./catalogue/Syntax.ts"
import { values } from "./catalogue/Values.ts"
import { Code } from "./Code.ts"

export type { Entry } from "./catalogue/Entry.ts"

type Name = keyof typeof Code

/** A code that has no entry is an error of types right here. */
const entries: Readonly<Record<Name, Entry>> = {
  ...syntax,
  ...names,
  ...values,
  ...oneUnit,
  ...activation,
  ...acrossUnits,
  ...image
}

/** What is known of one code. */
export interface Explained extends Entry {
  readonly code: string
  /** The code's name in `Code`, such as `UnknownDirective`. */
  readonly name: string
}

/** All of them, in the order of the codes. */
export const all = (): ReadonlyArray<Explained> =>
  Object.entries(Code)
    .map(([name, code]) => ({ code, name, ...entries[name as Name] }))
    .sort((a, b) => a.code < b.code ? -1 : 1)

/** The entry of a code such as `CI0202`; `undefined` if there is no such code. */
export const find = (code: string): Explained | undefined => all().find((explained) => explained.code === code)
