/** The programs that directives become, given to the kernel, and what it then does with real calls. */
import { spawnSync } from "node:child_process"
import { assert, describe, it } from "@effect/vitest"
import { needed } from "../../src/supervisor/seccomp/Seccomp.ts"
import { here, programsOf, table } from "../supervisor/seccomp/Machines.ts"
import { service } from "../supervisor/Units.ts"
import { program } from "../support/Programs.ts"

const native = here.architectures[0] ?? ""

/** `mprotect(0, 4096, 5)` as a line of the program's; `x86:` and `x32:` before it are other ways into the kernel. */
const lineOf = (call: string): string => {
  const [, way = "", name = "", list = ""] = /^(?:(x86|x32):)?(\w+)(?:\((.*)\))?$/.exec(call) ?? []
  const number = table.get(way === "x86" ? "x86" : native)?.get(name)
  assert(number !== undefined, `${call} is no call here`)
  const abi = way === "x86" ? "32" : way === "" ? "64" : way
  return `call ${abi} ${number} ${list.replaceAll(",", " ").replaceAll(/\b0o(\d+)/g, (octal) => String(Number(octal)))}`
}

/** What comes of the calls under a service's filters: `-1` an error, `ok` for any success. */
const make = (lines: string, calls: ReadonlyArray<string>): ReadonlyArray<string> => {
  const filters = programsOf(lines).programs.map(({ code }) => `program ${code.length / 2} ${code.join(" ")}`)
  const input = `${[...filters, ...calls.map(lineOf)].join("\n")}\n`
  const { error, status, stderr, stdout } = spawnSync(program("filtered"), { input, encoding: "utf8", timeout: 30_000 })
  assert.strictEqual(status, 0, `${error?.message ?? ""}${stderr}`)
  return stdout.trimEnd().split("\n").map((answer) => /^\d+$/.test(answer) ? "ok" : answer)
}

/** Lines `call  what comes of it`, `as ever` for what comes of it without filters; anything else must be different. */
const holds = (lines: string, ...wantedRows: ReadonlyArray<string>): void => {
  const rows = wantedRows.map((line) => line.split(/ {2,}/))
  const calls = rows.map(([call = ""]) => call)
  const [plain, filtered] = [make("", calls), make(lines, calls)]
  const wanted = rows.map(([call, answer], at) => `${call}: ${answer === "as ever" ? plain[at] : answer}`)
  assert.deepStrictEqual(calls.map((call, at) => `${call}: ${filtered[at]}`), wanted)
  rows.forEach(([call, answer], at) => {
    assert.isTrue(answer === "as ever" || plain[at] !== answer, `${call} gives ${answer} without a filter too`)
  })
}

const everything = "SystemCallFilter=@system-service\nSystemCallFilter=~@privileged @resources\n" +
  "SystemCallErrorNumber=EPERM\nSystemCallArchitectures=native\nSystemCallLog=@keyring\n" +
  "RestrictAddressFamilies=AF_UNIX AF_INET\nRestrictNamespaces=yes\nLockPersonality=yes\n" +
  "MemoryDenyWriteExecute=yes\nRestrictRealtime=yes\nRestrictSUIDSGID=yes\nProtectHostname=yes\n" +
  "ProtectKernelTunables=yes\nProtectKernelModules=yes\nProtectKernelLogs=yes\nProtectClock=yes\nPrivateDevices=yes"

/** The calls of one way are told by their being carried out: a kernel may be without. */
const has32 = native === "x86-64" && make("", ["x86:getppid"])[0] === "ok"
const describe32 = (name: string, body: () => void): void => {
  if (has32) describe(name, body)
  else describe.skip(`${name} (left out: the kernel runs no 32-bit calls)`, body)
}

