/** Where things lie on this machine. Every run of the tests has a scratch directory of its own below build/test. */
import { mkdirSync } from "node:fs"
import { fileURLToPath } from "node:url"

/** The repository. */
export const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "")
export const programs = `${root}/build/programs`
export const fixtures = `${root}/fixtures`
const scratch = `${root}/build/test`

let made = 0

/** A new empty directory. */
export const makeScratch = (): string => {
  const directory = `${scratch}/${process.pid}-${++made}`
  mkdirSync(directory, { recursive: true, mode: 0o755 })
  return directory
}
