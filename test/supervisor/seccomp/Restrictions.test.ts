import { assert, describe, it } from "@effect/vitest"
import { arm64, tryCalls } from "./Machines.ts"

/** Calls and what becomes of them, one a line: `unshare(0x20000000) EPERM`. */
const table = (text: string): ReadonlyArray<readonly [call: string, wanted: string]> =>
  text.trim().split("\n").map((line) => {
    const at = line.trimEnd().lastIndexOf(" ")
    return [line.slice(0, at).trim(), line.slice(at).trim()]
  })

const holds = (lines: string, text: string, machine?: typeof arm64): void => {
  const rows = table(text)
  const found = tryCalls(lines, rows.map(([call]) => call), machine)
  assert.deepStrictEqual(
    rows.map(([call], at) => `${call} ${found[at]}`),
    rows.map(([call, wanted]) => `${call} ${wanted}`)
  )
}

describe("RestrictAddressFamilies=", () => {
  it("lets only the listed families have sockets", () => {
    holds(
      "RestrictAddressFamilies=AF_UNIX AF_INET\nRestrictAddressFamilies=AF_INET6 AF_ROUTE",
      `
      socket(1)             allow
      socket(2)             allow
      socket(10)            allow
      socket(16)            allow
      socket(0)             EAFNOSUPPORT
      socket(3)             EAFNOSUPPORT
      socket(17)            EAFNOSUPPORT
      socket(45)            EAFNOSUPPORT
      socket(0xffffffff)    EAFNOSUPPORT
      socket(0x100000002)   allow
      socket(0x100000003)   EAFNOSUPPORT
      socketpair(17)        allow
      connect(3)            allow
      x86:socket(2)         allow
      x86:socket(17)        EAFNOSUPPORT
      x86:socketcall(1)     allow
      `
    )
  })

  it("refuses the listed families after a ~, and all of them with none", () => {
    holds(
      "RestrictAddressFamilies=~AF_PACKET AF_MCTP",
      `
      socket(17)            EAFNOSUPPORT
      socket(45)            EAFNOSUPPORT
      socket(0x500000011)   EAFNOSUPPORT
      socket(16)            allow
      socket(0)             allow
      `
    )
    holds(
      "RestrictAddressFamilies=none",
      `
      socket(1)  EAFNOSUPPORT
      socket(2)  EAFNOSUPPORT
      read       allow
      `
    )
    holds("RestrictAddressFamilies=AF_INET", "socket(1) EAFNOSUPPORT\nsocket(2) allow\nread allow", arm64)
  })
})

describe("RestrictNamespaces=", () => {
  it("lets none be made or entered with yes", () => {
    holds(
      "RestrictNamespaces=yes",
      `
      unshare(0x20000000)     EPERM
      unshare(0x00020000)     EPERM
      unshare(0x02000000)     EPERM
      unshare(0x04000000)     EPERM
      unshare(0x08000000)     EPERM
      unshare(0x10000000)     EPERM
      unshare(0x40000000)     EPERM
      unshare(0x80)           EPERM
      unshare(0x00000400)     allow
      unshare(0)              allow
      setns(3, 0)             EPERM
      setns(3, 0x40000000)    EPERM
      setns(3, 0x00000400)    EPERM
      clone(17)               allow
      clone(0x3d0f00)         allow
      clone(0x00020011)       EPERM
      clone(0x7e020011)       EPERM
      clone(0x10000011)       EPERM
      clone3                  ENOSYS
      fork                    allow
      x86:clone(0x10000011)   EPERM
      x86:clone3              ENOSYS
      x86:unshare(0x20000000) EPERM
      `
    )
  })

  it("lets those be used that are listed", () => {
    holds(
      "RestrictNamespaces=user net",
      `
      unshare(0x50000000)     allow
      unshare(0x70000000)     EPERM
      unshare(0x00020000)     EPERM
      setns(3, 0)             EPERM
      setns(3, 0x40000000)    allow
      setns(3, 0x20000000)    EPERM
      clone(0x50000011)       allow
      clone(0x20000011)       EPERM
      clone3                  ENOSYS
      `
    )
    holds(
      "RestrictNamespaces=~mnt time",
      `
      unshare(0x20000000)     allow
      unshare(0x00020000)     EPERM
      unshare(0x80)           EPERM
      clone(0x91)             allow
      clone(0x00020091)       EPERM
      setns(3, 0x20000000)    allow
      setns(3, 0x80)          EPERM
      `
    )
    holds("RestrictNamespaces=yes", "unshare(0x20000000) EPERM\nclone(17) allow\nclone3 ENOSYS", arm64)
  })

  it("restricts nothing with no", () => {
    holds("RestrictNamespaces=no", "unshare(0x7e020080) allow\nclone3 allow\nsetns(3, 0) allow")
  })
})

