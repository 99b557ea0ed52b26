/**
 * Rules about paths, kept by mounts of the process's own, mount_namespaces(7). Pure.
 *
 * First a copy is taken of everything that is to be seen somewhere, then mount points are made where they are missing,
 * then the copies are put in their places, outer ones first, each with the attributes that hold there. So what stays
 * writable below something read-only is what it was before, and what was read-only before stays so.
 */
import type { Action, Step } from "../../kernel/Step.ts"
import type { NewRule, Rule } from "./Rules.ts"
import * as Rules from "./Rules.ts"

/** systemd.exec(5), EXIT_NAMESPACE. */
const exitCode = 226

/** `MOUNT_ATTR_...` of mount_setattr(2). */
const attribute = { ro: 1, nosuid: 2, nodev: 4, noexec: 8, noatime: 16, strictatime: 32, nodiratime: 128 } as const

const isAttribute = (option: string): option is keyof typeof attribute => Object.hasOwn(attribute, option)
/** What is the case without saying so. */
const meaningless: ReadonlyArray<string> = ["rw", "suid", "dev", "exec", "defaults"]

/** Devices that every program may count on, and places in /dev that are file systems of their own. */
const devices = ["null", "zero", "full", "random", "urandom", "tty", "pts", "shm", "mqueue", "hugepages", "log"]
const deviceLinks = [
  ["/proc/self/fd", "fd"],
  ["/proc/self/fd/0", "stdin"],
  ["/proc/self/fd/1", "stdout"],
  ["/proc/self/fd/2", "stderr"],
  ["pts/ptmx", "ptmx"]
] as const

class Plan {
  private readonly takes: Array<Step> = []
  private readonly points: Array<Step> = []
  private readonly puts: Array<Step> = []
  /** What is made read-only once all is in place. */
  private readonly last: Array<Step> = []
  private slots = 0
  private readonly root: string

  constructor(root: string) {
    this.root = root
  }

  get steps(): ReadonlyArray<Step> {
    return [...this.takes, ...this.points, ...this.puts, ...this.last]
  }

  place(path: string): string {
    return path === "/" ? this.root || "/" : this.root + path
  }

  add(to: "takes" | "points" | "puts" | "last", action: Action, directive: string, optional: boolean): void {
    this[to].push({ action, directive, exitCode, leniency: optional ? "optional" : "fail" })
  }

  /** A copy of what is there now. */
  take(path: string, recursive: boolean, { directive, optional }: Pick<Rule, "directive" | "optional">): number {
    const slot = this.slots++
    this.add("takes", { _tag: "TreeTake", slot, path, recursive }, directive, optional)
    return slot
  }

  fresh(type: string, options: ReadonlyArray<string>, directive: string): number {
    const slot = this.slots++
    const own = options.filter((option) => !isAttribute(option) && !meaningless.includes(option))
    // Read-only only when all that is below has its mount point.
    const attributes = options.reduce((sum, one) => isAttribute(one) && one !== "ro" ? sum | attribute[one] : sum, 0)
    this.add("takes", { _tag: "TreeNew", slot, type, options: own.join(","), attributes }, directive, false)
    return slot
  }

  put(slot: number, path: string, make: boolean, { directive, optional }: Pick<Rule, "directive" | "optional">): void {
    this.add("puts", { _tag: "TreePut", slot, path: this.place(path), make }, directive, optional)
  }
}

const nearest = (rules: ReadonlyArray<Rule>, path: string, fits: (rule: Rule) => boolean): Rule | undefined => {
  let found: Rule | undefined
  // They are sorted: the last one that holds is the innermost.
  for (const rule of rules) if (fits(rule) && Rules.isWithin(path, rule.path)) found = rule
  return found
}

/** The attributes that hold at a path: those of the innermost rule of each sort. */
const attributesAt = (rules: ReadonlyArray<Rule>, path: string): number => {
  const access = nearest(rules, path, ({ _tag }) => _tag !== "Exec")
  const exec = nearest(rules, path, ({ _tag }) => _tag === "Exec")
  return (access?._tag === "Access" && access.access === "read-only" ? attribute.ro : 0) |
    (exec?._tag === "Exec" && !exec.allowed ? attribute.noexec : 0)
}

