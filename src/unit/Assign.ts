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
import { isPlain, readerOf } from "./Readers.ts"

/** A row of the table, ready for use. */
export interface Rule {
  readonly support: Support
  /** What is said of a directive that is not acted on; `undefined` for the others. */
  readonly unsupported: string | undefined
  readonly read: Reader<unknown>
  readonly slots: ReadonlyArray<Slot>
  /** Whether it is under its own name that its value is kept. */
  readonly isOwn: boolean
  /** Whether an assignment without variables comes to the same in every unit, and nothing is to be said of it. */
  readonly isPlain: boolean
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
  const slots = Directives.slotsOf(directive)
  const isOwn = slots.length === 1 && slots[0]?.section === section && slots[0].key === key
  const fresh: Rule = {
    support: directive.support,
    unsupported: directive.support === "unsupported" ? toMessage(directive) : undefined,
    read: readerOf(directive.grammar),
    slots,
    isOwn,
    isPlain: isOwn && directive.support === "supported" && isPlain(directive.grammar)
  }
  rules.set(key, fresh)
  return fresh
}

const toMessage = ({ doc, manual }: Directive): string =>
  doc.startsWith("Ours: ")
    ? "this version does not act on it yet"
    : `known to systemd (${manual}), but this version does not act on it`

/** Reads the value and puts it where it belongs; answers what was read, of several slots the last. */
export const assign = (draft: Draft, context: Context, entry: Entry, rule: Rule): unknown => {
  const { slots } = rule
  let value: unknown = keep
  for (let index = 0; index < slots.length; index++) {
    const slot = slots[index]
    if (slot === undefined) continue
    const { key, section } = slot
    const target = draft[section]
    if (target === undefined) continue
    value = rule.read(context, entry, target[key])
    // A faulty value is faulty for every slot: once is enough to hear of it.
    if (value === keep) return keep
    if (value !== reset) target[key] = value
    else {
      const byDefault = defaultOf(section, key, context.name)
      if (byDefault === undefined) delete target[key]
      else target[key] = byDefault
    }
  }
  return value
}
