import { assert, describe, it } from "@effect/vitest"
import type { Rule } from "../../../src/supervisor/isolation/Rules.ts"
import * as Rules from "../../../src/supervisor/isolation/Rules.ts"
import { service } from "../Units.ts"

/** `/usr read-only`, `/tmp from /tmp/x`, `/dev devices ro`; a path that has to be there with a `!`. */
const show = (rule: Rule): string => {
  const path = rule.optional ? rule.path : `${rule.path}!`
  switch (rule._tag) {
    case "Access":
      return `${path} ${rule.access}`
    case "Exec":
      return `${path} ${rule.allowed ? "exec" : "noexec"}`
    case "Bind":
      return `${path} from ${rule.source}${rule.recursive ? "" : " alone"}${rule.readOnly ? " ro" : ""}`
    case "New":
      return `${path} ${rule.type}${rule.options.includes("ro") ? " ro" : ""}`
  }
}

const tmp = [{ source: "/tmp/x/tmp", path: "/tmp" }, { source: "/var/tmp/x/tmp", path: "/var/tmp" }]

const settled = (lines: string): ReadonlyArray<string> => {
  const { Service } = service(lines)
  return Rules.settle(Rules.of(Service, Service.PrivateTmp === "yes" ? tmp : [])).map(show)
}

const cases: ReadonlyArray<readonly [lines: string, ...wanted: ReadonlyArray<string>]> = [
  [""],
  ["ProtectSystem=no\nProtectHome=no\nPrivateTmp=no\nProtectControlGroups=no\nProtectProc=default\nProcSubset=all"],
  ["ProtectSystem=yes", "/boot read-only", "/efi read-only", "/usr read-only"],
  ["ProtectSystem=full", "/boot read-only", "/efi read-only", "/etc read-only", "/usr read-only"],
  [
    "ProtectSystem=strict\nStateDirectory=web\nReadWritePaths=-/srv",
    ...["/ read-only", "/dev writable", "/home writable", "/proc writable", "/root writable", "/run/user writable"],
    ...["/srv writable", "/sys writable", "/var/lib/web writable"]
  ],
  ["ProtectHome=yes", "/home hidden", "/root hidden", "/run/user hidden"],
  ["ProtectHome=read-only", "/home read-only", "/root read-only", "/run/user read-only"],
  ["ProtectHome=tmpfs", "/home tmpfs ro", "/root tmpfs ro", "/run/user tmpfs ro"],
  [
    "ReadOnlyPaths=/a -/b\nReadWritePaths=/a/w\nInaccessiblePaths=-/c",
    "/a! read-only",
    "/a/w! writable",
    "/b read-only",
    "/c hidden"
  ],
  ["NoExecPaths=/\nExecPaths=/usr -/opt", "/! noexec", "/opt exec", "/usr! exec"],
  [
    "BindPaths=/s:/d -/only\nBindReadOnlyPaths=/r:/q:norbind",
    "/d! from /s",
    "/only from /only",
    "/q! from /r alone ro"
  ],
  ["TemporaryFileSystem=/var:ro /cache", "/cache! tmpfs", "/var! tmpfs ro"],
  ["PrivateTmp=yes", "/tmp from /tmp/x/tmp alone", "/var/tmp from /var/tmp/x/tmp alone"],
  ["PrivateTmp=disconnected", "/tmp! tmpfs", "/var/tmp! tmpfs"],
  ["PrivateDevices=yes", "/dev! devices ro"],
  ["ProtectProc=invisible", "/proc! proc"],
  ["ProcSubset=pid", "/proc! proc"],
  ["ProtectKernelModules=yes", "/lib/modules hidden", "/usr/lib/modules hidden"],
  ["ProtectKernelLogs=yes", "/dev/kmsg hidden", "/proc/kmsg hidden"],
  ["ProtectControlGroups=yes", "/sys/fs/cgroup read-only"],
  // Of two rules about one path the stricter one counts.
  ["ReadWritePaths=/etc\nProtectSystem=full", "/boot read-only", "/efi read-only", "/etc read-only", "/usr read-only"],
  ["ReadWritePaths=/a\nReadOnlyPaths=/a\nInaccessiblePaths=/a", "/a! hidden"],
  ["ReadWritePaths=/home\nProtectHome=yes", "/home hidden", "/root hidden", "/run/user hidden"],
  ["NoExecPaths=/a\nExecPaths=/a", "/a! noexec"],
  // What is put in a place stays there, and may be read-only.
  ["BindPaths=/s:/d\nReadOnlyPaths=/d", "/d! from /s ro"],
  ["TemporaryFileSystem=/d\nReadOnlyPaths=/d", "/d! tmpfs ro"],
  ["BindPaths=/s:/d\nReadWritePaths=/d", "/d! from /s"],
  // A rule about programs is of another sort.
  ["ReadOnlyPaths=/a\nNoExecPaths=/a", "/a! read-only", "/a! noexec"],
  // Nothing below what is hidden.
  ["InaccessiblePaths=/a\nReadWritePaths=/a/b\nBindPaths=/s:/a/c\nExecPaths=/a /ab", "/a! hidden", "/ab! exec"]
]

describe("rules", () => {
  for (const [lines, ...wanted] of cases) {
    it(`of ${lines.replaceAll("\n", ", ") || "nothing"} are settled`, () => {
      assert.deepStrictEqual(settled(lines), wanted)
    })
  }

  it("of ProtectKernelTunables= stay stricter than what ProtectSystem= leaves writable", () => {
    const lines = settled("ProtectKernelTunables=yes\nProtectSystem=strict")
    for (
      const line of [
        "/sys read-only",
        "/proc writable",
        "/proc/sys read-only",
        "/proc/sysrq-trigger read-only",
        "/proc/kcore hidden"
      ]
    ) {
      assert.include(lines, line)
    }
    assert.include(lines, "/sys/fs/cgroup writable")
  })

  it("name what asks for them as it was written", () => {
    const all = Rules.of(service("ReadOnlyPaths=-/a\nBindPaths=/s:/d\nProtectSystem=yes\nNoExecPaths=/x").Service, [])
    assert.deepStrictEqual([...new Set(all.map(({ directive }) => directive))], [
      "BindPaths=/s:/d",
      "ReadOnlyPaths=/a",
      "NoExecPaths=/x",
      "ProtectSystem=yes"
    ])
  })
})
