/**
 * The rules that the directives of one path unit keep together, systemd.path(5).
 *
 * @since 0.1.0
 */
import { Code } from "../Code.ts"
import type { Path } from "../Unit.ts"
import type { Checked } from "./Finding.ts"
import { report, reportNone } from "./Finding.ts"

export const check = (checked: Checked<Path>): void => {
  const { DirectoryMode, MakeDirectory, Watches = [] } = checked.unit.Path
  if (Watches.length === 0) {
    const message = "there is none, nor any other path to watch"
    reportNone(checked, Code.NoWatch, "Path", "Watches", "PathExists", message)
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
