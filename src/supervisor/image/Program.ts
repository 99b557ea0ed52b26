/** Whether a program of the image can be executed: the file itself, and what the kernel runs it with. */
import * as Effect from "effect/Effect"
import type { Files as FilesPort } from "../../kernel/Files.ts"
import { Files } from "../../kernel/Files.ts"
import type { KernelError } from "../../kernel/KernelError.ts"
import { Code } from "../../unit/Code.ts"
import * as Suggest from "../../unit/Suggest.ts"
import type { Tree } from "./Tree.ts"

/** What is wrong with a program. */
export interface Flaw {
  readonly code: string
  readonly message: string
  readonly hint: string | undefined
  /** The path that is not there or no good. */
  readonly path: string
}

/** Where systemd looks for programs without a path, systemd.exec(5) `ExecSearchPath=`. */
export const searchPath = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"]

/** Scripts whose interpreters are scripts: the kernel goes no deeper. */
const deepest = 4

const [ENOEXEC, EACCES] = [8, 13]

export interface Programs {
  /** `root` is a directory of the image that stands in front of every path of the program. */
  readonly check: (
    path: string,
    root: string,
    search: ReadonlyArray<string>
  ) => Effect.Effect<Flaw | undefined, never, FilesPort>
}

export const make = (tree: Tree): Programs => {
  const judged = new Map<string, Flaw | undefined>()

  const check = (path: string, root: string, search: ReadonlyArray<string>, depth = 0) =>
    Effect.gen(function*() {
      const key = `${root}\0${path}${path.startsWith("/") ? "" : `\0${search.join(":")}`}`
      const known = judged.get(key)
      if (known !== undefined || judged.has(key)) return known
      const flaw = yield* path.startsWith("/") ? checkPath(path, root, depth) : checkName(path, root, search)
      judged.set(key, flaw)
      return flaw
    })

  const checkName = (
    name: string,
    root: string,
    search: ReadonlyArray<string>
  ): Effect.Effect<Flaw | undefined, never, FilesPort> =>
    Effect.gen(function*() {
      for (const directory of search) {
        const path = `${directory}/${name}`
        // As execvp(3): a file that cannot be executed is passed over, unless there is no other.
        if ((yield* tree.find(root + path)).kind === "file") return yield* check(path, root, search)
      }
      const hint = yield* nearName(name, root, search)
      const message = `there is no program ${name} in ${search.join(", ")}`
      return { code: Code.MissingProgram, message, hint, path: name }
    })

  const checkPath = (path: string, root: string, depth: number): Effect.Effect<Flaw | undefined, never, FilesPort> =>
    Effect.gen(function*() {
      const found = yield* tree.find(root + path)
      switch (found.kind) {
        case "unknown":
          return undefined
        case "absent":
          return {
            code: Code.MissingProgram,
            message: `there is no program ${path}`,
            hint: yield* nearPath(path, root, found.path),
            path
          }
        case "file": {
          const files = yield* Files
          return yield* Effect.matchEffect(files.interpreter(tree.outside(found.path)), {
            onFailure: (error) => Effect.succeed(noProgram(path, error)),
            onSuccess: (line) => checkInterpreter(path, line, root, depth)
          })
        }
        default:
          return { code: Code.NotAProgram, message: `${path} is no file but a ${found.kind}`, hint: undefined, path }
      }
    })

  const checkInterpreter = (path: string, line: string, root: string, depth: number) =>
    Effect.gen(function*() {
      const [interpreter = "", ...words] = line.split(/[ \t]+/)
      if (interpreter === "" || depth >= deepest) return undefined
      const flaw = interpreter.startsWith("/")
        ? yield* check(interpreter, root, [], depth + 1)
        : { path: interpreter, hint: undefined, message: "it is looked for in the working directory" }
      if (flaw !== undefined) return badInterpreter(path, interpreter, flaw)
      if (!interpreter.endsWith("/env")) return undefined
      const wanted = words.find((word) => !word.startsWith("-") && !word.includes("="))
      // Options that take words of their own are not ours to parse.
      if (wanted === undefined || words.some((word) => word.startsWith("-") && word !== "-S")) return undefined
      const lost = yield* check(wanted, root, searchPath, depth + 1)
      return lost === undefined ? undefined : badInterpreter(path, wanted, lost)
    })

  const nearName = (name: string, root: string, search: ReadonlyArray<string>) =>
    Effect.gen(function*() {
      const names: Array<string> = []
      for (const directory of search) {
        const { kind, path } = yield* tree.find(root + directory)
        if (kind === "directory") { for (const other of yield* tree.list(path)) names.push(other) }
      }
      return Suggest.hint(name, names)
    })

  /** The same name where programs usually are, or a similar name beside it. */
  const nearPath = (path: string, root: string, directory: string) =>
    Effect.gen(function*() {
      const name = path.slice(path.lastIndexOf("/") + 1)
      for (const other of searchPath) {
        if ((yield* tree.find(`${root}${other}/${name}`)).kind === "file") return `did you mean "${other}/${name}"?`
      }
      const parent = path.slice(0, path.lastIndexOf("/"))
      const beside = yield* tree.find(root + parent)
      if (beside.kind !== "directory" || beside.path !== directory) return `there is no directory ${parent}`
      const nearest = Suggest.suggest(name, yield* tree.list(directory))
      return nearest === undefined ? undefined : `did you mean "${parent}/${nearest}"?`
    })

  return { check: (path, root, search) => check(path, root, search) }
}

const noProgram = (path: string, { errno }: KernelError): Flaw | undefined => {
  switch (errno) {
    case EACCES:
      return { code: Code.NotAProgram, message: `${path} is not executable`, hint: "chmod +x makes it so", path }
    case ENOEXEC: {
      const message = `${path} is neither a script with a #! line nor a program of this machine`
      return { code: Code.NotAProgram, message, hint: "a script begins with a line such as #!/bin/sh", path }
    }
    default:
      return undefined
  }
}

const badInterpreter = (path: string, interpreter: string, flaw: Pick<Flaw, "hint" | "message" | "path">): Flaw => {
  // A dynamic linker is nothing that anybody has written: its absence says what the program was built for.
  const linker = /\/ld[-.][^/]*$|\/ld-linux/.test(interpreter)
  return {
    code: Code.MissingInterpreter,
    message: linker
      ? `${path} was built for another system: its dynamic linker ${interpreter} is not there`
      : `${path} is run by ${interpreter}, but ${flaw.message}`,
    hint: linker ? "install that C library, or a program that is linked statically" : flaw.hint,
    path: flaw.path
  }
}
