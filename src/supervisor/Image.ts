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
import type { Command, EnvironmentFileReference, Position, ServiceSection, SocketSection, Unit } from "../unit/Unit.ts"
import * as Glob from "./Glob.ts"
import * as Accounts from "./image/Accounts.ts"
import * as Made from "./image/Made.ts"
import * as Program from "./image/Program.ts"
import { isSkipped } from "./image/Skip.ts"
import * as Tree from "./image/Tree.ts"

/** What the checks of all units share. */
interface Image {
  readonly tree: Tree.Tree
  readonly programs: Program.Programs
  readonly accounts: Accounts.Accounts | undefined
  readonly made: ReadonlySet<string>
}

/** A unit that starts processes. */
interface Subject {
  readonly file: string
  readonly name: "Service" | "Socket"
  readonly section: ServiceSection | SocketSection
  readonly commands: ReadonlyArray<readonly [directive: string, commands: ReadonlyArray<Command>]>
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
    if (top._tag === "Left") return [noImage(root, top.left.message)]
    const environment = yield* Effect.flatMap(System, (system) => system.environment)
    const image: Image = {
      tree,
      programs: Program.make(tree),
      accounts: yield* readAccounts(tree, environment),
      made: Made.directories(all)
    }
    const diagnostics: Array<Diagnostic> = []
    for (const unit of all) {
      const subject = subjectOf(unit, yield* isSkipped(tree, unit), diagnostics)
      if (subject === undefined) continue
      const root = yield* rootOf(image, subject)
      if (root !== undefined) {
        yield* checkCommands(image, subject, root)
        yield* checkDirectory(image, subject, root)
      }
      checkAccounts(image, subject)
      for (const reference of subject.section.EnvironmentFile ?? []) {
        yield* checkEnvironmentFile(image, subject, reference)
      }
    }
    return distinct(diagnostics)
  })

/** Instances of a template share its lines: what holds for all of them is said once. */
const distinct = (diagnostics: ReadonlyArray<Diagnostic>): ReadonlyArray<Diagnostic> => {
  const said = new Map<string, Diagnostic>()
  for (const one of diagnostics) {
    const key = `${one.at.file}\0${one.at.line}\0${one.at.column}\0${one.directive}\0${one.message}`
    if (!said.has(key)) said.set(key, one)
  }
  return [...said.values()]
}

