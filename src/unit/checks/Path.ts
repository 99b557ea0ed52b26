/**
 * The rules that the directives of one path unit keep together, systemd.path(5).
 *
 * @since 0.1.0
 */
import { Code } from "../Code.ts"
import type { Path } from "../Unit.ts"
import type { Checked } from "./Finding.ts"
import { finding, report } from "./Finding.ts"

export const check = (checked: Checked<Path>): void => {
  const { diagnostics, unit } = checked
  const { DirectoryMode, MakeDirectory, Watches = [] } = unit.Path
  if (Watches.length === 0) {
    const file = { file: unit.file, line: 0, column: 0 }
    const message = "there is none, nor any other path to watch"
    diagnostics.push(finding("error", Code.NoWatch, file, "Path", "PathExists", message))
    return
  }
  const makes = Watches.some(({ type }) => type !== "PathExists" && type !== "PathExistsGlob")
  if (MakeDirectory === true && !makes) {
    idle(checked, "MakeDirectory", "a path that has to exist is not made")
  } else if (DirectoryMode !== undefined && MakeDirectory !== true) {
    idle(checked, "DirectoryMode", "there is no MakeDirectory=yes")
  }
}

const idle = (checked: Checked<Path>, key: string, why: string): void =>
  report(checked, "note", Code.NoEffect, "Path", key, `this has no effect: ${why}`)
