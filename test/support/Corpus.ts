/** The unit files of real packages that lie beside the project, where they do: a public clone has none. */
import { existsSync, readdirSync } from "node:fs"
import { basename, join } from "node:path"
import { fileURLToPath } from "node:url"

/** Their directory, with one folder a package. */
export const corpus = fileURLToPath(new URL("../../../shared/corpus/units", import.meta.url))

export interface CorpusFile {
  /** The file's own name. */
  readonly name: string
  readonly path: string
}

const walk = (folder: string): ReadonlyArray<CorpusFile> =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? walk(path) : [{ name: basename(path), path }]
  })

/** None where there is no corpus. */
export const corpusFiles: ReadonlyArray<CorpusFile> = existsSync(corpus) ? walk(corpus) : []
