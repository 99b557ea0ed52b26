import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as Groups from "../../../src/supervisor/seccomp/Groups.ts"
import * as SystemCall from "../../../src/unit/grammar/SystemCall.ts"
import { answerOf, arm64, programsOf, table, tryCalls, x32 } from "./Machines.ts"

const answers = (lines: string, ...calls: ReadonlyArray<string>) => tryCalls(lines, calls).join(" ")

describe("SystemCallFilter=", () => {
  it("allows what is listed and what every program needs, and ends a process that calls anything else", () => {
    const lines = "SystemCallFilter=read write"
    assert.strictEqual(answers(lines, "read", "write", "open", "socket"), "allow allow kill kill")
    assert.strictEqual(
      answers(lines, "execve", "exit_group", "rt_sigreturn", "clock_gettime"),
      "allow allow allow allow"
    )
    assert.strictEqual(answers(lines, "nanosleep", "getrlimit", "x86:sigreturn"), "allow allow allow")
    assert.strictEqual(answers(lines, "x86:read", "x86:open", "x86:time"), "allow kill allow")
  })

  it("refuses what is listed after a ~ and allows all the rest", () => {
    const lines = "SystemCallFilter=~mount @clock"
    assert.strictEqual(answers(lines, "mount", "adjtimex", "read", "umount2"), "kill kill allow allow")
    assert.strictEqual(answers(lines, "x86:mount", "x86:clock_settime64", "x86:read"), "kill kill allow")
    assert.strictEqual(answers("SystemCallFilter=~execve", "execve", "read"), "kill allow")
  })

  it("gives the error that SystemCallErrorNumber= says", () => {
    const error = "SystemCallErrorNumber=EPERM\n"
    assert.strictEqual(answers(`${error}SystemCallFilter=read`, "read", "open"), "allow EPERM")
    assert.strictEqual(answers(`${error}SystemCallFilter=~open`, "read", "open"), "allow EPERM")
    assert.strictEqual(answers("SystemCallErrorNumber=kill\nSystemCallFilter=~open", "open"), "kill")
    assert.strictEqual(answers("SystemCallErrorNumber=4095\nSystemCallFilter=~open", "open"), "4095")
  })

  it("takes away from the list with the other kind of assignment, in the order written", () => {
    const service =
      "SystemCallFilter=@system-service\nSystemCallFilter=~@privileged @resources\nSystemCallErrorNumber=1"
    assert.strictEqual(answers(service, "read", "chown", "setpriority", "socket"), "allow EPERM EPERM allow")
    assert.strictEqual(answers(`${service}\nSystemCallFilter=@chown`, "chown", "setuid"), "allow EPERM")
    assert.strictEqual(answers("SystemCallFilter=~@file-system\nSystemCallFilter=open", "open", "close"), "allow kill")
    assert.strictEqual(answers("SystemCallFilter=read\nSystemCallFilter=~execve", "execve"), "kill")
    assert.strictEqual(
      answers("SystemCallFilter=read\nSystemCallFilter=\nSystemCallFilter=~read", "read", "open"),
      "kill allow"
    )
  })

  it("gives calls errors of their own, in either kind of list", () => {
    const deny = "SystemCallFilter=~open:EACCES mount:kill close\nSystemCallErrorNumber=EPERM"
    assert.strictEqual(answers(deny, "open", "mount", "close", "read"), "EACCES kill EPERM allow")
    const allow = "SystemCallFilter=@system-service\nSystemCallFilter=~open:EACCES @chown:ENOSYS read mount:1"
    assert.strictEqual(answers(allow, "open", "chown", "read", "mount", "write"), "EACCES ENOSYS kill EPERM allow")
    assert.strictEqual(answers("SystemCallFilter=~open:0", "open"), "0", "it seems to succeed")
    assert.strictEqual(answers(`${deny}\nSystemCallFilter=~open`, "open"), "EPERM", "the last word counts")
  })

  it("restricts nothing without a name after a ~", () => {
    assert.deepStrictEqual(programsOf("SystemCallFilter=~").programs, [])
    assert.deepStrictEqual(programsOf("SystemCallFilter=\nSystemCallErrorNumber=EPERM").programs, [])
  })

  it("leaves no call of x32 and of architectures without numbers a way around", () => {
    for (const lines of ["SystemCallFilter=read", "SystemCallFilter=~write"]) {
      const made = programsOf(lines)
      for (const number of [0, 1, 59]) assert.strictEqual(answerOf(made, "x86-64", x32 + number), "ENOSYS")
      assert.strictEqual(answerOf(programsOf(lines, arm64), "arm", 3), "ENOSYS")
    }
  })

  it("knows what socketcall() and ipc() of 32-bit PCs are for", () => {
    const deny = "SystemCallFilter=~connect shmat\nSystemCallErrorNumber=EPERM"
    assert.strictEqual(answers(deny, "x86:connect", "x86:socketcall(3)", "x86:socketcall(1)"), "EPERM EPERM allow")
    assert.strictEqual(answers(deny, "x86:ipc(21)", "x86:ipc(0x10015)", "x86:ipc(22)"), "EPERM EPERM allow")
    assert.strictEqual(answers("SystemCallFilter=~socketcall", "x86:socketcall(3)", "x86:connect"), "kill allow")
    const allow = "SystemCallFilter=connect semop"
    assert.strictEqual(answers(allow, "x86:socketcall(3)", "x86:socketcall(1)", "x86:ipc(1)"), "allow kill allow")
    const most = "SystemCallFilter=@network-io\nSystemCallFilter=~connect socket:EACCES"
    assert.strictEqual(answers(most, "x86:socketcall(2)", "x86:socketcall(99)"), "allow allow")
    assert.strictEqual(answers(most, "x86:socketcall(3)", "x86:socketcall(1)"), "kill EACCES")
  })
})

