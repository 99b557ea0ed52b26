import { assert, describe } from "vitest"
import { find } from "../../support/Isolated.ts"
import { eachKind, privileged } from "../../support/Kinds.ts"

describe("the paths of a service", () => {
  eachKind("are read-only, writable, hidden or not to be run from, as it is written", async (place) => {
    const { of, quiet } = await find(
      place,
      {
        yes: {
          service: "ProtectSystem=yes",
          finds: ["try-create /usr/yes: EROFS", "try-create /etc/yes: ok", "try-create /opt/yes: ok"]
        },
        full: {
          service: "ProtectSystem=full",
          finds: ["try-create /bin/full: EROFS", "try-create /etc/full: EROFS", "try-create /opt/full: ok"]
        },
        strict: {
          service: "ProtectSystem=strict\nStateDirectory=strict\nRuntimeDirectory=strict\nReadWritePaths=/srv -/gone",
          finds: [
            ...["/etc", "/opt", "/mnt", "/tmp", "/run", "/var/lib"].map((path) =>
              `try-create ${path}/strict-file: EROFS`
            ),
            ...["/var/lib/strict", "/run/strict", "/srv", "/home", "/dev/shm"].map((path) =>
              `try-create ${path}/file: ok`
            ),
            "try-write /dev/null: ok"
          ]
        },
        hidden: {
          service: "ProtectHome=yes\nInaccessiblePaths=/etc/passwd /opt -/gone /bin/su",
          finds: [
            ...["list /root:", "list /home:", "list /opt:"],
            ...["stat /etc/passwd: file 0000 0 0", "cat /etc/passwd: ", "try-write /etc/passwd: EROFS"],
            "stat /usr/bin/su: file 0000 0 0"
          ]
        },
        locked: {
          service: "ProtectHome=yes\nInaccessiblePaths=/etc/passwd /opt\nUser=4242",
          finds: [
            "list /root: EACCES",
            "list /opt: EACCES",
            "try-read /etc/passwd: EACCES",
            "try-write /etc/passwd: EACCES"
          ]
        },
        home: { service: "ProtectHome=read-only", finds: ["try-create /root/home: EROFS", "try-create /etc/home: ok"] },
        empty: { service: "ProtectHome=tmpfs", finds: ["list /root:", "list /home:", "try-create /root/empty: EROFS"] },
        nested: {
          service:
            "ReadOnlyPaths=/var\nReadWritePaths=/var/cache\nReadOnlyPaths=/var/cache/apt\nInaccessiblePaths=/var/lib/dpkg",
          finds: [
            ...[
              "try-create /var/nested: EROFS",
              "try-create /var/cache/nested: ok",
              "try-create /var/cache/apt/nested: EROFS"
            ],
            ...["try-create /var/lib/nested: EROFS", "list /var/lib/dpkg:"]
          ]
        },
        run: {
          service: "NoExecPaths=/\nExecPaths=/mnt /usr\nPrivateTmp=yes\nExecStartPre=/bin/cp /mnt/inside /tmp/program",
          finds: ["try-exec /usr/bin/true: ok", "try-exec /tmp/program: EACCES", "try-exec /mnt/service: ok"]
        }
      },
      {},
      {
        // Neither with + is anything taken away, nor is with ! anything but the user another one.
        commands: {
          service: "ProtectSystem=strict\nUser=4242\nExecStartPre=+/mnt/inside try-create /etc/plus stat /etc/plus\n" +
            "ExecStartPre=!/mnt/inside try-create /etc/bang try-create /home/bang stat /home/bang",
          verbs: "try-create /home/self try-create /etc/self"
        }
      }
    )
    assert.deepStrictEqual(of("commands").answers, [
      ...["try-create /etc/plus: ok", "stat /etc/plus: file 0644 0 0"],
      ...["try-create /etc/bang: EROFS", "try-create /home/bang: ok", "stat /home/bang: file 0644 0 0"],
      ...["try-create /home/self: EACCES", "try-create /etc/self: EROFS"]
    ])
    quiet("yes", "full", "strict", "hidden", "locked", "home", "empty", "nested", "run")
  }, [privileged])

  eachKind("have to be there, unless there is a - ahead", async (place) => {
    const missing = {
      read: ["ReadOnlyPaths=/gone/a", "ReadOnlyPaths=/gone/a"],
      write: ["ReadWritePaths=/gone/b", "ReadWritePaths=/gone/b"],
      hide: ["InaccessiblePaths=/gone/c", "InaccessiblePaths=/gone/c"],
      bind: ["BindPaths=/gone/d:/opt", "BindPaths=/gone/d:/opt"],
      exec: ["ExecPaths=/gone/e", "ExecPaths=/gone/e"],
      none: ["NoExecPaths=/gone/f", "NoExecPaths=/gone/f"]
    } as const
    const all = Object.fromEntries(Object.entries(missing).map(([name, [line]]) => [name, line]))
    const { failed, quiet } = await find(
      place,
      {
        fine: {
          service: Object.values(missing).map(([line]) => line.replace("=", "=-")).join("\n"),
          finds: ["try-create /opt/fine: ok"]
        }
      },
      {},
      all
    )
    for (const [name, [, directive]] of Object.entries(missing)) {
      failed(name, new RegExp(`${name}\\.service: cannot apply ${directive}: .*\\(ENOENT\\)`))
      failed(name, new RegExp(`${name}\\.service: exited with code 226`))
    }
    quiet("fine")
  }, [privileged])
})
