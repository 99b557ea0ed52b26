/**
 * What units ask of the image they are in, looked up below its root directory: programs, users and groups, working
 * directories, environment files. What is not there makes a start fail that every other check takes for sound.
 */
import * as Effect from "effect/Effect"
import { Files } from "../kernel/Files.ts"
import { System } from "../kernel/System.ts"
import { Code } from "../unit/Code.ts"
import type { Diagnostic, Severity } from "../unit/Diagnostic.ts"
import { quote } from "../unit/Diagnostic.ts"
import * as EnvironmentFile from "../unit/EnvironmentFile.ts"
import type { Command, Condition, Position, Service, Unit } from "../unit/Unit.ts"
import * as Glob from "./Glob.ts"
import * as Accounts from "./image/Accounts.ts"
import * as Made from "./image/Made.ts"
import * as Program from "./image/Program.ts"
import * as Tree from "./image/Tree.ts"

/** Directives of [Service] whose values are commands. */
const commandKeys = [
  "ExecCondition",
  "ExecStartPre",
  "ExecStart",
  "ExecStartPost",
  "ExecReload",
  "ExecReloadPost",
  "ExecStop",
  "ExecStopPost"
] as const

/** What the checks of all units share. */
interface Image {
  readonly tree: Tree.Tree
  readonly programs: Program.Programs
  readonly accounts: Accounts.Accounts | undefined
  readonly made: ReadonlySet<string>
}

/** One service, and what to say of it. */
interface Subject {
  readonly unit: Service
  /** A condition says that it is not even started in this image: nothing is more than a note. */
  readonly skipped: boolean
  readonly diagnostics: Array<Diagnostic>
}

/** `root` is the directory that the image's files lie below; `/` for the image we run in. */
export const check = (
  units: Iterable<Unit>,
  root: string
): Effect.Effect<ReadonlyArray<Diagnostic>, never, Files | System> =>
  Effect.gen(function*() {
    const all = [...units]
    const tree = Tree.make(root)
    const files = yield* Files
    const top = yield* Effect.either(files.list(tree.outside("")))
    if (top._tag === "Left") return [unreadable(root, top.left.message)]
    const environment = yield* Effect.flatMap(System, (system) => system.environment)
    const image: Image = {
      tree,
      programs: Program.make(tree),
      accounts: yield* readAccounts(tree, environment),
      made: Made.directories(all)
    }
    const diagnostics: Array<Diagnostic> = []
    for (const unit of all) {
      if (unit._tag !== "Service") continue
      const subject = { unit, skipped: yield* isSkipped(tree, unit), diagnostics }
      yield* checkCommands(image, subject)
      checkAccounts(image, subject)
      yield* checkDirectory(image, subject)
      for (const reference of unit.Service.EnvironmentFile) yield* checkEnvironmentFile(image, subject, reference)
    }
    return diagnostics
  })

const unreadable = (root: string, message: string): Diagnostic => ({
  severity: "error",
  code: Code.NoImage,
  at: { file: root, line: 0, column: 0 },
  section: undefined,
  directive: undefined,
  message: `there is no image to be seen: ${message}`,
  hint: undefined
})

/** As at run time, a file that the environment names stands in for the usual one once it exists. */
const readAccounts = (tree: Tree.Tree, environment: ReadonlyMap<string, string>) =>
  Effect.gen(function*() {
    const choose = (variable: string, usual: string) => {
      const chosen = environment.get(variable)
      if (chosen === undefined) return Effect.succeed(usual)
      return Effect.map(tree.find(chosen), ({ kind }) => kind === "file" ? chosen : usual)
    }
    const passwd = yield* choose("CONTAINER_INIT_PASSWD_FILE", "/etc/passwd")
    const group = yield* choose("CONTAINER_INIT_GROUP_FILE", "/etc/group")
    return yield* Accounts.read(tree, passwd, group)
  })

const say = (
  { diagnostics, skipped, unit }: Subject,
  severity: Severity,
  code: string,
  directive: string,
  message: string,
  hint: string | undefined = undefined,
  at: Position = { file: unit.file, line: 0, column: 0 }
): void => {
  const weight = skipped ? "note" : severity
  diagnostics.push({ severity: weight, code, at, section: "Service", directive, message, hint })
}

/** Conditions that ask for something to be in the file system, and what it has to be. */
const lookups: Partial<Readonly<Record<Condition["test"], "directory" | "file" | "any">>> = {
  PathExists: "any",
  PathIsDirectory: "directory",
  DirectoryNotEmpty: "directory",
  FileNotEmpty: "file",
  FileIsExecutable: "file"
}

const isSkipped = (tree: Tree.Tree, unit: Service) =>
  Effect.gen(function*() {
    for (const { negate, parameter, test, trigger } of unit.Unit.Conditions ?? []) {
      const wanted = lookups[test]
      if (negate || trigger || wanted === undefined || !parameter.startsWith("/")) continue
      if (Made.isMounted(parameter) || Made.isFilled(parameter)) continue
      const { kind } = yield* tree.find(parameter)
      if (kind === "absent" || (wanted !== "any" && kind !== "unknown" && kind !== wanted)) return true
    }
    return false
  })

