/** `System` over the native core. */
import * as Effect from "effect/Effect"
import type { Privileges, System, SystemCallTable } from "../../kernel/System.ts"
import type { Binding } from "../Binding.ts"
import { EventKind } from "../Binding.ts"
import * as Call from "../Call.ts"
import type { Events } from "../Events.ts"

const parseEnvironment = (joined: string | number): ReadonlyMap<string, string> => {
  const environment = new Map<string, string>()
  if (typeof joined !== "string") return environment
  for (const entry of Call.entries(joined)) {
    const at = entry.indexOf("=")
    if (at > 0) environment.set(entry.slice(0, at), entry.slice(at + 1))
  }
  return environment
}

const parseKernelName = (joined: string | number): { readonly release: string; readonly machine: string } => {
  const [release = "", machine = ""] = typeof joined === "string" ? Call.entries(joined) : []
  return { release, machine }
}

const systemCallsOf = (binding: Binding): SystemCallTable => ({
  architectures: String(binding.system_call_architectures()).split(" "),
  numbers: (architecture, names) => {
    const joined = names.length === 0 ? "" : binding.system_calls(architecture, names)
    // A number stands for all of an architecture that is not known.
    if (typeof joined === "number") return names.map(() => -1)
    return joined === "" ? [] : joined.split(" ").map(Number)
  }
})

const nobody: ReadonlySet<number> = new Set()

/** A mask in hexadecimal. */
const setOf = (hex: string): ReadonlySet<number> => {
  if (hex === "0") return nobody
  const numbers = new Set<number>()
  for (let digit = 0; digit < hex.length; digit++) {
    const value = parseInt(hex.charAt(hex.length - 1 - digit), 16)
    for (let bit = 0; bit < 4; bit++) if ((value >> bit & 1) === 1) numbers.add(digit * 4 + bit)
  }
  return numbers
}

/** Each set is made when somebody asks for it: most units have to do with none of the full ones. */
class OwnPrivileges implements Privileges {
  private readonly words: ReadonlyArray<string>
  readonly noNewPrivileges: boolean

  constructor(words: ReadonlyArray<string>) {
    this.words = words
    this.noNewPrivileges = words[4] === "1"
  }

  private set(index: number): ReadonlySet<number> {
    return setOf(this.words[index] ?? "0")
  }

  get inheritable() {
    return this.set(0)
  }
  get permitted() {
    return this.set(1)
  }
  get bounding() {
    return this.set(2)
  }
  get ambient() {
    return this.set(3)
  }
  get groups() {
    return this.words.slice(5).map(Number)
  }
}

const parsePrivileges = (told: string | number): Privileges | undefined =>
  typeof told === "string" ? new OwnPrivileges(told.split(" ")) : undefined

/** Without `events` nobody is told of the clock. */
export const make = (binding: Binding, events?: Events): typeof System.Service => {
  // Asked for at each spawn, and nobody but us could change it.
  let privileges: Privileges | undefined
  let environment: ReadonlyMap<string, string> | undefined
  // One table, so that what is made from it can be kept.
  let systemCalls: SystemCallTable | undefined
  const clocks = new Set<() => void>()
  return {
    pid: Effect.sync(() => binding.own_pid()),
    identity: Effect.sync(() => ({ uid: binding.own_uid(), gid: binding.own_gid() })),
    privileges: Effect.sync(() => privileges ??= parsePrivileges(binding.own_privileges())),
    hostname: Effect.sync(() => String(binding.hostname())),
    kernel: Effect.sync(() => parseKernelName(binding.kernel_name())),
    landlock: Effect.sync(() => Math.max(0, binding.landlock_version())),
    systemCalls: Effect.sync(() => systemCalls ??= systemCallsOf(binding)),
    environment: Effect.sync(() => environment ??= parseEnvironment(binding.environment())),
    onClockSet: (handler) =>
      Effect.sync(() => {
        if (clocks.size === 0) {
          events?.onOther(EventKind.Clock, () => {
            for (const tell of [...clocks]) tell()
          })
          binding.clock_watch()
        }
        const own = () => handler()
        clocks.add(own)
        return { cancel: () => void clocks.delete(own) }
      }),
    print: (text) =>
      Effect.sync(() => {
        binding.print(1, text)
      }),
    printError: (text) =>
      Effect.sync(() => {
        binding.print(2, text)
      })
  }
}
