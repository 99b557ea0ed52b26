/**
 * What an assignment does to the draft of a unit: its directive's row says how its value is read and where it goes.
 *
 * @since 0.1.0
 */
import type { Context } from "./Context.ts"
import type { Directive, Slot } from "./Directives.ts"
import * as Directives from "./Directives.ts"
import type { Support } from "./directives/Table.ts"
import type { Draft } from "./Draft.ts"
import { defaultOf } from "./Draft.ts"
import type { Entry } from "./Lexer.ts"
import type { Reader } from "./Reader.ts"
import { keep, reset } from "./Reader.ts"
import { readerOf } from "./Readers.ts"

/** A row of the table, ready for use. */
export interface Rule {
  readonly support: Support
  /** What is said of a directive that is not acted on; `undefined` for the others. */
  readonly unsupported: string | undefined
  readonly read: Reader<unknown>
  readonly slots: ReadonlyArray<Slot>
}

// Made on first use and kept: files use few of the directives, and use them again and again.
const made = new Map<string, Map<string, Rule | undefined>>()

/** The rule of a directive; `undefined` if nobody knows it. */
export const ruleOf = (section: string, key: string): Rule | undefined => {
  let rules = made.get(section)
  if (rules === undefined) made.set(section, rules = new Map<string, Rule | undefined>())
  const rule = rules.get(key)
  if (rule !== undefined) return rule
  const directive = Directives.find(section, key)
  // What nobody knows is not remembered: there is no end to it.
  if (directive === undefined) return undefined
  const fresh: Rule = {
    support: directive.support,
    unsupported: directive.support === "unsupported" ? toMessage(directive) : undefined,
    read: readerOf(directive.grammar),
    slots: Directives.slotsOf(directive)
  }
  rules.set(key, fresh)
  return fresh
}

const toMessage = ({ doc, manual }: Directive): string =>
  doc.startsWith("Ours: ")
    ? "this version does not act on it yet"
    : `known to systemd (${manual}), but this version does not act on it`

/** Reads the value and puts it where it belongs. */
export const assign = (draft: Draft, context: Context, entry: Entry, rule: Rule): void => {
  const { slots } = rule
  for (let index = 0; index < slots.length; index++) {
    const slot = slots[index]
    const target = slot === undefined ? undefined : draft[slot.section]
    if (slot === undefined || target === undefined) continue
    const { key, section } = slot
    const value = rule.read(context, entry, target[key])
    if (value === reset) {
      const byDefault = defaultOf(section, key, context.name)
      if (byDefault === undefined) delete target[key]
      else target[key] = byDefault
    } else if (value !== keep) {
      target[key] = value
    } else {
      // A faulty value is faulty for every slot: once is enough to hear of it.
      return
    }
  }
}
