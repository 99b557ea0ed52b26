/** A container that conditions are tried in, and what a test may have otherwise. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Files } from "../../../src/kernel/Files.ts"
import { System } from "../../../src/kernel/System.ts"
import * as Conditions from "../../../src/supervisor/Conditions.ts"
import type { Test } from "../../../src/unit/directives/Test.ts"
import type { Condition } from "../../../src/unit/Unit.ts"
import type { MountTable, Node, Tree } from "../FilesTest.ts"
import * as FilesTest from "../FilesTest.ts"
import * as SystemTest from "../kernel/SystemTest.ts"

/** What a test sees, where it is not as in most containers. */
export interface World {
  readonly files?: Tree
  readonly mounts?: MountTable
  readonly environment?: Readonly<Record<string, string>>
  readonly identity?: { readonly uid: number; readonly gid: number }
  readonly system?: Partial<typeof System.Service>
}

const status = [
  ...[
    "Name:\tinit",
    "Groups:\t4 27 1001 ",
    "CapBnd:\t00000100a80425fb",
    "Cpus_allowed:\t1f",
    "Cpus_allowed_list:\t0-3,8"
  ]
].join("\n")

export const gone: Node = { kind: "absent" }

const container: Tree = {
  "/etc/passwd": "root:x:0:0::/root:/bin/sh\nalice:x:1500:1500::/:/bin/sh\ndaemon:x:2:2::/:\n",
  "/etc/group": "root:x:0:\nstaff:x:1001:\nalice:x:1500:\nadm:x:4:\nother:x:77:\n",
  "/etc/machine-id": "0123456789abcdef0123456789abcdef\n",
  "/etc/machine-info": "TAGS=berlin:web-1\n",
  "/etc/os-release": "ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=\"Debian GNU/Linux 12\"\n",
  "/proc/self/status": status,
  "/proc/self/uid_map": "         0          0 4294967295\n",
  "/proc/self/gid_map": "         0          0 4294967295\n",
  "/proc/self/setgroups": "allow\n",
  "/proc/self/cgroup": "0::/a/b\n",
  "/proc/1/cmdline": "/init\0--quiet\0debug=yes\0two words\0",
  "/proc/meminfo": "MemTotal:        2097152 kB\nMemFree: 1 kB\n",
  "/proc/cpuinfo": "processor : 0\nflags\t\t: fpu sse2 pclmulqdq xsave avx512f\n",
  "/proc/pressure/memory":
    "some avg10=9.00 avg60=8.00 avg300=7.00 total=1\nfull avg10=3.00 avg60=2.00 avg300=1.50 total=1\n",
  "/proc/pressure/cpu": "some avg10=3.00 avg60=2.00 avg300=1.00 total=1\n",
  "/sys/fs/cgroup/cgroup.controllers": "cpu io memory pids\n",
  "/sys/fs/cgroup/memory.max": "max\n",
  "/sys/module/fuse/initstate": "live\n",
  "/sys/module/nf_tables/initstate": "coming\n",
  "/sys/module/ext4": { kind: "directory" },
  "/data/file": "text",
  "/data/empty": "",
  "/data/program": { runs: "" },
  "/data/any": { text: "x", status: { mode: 0o001 } },
  "/data/socket": { kind: "socket" },
  "/data/link": { link: "file" },
  "/data/dangling": { link: "gone" },
  "/data/folder/a.conf": "",
  "/data/to-folder": { link: "folder" },
  "/data/void": { kind: "directory" },
  "/data/leftovers/.hidden": "",
  "/data/leftovers/old.bak": "",
  "/data/leftovers/lost+found": { kind: "directory" },
  "/data/secret": { errno: 13 },
  "/volume/a": "",
  "/etc/.updated": { text: "", status: { modified: 1_000 } },
  "/var/.updated": { text: "", status: { modified: 3_000 } },
  "/usr": { kind: "directory" }
}

/** The files of a container with some changed; what is `gone` is not there any more. */
const treeOf = (files: Tree = {}): Tree =>
  Object.fromEntries(Object.entries({ ...container, ...files }).filter(([, node]) => node !== gone))

const layer = (world: World) => {
  const { environment = { SET: "to this", EMPTY: "", container: "docker" }, files, identity, mounts, system } = world
  const script = { environment, ...(identity === undefined ? {} : { identity }) }
  return Layer.merge(
    Layer.succeed(Files, FilesTest.make(treeOf(files), { "/volume": "read-only", ...mounts })),
    Layer.succeed(System, { ...SystemTest.make(script).port, ...system })
  )
}

/** What is told apart from the world of most containers. */
export const nameOf = ({ environment, files, identity, mounts, system }: World): string =>
  [
    ...Object.entries(environment ?? {}).map(([name, value]) => `${name}=${value}`),
    ...(identity === undefined ? [] : [`uid ${identity.uid}`]),
    ...Object.keys(files ?? {}),
    ...Object.entries(mounts ?? {}).map(([path, state]) => `${path} ${state}`),
    ...Object.keys(system ?? {})
  ].join(", ") || "no variables"

const at = { file: "a.service", line: 1, column: 1 }

export const condition = (text: string): Condition => {
  const equals = text.indexOf("=")
  const [, trigger = "", negate = "", parameter = ""] = /^(\|?)(!?)(.*)$/s.exec(text.slice(equals + 1)) ?? []
  return { test: text.slice(0, equals) as Test, trigger: trigger !== "", negate: negate !== "", parameter, at }
}

export const evaluate = (texts: ReadonlyArray<string>, world: World = {}) =>
  Effect.provide(Conditions.evaluate(texts.map(condition)), layer(world))