const noImage = (root: string, message: string): Diagnostic => ({
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

const serviceCommands = [
  "ExecCondition",
  "ExecStartPre",
  "ExecStart",
  "ExecStartPost",
  "ExecReload",
  "ExecReloadPost",
  "ExecStop",
  "ExecStopPost"
] as const
const socketCommands = ["ExecStartPre", "ExecStartPost", "ExecStopPre", "ExecStopPost"] as const

const subjectOf = (unit: Unit, skipped: boolean, diagnostics: Array<Diagnostic>): Subject | undefined => {
  const common = { file: unit.file, skipped, diagnostics }
  switch (unit._tag) {
    case "Service": {
      const section = unit.Service
      const commands = serviceCommands.map((key) => [key, section[key] ?? []] as const)
      return { ...common, name: "Service", section, commands }
    }
    case "Socket": {
      const section = unit.Socket
      const commands = socketCommands.map((key) => [key, section[key] ?? []] as const)
      return { ...common, name: "Socket", section, commands }
    }
    default:
      return undefined
  }
}

const say = (
  { diagnostics, file, name, skipped }: Subject,
  severity: Severity,
  code: string,
  directive: string,
  message: string,
  hint: string | undefined = undefined,
  at: Position = { file, line: 0, column: 0 }
): void => {
  diagnostics.push({ severity: skipped ? "note" : severity, code, at, section: name, directive, message, hint })
}

/** Mounts and disk images of a service's own, in which there may be anything. */
const mounts = [
  "RootImage",
  "RootMStack",
  "BindPaths",
  "BindReadOnlyPaths",
  "MountImages",
  "ExtensionImages",
  "ExtensionDirectories"
] as const

/** Text that is settled only when the service runs. */
const isOpen = (text: string): boolean => text.includes("%") || text.includes("$")

/** Where the file system of the processes begins; `undefined` where that cannot be told. */
const rootOf = (image: Image, subject: Subject) =>
  Effect.gen(function*() {
    const { section } = subject
    if (mounts.some((key) => section[key] !== undefined)) return undefined
    const path = section.RootDirectory?.replace(/\/+$/, "") ?? ""
    if (path === "") return ""
    if (isOpen(path)) return undefined
    const { kind } = yield* image.tree.find(path)
    if (kind === "directory") return path
    if (kind !== "unknown") say(subject, "warning", Code.MissingRoot, "RootDirectory", `there is no directory ${path}`)
    return undefined
  })

const checkCommands = Effect.fnUntraced(function*(image: Image, subject: Subject, root: string) {
  const { commands, section } = subject
  const search = section.ExecSearchPath ?? Program.searchPath
  const startOnly = "RootDirectoryStartOnly" in section && section.RootDirectoryStartOnly === true
  for (const [key, list] of commands) {
    const own = startOnly && key !== "ExecStart" ? "" : root
    for (const { at, flags, path } of list) {
      if (isOpen(path) || Made.isMounted(path)) continue
      const flaw = yield* image.programs.check(path, own, search)
      if (flaw === undefined) continue
      const forgiven = flags.ignoreFailure || Made.isFilled(flaw.path)
      say(subject, forgiven ? "note" : "warning", flaw.code, key, flaw.message, flaw.hint, at)
    }
  }
})

const checkAccounts = ({ accounts }: Image, subject: Subject): void => {
  if (accounts === undefined) return
  const user = (key: string, name: string | undefined) => {
    if (name === undefined || isOpen(name) || accounts.hasUser(name)) return
    say(subject, "warning", Code.UnknownUser, key, `the image has no user ${quote(name)}`, accounts.nearUser(name))
  }
  const group = (key: string, name: string | undefined) => {
    if (name === undefined || isOpen(name) || accounts.hasGroup(name)) return
    say(subject, "warning", Code.UnknownGroup, key, `the image has no group ${quote(name)}`, accounts.nearGroup(name))
  }
  const { section } = subject
  // Otherwise user and group are made up when the service starts.
  if (section.DynamicUser !== true) {
    user("User", section.User)
    group("Group", section.Group)
  }
  for (const name of section.SupplementaryGroups ?? []) group("SupplementaryGroups", name)
  if ("SocketUser" in section) user("SocketUser", section.SocketUser)
  if ("SocketGroup" in section) group("SocketGroup", section.SocketGroup)
}

const checkDirectory = Effect.fnUntraced(function*(image: Image, subject: Subject, root: string) {
  const { WorkingDirectory } = subject.section
  if (WorkingDirectory === undefined || WorkingDirectory.optional || WorkingDirectory.path === "~") return
  const { path } = WorkingDirectory
  if (isOpen(path) || Made.isMounted(path) || Made.isBelow(path, image.made)) return
  const { kind } = yield* image.tree.find(root + path)
  if (kind === "directory" || kind === "unknown") return
  const message = kind === "absent"
    ? `there is no directory ${path} in the image`
    : `${path} is no directory but a ${kind}`
  const [severity, hint] = Made.isFilled(path)
    ? ["note", "RuntimeDirectory= makes one below /run"] as const
    : ["warning", "\"-\" in front of it forgives that"] as const
  say(subject, severity, Code.MissingDirectory, "WorkingDirectory", message, hint)
})

const environmentFileLimit = 1024 * 1024

/** PID 1 reads these itself: their paths know no other root. */
const checkEnvironmentFile = Effect.fnUntraced(function*(
  image: Image,
  subject: Subject,
  { at, optional, path }: EnvironmentFileReference
) {
  if (isOpen(path) || Glob.isPattern(path) || Made.isMounted(path)) return
  const tell = (severity: Severity, code: string, message: string, hint: string | undefined) =>
    say(subject, severity, code, "EnvironmentFile", message, hint, at)
  const { kind, path: real } = yield* image.tree.find(path)
  if (kind === "unknown" || (kind === "absent" && optional)) return
  if (kind !== "file") {
    const message = kind === "absent" ? `there is no file ${path} in the image` : `${path} is no file but a ${kind}`
    const severity = Made.isFilled(path) ? "note" : "warning"
    tell(severity, Code.MissingEnvironmentFile, message, optional ? undefined : "\"-\" in front of it forgives that")
    return
  }
  const files = yield* Files
  const text = yield* Effect.orElseSucceed(files.read(image.tree.outside(real), environmentFileLimit), () => "")
  for (const { at: { line }, hint, message, severity } of EnvironmentFile.parse(text, path).diagnostics) {
    if (severity === "error") tell("warning", Code.BadEnvironmentFile, `line ${line} of ${path}: ${message}`, hint)
  }
})
