/**
 * Lists that `~` inverts, systemd.exec(5): only these, or all but these.
 *
 * @since 0.1.0
 */
import type { Selection } from "../values/Exec.ts"
import type { Fault, Mode, Word } from "./Words.ts"
import * as Words from "./Words.ts"

export const nothing: Selection = { inverted: false, names: [] }
export const everything: Selection = { inverted: true, names: [] }

export interface Assignment {
  readonly inverted: boolean
  readonly words: ReadonlyArray<Word>
  readonly faults: ReadonlyArray<Fault>
}

/** One assignment; a `~` at its beginning is about all of its words. */
export const split = (text: string, mode: Mode = "strip"): Assignment => {
  const inverted = text.charCodeAt(0) === 126
  // A blank instead of the "~", so that offsets stay what they are.
  const { faults, words } = Words.parse(inverted ? ` ${text.slice(1)}` : text, mode)
  return { inverted, words, faults }
}

/** What a further assignment makes of a selection. */
export const merge = (before: Selection | undefined, inverted: boolean, names: ReadonlyArray<string>): Selection => {
  if (before === undefined) return { inverted, names: [...new Set(names)] }
  return before.inverted === inverted
    ? { inverted, names: [...new Set([...before.names, ...names])] }
    : { inverted: before.inverted, names: before.names.filter((name) => !names.includes(name)) }
}

/** Whether a name is among what was selected. */
export const includes = ({ inverted, names }: Selection, name: string): boolean => names.includes(name) !== inverted
