/**
 * Credentials, systemd.exec(5) `LoadCredential=` and its like: files in a directory of the unit's own that only its user
 * reads, named by `$CREDENTIALS_DIRECTORY`, gone when the unit is down.
 */
import * as Effect from "effect/Effect"
import { Files } from "../../kernel/Files.ts"
import type { Owner, Step } from "../../kernel/Step.ts"
import type { ServiceSection, UnitName } from "../../unit/Unit.ts"

const base = "/run/credentials"
/** Of all that is loaded for one unit, systemd.exec(5). */
const sizeLimit = 1024 * 1024
const exitCode = 243

/** Where credentials without a path are looked for: those PID 1 was given itself, and stores of the image. */
const stores = (own: ReadonlyMap<string, string>): ReadonlyArray<string> => {
  const given = own.get("CREDENTIALS_DIRECTORY")
  const usual = ["/etc/credstore", "/run/credstore", "/usr/local/lib/credstore", "/usr/lib/credstore"]
  return given === undefined || given === "" ? usual : [given, ...usual]
}

export const directoryOf = (unit: UnitName): string => `${base}/${unit}`

const keys = ["LoadCredential", "SetCredential", "ImportCredential"] as const

/** Whether the unit has any. */
export const areWanted = (section: ServiceSection): boolean => {
  for (const key of keys) if (section[key] !== undefined) return true
  return false
}

const bytesOf = (base64: string): Uint8Array => {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
  const bytes: Array<number> = []
  let bits = 0
  let count = 0
  for (const letter of base64) {
    const value = alphabet.indexOf(letter)
    if (value < 0) continue
    bits = (bits << 6 | value) & 0xfff
    count += 6
    if (count < 8) continue
    count -= 8
    bytes.push(bits >> count & 0xff)
  }
  return Uint8Array.from(bytes)
}

interface Source {
  readonly name: string
  readonly directive: string
  readonly from: string
}

const matches = (name: string, glob: string): boolean =>
  glob.endsWith("*") ? name.startsWith(glob.slice(0, -1)) : name === glob

/** Files of a directory, each as a credential `NAME_FILE`, and those of the directories in it. */
const filesBelow = (
  name: string,
  path: string,
  directive: string
): Effect.Effect<ReadonlyArray<Source>, never, Files> =>
  Effect.gen(function*() {
    const files = yield* Files
    const found = yield* Effect.option(files.scan(path))
    if (found._tag === "None") return []
    const list: Array<Source> = []
    for (const entry of found.value.names) {
      const inner = `${path}/${entry}`
      const as = `${name}_${entry}`
      if (found.value.folders.has(entry)) list.push(...(yield* filesBelow(as, inner, directive)))
      else list.push({ name: as, directive, from: inner })
    }
    return list
  })

/** Where `LoadCredential=` reads from; a name that no store has is nothing, unless somebody wrote a path. */
const loaded = (section: ServiceSection, own: ReadonlyMap<string, string>) =>
  Effect.gen(function*() {
    const files = yield* Files
    const list: Array<Source> = []
    for (const { name, source } of section.LoadCredential ?? []) {
      const directive = `LoadCredential=${name}:${source}`
      if (source.startsWith("/")) {
        const kind = yield* Effect.orElseSucceed(files.kind(source), () => "absent" as const)
        const status = kind === "link" ? yield* files.status(source, true) : undefined
        if (kind === "directory" || status?.kind === "directory") {
          list.push(...(yield* filesBelow(name, source, directive)))
        } else list.push({ name, directive, from: source })
        continue
      }
      for (const store of stores(own)) {
        if ((yield* files.status(`${store}/${source}`, true)) === undefined) continue
        list.push({ name, directive, from: `${store}/${source}` })
        break
      }
    }
    for (const { glob, rename } of section.ImportCredential ?? []) {
      for (const store of stores(own)) {
        for (const entry of yield* Effect.orElseSucceed(files.list(store), (): ReadonlyArray<string> => [])) {
          if (!matches(entry, glob)) continue
          const prefix = glob.endsWith("*") ? glob.slice(0, -1) : glob
          const name = rename === undefined ? entry : rename + entry.slice(prefix.length)
          list.push({ name, directive: `ImportCredential=${glob}`, from: `${store}/${entry}` })
        }
      }
    }
    return list
  })

/** Steps that write them; what was found first for a name counts, and what is set is there for want of that. */
export const steps = (
  unit: UnitName,
  section: ServiceSection,
  own: ReadonlyMap<string, string>,
  owner: Owner,
  isRoot: boolean
): Effect.Effect<ReadonlyArray<Step>, never, Files> =>
  Effect.gen(function*() {
    const directory = directoryOf(unit)
    const wanted = keys.filter((key) => section[key] !== undefined).map((key) => `${key}=`).join(" ")
    // Others list none of it. Its user could make it writable, and would harm nobody but itself.
    const make = (path: string, mode: number, who: Owner, leaveExisting: boolean): Step => ({
      action: { _tag: "MakeDirectory", path, mode, owner: who, ownerBelow: false, leaveExisting },
      directive: `${wanted} in ${path}`,
      exitCode,
      leniency: "fail"
    })
    const nobody: Owner = { uid: -1, gid: -1 }
    const list: Array<Step> = [make(base, 0o755, nobody, true), make(directory, isRoot ? 0o500 : 0o700, owner, false)]
    const set = new Map((section.SetCredential ?? []).map(({ base64, name }) => [name, base64]))
    const done = new Set<string>()
    for (const { directive, from, name } of yield* loaded(section, own)) {
      if (done.has(name)) continue
      const files = yield* Files
      const isThere = (yield* files.status(from, true)) !== undefined
      if (!isThere && set.has(name)) continue
      done.add(name)
      const action = {
        _tag: "CopyFile",
        from,
        path: `${directory}/${name}`,
        mode: 0o400,
        owner,
        limit: sizeLimit
      } as const
      list.push({ action, directive, exitCode, leniency: "fail" })
    }
    for (const [name, base64] of set) {
      if (done.has(name)) continue
      const action = {
        _tag: "MakeFile",
        path: `${directory}/${name}`,
        mode: 0o400,
        owner,
        bytes: bytesOf(base64)
      } as const
      list.push({ action, directive: `SetCredential=${name}`, exitCode, leniency: "fail" })
    }
    return list
  })
