/**
 * What PID 1 itself is, by /proc/self/status of proc(5): what its services must not have unasked, and what it can give.
 * It does not change while we run, so it is read once.
 */
import * as Effect from "effect/Effect"
import { Files } from "../../kernel/Files.ts"
import * as Vocabulary from "../../unit/grammar/Vocabulary.ts"

export interface Own {
  readonly groups: ReadonlyArray<number>
  /** Capabilities by number. */
  readonly inheritable: ReadonlySet<number>
  readonly permitted: ReadonlySet<number>
  readonly bounding: ReadonlySet<number>
  readonly ambient: ReadonlySet<number>
  readonly noNewPrivileges: boolean
}

const sizeLimit = 65536
const nobody: ReadonlySet<number> = new Set()

/** A mask as the kernel writes it, sixteen hexadecimal digits. */
const setOf = (hex: string): ReadonlySet<number> => {
  if (/^0*$/.test(hex)) return nobody
  const numbers = new Set<number>()
  for (let digit = 0; digit < hex.length; digit++) {
    const value = parseInt(hex.charAt(hex.length - 1 - digit), 16)
    for (let bit = 0; bit < 4; bit++) if ((value >> bit & 1) === 1) numbers.add(digit * 4 + bit)
  }
  return numbers
}

/** From the text of /proc/self/status. */
export const parse = (status: string): Own => {
  const field = (name: string): string => {
    const at = status.indexOf(`\n${name}:`)
    if (at < 0) return ""
    const end = status.indexOf("\n", at + 1)
    return status.slice(at + name.length + 2, end < 0 ? undefined : end).trim()
  }
  return {
    groups: field("Groups").split(" ").filter((one) => one !== "").map(Number),
    inheritable: setOf(field("CapInh")),
    permitted: setOf(field("CapPrm")),
    bounding: setOf(field("CapBnd")),
    ambient: setOf(field("CapAmb")),
    noNewPrivileges: field("NoNewPrivs") === "1"
  }
}

/** Without /proc it cannot be told: then nothing is taken away, and what is asked for is tried. */
const unknown = (isRoot: boolean): Own => {
  const all = new Set(Vocabulary.split(Vocabulary.capabilities).keys())
  const some = isRoot ? all : nobody
  return { groups: [], inheritable: nobody, permitted: some, bounding: all, ambient: nobody, noNewPrivileges: false }
}

const known = new WeakMap<typeof Files.Service, Own>()

export const read = (isRoot: boolean): Effect.Effect<Own, never, Files> =>
  Effect.flatMap(Files, (files) => {
    const before = known.get(files)
    if (before !== undefined) return Effect.succeed(before)
    return Effect.map(
      Effect.match(files.read("/proc/self/status", sizeLimit), { onSuccess: parse, onFailure: () => unknown(isRoot) }),
      (own) => {
        known.set(files, own)
        return own
      }
    )
  })
