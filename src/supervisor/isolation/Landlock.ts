/**
 * Rules about paths, kept by landlock(7) where no mount namespace is to be had. Pure, but for the names in the root
 * directory, which are passed in.
 *
 * Landlock allows: what no rule names is denied, and a rule holds for all that is below its path. So "read-only below
 * /usr" becomes "writable below each other directory of the root", and a path deeper down can be taken away from only by
 * denying more than was asked for: such rules are left out, and told. What is asked for of the root directory itself
 * holds as far as it goes: nothing can be made or removed directly in it, and it cannot be listed where some of it is
 * hidden.
 */
import type { Step } from "../../kernel/Step.ts"
import type { Rule } from "./Rules.ts"
import * as Rules from "./Rules.ts"

/** systemd.exec(5), EXIT_NAMESPACE. */
const exitCode = 226

/** The first version in which files cannot be cut short past the rules: Linux 6.2. */
export const leastVersion = 3

/** `LANDLOCK_ACCESS_FS_...`. */
const execute = 1 << 0
const read = 1 << 2 | 1 << 3
/** Write, remove, make of each kind, move between directories, truncate. */
const write = 1 << 1 | 0x7ff << 4

export interface Landlock {
  readonly steps: ReadonlyArray<Step>
  /** Directives that are not kept in full. */
  readonly unapplied: ReadonlySet<string>
}

/** `scan` of the root directory: the names in it that are no links. */
export type TopLevel = ReadonlyArray<string>

const isTop = (path: string): boolean => path === "/" || path.indexOf("/", 1) < 0

/** What one kind of access is denied, and allowed again. */
interface Side {
  readonly access: number
  readonly denied: Array<Rule>
  readonly allowed: Array<Rule>
}

/** The paths at and below which one kind of access is allowed, each with the rule that says so, if one does. */
const allowances = ({ allowed, denied }: Side, top: TopLevel): ReadonlyArray<{ path: string; optional: boolean }> => {
  const everywhere = denied.some(({ path }) => path === "/")
  const list = everywhere
    ? []
    : top.map((name) => `/${name}`)
      .filter((path) => !denied.some((rule) => rule.path === path))
      .map((path) => ({ path, optional: true }))
  return [...list, ...allowed.map(({ optional, path }) => ({ path, optional }))]
}

export const make = (rules: ReadonlyArray<Rule>, top: TopLevel): Landlock => {
  const unapplied = new Set<string>()
  const writes: Side = { access: write, denied: [], allowed: [] }
  const reads: Side = { access: read, denied: [], allowed: [] }
  const executes: Side = { access: execute, denied: [], allowed: [] }
  const deny = (side: Side, rule: Rule) => {
    if (isTop(rule.path)) side.denied.push(rule)
    // Directories of a login manager, which no container has: nobody misses them.
    else if (rule.path !== "/run/user") unapplied.add(rule.directive)
  }
  for (const rule of rules) {
    switch (rule._tag) {
      case "Access":
        if (rule.access === "writable") writes.allowed.push(rule)
        else {
          deny(writes, rule)
          if (rule.access === "hidden") deny(reads, rule)
        }
        break
      case "Exec":
        if (rule.allowed) executes.allowed.push(rule)
        else deny(executes, rule)
        break
      case "Bind":
        unapplied.add(rule.directive)
        break
      case "New":
        // Homes that look empty may as well be hidden; anything else would have to be there.
        if (rule.directive.startsWith("ProtectHome=")) {
          deny(writes, rule)
          deny(reads, rule)
        } else unapplied.add(rule.directive)
        break
    }
  }
  const sides = [writes, reads, executes].filter(({ denied }) => denied.length > 0)
  if (sides.length === 0) return { steps: [], unapplied }
  const access = new Map<string, { bits: number; optional: boolean }>()
  for (const side of sides) {
    for (const { optional, path } of allowances(side, top)) {
      const before = access.get(path)
      access.set(path, {
        bits: (before?.bits ?? 0) | side.access,
        optional: optional && (before?.optional ?? true)
      })
    }
  }
  const directive = [...new Set(sides.flatMap(({ denied }) => denied.map((rule) => rule.directive)))].join(" ")
  const handled = sides.reduce((sum, side) => sum | side.access, 0)
  const step = (action: Step["action"], optional: boolean): Step => ({
    action,
    directive,
    exitCode,
    leniency: optional ? "optional" : "fail"
  })
  return {
    unapplied,
    steps: [
      step({ _tag: "LandlockBegin", handled }, false),
      ...Array.from(
        access,
        ([path, { bits, optional }]) => step({ _tag: "LandlockAllow", path, access: bits }, optional)
      ),
      step({ _tag: "LandlockEnforce" }, false)
    ]
  }
}

/** Whether any of the rules can be kept so. */
export const isOfUse = (rules: ReadonlyArray<Rule>): boolean =>
  rules.some((rule) =>
    (rule._tag === "Access" && rule.access !== "writable" || rule._tag === "Exec" && !rule.allowed) &&
    Rules.isWithin(rule.path, "/") && isTop(rule.path)
  )
