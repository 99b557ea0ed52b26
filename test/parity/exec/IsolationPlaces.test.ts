import { assert, describe } from "vitest"
import { capabilities } from "../../support/Capabilities.ts"
import { find } from "../../support/Isolated.ts"
import { eachKind, privileged } from "../../support/Kinds.ts"

const files = { "source/one": "1\n", "source/below/two": "2\n" }

describe("what a service sees in another place", () => {
  eachKind("is what it has asked for, and nobody else sees it", async (place) => {
    const { of, quiet } = await find(
      place,
      {
        bound: {
          service:
            "BindPaths=/mnt/source:/opt/new/place -/gone\nBindReadOnlyPaths=/mnt/source:/srv /mnt/source/one:/etc/one",
          finds: [
            ...[
              "list /opt/new/place: below one",
              "try-create /opt/new/place/written: ok",
              "stat /mnt/source/written: file 0644 0 0"
            ],
            ...[
              "cat /srv/below/two: 2\\n",
              "try-create /srv/x: EROFS",
              "cat /etc/one: 1\\n",
              "try-write /etc/one: EROFS"
            ],
            "try-remove /mnt/source/written: ok"
          ]
        },
        empty: {
          service: "TemporaryFileSystem=/var:ro /srv:mode=0700\nBindReadOnlyPaths=/mnt/source:/var/lib/source",
          finds: [
            ...["list /var: lib", "list /var/lib: source", "cat /var/lib/source/one: 1\\n", "try-create /var/x: EROFS"],
            ...["stat /srv: directory 0700 0 0", "try-create /srv/x: ok"]
          ]
        },
        tmp: {
          service: "PrivateTmp=yes\nUser=4242\nExecStartPre=/mnt/inside to /tmp/shared say hello\n" +
            "ExecStartPre=/mnt/inside to /var/tmp/shared say there",
          finds: [
            ...["cat /tmp/shared: hello\\n", "cat /var/tmp/shared: there\\n", "list /tmp: shared"],
            "stat /tmp: directory 1777 0 0"
          ]
        },
        own: {
          service: "PrivateTmp=disconnected",
          finds: ["list /tmp:", "try-create /tmp/x: ok", "try-create /var/tmp/x: ok"]
        },
        devices: {
          service: "PrivateDevices=yes",
          finds: [
            "list /dev: fd full null ptmx pts random shm stderr stdin stdout tty urandom zero",
            ...[
              "try-create /dev/x: EROFS",
              "try-create /dev/shm/devices: ok",
              "try-write /dev/null: ok",
              "try-mknod /tmp/x: EPERM"
            ]
          ]
        },
        root: {
          service: "RootDirectory=/mnt\nStateDirectory=a\nSetCredential=key:value",
          program: "/inside",
          finds: [
            ...[
              "stat /mnt: ENOENT",
              "stat /var/lib/a: directory 0755 0 0",
              "cat /run/credentials/root.service/key: value"
            ],
            "try-create /new: ok"
          ]
        },
        "root-isolated": {
          service: "RootDirectory=/mnt\nProtectSystem=strict\nStateDirectory=b\nPrivateTmp=yes\nPrivateDevices=yes\n" +
            "TemporaryFileSystem=/opt\nBindReadOnlyPaths=/etc/hostname:/host\nSetCredential=key:value\nProtectProc=invisible",
          program: "/inside",
          finds: [
            ...[
              "stat /mnt: ENOENT",
              "list /tmp:",
              "try-create /tmp/x: ok",
              "try-create /x: EROFS",
              "try-create /opt/x: ok"
            ],
            ...[
              "try-create /var/lib/b/x: ok",
              "cat /run/credentials/root-isolated.service/key: value",
              "try-read /host: ok"
            ],
            ...[
              "try-write /dev/null: ok",
              "try-read /proc/self/status: ok",
              "try-write /proc/sys/kernel/hostname: EROFS"
            ]
          ]
        },
        after: {
          unit: "After=bound.service tmp.service empty.service devices.service root-isolated.service",
          service: "",
          finds: [
            ...["list /opt/new/place:", "stat /etc/one: file 0644 0 0", "stat /dev/x: ENOENT"],
            ...["stat /tmp/shared: ENOENT", "list /tmp:", "list /var/tmp:", "list /mnt/tmp:", "list /mnt/opt:"]
          ]
        }
      },
      { files },
      {
        mounts: "PrivateMounts=yes",
        plain: "",
        "devices-facts": "PrivateDevices=yes"
      }
    )
    const namespaceOf = (name: string) => of(name).values("namespace").find((line) => line.startsWith("mnt "))
    assert.notStrictEqual(namespaceOf("mounts"), namespaceOf("plain"))
    assert.strictEqual(
      BigInt(`0x${of("devices-facts").value("cap-bounding")}`) & capabilities("MKNOD", "SYS_RAWIO"),
      0n
    )
    quiet("bound", "empty", "tmp", "own", "devices", "root", "root-isolated", "mounts")
  }, [privileged])
})
