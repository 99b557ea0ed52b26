import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { tests } from "../../../src/unit/directives/Test.ts"
import type { World } from "./World.ts"
import { condition, evaluate, gone, nameOf } from "./World.ts"

/** What each test answers: yes, no, or that it cannot tell. */
const table: ReadonlyArray<readonly [text: string, answer: boolean | string, world?: World]> = [
  ["PathExists=/data/file", true],
  ["PathExists=/data/link", true],
  ["PathExists=/data/dangling", false],
  ["PathExists=/gone", false],
  ["PathExistsGlob=/data/*.txt", false],
  ["PathExistsGlob=/data/folder/*.conf", true],
  ["PathExistsGlob=/data/{gone,fi{l,x}e}", true],
  ["PathExistsGlob=/data/{gone,away}/*", false],
  [`PathExistsGlob=/${"{a,b}".repeat(12)}`, "its braces stand for more than 1000 patterns"],
  ["PathIsDirectory=/data/to-folder", true],
  ["PathIsDirectory=/data/file", false],
  ["PathIsSymbolicLink=/data/dangling", true],
  ["PathIsSymbolicLink=/data/folder", false],
  ["PathIsSocket=/data/socket", true],
  ["PathIsSocket=/data/file", false],
  ["PathIsMountPoint=/volume", true],
  ["PathIsMountPoint=/", true],
  ["PathIsMountPoint=/data", false],
  ["PathIsMountPoint=/gone", false],
  ["PathIsReadWrite=/data", true],
  ["PathIsReadWrite=/volume/a", false],
  ["PathIsReadWrite=/gone", false],
  ["PathIsEncrypted=/data", false],
  ["PathIsEncrypted=/gone", false],
  ["PathIsEncrypted=/data/file", true, {
    files: {
      "/data/file": { text: "", status: { device: 0xfd03 } },
      "/sys/dev/block/253:3/dm/uuid": "CRYPT-LUKS2-1-a\n"
    }
  }],
  ["PathIsEncrypted=/data/file", true, {
    files: {
      "/data/file": { text: "", status: { device: 2 ** 44 + 0x1000fd03 } },
      "/sys/dev/block/4349:65539/dm/uuid": "LVM-a\n",
      "/sys/dev/block/4349:65539/slaves/dm-0/dm/uuid": "CRYPT-LUKS2-1-a\n"
    }
  }],
  ["PathIsEncrypted=/data/file", false, {
    files: {
      "/data/file": { text: "", status: { device: 0xfd03 } },
      "/sys/dev/block/253:3/slaves/dm-0/dm/uuid": "CRYPT-LUKS2-1-a\n",
      "/sys/dev/block/253:3/slaves/sda1": { kind: "directory" }
    }
  }],
  ["DirectoryNotEmpty=/data/folder", true],
  ["DirectoryNotEmpty=/data/to-folder", true],
  ["DirectoryNotEmpty=/data/void", false],
  ["DirectoryNotEmpty=/data/leftovers", false],
  ["DirectoryNotEmpty=/data/file", false],
  ["DirectoryNotEmpty=/gone", false],
  ["DirectoryNotEmpty=/data/secret", true],
  ["FileNotEmpty=/data/link", true],
  ["FileNotEmpty=/data/empty", false],
  ["FileNotEmpty=/data/folder", false],
  ["FileIsExecutable=/data/program", true],
  ["FileIsExecutable=/data/any", true],
  ["FileIsExecutable=/data/file", false],
  ["FileIsExecutable=/data/folder", false],

  ["User=root", true],
  ["User=0", true],
  ["User=alice", false],
  ["User=alice", true, { identity: { uid: 1500, gid: 1500 } }],
  ["User=1500", true, { identity: { uid: 1500, gid: 1500 } }],
  ["User=ghost", false],
  ["User=ghost", false, { files: { "/etc/passwd": "" } }],
  ["User=root", true, { files: { "/etc/passwd": gone } }],
  ["User=alice", "cannot read /etc/passwd: permission denied (EACCES)", { files: { "/etc/passwd": { errno: 13 } } }],
  ["User=@system", true],
  ["User=@system", true, { identity: { uid: 999, gid: 999 } }],
  ["User=@system", false, { identity: { uid: 1000, gid: 1000 } }],
  ["Group=root", true],
  ["Group=staff", true],
  ["Group=4", true],
  ["Group=other", false],
  ["Group=ghosts", false],
  ["Group=alice", true, { identity: { uid: 1500, gid: 1500 } }],
  ["Environment=SET", true],
  ["Environment=SET=to this", true],
  ["Environment=SET=to", false],
  ["Environment=EMPTY=", true],
  ["Environment=SE", false],
  ["Credential=token", false],
  ["Credential=token", true, { environment: { CREDENTIALS_DIRECTORY: "/data" }, files: { "/data/token": "" } }],
  ["Credential=token", true, { environment: { ENCRYPTED_CREDENTIALS_DIRECTORY: "/c" }, files: { "/c/token": "" } }],
  ["Credential=token", false, { environment: { CREDENTIALS_DIRECTORY: "/data" } }],
  ["Host=box", true],
  ["Host=B?X", true],
  ["Host=other*", false],
  ["Host=0123456789abcdef0123456789ABCDEF", true],
  ["Host=01234567-89ab-cdef-0123-456789abcdef", true],
  ["Host=1123456789abcdef0123456789abcdef", false],
  ["Host=0123456789abcdef0123456789abcdef", "/etc/machine-id holds no machine id", {
    files: { "/etc/machine-id": "" }
  }],
  ["MachineTag=web-*", true],
  ["MachineTag=web", false],
  ["MachineTag=*", false, { files: { "/etc/machine-info": "" } }],
  ["Fraction=50%", "which share of all machines a container is in is not told"],

  ["Virtualization=yes", true],
  ["Virtualization=no", false],
  ["Virtualization=container", true],
  ["Virtualization=vm", false],
  ["Virtualization=kvm", false],
  ["Virtualization=docker", true],
  ["Virtualization=podman", false],
  ["Virtualization=podman", true, { environment: {}, files: { "/run/.containerenv": "" } }],
  ["Virtualization=podman", true, { environment: { container: "oci" }, files: { "/run/.containerenv": "" } }],
  ["Virtualization=docker", true, { environment: {}, files: { "/.dockerenv": "" } }],
  ["Virtualization=container-other", true, { environment: { container: "kube" } }],
  ["Virtualization=container-other", true, { environment: {} }],
  ["Virtualization=rkt", true, { files: { "/run/host/container-manager": "rkt\n" } }],
  ["Virtualization=openvz", true, { files: { "/proc/vz": { kind: "directory" } } }],
  ["Virtualization=wsl", true, { system: { kernel: Effect.succeed({ release: "5.15-microsoft-WSL2", machine: "" }) } }],
  ["Virtualization=lxc", true, {
    system: { pid: Effect.succeed(7) },
    files: { "/proc/1/environ": "A=1\0container=lxc\0" }
  }],
  ["Virtualization=lxc", true, { system: { pid: Effect.succeed(7) }, files: { "/run/systemd/container": "lxc" } }],
  ["Virtualization=private-users", false],
  ["Virtualization=private-users", true, { files: { "/proc/self/gid_map": "0 100000 65536\n" } }],
  ["Virtualization=private-users", true, { files: { "/proc/self/setgroups": "deny\n" } }],

  ["Architecture=x86-64", true],
  ["Architecture=native", true],
  ["Architecture=arm64", false],
  ["Architecture=arm", true, { system: { kernel: Effect.succeed({ release: "", machine: "armv7l" }) } }],
  ["KernelVersion=>=6.1", true],
  ["KernelVersion=> 6.1 <6.2", true],
  ["KernelVersion=6.*", true],
  ["KernelVersion=<6", false],
  ["KernelVersion=>5 >7", false],
  ["Version=>=6.1", true],
  ["Version=kernel <6", false],
  ["Version=systemd >=250", true],
  ["Version=systemd >252", false],
  ["Version=glibc >=2.36", "the version of an image's C library is not known to its PID 1"],
  ["KernelCommandLine=--quiet", true],
  ["KernelCommandLine=debug", true],
  ["KernelCommandLine=debug=yes", true],
  ["KernelCommandLine=debug=no", false],
  ["KernelCommandLine=words", true],
  ["KernelCommandLine=quiet", false],
  ["KernelCommandLine=quiet", "/proc/1/cmdline is not there", { files: { "/proc/1/cmdline": gone } }],
  ["KernelModuleLoaded=fuse", true],
  ["KernelModuleLoaded=nf-tables", false],
  ["KernelModuleLoaded=ext4", true],
  ["KernelModuleLoaded=zfs", false],
  ["Capability=CAP_CHOWN", true],
  ["Capability=cap_kill", true],
  ["Capability=CAP_SYS_ADMIN", false],
  ["Capability=CAP_CHECKPOINT_RESTORE", true],
  ["Capability=CAP_BPF", false],
  ["Capability=CAP_FLY", "there is no such capability"],
  ["Capability=CAP_CHOWN", "/proc/self/status does not tell the bounding set", { files: { "/proc/self/status": "" } }],
  ["Security=selinux", false],
  ["Security=selinux", true, { files: { "/sys/fs/selinux/enforce": "1", "/etc/selinux/config": "" } }],
  ["Security=selinux", false, {
    files: { "/sys/fs/selinux/enforce": "1", "/etc/selinux/config": "" },
    mounts: { "/sys/fs/selinux": "read-only" }
  }],
  ["Security=apparmor", false],
  ["Security=apparmor", true, { files: { "/sys/module/apparmor/parameters/enabled": "Y\n" } }],
  ["Security=smack", true, { files: { "/sys/fs/smackfs/a": "" } }],
  ["Security=ima", true, { files: { "/sys/kernel/security/ima/a": "" } }],
  ["Security=tomoyo", false],
  ["Security=audit", false],
  ["Security=audit", true, { files: { "/proc/self/sessionid": "1" } }],
  ["Security=audit", false, { files: { "/proc/self/sessionid": "1", "/proc/self/setgroups": "deny" } }],
  ["Security=uefi-secureboot", false],
  ["Security=tpm2", false],
  ["Security=cvm", "only the processor could tell whether the machine is a confidential one"],

  ["Memory=2G", true],
  ["Memory=>2G", false],
  ["Memory==2G", true],
  ["Memory=<512M 1K", false],
  ["Memory=512M", true, { files: { "/sys/fs/cgroup/a/memory.max": "536870912\n" } }],
  ["Memory=>512M", false, { files: { "/sys/fs/cgroup/a/memory.max": "536870912\n" } }],
  ["Memory=<1M", true, { files: { "/sys/fs/cgroup/memory.max": "4096\n" } }],
  ["Memory=<1G", true, {
    files: {
      "/sys/fs/cgroup/cgroup.controllers": gone,
      "/proc/self/cgroup": "4:memory,x:/docker/1\n1:cpu:/\n",
      "/sys/fs/cgroup/memory/memory.limit_in_bytes": "536870912\n"
    }
  }],
  ["Memory=1", "/proc/meminfo does not tell", { files: { "/proc/meminfo": "" } }],
  ["CPUs=5", true],
  ["CPUs=>5", false],
  ["CPUs==5", true],
  ["CPUs=!=5", false],
  ["CPUs=1", "/proc/self/status does not tell the processors", { files: { "/proc/self/status": "" } }],
  ["CPUFeature=SSE2", true],
  ["CPUFeature=pclmul", true],
  ["CPUFeature=osxsave", true],
  ["CPUFeature=fma3", false],
  ["CPUFeature=avx512f", false],
  ["CPUFeature=fpu", false, { files: { "/proc/cpuinfo": "Features\t: fp asimd\n" } }],
  ["ControlGroupController=v2", true],
  ["ControlGroupController=v1", false],
  ["ControlGroupController=cpu memory", true],
  ["ControlGroupController=cpu cpuset", false],
  ["ControlGroupController=cpuacct", false],
  ["ControlGroupController=unheard-of", true],
  ["ControlGroupController=cpu", false, { files: { "/sys/fs/cgroup/a/cgroup.controllers": "memory\n" } }],
  // Where PID 1 has moved to has only those that units asked for.
  ["ControlGroupController=cpu memory", true, {
    files: {
      "/proc/self/cgroup": "0::/a/container-init/init.scope\n",
      "/sys/fs/cgroup/a/cgroup.controllers": "cpu memory\n",
      "/sys/fs/cgroup/a/container-init/init.scope/cgroup.controllers": "memory\n"
    }
  }],
  ["ControlGroupController=blkio", true, {
    files: { "/sys/fs/cgroup/cgroup.controllers": gone, "/sys/fs/cgroup/blkio": { kind: "directory" } }
  }],
  ["ControlGroupController=v1", true, {
    files: { "/sys/fs/cgroup/cgroup.controllers": gone, "/sys/fs/cgroup/blkio": { kind: "directory" } }
  }],
  ["ControlGroupController=v1", "no cgroups are mounted at /sys/fs/cgroup", {
    files: { "/sys/fs/cgroup/cgroup.controllers": gone, "/sys/fs/cgroup": { errno: 2 } }
  }],
  ["MemoryPressure=2%", true],
  ["MemoryPressure=1%", false],
  ["MemoryPressure=2.5%/10sec", false],
  ["MemoryPressure=2% / 1min", true],
  ["MemoryPressure=user.slice:0%", true],
  ["CPUPressure=1%", true],
  ["CPUPressure=1%/10sec", false],
  ["CPUPressure=1%", "/proc/pressure/cpu does not tell", { files: { "/proc/pressure/cpu": "" } }],
  ["IOPressure=0%", true],

  ["OSRelease=ID=debian", true],
  ["OSRelease=ID=ubuntu", false],
  ["OSRelease=ID=debian VERSION_ID>=12", true],
  ["OSRelease=\"PRETTY_NAME$=Debian GNU*\" VERSION_ID<11", false],
  ["OSRelease=GONE!=x", true],
  ["OSRelease=ID=alpine", true, {
    files: { "/etc/os-release": gone, "/usr/lib/os-release": "ID=alpine" }
  }],
  ["OSRelease=ID=x", "there is no /etc/os-release", { files: { "/etc/os-release": gone } }],
  ["Firmware=uefi", false, { files: { "/sys/firmware/efi/a": "" } }],
  ["Firmware=device-tree", false],
  ["Firmware=device-tree", true, { files: { "/sys/firmware/devicetree/base/a": "" } }],
  ["Firmware=device-tree-compatible(b,c)", true, { files: { "/proc/device-tree/compatible": "a\0b,c\0" } }],
  ["Firmware=device-tree-compatible(b)", false, { files: { "/proc/device-tree/compatible": "a\0b,c\0" } }],
  ["Firmware=smbios-field(board_name = \"My Board\")", true, {
    files: { "/sys/class/dmi/id/board_name": "My Board\n" }
  }],
  ["Firmware=smbios-field(board_name$=Your*)", false, { files: { "/sys/class/dmi/id/board_name": "My Board\n" } }],
  ["Firmware=smbios-field(board_name=x)", false],
  ["ACPower=yes", true],
  ["ACPower=no", false],
  ["ACPower=no", true, {
    files: {
      "/sys/class/power_supply/BAT0/type": "Battery\n",
      "/sys/class/power_supply/BAT0/status": "Discharging\n",
      "/sys/class/power_supply/AC/type": "Mains\n",
      "/sys/class/power_supply/AC/online": "0\n"
    }
  }],
  ["ACPower=yes", true, {
    files: {
      "/sys/class/power_supply/mouse/type": "Battery\n",
      "/sys/class/power_supply/mouse/scope": "Device\n",
      "/sys/class/power_supply/mouse/status": "Discharging\n"
    }
  }],
  ["ACPower=yes", true, {
    files: {
      "/sys/class/power_supply/BAT0/type": "Battery\n",
      "/sys/class/power_supply/BAT0/status": "Discharging\n",
      "/sys/class/power_supply/USB/type": "USB\n",
      "/sys/class/power_supply/USB/online": "1\n"
    }
  }],
  ["FirstBoot=yes", false],
  ["FirstBoot=no", true],
  ["FirstBoot=yes", true, { files: { "/run/systemd/first-boot": "" } }],
  ["NeedsUpdate=/var", true, { files: { "/usr": { kind: "directory" }, "/var/.updated": gone } }],
  ["NeedsUpdate=/var", false],
  ["NeedsUpdate=/etc", true, { files: { "/usr": { text: "", status: { kind: "directory", modified: 2_000 } } } }],
  ["NeedsUpdate=/volume", false]
]

