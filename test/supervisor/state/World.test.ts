/** The state table against a world that answers at random. */
import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { ExitStatus } from "../../../src/kernel/Processes.ts"
import { Event } from "../../../src/supervisor/StateEvent.ts"
import type { Service } from "../../../src/unit/Unit.ts"
import { service } from "../Units.ts"
import * as C from "./Cases.ts"
import type { Process } from "./World.ts"
import { World } from "./World.ts"

const commands =
  "ExecCondition=/bin/a\nExecStartPre=-/bin/a\nExecStartPost=/bin/a\nExecReload=/bin/a\nExecStop=/bin/a\n" +
  "ExecStop=/bin/b\nExecStopPost=/bin/a"

const units: Readonly<Record<string, Service>> = {
  "simple": service(),
  "simple with all commands": service(commands),
  "simple that restarts at once": service("Restart=always\nRestartSec=0"),
  "simple that restarts after failures, twice": service("Restart=on-failure\nRestartSec=2\nStartLimitBurst=2"),
  "simple with conditions": service(`ConditionPathExists=/a\nRestart=always\nRestartSec=1\n${commands}`),
  "simple with a limited time and a watchdog": service("RuntimeMaxSec=5\nWatchdogSec=1\nRestart=on-watchdog"),
  "exec without a limit to its stop": service("Type=exec\nTimeoutStopSec=infinity\nTimeoutStartSec=1"),
  "idle": service(`Type=idle\n${commands}`),
  "oneshot": service("Type=oneshot\nExecStart=/bin/a\nExecStart=-/bin/b\nExecStart=/bin/c"),
  "oneshot that remains": service(`Type=oneshot\nRemainAfterExit=yes\nRestart=on-failure\n${commands}`),
  "oneshot without a command": service("Type=oneshot\nRemainAfterExit=yes\nExecStart=\nExecStop=/bin/a"),
  "oneshot without anything to do": service("Type=oneshot\nExecStart=\nSuccessAction=exit"),
  "forking": service("Type=forking\nRestart=on-failure\nExecReload=/bin/a"),
  "forking with commands": service(`Type=forking\n${commands}`),
  "forking with a PID file": service("Type=forking\nPIDFile=/run/a.pid"),
  "forking with a PID file and commands": service(`Type=forking\nPIDFile=/run/a.pid\n${commands}`),
  "notify": service("Type=notify\nNotifyAccess=all\nWatchdogSec=1\nRestart=always\nRestartSec=0"),
  "notify that remains": service(`Type=notify\nNotifyAccess=all\nRemainAfterExit=yes\n${commands}`),
  "notify with its whole group": service(`Type=notify\nNotifyAccess=all\nExitType=cgroup\n${commands}`),
  "notify-reload": service("Type=notify-reload\nNotifyAccess=all"),
  "notify-reload with commands": service(`Type=notify-reload\nNotifyAccess=all\n${commands}`),
  "its whole group": service("ExitType=cgroup\nRestart=on-success"),
  "mixed": service(`KillMode=mixed\n${commands}`),
  "mixed with its whole group": service("KillMode=mixed\nExitType=cgroup"),
  "process only": service(`KillMode=process\nRestart=always\n${commands}`),
  "process only with its whole group": service("KillMode=process\nExitType=cgroup"),
  "nobody": service(`KillMode=none\n${commands}`),
  "never killed": service(`SendSIGKILL=no\n${commands}\nRestart=always`),
  "never killed, but that is what its timeouts ask for": service(
    `SendSIGKILL=no\nTimeoutStartFailureMode=kill\nTimeoutStopFailureMode=kill\n${commands}`
  ),
  "aborted": service(`TimeoutStartFailureMode=abort\nTimeoutStopFailureMode=abort\n${commands}`),
  "killed at once": service(`TimeoutStartFailureMode=kill\nTimeoutStopFailureMode=kill\n${commands}`)
}

const ends: ReadonlyArray<ExitStatus> = [
  ...Array.from({ length: 6 }, () => ExitStatus.Exited({ code: 0 })),
  ExitStatus.Exited({ code: 1 }),
  ExitStatus.Signaled({ signal: 15, coreDumped: false }),
  ExitStatus.Signaled({ signal: 6, coreDumped: true })
]
const killed = ExitStatus.Signaled({ signal: 9, coreDumped: false })

/** Something happens, or nothing that anybody would be told of. */
type Happening = () => Event | undefined

const lifeOf = (world: World, process: Process, pick: (count: number) => number): ReadonlyArray<Happening> => {
  const { pid } = process
  switch (process.state) {
    case "forked":
      return [() => {
        if (pick(8) === 0) {
          process.state = "doomed"
          return C.execFails
        }
        process.state = "running"
        return { _tag: "Started", pid }
      }]
    case "running":
      return pick(3) === 0 ? [() => world.end(process, ends[pick(ends.length)] ?? killed)] : []
    case "doomed":
      return [() => world.end(process, ExitStatus.Exited({ code: 203 }))]
    case "killed":
      return [() => world.end(process, killed)]
  }
}

