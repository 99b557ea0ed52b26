/** `Files` over the native core. */
import * as Effect from "effect/Effect"
import type { Directory, FileKind, Files } from "../../kernel/Files.ts"
import { KernelError } from "../../kernel/KernelError.ts"
import type { Binding } from "../Binding.ts"
import * as Call from "../Call.ts"

/** By the numbers of `file_kind`. */
const kinds: ReadonlyArray<FileKind> = [
  "absent",
  "file",
  "directory",
  "link",
  "socket",
  "fifo",
  "character-device",
  "block-device"
]
const unsupported = (operation: string) => new KernelError({ operation, errno: 38 })
const createAndTruncate = 3

/** Two digits a byte. */
const fromHex = (digits: string): Uint8Array => {
  const bytes = new Uint8Array(digits.length / 2)
  for (let at = 0; at < bytes.length; at++) bytes[at] = parseInt(digits.slice(at * 2, at * 2 + 2), 16)
  return bytes
}

/** Takes the marks off the names. Most directories have none. */
const toDirectory = (joined: string): Directory => {
  const links = new Set<string>()
  const folders = new Set<string>()
  const names = Call.entries(joined)
  if (!joined.includes("/")) return { names, links, folders }
  const plain = names.map((entry) => {
    const mark = entry.indexOf("/")
    if (mark < 0) return entry
    const name = entry.slice(0, mark)
    if (mark + 1 === entry.length) folders.add(name)
    else links.add(name)
    return name
  })
  return { names: plain, links, folders }
}

export const make = (binding: Binding): typeof Files.Service => ({
  read: (path, limit) => Call.text(`read ${path}`, () => binding.file_read(path, limit)),
  readBytes: (path, limit) => Effect.map(Call.text(`read ${path}`, () => binding.file_read_hex(path, limit)), fromHex),
  readAll: (paths, limit) =>
    Effect.sync(() =>
      paths.map((path) => {
        const result = binding.file_read(path, limit)
        return typeof result === "string" ? result : Call.failure(`read ${path}`, result)
      })
    ),
  write: (path, text) =>
    Effect.asVoid(Call.number(`write ${path}`, () => binding.file_write(path, text, 0o644, createAndTruncate))),
  list: (path) => Effect.map(Call.text(`list ${path}`, () => binding.directory_read(path, 0)), Call.entries),
  scan: (path) => Effect.map(Call.text(`list ${path}`, () => binding.directory_read(path, 1)), toDirectory),
  kind: (path) =>
    Effect.map(Call.number(`look at ${path}`, () => binding.file_kind(path, 0)), (kind) => kinds[kind] ?? "absent"),
  readLink: (path) => Call.text(`read the link ${path}`, () => binding.link_read(path)),
  interpreter: (path) => Call.text(`look into ${path}`, () => binding.program_interpreter(path)),
  status: () => Effect.succeed(undefined),
  modified: () => Effect.succeed(undefined),
  isMountPoint: (path) => Call.flag(`look for a mount at ${path}`, () => binding.mount_point(path)),
  isReadOnly: (path) => Call.flag(`look whether ${path} is read-only`, () => binding.read_only(path)),
  makeDirectory: (path, mode) =>
    Effect.asVoid(Call.number(`make the directory ${path}`, () => binding.directory_make(path, mode))),
  touch: (path) => unsupported(`touch ${path}`),
  remove: (path) => Effect.asVoid(Call.number(`remove ${path}`, () => binding.file_remove(path)))
})
