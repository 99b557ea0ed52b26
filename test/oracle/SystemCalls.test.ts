/** Groups of system calls, as `systemd-analyze syscall-filter` lists them. */
import { assert, it } from "@effect/vitest"
import * as Groups from "../../src/supervisor/seccomp/Groups.ts"
import * as Vocabulary from "../../src/unit/grammar/Vocabulary.ts"
import { ask, describeOracle } from "./Tool.ts"

/** Members by group, groups among them, in the tool's order. */
const listed = (text: string): ReadonlyMap<string, ReadonlyArray<string>> => {
  const groups = new Map<string, Array<string>>()
  let members: Array<string> = []
  for (const line of text.split("\n")) {
    if (line.startsWith("@")) groups.set(line, members = [])
    else if (/^ +[@\w]/.test(line)) members.push(line.trim())
  }
  return groups
}

/** Calls that are younger than systemd 252. */
const younger =
  "cachestat file_getattr file_setattr getxattrat listmount listxattrat lsm_get_self_attr lsm_list_modules " +
  "lsm_set_self_attr mseal open_tree_attr removexattrat setxattrat statmount uprobe"
/** Calls of other groups that it forgot in @known. */
const forgotten = "nfsservctl set_tls uretprobe"

const minus = (all: Iterable<string>, others: ReadonlySet<string>): ReadonlyArray<string> =>
  [...all].filter((name) => !others.has(name)).sort()

describeOracle("Groups of system calls", () => {
  const groups = listed(ask("systemd-analyze", ["syscall-filter", "--no-pager"]).out)
  const callsOf = (group: string): ReadonlySet<string> =>
    new Set((groups.get(group) ?? []).flatMap((name) => name.startsWith("@") ? [...callsOf(name)] : [name]))

  it("are those that it has, and one that is younger", () => {
    assert.deepStrictEqual(
      minus(Vocabulary.split(Vocabulary.systemCallGroups), new Set(groups.keys())),
      ["@sandbox"]
    )
    assert.deepStrictEqual(minus(groups.keys(), new Set(Vocabulary.split(Vocabulary.systemCallGroups))), [])
  })

  for (const group of groups.keys()) {
    it(`have the same calls: ${group}`, () => {
      const more = group === "@known" ? `${younger} ${forgotten}`.split(" ").sort() : []
      assert.deepStrictEqual(minus(Groups.callsOf(group), callsOf(group)), more)
      assert.deepStrictEqual(minus(callsOf(group), Groups.callsOf(group)), [])
    })
  }
})
