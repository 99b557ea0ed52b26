import { assert, describe, it } from "@effect/vitest"
import * as Groups from "../../../src/supervisor/seccomp/Groups.ts"
import * as Seccomp from "../../../src/supervisor/seccomp/Seccomp.ts"
import { service } from "../Units.ts"
import * as Interpreter from "./Interpreter.ts"
import { answerOf, arm64, here, programsOf, table, tokens, tryCalls, x32 } from "./Machines.ts"

/** All of them at once. */
const everything = [
  "SystemCallFilter=@system-service",
  "SystemCallFilter=~@privileged @resources",
  "SystemCallErrorNumber=EPERM",
  "SystemCallLog=@keyring",
  "SystemCallArchitectures=native",
  "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6",
  ...["RestrictNamespaces", "LockPersonality", "MemoryDenyWriteExecute", "RestrictRealtime", "RestrictSUIDSGID"],
  ...["ProtectHostname", "ProtectKernelTunables", "ProtectKernelModules", "ProtectKernelLogs", "ProtectClock"],
  "PrivateDevices"
].map((line) => line.includes("=") ? line : `${line}=yes`).join("\n")

describe("Seccomp", () => {
  it("makes no program for a service without such a directive, and says beforehand that none is needed", () => {
    for (
      const lines of ["", "LockPersonality=no", "ProtectClock=no\nRestrictSUIDSGID=no", "SystemCallErrorNumber=EPERM"]
    ) {
      assert.isFalse(Seccomp.needed(service(lines).Service), lines)
      assert.deepStrictEqual(programsOf(lines), { programs: [], unknown: [] })
    }
  })

  it("makes a program for each directive, the filter as the last", () => {
    assert.deepStrictEqual(programsOf(everything).programs.map(({ directive }) => directive), [
      ...["SystemCallArchitectures=", "ProtectHostname=", "RestrictAddressFamilies=", "MemoryDenyWriteExecute="],
      ...["RestrictRealtime=", "RestrictSUIDSGID=", "RestrictNamespaces=", "ProtectKernelTunables="],
      ...["ProtectKernelModules=", "ProtectKernelLogs=", "ProtectClock=", "PrivateDevices=", "LockPersonality="],
      ...["SystemCallLog=", "SystemCallFilter="]
    ])
    for (const line of everything.split("\n").filter((line) => !line.includes("~") && !line.includes("Error"))) {
      assert.isTrue(Seccomp.needed(service(line).Service), line)
      assert.deepStrictEqual(programsOf(line).programs.map(({ directive }) => directive), [`${line.split("=")[0]}=`])
    }
  })

  it("makes them once for a service", () => {
    const section = service(everything).Service
    assert.strictEqual(Seccomp.programs(section, here), Seccomp.programs(section, here))
    assert.notDeepEqual(Seccomp.programs(section, arm64), Seccomp.programs(section, here))
  })

  it("leaves a program what it takes to be executed", () => {
    const calls = ["execve", "exit_group", "brk", "mmap(0, 4096, 5)", "mprotect(0, 4096, 1)", "write", "read", "close"]
    assert.deepStrictEqual(tryCalls(everything, calls), calls.map(() => "allow"))
    assert.deepStrictEqual(tryCalls("SystemCallFilter=", ["execve"]), ["allow"])
  })

  it("keeps to what the kernel runs no more for calls that are always allowed", () => {
    const { programs } = programsOf(everything)
    for (const name of ["read", "futex", "epoll_wait", "clock_gettime", "sendmsg"]) {
      for (const { code, directive } of programs) {
        const number = table.get("x86-64")?.get(name) ?? -1
        const { answer, looked } = Interpreter.run(code, { architecture: tokens["x86-64"] ?? 0, number, arguments: [] })
        assert.deepStrictEqual([Interpreter.wordOf(answer), looked], ["allow", false], `${directive} ${name}`)
      }
    }
  })

  it("takes no more instructions than the kernel takes, even where each call has an error of its own", () => {
    const calls = [...new Set([...table.values()].flatMap((numbers) => [...numbers.keys()]))].sort()
    const worst = `SystemCallFilter=~${calls.map((name, at) => `${name}:${at % 4000 + 1}`).join(" ")}`
    const [program] = programsOf(worst).programs
    assert.isBelow((program?.code.length ?? 0) / 2, 3000)
    const sizes = programsOf(everything).programs.map(({ code }) => code.length / 2)
    // MAX_INSNS_PER_PATH is 32768 for all filters of a process, those of the container included.
    assert.isBelow(sizes.reduce((sum, size) => sum + size), 1000)
  })

  it("tells which calls it knows nothing of, but not those that only other machines have", () => {
    const lines =
      "SystemCallFilter=read raed @clock arm_fadvise64_64 x_y\nSystemCallFilter=~fork_bomb\nSystemCallLog=raed"
    assert.deepStrictEqual(programsOf(lines).unknown, ["raed", "x_y", "fork_bomb"])
    assert.deepStrictEqual(programsOf("SystemCallFilter=socketcall mmap2 waitpid").unknown, [])
    assert.deepStrictEqual(tryCalls(lines, ["read", "open"]), ["allow", "kill"])
  })
})

describe("SystemCallArchitectures=", () => {
  it("ends a process that makes a call of another architecture, whatever other directives say of it", () => {
    for (
      const more of ["", "SystemCallFilter=~read\nSystemCallErrorNumber=1\nLockPersonality=yes\nSystemCallLog=read"]
    ) {
      const made = programsOf(`SystemCallArchitectures=native\n${more}`)
      for (const number of [1, 3, 4, 59]) assert.strictEqual(answerOf(made, "x86", number), "kill")
      for (const number of [0, 1, 59, 520]) assert.strictEqual(answerOf(made, "x86-64", x32 + number), "kill")
      assert.strictEqual(answerOf(made, "x86-64", 1), "allow")
    }
  })

  it("lets those pass that are listed, and always our own", () => {
    const both = programsOf("SystemCallArchitectures=x86 mips")
    assert.deepStrictEqual([answerOf(both, "x86-64", 0), answerOf(both, "x86", 0)], ["allow", "allow"])
    assert.strictEqual(answerOf(both, "x86-64", x32), "kill")
    const wide = programsOf("SystemCallArchitectures=x86-64 x32")
    assert.deepStrictEqual([answerOf(wide, "x86-64", x32), answerOf(wide, "x86", 3)], ["allow", "kill"])
    const arm = (lines: string) => answerOf(programsOf(lines, arm64), "arm", 3)
    assert.strictEqual(arm("SystemCallArchitectures=native"), "kill")
    assert.strictEqual(arm("SystemCallArchitectures=native arm"), "allow")
  })

  it("is no reason that a filter forgets those that may pass", () => {
    const made = programsOf("SystemCallArchitectures=native x86\nSystemCallFilter=~write")
    assert.deepStrictEqual([answerOf(made, "x86", 4), answerOf(made, "x86-64", 1)], ["kill", "kill"])
    assert.deepStrictEqual([answerOf(made, "x86", 3), answerOf(made, "x86-64", 0)], ["allow", "allow"])
  })
})

describe("Groups", () => {
  it("know the same calls as @known, and nothing by another name", () => {
    const known = Groups.callsOf("@known")
    for (const [architecture, numbers] of table) {
      assert.deepStrictEqual([...numbers.keys()].filter((name) => !known.has(name)), [], architecture)
    }
    assert.deepStrictEqual([...Groups.callsOf("@no-such-group")], [])
    assert.deepStrictEqual([...Groups.callsOf("read")], ["read"])
  })
})