describe("a condition", () => {
  for (const [text, answer, world] of table) {
    const name = typeof answer === "string" ? "cannot be told" : answer ? "is met" : "is not met"
    it.effect(`${text.slice(0, 60)} ${name}${world === undefined ? "" : ` with ${nameOf(world)}`}`, () =>
      Effect.gen(function*() {
        const negated = text.replace("=", "=!")
        assert.strictEqual((yield* evaluate([text], world)).met, answer === true)
        assert.strictEqual((yield* evaluate([negated], world)).met, answer === false)
        const why = typeof answer === "string" ? answer : undefined
        const failed = yield* evaluate([answer === true ? negated : text], world)
        assert.deepStrictEqual(failed, { met: false, failed: condition(answer === true ? negated : text), why })
      }))
  }

  it("has answers of both kinds for every test that can be decided", () => {
    const undecidable = ["Fraction"]
    for (const test of Object.keys(tests)) {
      const answers = new Set(table.filter(([text]) => text.startsWith(`${test}=`)).map(([, answer]) => answer))
      if (undecidable.includes(test)) assert.isFalse(answers.has(true) || answers.has(false), test)
      // A machine without figures is under no pressure.
      else assert.isTrue(answers.has(true) && (answers.has(false) || test === "IOPressure"), test)
    }
  })
})
