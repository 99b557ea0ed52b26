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
/** Move and link between directories: denied, too, where rules are silent about it. */
const refer = 1 << 13
/** Write, remove, make of each kind, move between directories, truncate. */
const write = 1 << 1 | 0x7ff << 4

export interface Landlock {
  readonly steps: ReadonlyArray<Step>
  /** Directives that are kept in part at least. */
  readonly kept: ReadonlySet<string>
  /** Directives that are not kept in full. */
  readonly unapplied: ReadonlySet<string>
}

/** The names in the root directory that are no links. */
export type TopLevel = ReadonlyArray<string>

const isTop = (path: string): boolean => path === "/" || path.indexOf("/", 1) < 0

/** What one kind of access is denied, and allowed again. Rules of its own: those of several sides all have to allow. */
class Side {
  private readonly access: number
  private readonly denied: Array<Rule> = []
  private readonly allowed: Array<Rule> = []
  /** Deeper down than what can be denied alone. */
  private readonly nested: Array<Rule> = []

  constructor(access: number) {
    this.access = access
  }

  deny(rule: Rule): void {
    if (isTop(rule.path)) this.denied.push(rule)
    else this.nested.push(rule)
  }

  allow(rule: Rule): void {
    // Of the root itself it says nothing new: what is not denied is allowed.
    if (rule.path !== "/") this.allowed.push(rule)
  }

  get kept(): ReadonlyArray<Rule> {
    return this.denied
  }

  /** Those that nothing else keeps. */
  get left(): ReadonlyArray<Rule> {
    return this.nested.filter(({ path }) =>
      // Directories of a login manager, which no container has: nobody misses them.
      path !== "/run/user" &&
      (!this.denied.some((rule) => Rules.isWithin(path, rule.path)) ||
        this.allowed.some((rule) => Rules.isWithin(path, rule.path)))
    )
  }

  steps(top: TopLevel): ReadonlyArray<Step> {
    if (this.denied.length === 0) return []
    const everywhere = this.denied.some(({ path }) => path === "/")
    const outer = everywhere
      ? []
      : top.map((name) => `/${name}`).filter((path) => !this.denied.some((rule) => rule.path === path))
    const directive = [...new Set(this.denied.map((rule) => rule.directive))].join(" ")
    const step = (action: Step["action"], named: string, leniency: Step["leniency"]): Step => ({
      action,
      directive: named,
      exitCode,
      leniency
    })
    const allow = (path: string, access: number, named: string, optional: boolean): Step =>
      step({ _tag: "LandlockAllow", path, access }, named, optional ? "optional" : "fail")
    return [
      step({ _tag: "LandlockBegin", handled: this.access | refer }, directive, "fail"),
      ...(this.access === write ? [] : [allow("/", refer, directive, false)]),
      ...outer.map((path) => allow(path, this.access, directive, true)),
      ...this.allowed.map((rule) => allow(rule.path, this.access, rule.directive, rule.optional)),
      step({ _tag: "LandlockEnforce" }, directive, "fail")
    ]
  }
}

/** Devices can be written to wherever they are. */
const isOwn = (rule: Rule): boolean => !Rules.isReadOnly(rule) || rule._tag === "New" && rule.type === "devices"

export const make = (rules: ReadonlyArray<Rule>, top: TopLevel): Landlock => {
  const unapplied = new Set<string>()
  const writes = new Side(write)
  const reads = new Side(read | execute)
  const executes = new Side(execute)
  const hide = (rule: Rule) => {
    writes.deny(rule)
    reads.deny(rule)
  }
  for (const rule of rules) {
    switch (rule._tag) {
      case "Access":
        if (rule.access === "writable") writes.allow(rule)
        else if (rule.access === "read-only") writes.deny(rule)
        else hide(rule)
        break
      case "Exec":
        if (rule.allowed) executes.allow(rule)
        else executes.deny(rule)
        break
      case "Bind":
      case "New":
        // Homes that look empty may as well be hidden; anything else would have to be there.
        if (rule.directive.startsWith("ProtectHome=")) hide(rule)
        else {
          unapplied.add(rule.directive)
          // Where the service was to have a place of its own to write to, it has the one that is there.
          if (isOwn(rule)) writes.allow({ ...rule, optional: true })
        }
        break
    }
  }
  const sides = [writes, reads, executes]
  for (const side of sides) for (const { directive } of side.left) unapplied.add(directive)
  return {
    steps: sides.flatMap((side) => side.steps(top)),
    kept: new Set(
      sides.flatMap((side) => side.kept.map(({ directive }) => directive)).filter((one) => !unapplied.has(one))
    ),
    unapplied
  }
}
