/** `Files` over the native core. */
import * as Effect from "effect/Effect"
import type { Directory, FileKind, Files, FileStatus } from "../../kernel/Files.ts"
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
const [ENOENT, EEXIST] = [2, 17]
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

const toStatus = (numbers: string | number): FileStatus | undefined => {
  if (typeof numbers !== "string") return undefined
  const [kind = 0, mode = 0, size = 0, uid = 0, gid = 0, modified = 0, device = 0] = numbers.split(" ").map(Number)
  return { kind: kinds[kind] ?? "absent", mode, size, uid, gid, modified, device }
}

/** From below up, because most often all but the last are there. */
const makeDirectories = (binding: Binding, path: string, mode: number): number => {
  const made = binding.directory_make(path, mode)
  if (made === -EEXIST) return binding.file_kind(path, 1) === kinds.indexOf("directory") ? 0 : made
  const above = path.slice(0, path.lastIndexOf("/"))
  if (made !== -ENOENT || above === "") return made
  const result = makeDirectories(binding, above, mode)
  if (result < 0) return result
  const then = binding.directory_make(path, mode)
  // Somebody else may have been quicker.
  return then === -EEXIST ? 0 : then
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
  makeLink: (target, path) =>
    Effect.asVoid(Call.number(`make the link ${path}`, () => binding.link_make(target, path))),
  interpreter: (path) => Call.text(`look into ${path}`, () => binding.program_interpreter(path)),
  isMountPoint: (path) => Call.flag(`look for a mount at ${path}`, () => binding.mount_point(path)),
  isReadOnly: (path) => Call.flag(`look whether ${path} is read-only`, () => binding.read_only(path)),
  status: (path, follow) => Effect.sync(() => toStatus(binding.file_status(path, follow ? 1 : 0))),
  modified: (path) => Effect.sync(() => toStatus(binding.file_status(path, 1))?.modified),
  makeDirectory: (path, mode) =>
    Effect.asVoid(Call.number(`make the directory ${path}`, () => makeDirectories(binding, path, mode))),
  touch: (path, millis) => Effect.asVoid(Call.number(`touch ${path}`, () => binding.file_touch(path, millis))),
  remove: (path) => Effect.asVoid(Call.number(`remove ${path}`, () => binding.file_remove(path)))
})
