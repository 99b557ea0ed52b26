/**
 * Rules about paths, kept by mounts of the process's own, mount_namespaces(7). Pure.
 *
 * First a copy is taken of everything that is to be seen somewhere, then mount points are made where they are missing,
 * then the copies are put in their places, outer ones first, each with the attributes that hold there. So what stays
 * writable below something read-only is what it was before, and what was read-only before stays so. What is hidden is
 * hidden last, so that nothing comes to lie over it.
 */
import type { Action, Step } from "../../kernel/Step.ts"
import type { AccessRule, BindRule, ExecRule, NewRule, Rule } from "./Rules.ts"
import * as Rules from "./Rules.ts"

/** systemd.exec(5), EXIT_NAMESPACE. */
const exitCode = 226

/** `MOUNT_ATTR_...` of mount_setattr(2). */
const attribute = { ro: 1, nosuid: 2, nodev: 4, noexec: 8, noatime: 16, strictatime: 32, nodiratime: 128 } as const

const isAttribute = (option: string): option is keyof typeof attribute => Object.hasOwn(attribute, option)
/** What is the case without saying so. */
const meaningless: ReadonlyArray<string> = [
  ...["rw", "suid", "dev", "exec", "defaults"],
  ...["relatime", "nostrictatime", "atime", "diratime", "async"]
]

/** Devices that every program may count on, and places in /dev that are file systems of their own. */
const devices = ["null", "zero", "full", "random", "urandom", "tty", "pts", "shm", "mqueue", "hugepages", "log"]
const deviceLinks = [
  ["/proc/self/fd", "fd"],
  ["/proc/self/fd/0", "stdin"],
  ["/proc/self/fd/1", "stdout"],
  ["/proc/self/fd/2", "stderr"],
  ["pts/ptmx", "ptmx"]
] as const

/** Where the mounts are made. */
export interface Surroundings {
  /** The root directory that the process is to have, empty for ours. */
  readonly root: string
  /** What lies over parts of /proc, and is to lie over those of another one, too. */
  readonly procMasks: ReadonlyArray<string>
}

/** The innermost rule that holds at a path, of those that fit: they are sorted. */
const nearest = (rules: ReadonlyArray<Rule>, path: string, fits: (rule: Rule) => boolean): Rule | undefined => {
  let found: Rule | undefined
  for (const rule of rules) if (fits(rule) && Rules.isWithin(path, rule.path)) found = rule
  return found
}

const isPlace = (rule: Rule): rule is BindRule | NewRule => rule._tag === "Bind" || rule._tag === "New"

const isExec = ({ _tag }: Rule): boolean => _tag === "Exec"

/** Whether programs may be run there: what else is mounted at a path does not change that. */
const noExecAt = (rules: ReadonlyArray<Rule>, path: string): number => {
  const exec = nearest(rules, path, isExec)
  return exec?._tag === "Exec" && !exec.allowed ? attribute.noexec : 0
}

/** The attributes that hold at a path: those of the innermost rule of each sort. */
const attributesAt = (rules: ReadonlyArray<Rule>, path: string): number => {
  const access = nearest(rules, path, (rule) => !isExec(rule))
  return (access !== undefined && Rules.isReadOnly(access) ? attribute.ro : 0) | noExecAt(rules, path)
}

/** What is seen at a path at or below what is put in another place. */
const behind = ({ path, source }: BindRule, seen: string): string =>
  (source === "/" ? "" : source) + seen.slice(path === "/" ? 0 : path.length)

const above = (path: string): string => path.slice(0, path.lastIndexOf("/")) || "/"

class Plan {
  private readonly takes: Array<Step> = []
  private readonly points: Array<Step> = []
  private readonly puts: Array<Step> = []
  private readonly hides: Array<Step> = []
  /** What is made read-only once all is in place. */
  private readonly last: Array<Step> = []
  private slots = 0
  private readonly rules: ReadonlyArray<Rule>
  private readonly surroundings: Surroundings

  constructor(rules: ReadonlyArray<Rule>, surroundings: Surroundings) {
    this.rules = rules
    this.surroundings = surroundings
  }

  get steps(): ReadonlyArray<Step> {
    return [...this.takes, ...this.points, ...this.puts, ...this.hides, ...this.last]
  }

  private place(path: string): string {
    const { root } = this.surroundings
    return path === "/" ? root || "/" : root + path
  }

  private add(
    to: "takes" | "points" | "puts" | "hides" | "last",
    action: Action,
    directive: string,
    optional: boolean
  ): void {
    this[to].push({ action, directive, exitCode, leniency: optional ? "optional" : "fail" })
  }

  /** A copy of what is there now, or once what is outside of it is in its place. */
  private take(path: string, recursive: boolean, rule: Pick<Rule, "directive" | "optional">, now = true): number {
    const slot = this.slots++
    this.add(now ? "takes" : "puts", { _tag: "TreeTake", slot, path, recursive }, rule.directive, rule.optional)
    return slot
  }

  private fresh(type: string, options: ReadonlyArray<string>, more: number, directive: string): number {
    const slot = this.slots++
    const own = options.filter((option) => !isAttribute(option) && !meaningless.includes(option))
    // Read-only only when all that is below has its mount point.
    const attributes = options.reduce((sum, one) => isAttribute(one) && one !== "ro" ? sum | attribute[one] : sum, more)
    this.add("takes", { _tag: "TreeNew", slot, type, options: own.join(","), attributes }, directive, false)
    return slot
  }

