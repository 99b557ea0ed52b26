/**
 * A file of a unit directory as the overlay takes it: read by somebody else, wherever it was.
 *
 * @since 0.1.0
 */
import type { Diagnostic } from "./Diagnostic.ts"

export interface SourceFile {
  /** The path in its directory: `web.service`, `web.service.d/log.conf`, `multi-user.target.wants/web.service`. */
  readonly name: string
  /** The file's full path. */
  readonly file: string
  /** `undefined` for a link to `/dev/null`, which masks as an empty file does, and for what could not be read. */
  readonly text: string | undefined
  /** Of a symbolic link what it says. Its `text` may be left out where it leads to another unit of the set. */
  readonly link?: string | undefined
  /** What is wrong with the file as a whole; it counts only if the file does. */
  readonly fault?: Diagnostic | undefined
}
