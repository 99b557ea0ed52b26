/** `Files` over the native core. */
import * as Effect from "effect/Effect"
import type { FileKind, Files } from "../../kernel/Files.ts"
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
const createAndTruncate = 3

export const make = (binding: Binding): typeof Files.Service => ({
  read: (path, limit) => Call.text(`read ${path}`, () => binding.file_read(path, limit)),
  write: (path, text) =>
    Effect.asVoid(Call.number(`write ${path}`, () => binding.file_write(path, text, 0o644, createAndTruncate))),
  list: (path) => Effect.map(Call.text(`list ${path}`, () => binding.directory_read(path)), Call.entries),
  kind: (path) =>
    Effect.map(Call.number(`look at ${path}`, () => binding.file_kind(path, 0)), (kind) => kinds[kind] ?? "absent"),
  readLink: (path) => Call.text(`read the link ${path}`, () => binding.link_read(path))
})