const notice = (world: World, pick: (count: number) => number): Event =>
  C.says({
    ready: pick(2) === 0,
    reloading: pick(3) === 0,
    stopping: pick(6) === 0,
    mainPid: pick(6) === 0 ? world.processes[pick(world.processes.length)]?.pid : undefined,
    extendMillis: pick(4) === 0 ? 1000 : undefined
  })

/** What the world may do by itself. */
const worldly = (world: World, pick: (count: number) => number): Array<Happening> => {
  const { machine, processes } = world
  const happenings = processes.flatMap((process) => lifeOf(world, process, pick))
  const { timer, watching } = world
  if (watching !== undefined && processes.length === 0) {
    happenings.push(() => {
      world.watching = undefined
      return { _tag: "Emptied", sweep: watching, already: false }
    })
  }
  // SIGKILL works in this world: nobody has to wait for its timeout.
  if (timer !== undefined && !machine.phase.endsWith("sigkill") && pick(3) === 0) {
    happenings.push(() => {
      world.timer = undefined
      return { _tag: "TimedOut", timer }
    })
  }
  if (world.idleWanted) {
    happenings.push(() => {
      world.idleWanted = false
      return C.idle
    })
  }
  if (world.restartDue) {
    happenings.push(() => {
      world.restartDue = false
      return C.start
    })
  }
  return happenings
}

/** What people and services may do. */
const wilful = (world: World, pick: (count: number) => number): Array<Happening> => {
  const happenings: Array<Happening> = [
    () => C.start,
    () => C.reload,
    () => pick(3) === 0 ? Event.StopRequested(pick(2) === 0) : undefined,
    () => {
      world.fork()
      return undefined
    },
    () => ({ _tag: "TimedOut", timer: world.machine.timer - 1 }),
    () => ({ _tag: "Emptied", sweep: world.machine.sweep - 1, already: false })
  ]
  if (world.processes.some(({ state }) => state === "running")) happenings.push(() => notice(world, pick))
  if (world.watchdog) happenings.push(() => C.missesWatchdog)
  const unknown = world.processes.find(({ known }) => !known)
  if (world.pidFileAwaited && world.machine.main === 0) {
    happenings.push(() => {
      if (unknown === undefined) return C.mainAwaited
      unknown.known = true
      return { _tag: "MainFound", pid: unknown.pid }
    })
  }
  if (pick(100) === 0) happenings.push(() => C.shutdown)
  if (world.machine.closing && pick(10) === 0) happenings.push(() => C.kill)
  return happenings
}

/** Chance that one number decides (mulberry32), so that a failure is short to tell and quick to make smaller. */
const chance = (seed: number) => {
  let state = seed
  return (count: number): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ state >>> 15, 1 | state)
    mixed = mixed + Math.imul(mixed ^ mixed >>> 7, 61 | mixed) ^ mixed
    return ((mixed ^ mixed >>> 14) >>> 0) % count
  }
}

/** Lets so many things happen. */
const play = (unit: Service, seed: number, length: number): World => {
  const pick = chance(seed)
  const world = new World(unit, pick)
  for (let turn = 0; turn < length; turn++) {
    // Most starts are far enough from each other for the start limit.
    world.now += pick(7) * (world.isAtRest ? 1000 : 1)
    const own = worldly(world, pick)
    const possible = own.length > 0 && pick(3) > 0 ? own : wilful(world, pick)
    const event = possible[pick(possible.length)]?.()
    if (event !== undefined) world.happen(event)
  }
  return world
}

const plays = [FastCheck.integer(), FastCheck.nat(120)] as const

/** Lets a world come to rest by itself: the last that can happen does, and those who are told to end do. */
const finish = (world: World): number => {
  for (let turns = 0; turns < 60; turns++) {
    if (world.isAtRest) return turns
    const event = worldly(world, () => 0).at(0)
    assert(event !== undefined, `nothing ends ${JSON.stringify(world.machine)}`)
    const happened = event()
    if (happened !== undefined) world.happen(happened)
  }
  return assert.fail(`no end of ${JSON.stringify(world.machine)}`)
}

describe("the state table", () => {
  for (const [name, unit] of Object.entries(units)) {
    it(`keeps its promises in any order of events, and comes to rest when it is to: ${name}`, () => {
      FastCheck.assert(
        FastCheck.property(...plays, FastCheck.boolean(), (seed, length, kill) => {
          const world = play(unit, seed, length)
          if (!world.isAtRest) world.happen(kill ? C.kill : C.stop)
          finish(world)
          assert.isTrue(world.isAtRest)
        }),
        { numRuns: 100 }
      )
    })

    it(`answers every start with news: ${name}`, () => {
      FastCheck.assert(
        FastCheck.property(...plays, (seed, length) => {
          const world = play(unit, seed, length)
          if (!world.isAtRest || world.machine.closing) return
          const before = world.reports
          world.happen(C.start)
          assert.isAbove(world.reports, before)
        }),
        { numRuns: 50 }
      )
    })
  }
})
