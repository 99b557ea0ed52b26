import { assert, describe } from "vitest"
import { capabilities } from "../../support/Capabilities.ts"
import { executable } from "../../support/Engine.ts"
import { find } from "../../support/Isolated.ts"
import type { Kind } from "../../support/Kinds.ts"
import { eachKind, nobody, plain, privileged } from "../../support/Kinds.ts"

/** syslog(2) and clock_settime(2) on x86-64. */
const [syslog, setClock] = [103, 227]

describe("what a service sees and changes of the kernel", () => {
  eachKind("is what it has asked for", async (place) => {
    const { of, quiet, said } = await find(
      place,
      {
        network: { service: "PrivateNetwork=yes", finds: ["try-bind 80: ok"] },
        hostname: {
          service: "ProtectHostname=yes",
          finds: ["try-hostname: EPERM", "cat /proc/sys/kernel/hostname: probe\\n"]
        },
        named: {
          service: "ProtectHostname=private:web",
          finds: [
            "cat /proc/sys/kernel/hostname: web\\n",
            "try-hostname: ok",
            "cat /proc/sys/kernel/hostname: probe\\n"
          ]
        },
        invisible: {
          service: "ProtectProc=invisible\nUser=4242",
          finds: ["stat /proc/1: ENOENT", "try-read /proc/self/status: ok", "try-read /proc/meminfo: ok"]
        },
        pid: {
          service: "ProcSubset=pid",
          finds: ["try-read /proc/meminfo: ENOENT", "stat /proc/sys: ENOENT", "try-read /proc/self/status: ok"]
        },
        // What the engine has made read-only stays so in another /proc.
        masked: { service: "ProtectProc=noaccess", finds: ["try-write /proc/sys/kernel/hostname: EROFS"] },
        tunables: {
          service: "ProtectKernelTunables=yes",
          finds: [
            ...[
              "try-write /proc/irq/default_smp_affinity: EROFS",
              "try-write /proc/sys/kernel/hostname: EROFS",
              "cat /proc/kallsyms: "
            ],
            ...["try-write /sys/kernel/uevent_seqnum: EROFS", "try-write /sys/fs/cgroup/cgroup.procs: ok"]
          ]
        },
        modules: {
          service: "ProtectKernelModules=yes\nExecStartPre=+/bin/mkdir -p /usr/lib/modules/any",
          finds: ["list /usr/lib/modules:", "list /lib/modules:"]
        },
        logs: {
          service: "ProtectKernelLogs=yes",
          finds: ["stat /proc/kmsg: file 0000 0 0", `try-syscall ${syslog}: EPERM`]
        },
        cgroups: { service: "ProtectControlGroups=yes", finds: ["try-write /sys/fs/cgroup/cgroup.procs: EROFS"] },
        clock: { service: "ProtectClock=yes", finds: [`try-syscall ${setClock}: EPERM`] },
        free: {
          service: "",
          finds: ["cat /proc/sys/kernel/hostname: probe\\n", "try-write /sys/fs/cgroup/cgroup.procs: ok"]
        }
      },
      {},
      {
        facts: "",
        apart: "PrivateNetwork=yes\nPrivateIPC=yes\nProtectHostname=yes",
        less: "ProtectKernelModules=yes\nProtectKernelLogs=yes\nProtectClock=yes",
        // Its own network has lo, which is up.
        lo: { service: "PrivateNetwork=yes", verbs: "cat /proc/self/net/fib_trie cat /proc/self/net/dev" },
        // An abstract socket of ours is not to be had from there.
        heard: {
          service:
            "Type=notify\nUser=4242\nExecStart=\nExecStart=/mnt/service tell READY=1 barrier say heard say .\nPrivateNetwork=yes",
          verbs: ""
        }
      }
    )
    const namespaces = (name: string) =>
      Object.fromEntries(of(name).values("namespace").map((line) => line.split(" ") as [string, string]))
    const [own, all] = [namespaces("apart"), namespaces("facts")]
    for (const kind of ["net", "ipc", "uts"]) assert.notStrictEqual(own[kind], all[kind], kind)
    for (const kind of ["pid", "mnt", "user"]) assert.strictEqual(own[kind], all[kind], kind)
    const bounding = BigInt(`0x${of("less").value("cap-bounding")}`)
    assert.strictEqual(bounding & capabilities("SYS_MODULE", "SYSLOG", "SYS_TIME", "WAKE_ALARM"), 0n)
    assert.match(of("lo").answers[0] ?? "", /127\.0\.0\.1/)
    assert.notInclude(of("lo").answers[1] ?? "", "eth0")
    assert.deepStrictEqual(of("heard").lines, ["heard"])
    assert.isTrue(
      said("heard").some((line) => /heard\.service: (?:ready|started|running)/.test(line)),
      said("heard").join("\n")
    )
    quiet(
      "network",
      "hostname",
      "named",
      "invisible",
      "pid",
      "masked",
      "tunables",
      "modules",
      "logs",
      "cgroups",
      "clock"
    )
  }, [privileged])
})

/** The filters are the same for both engines. */
const once = (kind: Kind): Kind => ({ ...kind, engines: [executable] })

describe("what a service may ask of the kernel", () => {
  eachKind("is what it has asked for", async (place) => {
    const { quiet } = await find(place, {
      free: {
        service: "",
        finds: [
          ...[
            "try-socket inet: ok",
            "try-socket unix: ok",
            "try-mmap-wx: ok",
            "try-mprotect-x: ok",
            "try-personality: ok"
          ],
          ...["try-create /tmp/file: ok", "try-suid /tmp/file: ok"]
        ]
      },
      calls: {
        unit: "After=free.service",
        service:
          "SystemCallFilter=@system-service\nSystemCallFilter=~mount chmod fchmodat\nSystemCallErrorNumber=EXDEV",
        finds: ["try-mount /tmp: EXDEV", "try-suid /tmp/file: EXDEV", "try-socket inet: ok"]
      },
      killed: { service: "SystemCallFilter=~mount", finds: ["try-mount /tmp: signal 31", "try-socket inet: ok"] },
      families: {
        service: "RestrictAddressFamilies=AF_UNIX",
        finds: ["try-socket inet: EAFNOSUPPORT", "try-socket netlink: EAFNOSUPPORT", "try-socket unix: ok"]
      },
      personality: { service: "LockPersonality=yes", finds: ["try-personality: EPERM", "try-socket inet: ok"] },
      // The probe's C library makes ENOMEM of that EPERM.
      memory: { service: "MemoryDenyWriteExecute=yes", finds: ["try-mmap-wx: ENOMEM", "try-mprotect-x: EPERM"] },
      namespaces: { service: "RestrictNamespaces=net", finds: ["try-unshare uts: EPERM", "try-unshare user: EPERM"] },
      suid: { unit: "After=calls.service", service: "RestrictSUIDSGID=yes", finds: ["try-suid /tmp/file: EPERM"] },
      realtime: { service: "RestrictRealtime=yes", finds: ["try-realtime: EPERM"] }
    })
    quiet("free", "calls", "killed", "families", "personality", "memory", "namespaces", "suid", "realtime")
  }, [privileged, plain, nobody].map(once))
})