const addDevices = (plan: Plan, { directive, options }: NewRule): void => {
  const own = devices.map((name) => [name, plan.take(`/dev/${name}`, true, { directive, optional: true })] as const)
  plan.put(plan.fresh("tmpfs", options, directive), "/dev", false, { directive, optional: false })
  for (const [name, slot] of own) plan.put(slot, `/dev/${name}`, true, { directive, optional: true })
  for (const [target, name] of deviceLinks) {
    plan.add("puts", { _tag: "MakeLink", target, path: plan.place(`/dev/${name}`) }, directive, false)
  }
}

const addNew = (plan: Plan, rule: NewRule): void => {
  if (rule.type === "devices") return addDevices(plan, rule)
  const isProc = rule.type === "proc"
  const options = isProc ? [...rule.options, "nosuid", "nodev", "noexec"] : rule.options
  plan.put(plan.fresh(rule.type, options, rule.directive), rule.path, !isProc && !rule.optional, rule)
  if (options.includes("ro")) {
    const action = { _tag: "MountAttributes", path: plan.place(rule.path), set: attribute.ro, clear: 0 } as const
    plan.add("last", { ...action, recursive: false }, rule.directive, rule.optional)
  }
}

/** Whether something else is seen at a path, in which mount points may be missing that are not missing here. */
const isCovered = (rules: ReadonlyArray<Rule>, path: string): boolean =>
  rules.some((rule) =>
    (rule._tag === "Bind" || rule._tag === "New") && rule.path !== path && Rules.isWithin(path, rule.path)
  )

/** Steps for rules that are settled. `root`: the root directory the process is to have, empty for ours. */
export const steps = (rules: ReadonlyArray<Rule>, root: string): ReadonlyArray<Step> => {
  const plan = new Plan(root)
  const attributed = new Set<string>()
  if (root !== "") {
    const rule = { directive: `RootDirectory=${root}`, optional: false }
    plan.put(plan.take(root, true, rule), "/", false, rule)
  }
  for (const rule of rules) {
    switch (rule._tag) {
      case "New":
        addNew(plan, rule)
        break
      case "Bind": {
        const slot = plan.take(rule.source, rule.recursive, rule)
        const path = plan.place(rule.path)
        if (!isCovered(rules, rule.path)) {
          plan.add("points", { _tag: "TreePoint", slot, path }, rule.directive, rule.optional)
        }
        if (rule.readOnly) {
          plan.add("puts", { _tag: "TreeAttributes", slot, set: attribute.ro, clear: 0 }, rule.directive, false)
        }
        plan.put(slot, rule.path, true, rule)
        break
      }
      case "Access":
      case "Exec": {
        if (rule._tag === "Access" && rule.access === "hidden") {
          plan.add("puts", { _tag: "TreeHide", path: plan.place(rule.path) }, rule.directive, rule.optional)
          break
        }
        // A path with a rule of each sort is dealt with once.
        if (attributed.has(rule.path)) break
        attributed.add(rule.path)
        const set = attributesAt(rules, rule.path)
        if (rule.path === "/") {
          const action = { _tag: "MountAttributes", path: plan.place("/"), set, clear: 0, recursive: true } as const
          plan.add("puts", action, rule.directive, rule.optional)
          break
        }
        // Nothing above it is otherwise: it is what it is.
        const isPlain = set === 0 && attributesAt(rules, rule.path.slice(0, rule.path.lastIndexOf("/")) || "/") === 0
        if (isPlain) break
        const slot = plan.take(plan.place(rule.path), true, rule)
        if (set !== 0) plan.add("puts", { _tag: "TreeAttributes", slot, set, clear: 0 }, rule.directive, false)
        plan.put(slot, rule.path, false, rule)
        break
      }
    }
  }
  return plan.steps
}
