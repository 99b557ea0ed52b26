import { assert, describe } from "vitest"
import { executable } from "../../support/Engine.ts"
import { find } from "../../support/Isolated.ts"
import type { Kind } from "../../support/Kinds.ts"
import { bare, eachKind, nobody, plain, privileged } from "../../support/Kinds.ts"

/** What is decided is the same for both engines; that it is done has been seen for both. */
const once = (...kinds: ReadonlyArray<Kind>) => kinds.map((kind) => ({ ...kind, engines: [executable] }))

const noMounts = "no mount namespaces here: operation not permitted \\(EPERM\\)"

describe("isolation where there are no namespaces", () => {
  eachKind("is done by Landlock, as far as it goes, for those that gain no privileges", async (place) => {
    const denied = place.uid === 0 ? "EACCES" : "EROFS"
    const { of, quiet, warned } = await find(
      place,
      {
        system: {
          service: "NoNewPrivileges=yes\nProtectSystem=full",
          finds: [
            `try-create /usr/x: ${denied}`,
            `try-create /etc/x: ${denied}`,
            "try-create /tmp/system: ok",
            "try-read /usr/bin/env: ok"
          ]
        },
        strict: {
          service: "NoNewPrivileges=yes\nProtectSystem=strict\nReadWritePaths=/tmp -/gone",
          finds: [
            `try-create /srv/x: ${denied}`,
            "try-create /tmp/strict: ok",
            "try-write /dev/null: ok",
            "try-write /mnt/events: EACCES"
          ]
        },
        home: {
          service: "NoNewPrivileges=yes\nProtectHome=yes",
          finds: ["list /home: EACCES", "list /root: EACCES", "try-read /etc/passwd: ok", "try-create /tmp/home: ok"]
        },
        empty: { service: "NoNewPrivileges=yes\nProtectHome=tmpfs", finds: ["list /home: EACCES"] },
        run: {
          service: "NoNewPrivileges=yes\nNoExecPaths=/\nExecPaths=/mnt/inside /bin /usr/lib /lib64",
          finds: [
            "try-exec /bin/true: ok",
            "try-exec /usr/bin/true: ok",
            "try-exec /mnt/service: EACCES",
            "try-exec /tmp: EACCES"
          ]
        },
        own: {
          service: "NoNewPrivileges=yes\nProtectSystem=strict\nPrivateTmp=yes\nPrivateDevices=yes",
          finds: ["try-create /tmp/own: ok", "try-write /dev/null: ok", `try-create /srv/x: ${denied}`]
        },
        // What lies deeper, or would have to be elsewhere, is told.
        part: {
          service:
            "NoNewPrivileges=yes\nProtectSystem=yes\nReadOnlyPaths=/mnt/units\nPrivateTmp=yes\nPrivateDevices=yes",
          finds: [`try-create /usr/x: ${denied}`, "try-create /tmp/part: ok"]
        }
      },
      {},
      {
        moves: {
          service: "NoNewPrivileges=yes\nNoExecPaths=/srv\nProtectHome=yes\nExecStart=\n" +
            "ExecStart=/bin/sh -c 'mkdir /tmp/from /tmp/to; echo > /tmp/from/a; ln /tmp/from/a /tmp/to/b && echo linked; echo .'",
          verbs: ""
        }
      }
    )
    assert.deepStrictEqual(of("moves").lines, ["linked"])
    quiet("system", "strict", "home", "empty", "run")
    warned(
      "part",
      new RegExp(
        `: not applied here: PrivateDevices=yes, PrivateTmp=yes, ReadOnlyPaths=/mnt/units \\(${noMounts}\\)(?:; [^;]*)?$`
      )
    )
  }, once(plain, nobody))

  eachKind("is told in one line, and the service runs", async (place) => {
    const all = "PrivateNetwork=yes\nPrivateIPC=yes\nProtectSystem=strict\nProtectHome=yes\nPrivateTmp=yes"
    const { container, of, warned } = await find(
      place,
      {
        // Nobody has said that the program gains no privileges.
        root: { service: all, finds: ["try-create /tmp/root: ok"] },
        named: {
          service: "TemporaryFileSystem=/srv\nBindPaths=/mnt:/opt\nProtectProc=invisible",
          finds: ["try-create /tmp/named: ok"]
        }
      },
      {},
      {
        again: {
          service: `${all}\nType=exec\nRestart=on-failure\nRestartSec=1ms\nStartLimitBurst=3`,
          verbs: "say run exit 1"
        }
      }
    )
    warned(
      "root",
      new RegExp(
        "root\\.service: not applied here: PrivateNetwork=yes \\(no network namespaces here: .*\\(EPERM\\)\\); " +
          "PrivateIPC=yes \\(no ipc namespaces here: .*\\(EPERM\\)\\); " +
          `ProtectSystem=strict, ProtectHome=yes \\(${noMounts}, and Landlock needs NoNewPrivileges=yes\\); PrivateTmp=yes \\(${noMounts}\\)$`
      )
    )
    warned(
      "named",
      new RegExp(
        `: not applied here: BindPaths=/mnt:/opt, ProtectProc=invisible, TemporaryFileSystem=/srv \\(${noMounts}\\)$`
      )
    )
    await container.waitForLine(/^\[again\] run$/, 3)
    const lines = container.output.lines.filter(({ text }) => text.includes("again.service: not applied here"))
    assert.lengthOf(lines, 1, container.show())
    assert.isAbove(of("again").lines.length, 0)
  }, once(plain))

  eachKind(
    "refuses the start with --strict-isolation, of those that ask for what is not to be had only",
    async (place) => {
      const { failed, quiet } = await find(
        place,
        {
          plain: { service: "", finds: ["try-create /tmp/plain: ok"] },
          landlock: { service: "NoNewPrivileges=yes\nProtectSystem=yes", finds: ["try-create /usr/x: EACCES"] },
          off: { service: "PrivateTmp=no\nProtectSystem=no", finds: ["try-create /tmp/off: ok"] },
          filter: { service: "SystemCallFilter=~mount\nLockPersonality=yes", finds: ["try-personality: EPERM"] }
        },
        { args: ["--strict-isolation"] },
        { tmp: "PrivateTmp=yes", network: "PrivateNetwork=yes\nProtectSystem=yes" }
      )
      failed(
        "tmp",
        new RegExp(`tmp\\.service: .*--strict-isolation: cannot be applied here: PrivateTmp=yes \\(${noMounts}\\)`)
      )
      failed(
        "network",
        /network\.service: .*--strict-isolation: cannot be applied here: PrivateNetwork=yes \(.*ProtectSystem=yes \(/
      )
      quiet("plain", "landlock", "off", "filter")
    },
    once(plain)
  )

  eachKind("has no reason to refuse anything where all is to be had", async (place) => {
    const { quiet } = await find(place, {
      all: {
        service:
          "ProtectSystem=strict\nProtectHome=yes\nPrivateTmp=yes\nPrivateDevices=yes\nPrivateNetwork=yes\nPrivateIPC=yes\n" +
          "ProtectProc=invisible\nProtectHostname=yes\nProtectKernelTunables=yes\nProtectControlGroups=yes",
        finds: ["try-create /etc/x: EROFS", "try-create /tmp/x: ok"]
      }
    }, { args: ["--strict-isolation"] })
    quiet("all")
  }, once(privileged))

  eachKind("needs nothing of the image", async (place) => {
    const { quiet } = await find(place, {
      all: {
        service:
          "ProtectSystem=strict\nProtectHome=yes\nPrivateTmp=yes\nPrivateDevices=yes\nInaccessiblePaths=/container-init",
        finds: [
          ...["list /: container-init dev mnt tmp var", "list /tmp:", "try-create /tmp/x: ok", "try-create /x: EROFS"],
          ...["stat /container-init: file 0000 0 0", "list /dev: fd ptmx stderr stdin stdout"]
        ]
      }
    })
    quiet("all")
  }, once({ ...bare, name: `${bare.name}, with all capabilities`, options: { bareRoot: true } }))

  eachKind("leaves /var/tmp as it is on a read-only root, and tells so", async (place) => {
    const { warned } = await find(place, {
      tmp: { service: "PrivateTmp=yes", finds: ["list /tmp:", "try-create /tmp/x: ok", "try-create /var/tmp/x: EROFS"] }
    }, { readOnly: true, tmpfs: { "/tmp": "mode=1777" } })
    warned("tmp", /: not applied here: PrivateTmp=yes for \/var\/tmp \(read-only file system \(EROFS\)\)$/)
  }, once(privileged))
})
