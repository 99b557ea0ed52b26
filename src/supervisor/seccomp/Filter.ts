/** `SystemCallFilter=` and `SystemCallLog=` of systemd.exec(5): lists of calls to allow, to refuse or to log. */
import type { SystemCallTable } from "../../kernel/System.ts"
import type { SystemCallRule } from "../../unit/values/Exec.ts"
import type { Calls, Plan } from "./Abi.ts"
import type { Decision } from "./Decision.ts"
import * as Decisions from "./Decision.ts"
import * as Groups from "./Groups.ts"
import * as Multiplexed from "./Multiplexed.ts"

/** What an error number or `kill` does. 0 is an error number too: the call is not carried out, and seems to succeed. */
const refusal = (action: number | "kill"): number => action === "kill" ? Decisions.killProcess : Decisions.fail(action)

interface Meaning {
  /** What is done with a call that is listed without an action of its own. */
  readonly listed: number
  readonly otherwise: number
  /** Whether calls may have an action of their own. */
  readonly refuses: boolean
}

/**
 * The assignments in their order: those of the kind that the first one is add to the list, the others take away from
 * it, or, with an action of its own, refuse a call that was allowed. What is taken away stays in the map, as its like.
 */
const listOf = (rules: ReadonlyArray<SystemCallRule>, meaning: Meaning, inverted: boolean): Map<string, number> => {
  const list = new Map<string, number>()
  for (const rule of rules) {
    for (const { action, name } of rule.calls) {
      // An error for what is allowed has no meaning: systemd ignores such an entry, in either kind of list.
      if (action !== undefined && !(meaning.refuses && rule.inverted)) continue
      const decision = action !== undefined
        ? refusal(action)
        : rule.inverted === inverted
        ? meaning.listed
        : meaning.otherwise
      for (const call of Groups.callsOf(name)) list.set(call, decision)
    }
  }
  return list
}

const withDefaults: SystemCallRule = { inverted: false, calls: [{ name: "@default", action: undefined }] }

/** The program of `SystemCallFilter=`, if there is anything that it refuses. */
export const filter = (rules: ReadonlyArray<SystemCallRule>, error: number | "kill"): Plan | undefined => {
  const inverted = rules[0]?.inverted ?? true
  const refused = refusal(error)
  const meaning = inverted
    ? { listed: refused, otherwise: Decisions.allow, refuses: true }
    : { listed: Decisions.allow, otherwise: refused, refuses: true }
  const list = listOf(inverted ? rules : [withDefaults, ...rules], meaning, inverted)
  if (inverted && list.size === 0) return undefined
  return planOf("SystemCallFilter=", list, meaning.otherwise, Decisions.enosys)
}

/** The program of `SystemCallLog=`; it lets everything pass, and so calls of other architectures. */
export const log = (rules: ReadonlyArray<SystemCallRule>): Plan | undefined => {
  const inverted = rules[0]?.inverted ?? true
  if (rules.length === 0) return undefined
  const meaning = inverted
    ? { listed: Decisions.allow, otherwise: Decisions.log, refuses: false }
    : { listed: Decisions.log, otherwise: Decisions.allow, refuses: false }
  return planOf("SystemCallLog=", listOf(rules, meaning, inverted), meaning.otherwise, meaning.otherwise)
}

const planOf = (directive: string, list: Calls, otherwise: Decision, foreign: Decision): Plan => ({
  directive,
  callsOf: (architecture) => architecture === "x86" ? Multiplexed.together(list, otherwise) : list,
  otherwise,
  foreign,
  x32: foreign
})

/** The calls that somebody has written by name and that nobody knows; a call of another machine is none. */
export const unknown = (rules: ReadonlyArray<SystemCallRule>, table: SystemCallTable): ReadonlyArray<string> => {
  const names = new Set<string>()
  for (const rule of rules) {
    for (const { name } of rule.calls) if (!name.startsWith("@")) names.add(name)
  }
  for (const architecture of table.architectures) {
    const asked = [...names]
    const numbers = table.numbers(architecture, asked)
    asked.forEach((name, at) => {
      if ((numbers[at] ?? -1) >= 0) names.delete(name)
    })
  }
  if (names.size === 0) return []
  const known = Groups.callsOf("@known")
  return [...names].filter((name) => !known.has(name))
}