describe("MemoryDenyWriteExecute=", () => {
  it("keeps memory from being written to and executed", () => {
    holds(
      "MemoryDenyWriteExecute=yes",
      `
      mmap(0, 4096, 7)             EPERM
      mmap(0, 4096, 6)             EPERM
      mmap(0, 4096, 5)             allow
      mmap(0, 4096, 3)             allow
      mmap(0, 4096, 0)             allow
      mprotect(0, 4096, 4)         EPERM
      mprotect(0, 4096, 5)         EPERM
      mprotect(0, 4096, 3)         allow
      pkey_mprotect(0, 4096, 5, 1) EPERM
      pkey_mprotect(0, 4096, 1, 1) allow
      shmat(1, 0, 0100000)         EPERM
      shmat(1, 0, 010000)          allow
      x86:mmap                     EPERM
      x86:mmap2(0, 4096, 7)        EPERM
      x86:mmap2(0, 4096, 5)        allow
      x86:mprotect(0, 4096, 5)     EPERM
      x86:ipc(21, 1, 0100000)      EPERM
      x86:ipc(0x10015, 1, 0100000) EPERM
      x86:ipc(21, 1, 0)            allow
      x86:ipc(23, 1, 0100000)      allow
      x86:shmat(1, 0, 0100000)     EPERM
      `.replaceAll(/\b0(\d{5,6})\b/g, (_, octal) => String(parseInt(octal, 8)))
    )
    holds("MemoryDenyWriteExecute=yes", "mmap(0, 1, 6) EPERM\nmprotect(0, 1, 4) EPERM\nshmat(1, 0, 32768) EPERM", arm64)
  })
})

describe("RestrictSUIDSGID=", () => {
  const octal = (text: string): string => text.replaceAll(/\b0(\d+)\b/g, (_, digits) => String(parseInt(digits, 8)))
  const calls = octal(`
    chmod(0, 04755)                    EPERM
    chmod(0, 02755)                    EPERM
    chmod(0, 01777)                    allow
    fchmod(3, 06000)                   EPERM
    fchmodat(3, 0, 04000)              EPERM
    fchmodat(3, 0, 0755)               allow
    fchmodat2(3, 0, 02000)             EPERM
    mkdir(0, 02755)                    EPERM
    mkdirat(3, 0, 02755)               EPERM
    mkdirat(3, 0, 0755)                allow
    mknod(0, 0104755)                  EPERM
    mknod(0, 0100755)                  allow
    mknodat(3, 0, 0102755)             EPERM
    creat(0, 04755)                    EPERM
    creat(0, 0644)                     allow
    open(0, 0101, 04755)               EPERM
    open(0, 0101, 0755)                allow
    open(0, 01, 04755)                 allow
    open(0, 020200001, 04755)          EPERM
    open(0, 0200000, 04755)            allow
    openat(3, 0, 0101, 02755)          EPERM
    openat(3, 0, 01, 02755)            allow
    openat2                            ENOSYS
    x86:chmod(0, 04755)                EPERM
    x86:openat(3, 0, 0101, 02755)      EPERM
    x86:openat2                        ENOSYS
  `)

  it("lets no file have either bit", () => holds("RestrictSUIDSGID=yes", calls))

  it("is what DynamicUser= means as well", () => holds("DynamicUser=yes", calls))

  it("knows where the mode is in the calls that arm64 has", () => {
    holds(
      "RestrictSUIDSGID=yes",
      octal("fchmod(3, 04000) EPERM\nopenat(3, 0, 0100, 04000) EPERM\nmkdirat(3, 0, 0755) allow"),
      arm64
    )
  })
})

describe("RestrictRealtime=", () => {
  it("lets only policies be set that leave the processor to others", () => {
    holds(
      "RestrictRealtime=yes",
      `
      sched_setscheduler(0, 0)          allow
      sched_setscheduler(0, 3)          allow
      sched_setscheduler(0, 5)          allow
      sched_setscheduler(0, 1)          EPERM
      sched_setscheduler(0, 2)          EPERM
      sched_setscheduler(0, 4)          EPERM
      sched_setscheduler(0, 6)          EPERM
      sched_setscheduler(0, 0x40000001) EPERM
      sched_setscheduler(0, 0xffffffff) EPERM
      sched_setattr                     ENOSYS
      sched_setparam                    allow
      x86:sched_setscheduler(0, 1)      EPERM
      `
    )
  })
})

describe("LockPersonality=", () => {
  it("lets the personality only be asked for, or set to what it is", () => {
    holds(
      "LockPersonality=yes",
      `
      personality(0)          allow
      personality(0xffffffff) allow
      personality(8)          EPERM
      personality(0x0040000)  EPERM
      personality(0x100000008) EPERM
      x86:personality(8)      EPERM
      `
    )
    holds("LockPersonality=yes\nPersonality=x86", "personality(8) allow\npersonality(0) EPERM")
    holds("LockPersonality=yes\nPersonality=x86-64", "personality(8) EPERM\npersonality(0) allow")
    holds("LockPersonality=yes", "personality(0) allow\npersonality(8) EPERM", arm64)
  })
})

describe("the directives that protect the kernel", () => {
  it.each([
    ["ProtectKernelModules", "init_module finit_module delete_module"],
    ["ProtectKernelLogs", "syslog"],
    ["ProtectClock", "settimeofday adjtimex clock_settime clock_adjtime x86:clock_settime64 x86:clock_adjtime64"],
    ["ProtectHostname", "sethostname setdomainname"],
    ["ProtectKernelTunables", "_sysctl"],
    ["PrivateDevices", "iopl ioperm"]
  ])("%s= refuses %s", (directive, names) => {
    const calls = names.split(" ")
    const all = calls.flatMap((call) => call.includes(":") ? [call] : [call, `x86:${call}`])
    assert.deepStrictEqual(tryCalls(`${directive}=yes`, all), all.map(() => "EPERM"))
    assert.deepStrictEqual(tryCalls(`${directive}=no`, all), all.map(() => "allow"))
    assert.deepStrictEqual(tryCalls(`${directive}=yes`, ["read", "execve", "x86:execve", "clock_gettime"]), [
      ...["allow", "allow", "allow", "allow"]
    ])
  })

  it("leave the host name to a service that has one of its own", () => {
    holds("ProtectHostname=private", "sethostname allow\nsetdomainname allow")
  })
})