describe("SystemCallLog=", () => {
  it("logs what is listed, or after a ~ all else, and refuses nothing", () => {
    assert.strictEqual(answers("SystemCallLog=@clock\nSystemCallLog=read", "read", "adjtimex", "open"), "log log allow")
    assert.strictEqual(answers("SystemCallLog=~read", "read", "open", "x86:read", "x86:open"), "allow log allow log")
    assert.strictEqual(
      answers("SystemCallLog=@clock\nSystemCallLog=~adjtimex", "adjtimex", "settimeofday"),
      "allow log"
    )
    assert.strictEqual(answers("SystemCallLog=~open:EPERM", "open"), "log", "an error is none here")
    const made = programsOf("SystemCallLog=read")
    assert.strictEqual(answerOf(made, "x86-64", x32 + 1), "allow")
  })

  it("does not soften a filter", () => {
    assert.strictEqual(
      answers("SystemCallLog=read open\nSystemCallFilter=~open", "read", "open", "write"),
      "log kill allow"
    )
  })
})

/** Names of calls and groups, some of which overlap. */
const names =
  "read write open openat close execve exit_group socket connect bind accept4 shmget semop socketcall ipc " +
  "adjtimex chown setuid mount no_such_call @default @clock @basic-io @file-system @network-io @ipc @process " +
  "@system-service @privileged @known"
const name = FastCheck.constantFrom(...names.split(" "))
const entry = FastCheck.oneof(
  { arbitrary: name, weight: 4 },
  {
    arbitrary: FastCheck.tuple(name, FastCheck.constantFrom("EPERM", "EACCES", "kill", "0")).map((all) =>
      all.join(":")
    ),
    weight: 1
  }
)
const assignment = FastCheck.record({
  inverted: FastCheck.boolean(),
  entries: FastCheck.array(entry, { minLength: 1, maxLength: 6 })
})
type Assignment = { readonly inverted: boolean; readonly entries: ReadonlyArray<string> }

/** The manual's words for one call, read straight: what the last entry that has it among its calls makes of it. */
const verdict = (call: string, list: ReadonlyArray<Assignment>, error: string): string => {
  const allows = list[0]?.inverted === false
  let allowed = !allows || Groups.callsOf("@default").has(call)
  let refused = error
  for (const { entries, inverted } of list) {
    for (const text of entries) {
      const { action, name } = SystemCall.parse(text) ?? assert.fail(text)
      if (!Groups.callsOf(name).has(call) || !inverted && action !== undefined) continue
      allowed = !inverted
      refused = action === undefined ? error : text.slice(text.indexOf(":") + 1)
    }
  }
  return allowed ? "allow" : refused
}

describe("a filter of any assignments", () => {
  it("does with every call what its last mention says", () => {
    FastCheck.assert(
      FastCheck.property(
        FastCheck.array(assignment, { minLength: 1, maxLength: 5 }),
        FastCheck.constantFrom("kill", "EPERM", "ENOSYS"),
        (drawn, error) => {
          // In a list that allows, an entry with an error of its own is refused when the file is read.
          const allows = drawn[0]?.inverted === false
          const list = drawn.map(({ entries, inverted }) => ({
            inverted,
            entries: allows && !inverted ? entries.map((text) => text.replace(/:.*/, "")) : entries
          }))
          const lines = list.map(({ entries, inverted }) =>
            `SystemCallFilter=${inverted ? "~" : ""}${entries.join(" ")}`
          )
          const made = programsOf([...lines, `SystemCallErrorNumber=${error}`].join("\n"))
          for (const [architecture, numbers] of table) {
            const beyond = answerOf(made, architecture, 5000)
            assert.strictEqual(beyond, list[0]?.inverted === true ? "allow" : error)
            for (const [call, number] of numbers) {
              if (architecture === "x86" && (call === "socketcall" || call === "ipc")) continue
              assert.strictEqual(
                answerOf(made, architecture, number),
                verdict(call, list, error),
                `${architecture}:${call}`
              )
            }
          }
        }
      ),
      { numRuns: 30 }
    )
  })
})
