/**
 * Lists of unit names, systemd.unit(5): separated by blanks, each perhaps in quotes.
 *
 * @since 0.1.0
 */
import type { UnitName } from "../Unit.ts"
import { isValid } from "../UnitName.ts"
import type { Fault } from "./Words.ts"
import * as Words from "./Words.ts"

export interface Item {
  readonly name: UnitName
  readonly offset: number
}

export interface Invalid {
  readonly text: string
  readonly offset: number
}

export interface UnitNames {
  readonly names: ReadonlyArray<Item>
  readonly invalid: ReadonlyArray<Invalid>
  readonly faults: ReadonlyArray<Fault>
}

const none: ReadonlyArray<never> = []

/** `transform` substitutes specifiers and variables in each word, after the value was split. */
export const parse = (text: string, transform: (word: string) => string = (word) => word): UnitNames => {
  // One name as it is: nearly all there are.
  if (isValid(text)) return { names: [{ name: text, offset: 0 }], invalid: none, faults: none }
  const { faults, words } = Words.parse(text, "retain")
  const names: Array<Item> = []
  const invalid: Array<Invalid> = []
  for (const word of words) {
    const name = transform(word.text)
    if (isValid(name)) names.push({ name, offset: word.offset })
    else invalid.push({ text: name, offset: word.offset })
  }
  return { names, invalid, faults }
}