/** Whether the service sees files that the image does not show: mounts and disk images of its own. */
const seesMore = ({ Service: section }: Service): boolean =>
  section.RootImage !== undefined || section.BindPaths !== undefined || section.BindReadOnlyPaths !== undefined ||
  section.MountImages !== undefined || section.ExtensionImages !== undefined ||
  section.ExtensionDirectories !== undefined

/** Text that is settled only when the service runs. */
const isOpen = (text: string): boolean => text.includes("%") || text.includes("$")

/** Where the service's file system begins; `undefined` where that cannot be told. */
const rootOf = (image: Image, subject: Subject) =>
  Effect.gen(function*() {
    const { RootDirectory } = subject.unit.Service
    if (seesMore(subject.unit)) return undefined
    if (RootDirectory === undefined) return ""
    const path = RootDirectory.replace(/\/+$/, "")
    if (isOpen(path)) return undefined
    if ((yield* image.tree.find(path)).kind === "directory") return path
    say(subject, "warning", Code.MissingRoot, "RootDirectory", `there is no directory ${path || "/"}`)
    return undefined
  })

const checkCommands = Effect.fnUntraced(function*(image: Image, subject: Subject) {
  const root = yield* rootOf(image, subject)
  if (root === undefined) return
  const { ExecSearchPath } = subject.unit.Service
  const search = ExecSearchPath === undefined ? Program.searchPath : ExecSearchPath.split(":")
  for (const key of commandKeys) {
    for (const command of subject.unit.Service[key] ?? []) {
      yield* checkCommand(image, subject, key, command, root, search)
    }
  }
})

const checkCommand = Effect.fnUntraced(function*(
  image: Image,
  subject: Subject,
  key: string,
  command: Command,
  root: string,
  search: ReadonlyArray<string>
) {
  if (isOpen(command.path) || Made.isMounted(command.path)) return
  const flaw = yield* image.programs.check(command.path, root, search)
  if (flaw === undefined) return
  const forgiven = command.flags.ignoreFailure || Made.isFilled(flaw.path)
  say(subject, forgiven ? "note" : "warning", flaw.code, key, flaw.message, flaw.hint, command.at)
})

const checkAccounts = ({ accounts }: Image, subject: Subject): void => {
  const { DynamicUser, Group, SupplementaryGroups, User } = subject.unit.Service
  if (accounts === undefined) return
  // Such a user is made up along with its group.
  const dynamic = DynamicUser !== undefined && DynamicUser !== "no"
  if (User !== undefined && !dynamic && !isOpen(User) && !accounts.hasUser(User)) {
    say(subject, "warning", Code.UnknownUser, "User", `the image has no user ${quote(User)}`, accounts.nearUser(User))
  }
  const checkGroup = (key: string, name: string) => {
    if (isOpen(name) || accounts.hasGroup(name)) return
    say(subject, "warning", Code.UnknownGroup, key, `the image has no group ${quote(name)}`, accounts.nearGroup(name))
  }
  if (Group !== undefined && !dynamic) checkGroup("Group", Group)
  for (const name of SupplementaryGroups?.split(/\s+/) ?? []) checkGroup("SupplementaryGroups", name)
}

const checkDirectory = Effect.fnUntraced(function*(image: Image, subject: Subject) {
  const { WorkingDirectory } = subject.unit.Service
  if (WorkingDirectory === undefined || WorkingDirectory.optional || WorkingDirectory.path === "~") return
  const { path } = WorkingDirectory
  if (isOpen(path) || Made.isMounted(path) || Made.isBelow(path, image.made)) return
  if (seesMore(subject.unit)) return
  const root = subject.unit.Service.RootDirectory?.replace(/\/+$/, "") ?? ""
  const { kind } = yield* image.tree.find(root + path)
  if (kind === "directory" || kind === "unknown") return
  const filled = Made.isFilled(path)
  say(
    subject,
    filled ? "note" : "warning",
    Code.MissingDirectory,
    "WorkingDirectory",
    kind === "absent" ? `there is no directory ${path} in the image` : `${path} is no directory but a ${kind}`,
    filled ? "RuntimeDirectory= makes one below /run" : "\"-\" in front of it forgives that"
  )
})

const environmentFileLimit = 1024 * 1024

const checkEnvironmentFile = Effect.fnUntraced(function*(
  image: Image,
  subject: Subject,
  { at, optional, path }: Service["Service"]["EnvironmentFile"][number]
) {
  if (isOpen(path) || Glob.isPattern(path) || Made.isMounted(path)) return
  const { kind, path: real } = yield* image.tree.find(path)
  if (kind === "unknown") return
  if (kind !== "file") {
    if (optional && kind === "absent") return
    const message = kind === "absent" ? `there is no file ${path} in the image` : `${path} is no file but a ${kind}`
    const hint = "\"-\" in front of it forgives that"
    say(
      subject,
      Made.isFilled(path) ? "note" : "warning",
      Code.MissingEnvironmentFile,
      "EnvironmentFile",
      message,
      hint,
      at
    )
    return
  }
  const files = yield* Files
  const text = yield* Effect.orElseSucceed(files.read(image.tree.outside(real), environmentFileLimit), () => "")
  for (const diagnostic of EnvironmentFile.parse(text, path).diagnostics) {
    if (diagnostic.severity !== "error") continue
    const message = `line ${diagnostic.at.line} of ${path}: ${diagnostic.message}`
    say(subject, "warning", Code.BadEnvironmentFile, "EnvironmentFile", message, diagnostic.hint, at)
  }
})