describe("the kernel", () => {
  it("takes the programs of all directives at once, the largest there are, and still executes", () => {
    holds(
      everything,
      ...["execve  as ever", "read(-1)  as ever", "setpriority  -1", "chown  -1", "socket(16, 3)  -97"],
      ...["exit_group  as ever"]
    )
    const calls = [...table.values()].flatMap((numbers) => [...numbers.keys()])
    const own = calls.map((name, at) => name === "getppid" ? "getppid:EACCES" : `${name}:${at % 4000 + 100}`)
    // Without its filters' calls nobody installs filters, or ends: both are made by the child itself.
    const worst = own.filter((entry) => !/^(exit_group|exit|prctl|read):/.test(entry)).join(" ")
    assert.isTrue(needed(service(`SystemCallFilter=~${worst}`).Service))
    holds(`SystemCallFilter=~${worst}`, "getppid  -13", "read(-1)  as ever")
  })

  it("filters system calls", () => {
    holds(
      "SystemCallFilter=close",
      ...["close(-1)  as ever", "dup(-1)  signal 31", "execve  as ever", "clock_gettime(99)  as ever"]
    )
    holds(
      "SystemCallFilter=~dup:EACCES close:kill fsync",
      ...["dup(-1)  -13", "close(-1)  signal 31", "fsync(-1)  signal 31", "read(-1)  as ever"]
    )
    holds("SystemCallFilter=~dup\nSystemCallErrorNumber=4095", "dup(-1)  -4095", "close(-1)  as ever")
    holds("SystemCallFilter=~dup:0", "dup(-1)  ok")
    holds("SystemCallLog=dup close", "dup(-1)  as ever", "close(-1)  as ever")
  })

  it("restricts sockets and namespaces", () => {
    holds(
      "RestrictAddressFamilies=AF_UNIX",
      ...["socket(1, 1)  as ever", "socket(16, 3)  -97", "socket(2, 1)  -97", "socket(0xf00000002, 1)  -97"]
    )
    holds("RestrictAddressFamilies=~AF_NETLINK", "socket(1, 1)  as ever", "socket(16, 3)  -97", "socket(99)  as ever")
    holds(
      "RestrictNamespaces=yes",
      ...["unshare(0x08000000)  -1", "unshare(0x400)  as ever", "setns(-1)  -1", "clone3  -38"],
      ...["clone(0x20000000)  -1"]
    )
    holds(
      "RestrictNamespaces=~ipc",
      ...["unshare(0x08000000)  -1", "unshare(0x04000000)  as ever", "setns(-1, 0x08000000)  -1"],
      ...["setns(-1, 0x04000000)  as ever"]
    )
  })

  it("restricts memory, modes, scheduling and the personality", () => {
    holds(
      "MemoryDenyWriteExecute=yes",
      ...["mmap(0, 4096, 7, 0x22, -1)  -1", "mmap(0, 4096, 3, 0x22, -1)  as ever"],
      ...["mmap(0, 4096, 5, 0x22, -1)  as ever", "mprotect(1, 4096, 4)  -1", "mprotect(1, 4096, 3)  as ever"],
      ...["shmat(-1, 0, 0o100000)  -1", "shmat(-1)  as ever"]
    )
    holds(
      "RestrictSUIDSGID=yes",
      ...["fchmod(-1, 0o4755)  -1", "fchmod(-1, 0o755)  as ever", "mkdirat(-1, 1, 0o2755)  -1", "openat2(-1)  -38"]
    )
    holds(
      "RestrictRealtime=yes",
      ...["sched_setscheduler(0, 1)  -1", "sched_setscheduler(0, 0)  as ever", "sched_setattr  -38"]
    )
    holds("LockPersonality=yes", "personality(8)  -1", "personality(0)  as ever", "personality(0xffffffff)  as ever")
  })

  it("protects itself", () => {
    holds("ProtectKernelModules=yes", "delete_module  -1", "read(-1)  as ever")
    holds("ProtectKernelLogs=yes", "syslog(10)  -1")
    holds("ProtectClock=yes", "adjtimex  -1", "clock_settime(99)  -1", "clock_gettime(99)  as ever")
    holds("ProtectHostname=yes", "sethostname(0, 1)  -1", "setdomainname(0, 1)  -1")
    if (native === "x86-64") {
      holds("ProtectKernelTunables=yes", "_sysctl  -1")
      holds("PrivateDevices=yes", "iopl(9)  -1", "ioperm(0, 99999999)  -1")
    }
  })
})

describe32("calls of 32-bit programs", () => {
  it("are filtered by the same names", () => {
    holds("SystemCallFilter=close", "x86:close(-1)  as ever", "x86:dup(-1)  signal 31", "x86:oldolduname  signal 31")
    holds(
      "SystemCallFilter=~connect:EACCES close",
      ...["x86:connect(-1)  -13", "x86:socketcall(3)  -13", "x86:socketcall(1)  as ever"],
      ...["x86:close(-1)  signal 31"]
    )
    holds("RestrictNamespaces=yes", "x86:unshare(0x08000000)  -1", "x86:clone3  -38")
    holds(
      "MemoryDenyWriteExecute=yes",
      ...["x86:mprotect(1, 4096, 4)  -1", "x86:ipc(21, -1, 0o100000)  -1", "x86:ipc(21, -1)  as ever"]
    )
    holds("RestrictSUIDSGID=yes", "x86:fchmod(-1, 0o4755)  -1", "x86:fchmod(-1, 0o755)  as ever")
  })

  it("end the process where only the native ones are allowed, as do those of x32", () => {
    holds(
      "SystemCallArchitectures=native",
      ...["close(-1)  as ever", "x86:close(-1)  signal 31", "x32:close(-1)  signal 31"]
    )
    holds("SystemCallArchitectures=x86", "close(-1)  as ever", "x86:close(-1)  as ever", "x32:close(-1)  signal 31")
    holds("SystemCallFilter=~close:EACCES", "x32:close(-1)  as ever")
  })
})
