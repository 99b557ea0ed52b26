/** Tests of paths, systemd.unit(5) `ConditionPathExists=` and those that follow it. */
import * as Effect from "effect/Effect"
import type { FileKind } from "../../kernel/Files.ts"
import { Files } from "../../kernel/Files.ts"
import type { KernelError } from "../../kernel/KernelError.ts"
import * as Glob from "../Glob.ts"
import type { Ask } from "./Facts.ts"
import { isThere, lineOf } from "./Facts.ts"

export const pathExists: Ask = isThere

const isKind = (kind: FileKind, follow: boolean): Ask => (path) =>
  Effect.flatMap(Files, (files) => Effect.map(files.status(path, follow), (status) => status?.kind === kind))

export const pathIsDirectory: Ask = isKind("directory", true)
export const pathIsSymbolicLink: Ask = isKind("link", false)
export const pathIsSocket: Ask = isKind("socket", true)

/** What is not there is no mount point. */
export const pathIsMountPoint: Ask = (path) =>
  Effect.flatMap(Files, (files) => Effect.orElseSucceed(files.isMountPoint(path), () => false))

/** As in systemd, what cannot be looked at counts as writable, unless there is nothing. */
export const pathIsReadWrite: Ask = (path) =>
  Effect.flatMap(Files, (files) =>
    Effect.match(files.isReadOnly(path), {
      onSuccess: (readOnly) => !readOnly,
      onFailure: ({ errno }) => errno !== 2
    }))

/** Devices on devices on devices: so far down encryption is looked for. */
const mostLayers = 10

/** Whether a block device of /sys is one that dm-crypt makes, or lies on nothing but such ones. */
const isCrypt = (folder: string, layers: number): Effect.Effect<boolean, KernelError, Files> =>
  Effect.gen(function*() {
    const name = yield* lineOf(`${folder}/dm/uuid`)
    if (name?.startsWith("CRYPT-") === true) return true
    if (layers === 0) return false
    const below = yield* Effect.orElseSucceed((yield* Files).list(`${folder}/slaves`), () => [])
    for (const one of below) if (!(yield* isCrypt(`${folder}/slaves/${one}`, layers - 1))) return false
    return below.length > 0
  })

/** The layers of an image lie on no device that could be seen: they are not encrypted, as for systemd. A volume may be. */
export const pathIsEncrypted: Ask = (path) =>
  Effect.gen(function*() {
    const device = (yield* (yield* Files).status(path, true))?.device ?? 0
    const { major, minor } = numbersOf(device)
    return major !== 0 && (yield* isCrypt(`/sys/dev/block/${major}:${minor}`, mostLayers))
  })

/** makedev(3) backwards. The number may have more bits than those that JavaScript shifts. */
const numbersOf = (device: number): { readonly major: number; readonly minor: number } => {
  const [high, low] = [Math.floor(device / 2 ** 32), device % 2 ** 32]
  return {
    major: Math.floor(high / 2 ** 12) * 2 ** 12 + (Math.floor(low / 2 ** 8) % 2 ** 12),
    minor: (high % 2 ** 12 * 2 ** 20) + Math.floor(low / 2 ** 20) * 2 ** 8 + (low % 2 ** 8)
  }
}

export const fileNotEmpty: Ask = (path) =>
  Effect.flatMap(
    Files,
    (files) => Effect.map(files.status(path, true), (status) => status?.kind === "file" && status.size > 0)
  )

/** Whether anybody may execute it. */
export const fileIsExecutable: Ask = (path) =>
  Effect.flatMap(
    Files,
    (files) => Effect.map(files.status(path, true), (status) => status?.kind === "file" && (status.mode & 0o111) !== 0)
  )

/** Names that make no directory full: hidden ones, and what editors, file systems and package managers leave behind. */
const leftover =
  "rpmnew rpmsave rpmorig dpkg-old dpkg-new dpkg-tmp dpkg-dist dpkg-bak dpkg-backup dpkg-remove ucf-new ucf-old " +
  "ucf-dist swp bak old new"
const ofFileSystems = ["lost+found", "aquota.user", "aquota.group"]

const holdsSomething = (names: ReadonlyArray<string>): boolean => {
  const endings = leftover.split(" ")
  return names.some((name) => {
    if (name.startsWith(".") || name.endsWith("~") || ofFileSystems.includes(name)) return false
    const dot = name.lastIndexOf(".")
    return dot < 0 || !endings.includes(name.slice(dot + 1))
  })
}

/** As in systemd, a directory that may not be read counts as not empty. */
export const directoryNotEmpty: Ask = (path) =>
  Effect.flatMap(Files, (files) =>
    Effect.match(files.list(path), {
      onSuccess: holdsSomething,
      onFailure: ({ errno }) => errno !== 2 && errno !== 20
    }))

/** So many patterns may come of one with braces. */
const mostPatterns = 1_000

/** The pattern for each choice of what its braces list, as glob(3) with GLOB_BRACE; `undefined`: too many. */
export const choices = (pattern: string): ReadonlyArray<string> | undefined => {
  const done: Array<string> = []
  const open = [pattern]
  while (open.length > 0) {
    const next = open.pop() ?? ""
    const pieces = split(next)
    if (pieces === undefined) done.push(next)
    else for (let index = pieces.length - 1; index >= 0; index--) open.push(pieces[index] ?? "")
    if (done.length + open.length > mostPatterns) return undefined
  }
  return done
}

/** One pattern for each choice of the first pair of braces; `undefined` where there is none. */
const split = (pattern: string): ReadonlyArray<string> | undefined => {
  for (let start = pattern.indexOf("{"); start >= 0; start = pattern.indexOf("{", start + 1)) {
    const commas = [start]
    let depth = 0
    for (let at = start; at < pattern.length; at++) {
      const character = pattern.charAt(at)
      if (character === "{") depth++
      else if (character === "," && depth === 1) commas.push(at)
      else if (character === "}" && --depth === 0) {
        if (at === start + 1) break
        const [before, after] = [pattern.slice(0, start), pattern.slice(at + 1)]
        commas.push(at)
        return commas.slice(1).map((end, index) => before + pattern.slice((commas[index] ?? 0) + 1, end) + after)
      }
    }
  }
  return undefined
}

export const pathExistsGlob: Ask = (pattern) =>
  Effect.gen(function*() {
    const patterns = choices(pattern)
    if (patterns === undefined) return `its braces stand for more than ${mostPatterns} patterns`
    for (const one of patterns) {
      const found = yield* Glob.expand(one)
      if (found.length > 0) return true
    }
    return false
  })