  private put(slot: number, path: string, make: boolean, rule: Pick<Rule, "directive" | "optional">): void {
    this.add("puts", { _tag: "TreePut", slot, path: this.place(path), make }, rule.directive, rule.optional)
  }

  /**
   * Mount points that are missing are made while all can still be written to: in what is seen at the place later. In an
   * empty file system they can only be made once that is there.
   */
  private point(slot: number, { directive, optional, path }: Rule): void {
    const cover = nearest(this.rules, above(path), isPlace)
    if (cover?._tag === "New") return
    const place = cover?._tag === "Bind" ? behind(cover, path) : this.place(path)
    this.add("points", { _tag: "TreePoint", slot, path: place }, directive, optional)
  }

  private addNew(rule: NewRule): void {
    const { directive, optional, options, path, type } = rule
    const masked = type === "devices"
      ? devices.map((name) => `/dev/${name}`)
      : type === "proc"
      ? this.surroundings.procMasks
      : []
    const own = masked.map((one) => [one, this.take(one, true, { directive, optional: true })] as const)
    const more = type === "tmpfs" ? noExecAt(this.rules, path) : 0
    const slot = this.fresh(type === "devices" ? "tmpfs" : type, options, more, directive)
    if (!optional) this.point(slot, rule)
    this.put(slot, path, !optional, rule)
    for (const [one, copy] of own) this.put(copy, one, type === "devices", { directive, optional: true })
    if (type === "devices") {
      for (const [target, name] of deviceLinks) {
        this.add("puts", { _tag: "MakeLink", target, path: this.place(`/dev/${name}`) }, directive, false)
      }
    }
    if (options.includes("ro")) {
      const action = { _tag: "MountAttributes", path: this.place(path), set: attribute.ro, clear: 0 } as const
      this.add("last", { ...action, recursive: false }, directive, optional)
    }
  }

  private addBind(rule: BindRule): void {
    const slot = this.take(rule.source, rule.recursive, rule)
    this.point(slot, rule)
    const set = (rule.readOnly ? attribute.ro : 0) | noExecAt(this.rules, rule.path)
    if (set !== 0) this.add("puts", { _tag: "TreeAttributes", slot, set, clear: 0 }, rule.directive, false)
    this.put(slot, rule.path, true, rule)
  }

  /** A copy of what is to be seen at a path, and what of its attributes is only so because of what is above it. */
  private takeSeen(rule: AccessRule | ExecRule): { slot: number; clear: number } {
    const { path } = rule
    const cover = nearest(this.rules, path, isPlace)
    if (cover === undefined || !isPlace(cover)) return { slot: this.take(this.place(path), true, rule), clear: 0 }
    if (cover._tag === "Bind" && cover.recursive) return { slot: this.take(behind(cover, path), true, rule), clear: 0 }
    // What is mounted below the source of a bind that is not recursive is not to be seen: the copy is taken of the bind,
    // and has all of its attributes.
    return {
      slot: this.take(this.place(path), true, rule, false),
      clear: cover._tag === "New" && cover.type === "tmpfs" ? noExecAt(this.rules, cover.path) : 0
    }
  }

  private addAttributes(rule: AccessRule | ExecRule): void {
    const { directive, optional, path } = rule
    // What else lies there has them already.
    if (
      this.rules.some((one) => one.path === path && (isPlace(one) || one._tag === "Access" && one.access === "hidden"))
    ) {
      return
    }
    const set = attributesAt(this.rules, path)
    if (path === "/") {
      const action = { _tag: "MountAttributes", path: this.place("/"), set, clear: 0, recursive: true } as const
      return this.add("puts", action, directive, optional)
    }
    const isSame = set === attributesAt(this.rules, above(path))
    if (isSame && optional) return
    const { clear, slot } = this.takeSeen(rule)
    // Nothing around it is otherwise; what is named has to be there all the same.
    if (isSame) return
    const cleared = clear & ~set
    if (set !== 0 || cleared !== 0) {
      this.add("puts", { _tag: "TreeAttributes", slot, set, clear: cleared }, directive, false)
    }
    this.put(slot, path, false, rule)
  }

  private rebase(root: string): void {
    const rule = { directive: `RootDirectory=${root}`, optional: false }
    this.put(this.take(root, true, rule), "/", false, rule)
  }

  run(): void {
    const { root } = this.surroundings
    if (root !== "") this.rebase(root)
    // A path with a rule of each sort is dealt with once.
    const attributed = new Set<string>()
    for (const rule of this.rules) {
      if (rule._tag === "New") this.addNew(rule)
      else if (rule._tag === "Bind") this.addBind(rule)
      else if (rule._tag === "Access" && rule.access === "hidden") {
        this.add("hides", { _tag: "TreeHide", path: this.place(rule.path) }, rule.directive, rule.optional)
      } else if (!attributed.has(rule.path)) {
        attributed.add(rule.path)
        this.addAttributes(rule)
      }
    }
  }
}

/** Steps for rules that are settled. */
export const steps = (rules: ReadonlyArray<Rule>, surroundings: Surroundings): ReadonlyArray<Step> => {
  const plan = new Plan(rules, surroundings)
  plan.run()
  return plan.steps
}
