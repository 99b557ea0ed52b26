import { assert, describe, it } from "@effect/vitest"
import { broken } from "./Rules.ts"

const table = (
  name: string,
  section: string,
  cases: ReadonlyArray<readonly [lines: string, ...wanted: ReadonlyArray<string>]>
) => {
  for (const [lines, ...wanted] of cases) {
    it(`say ${wanted.join(", ") || "nothing"} of ${JSON.stringify(lines)}`, () => {
      assert.deepStrictEqual(broken(name, `[${section}]\n${lines}\n`), wanted)
    })
  }
}

describe("the rules of a timer", () => {
  table("a.timer", "Timer", [
    ["OnCalendar=daily"],
    ["OnBootSec=5"],
    ["OnClockChange=yes"],
    ["OnTimezoneChange=yes"],
    ["", "error CI0431 OnCalendar a.timer:0"],
    ["OnClockChange=no", "error CI0431 OnCalendar a.timer:0"],
    ["OnCalendar=daily\nOnCalendar=", "error CI0431 OnCalendar a.timer:0"],
    ["OnUnitActiveSec=5\nOnUnitInactiveSec=6", "note CI0432 OnUnitActiveSec a.timer:2"],
    ["OnUnitActiveSec=5\nOnActiveSec=1"],
    ["OnUnitActiveSec=5\nOnCalendar=daily"],
    ["OnUnitActiveSec=5\nOnClockChange=yes"],
    ["OnCalendar=*-02-30", "warning CI0433 OnCalendar a.timer:2"],
    ["OnCalendar=*-02-29"],
    ["OnCalendar=daily\nPersistent=yes"],
    ["OnBootSec=5\nPersistent=yes", "note CI0407 Persistent a.timer:3"],
    ["OnBootSec=5\nPersistent=no"],
    ["OnBootSec=5\nFixedRandomDelay=yes", "note CI0407 FixedRandomDelay a.timer:3"],
    ["OnBootSec=5\nFixedRandomDelay=yes\nRandomizedDelaySec=5"]
  ])
})

describe("the rules of a path unit", () => {
  table("a.path", "Path", [
    ["PathExists=/run/a"],
    ["", "error CI0441 PathExists a.path:0"],
    ["PathChanged=/run/a\nPathChanged=", "error CI0441 PathExists a.path:0"],
    ["DirectoryNotEmpty=/run/a\nMakeDirectory=yes\nDirectoryMode=0700"],
    ["PathExists=/run/a\nMakeDirectory=yes", "note CI0407 MakeDirectory a.path:3"],
    ["PathExistsGlob=/run/*\nMakeDirectory=yes", "note CI0407 MakeDirectory a.path:3"],
    ["PathChanged=/run/a\nDirectoryMode=0700", "note CI0407 DirectoryMode a.path:3"]
  ])
})
