/**
 * The rules of a life, as questions to what was seen from outside: the process table, the log, and what was asked for.
 * Nothing here knows of jobs or states; a rule that is broken is a line of text.
 */
import type { Facts } from "./Facts.ts"
import { factsOf } from "./Facts.ts"
import type { Entry } from "./History.ts"
import type { Lived } from "./Live.ts"
import type { Directive, Life } from "./Lives.ts"
import { longestTimeout, startedBy } from "./Lives.ts"
import { Track } from "./Track.ts"

/** How long the killed may take, and how long the last scope waits for them. */
const lastWaits = 2000

/** Longer than anything takes by default. */
const restMillis = 8000

const requiring: ReadonlyArray<Directive> = ["Requires", "Requisite", "BindsTo"]

class Rules {
  readonly broken: Array<string> = []
  private readonly life: Life
  private readonly tracks = new Map<string, Track>()
  private readonly byStem = new Map<string, Track>()
  private readonly byPid = new Map<number, Track>()
  /** Nobody has asked for anything since the boot, and nothing calls off what the boot has asked for. */
  private isPlain: boolean
  private readonly asked = new Set<string>()
  private readonly killed = new Set<string>()
  private at = 0
  private stopAt: number | undefined
  private secondAt: number | undefined
  private deadline = false
  private force = false
  private answeredAt: number | undefined
  private mixed = false
  private startAsked = false
  private decided: number | undefined
  /** Units in which something was killed since everything stops. */
  private readonly forced = new Set<string>()
  /** Units of which something was alive when it began. */
  private readonly aliveAtStop = new Set<string>()
  private readonly forcedBefore = new Set<string>()
  private readonly opened = new Map<string, number>()

  constructor(life: Life) {
    this.life = life
    life.units.forEach((unit, index) => {
      const track = new Track(factsOf(life, unit, index), (text) => this.fault(text))
      this.tracks.set(unit.name, track)
      this.byStem.set(unit.stem, track)
    })
    const upsetting: ReadonlyArray<Directive> = ["Conflicts", "PropagatesStopTo", "BindsTo"]
    this.isPlain = !life.edges.some(({ directive }) => upsetting.includes(directive)) &&
      !life.units.some(({ lines }) => lines.includes("StopWhenUnneeded=yes"))
  }

  see(entry: Entry): void {
    const { at } = this
    this.at = entry.at
    switch (entry._tag) {
      case "Born": {
        const track = this.byStem.get(entry.unit)
        if (track === undefined) return
        this.byPid.set(entry.pid, track)
        return this.born(track, entry)
      }
      case "Execed":
        return this.byPid.get(entry.pid)?.execed(entry.pid)
      case "Said":
        return this.byPid.get(entry.pid)?.said(entry.pid, entry.text)
      case "Signalled":
        return this.signalled(entry.pid, entry.signal)
      case "KilledFromOutside": {
        const track = this.byPid.get(entry.pid)
        if (track !== undefined) this.killed.add(track.facts.name)
        this.isPlain = false
        return
      }
      case "Ended":
        return this.byPid.get(entry.pid)?.ended(entry.pid, entry.status, entry.at)
      case "Asked":
        this.isPlain = false
        this.asked.add(entry.unit)
        if (entry.kind !== "stop") this.startAsked = true
        return
      case "Log":
        return this.logged(entry.unit, entry.text)
      case "Call":
        return this.called(entry.text)
      case "Settled":
        // Where it goes on in circles, nothing is ever so for long.
        return entry.at - at > restMillis ? this.rest() : undefined
      case "SignalToUs":
        if (entry.signal === 15 && this.stopAt !== undefined) this.secondAt ??= this.at
        return
      case "Answered":
        this.answeredAt = this.at
    }
  }

  private born(track: Track, { index, pid, slot }: Extract<Entry, { readonly _tag: "Born" }>): void {
    const { facts } = track
    // What was under way at the very moment may have been begun ahead of the news.
    const isLate = this.stopAt !== undefined && this.at > this.stopAt
    if (isLate && slot !== "stop" && slot !== "after" && slot !== "left") {
      this.fault(`${facts.name}: ${slot} begins after the shutdown did`)
    }
    if (this.isHurried && slot !== "left") this.fault(`${facts.name}: ${slot} begins though everything is killed`)
    if (this.answeredAt !== undefined && slot !== "left") this.fault(`${facts.name}: ${slot} begins after the end`)
    if (slot === "stop" && track.isSteady) this.stops(track)
    if (!track.born({ pid, slot, index }, this.at)) return
    this.startsInOrder(facts)
    this.hasWhatItRequires(facts)
    this.restartsInTime(track)
  }

  /** After the moment of a second signal, or of the deadline, or of an action by force. */
  private get isHurried(): boolean {
    return (this.secondAt !== undefined && this.at > this.secondAt) || (this.deadline && this.at > this.deadlineAt) ||
      (this.force && this.stopAt !== undefined && this.at > this.stopAt)
  }

  private get deadlineAt(): number {
    return (this.stopAt ?? 0) + this.life.stopTimeoutMillis
  }

  private startsInOrder({ after, name, type }: Facts): void {
    if (type === "idle") return
    for (const other of after) {
      const track = this.tracks.get(other)
      if (track === undefined || track.facts.type === "idle" || track.facts.kind === "timer") continue
      const { isStarting, run } = track
      const isBefore = run !== undefined && (run.began < this.at || this.life.turns === 0)
      if (isStarting && isBefore) this.fault(`${name} starts while ${other}, which it is after, is starting`)
      if (this.isPlain && !track.settled && !isStarting && this.bootStarts(track.facts)) {
        this.fault(`${name} starts ahead of ${other}, which it is after`)
      }
    }
  }

  private bootStarts({ name }: Facts): boolean {
    const { edges, units } = this.life
    return !units.some((unit) => unit.kind === "timer" && startedBy(units, unit) === name) &&
      !edges.some(({ directive, to }) =>
        (directive === "OnFailure" || directive === "OnSuccess") && units[to]?.name === name
      )
  }

  private hasWhatItRequires({ after, name, to }: Facts): void {
    for (const directive of requiring) {
      for (const other of to.get(directive) ?? []) {
        const track = this.tracks.get(other)
        if (track === undefined || !after.has(other) || track.facts.type === "idle") continue
        if (track.facts.kind === "timer") continue
        if (track.facts.kind === "target") {
          if (!track.reached) this.fault(`${name} starts without ${other}, which it requires`)
          continue
        }
        // It may have begun anew since this one was told to start.
        if (track.run?.began === this.at) continue
        const came = track.run?.up === true || track.lastSkip >= (track.run?.began ?? 0)
        if (!came) this.fault(`${name} starts though ${other}, which it requires, did not`)
        if (directive === "BindsTo" && track.run?.up && ["simple", "exec", "notify"].includes(track.facts.type)) {
          const gone = track.living.size === 0 && track.emptyAt < this.at
          if (gone && !track.facts.remains) this.fault(`${name} starts without ${other}, which it is bound to`)
        }
      }
    }
  }

  /** `Restart=` and `RestartSec=`, of a unit that nobody else has to do with. */
  private restartsInTime(track: Track): void {
    const { emptyAt, facts, runs } = track
    if (!facts.isAlone || this.asked.has(facts.name) || runs < 2) return
    if (facts.restart === "no" && !facts.lines.has("RestartForceExitStatus=1")) {
      this.fault(`${facts.name} starts again, and nobody asked for that`)
    }
    const least = emptyAt + facts.restartMillis
    if (!facts.isLoose && facts.killMode !== "process" && this.at < least) {
      this.fault(`${facts.name} starts again ahead of ${least}`)
    }
  }

  private signalled(pid: number, signal: number): void {
    const track = this.byPid.get(pid)
    if (track === undefined) return
    const { facts } = track
    const process = track.living.get(pid)
    // `mixed` kills those without asking them, and that is no force.
    const isOrdinary = facts.killMode === "mixed" && process?.slot === "left"
    if (isOrdinary) this.mixed = true
    else if (signal === 9 && process !== undefined && this.answeredAt === undefined) {
      const where = this.stopAt === undefined ? this.forcedBefore : this.forced
      where.add(facts.name)
    }
    if (this.answeredAt === undefined && track.isSteady && !facts.endsItself && track.main !== undefined) {
      // Of a reload that takes too long only its command is signalled.
      if (process?.slot !== "reload") this.stops(track)
    }
    if (this.stopAt === undefined && facts.isCalm && facts.isAlone) {
      if (!this.asked.has(facts.name) && !this.killed.has(facts.name)) {
        this.fault(`${facts.name} is signalled, and nobody has asked for that`)
      }
    }
    if (process?.slot !== "reload") track.signalled()
  }

  /** A unit that is up is told to stop: those that are ordered after it and stop as well have stopped. */
  private stops({ facts: { name } }: Track): void {
    if (this.isHurried || this.secondAt !== undefined || this.deadline || this.force) return
    for (const { facts, own, run } of this.tracks.values()) {
      if (!facts.after.has(name) || facts.isLoose || own.length === 0) continue
      const goesAlong = [...requiring, "PartOf" as const].some((directive) => facts.to.get(directive)?.has(name))
      const isLate = this.stopAt !== undefined && this.at > this.stopAt
      // Who asks for a start while a stop is under way has the stop that waits called off.
      if (!isLate && !(goesAlong && !this.startAsked && run?.up === true && !run.mainEnded)) continue
      this.fault(`${name} stops while ${facts.name}, which is after it, is not gone`)
    }
  }

  private logged(unit: string, text: string): void {
    const track = this.tracks.get(unit)
    if (track !== undefined) {
      if (text.startsWith("cannot start a process")) track.refused(this.at)
      if (/^(did not|has run for|failed|stopped)/.test(text)) track.signalled()
      if (text === "reached") track.reached = true
      if (/^(not started|cannot start|start limit|failed|stopped|done|starts again|reached)/.test(text)) {
        track.settled = true
      }
      if (/^not started: (Condition|ExecCondition)/.test(text)) track.lastSkip = this.at
      if (/^(not started|cannot start): (Condition|Assert)/.test(text)) track.count(this.at)
      return
    }
    const decided = /the container ends with code (\d+)/.exec(text)
    if (decided !== null) this.decided = Number(decided[1])
    if (text.includes("stopping all units")) {
      this.stopAt = this.at
      this.stopBegins()
    }
    if (text.startsWith("the stop timeout is over")) this.atDeadline()
    else if (text.includes("killing what is left") && this.at === this.stopAt && !text.includes("again")) {
      this.force = true
    }
  }

  private stopBegins(): void {
    for (const { emptyAt, facts, living } of this.tracks.values()) {
      if (living.size > 0 || emptyAt === this.at) this.aliveAtStop.add(facts.name)
      if (living.size === 0) this.forcedBefore.delete(facts.name)
    }
  }

  private atDeadline(): void {
    this.deadline = true
    if (
      this.life.stopTimeoutMillis === longestTimeout &&
      ![...this.tracks.values()].some((one) => one.facts.cannotBeKilled)
    ) {
      this.fault("the shutdown waits for ever")
    }
  }

  private called(text: string): void {
    const [word = "", name = ""] = text.split(" ")
    const isHard = this.tracks.get(name.replace(",", ""))?.facts.cannotBeKilled === true
    if (text.includes("left") && !isHard) this.fault(`closes the group of a unit with processes: ${text}`)
    if (word === "open") {
      if (this.opened.get(name) === 1) this.fault(`${name} has two groups`)
      this.opened.set(name, 1)
    } else if (word === "close") this.opened.set(name.replace(",", ""), 0)
  }

  /** Nothing has happened for long: what is so now stays so. */
  private rest(): void {
    for (const { facts, isSteady, main } of this.tracks.values()) {
      if (!isSteady || main === undefined || facts.isLoose) continue
      for (const other of facts.to.get("Conflicts") ?? []) {
        const track = this.tracks.get(other)
        if (track?.isSteady && track.main !== undefined && !track.facts.isLoose) {
          this.fault(`${facts.name} and ${other} are both up`)
        }
      }
      for (const other of facts.to.get("BindsTo") ?? []) {
        const track = this.tracks.get(other)
        if (track?.facts.kind !== "service" || track.facts.remains || track.facts.restart !== "no") continue
        // A daemon that is in no group may be anywhere.
        if (track.facts.type === "forking" && this.life.script.cgroups === false) continue
        if (track.living.size === 0 && track.emptyAt < this.at) {
          this.fault(`${facts.name} is up without ${other}, which it is bound to`)
        }
      }
    }
  }

  end({ alive, code, died, sent }: Lived): void {
    const tracks = [...this.tracks.values()]
    const hard = tracks.some(({ facts }) => facts.cannotBeKilled)
    if (died !== undefined) return this.fault(`the supervisor died: ${died}`)
    if (code === undefined) return this.fault("it does not end")
    if (alive.length > 0 && !hard) this.fault(`${alive.join(", ")} are left`)
    for (const [name, open] of this.opened) if (open === 1) this.fault(`the group of ${name} is left`)
    if (this.life.settles && this.stopAt !== undefined && sent.length === 0) this.fault("the boot is never over")
    this.endsInTime()
    this.saysTheTruth(code)
    for (const track of tracks) this.wasItself(track)
  }

  private endsInTime(): void {
    if (this.stopAt === undefined || this.answeredAt === undefined) return this.fault("it ends without a shutdown")
    const latest = Math.min(this.deadlineAt, this.secondAt ?? Infinity, this.force ? this.stopAt : Infinity) + lastWaits
    if (this.answeredAt > latest) this.fault(`ends at ${this.answeredAt}, and should have by ${latest}`)
  }

  private saysTheTruth(code: number): void {
    if (this.decided !== undefined) {
      if (code !== this.decided) this.fault(`answers ${code}, and said ${this.decided}`)
      return
    }
    const hard = [...this.tracks.values()].some(({ facts }) => facts.cannotBeKilled)
    if (code === 0 && this.forced.size > 0) this.fault(`answers 0, and has killed ${[...this.forced].join(", ")}`)
    if (code !== 0 && this.forced.size + this.forcedBefore.size === 0 && !hard && !this.mixed) {
      this.fault(`answers ${code}, and has killed nobody`)
    }
  }

  /** Of a unit that nobody has to do with: it has run as often as its file says. */
  private wasItself({ emptyAt, facts, runs, window }: Track): void {
    if (!facts.isAlone || facts.kind !== "service" || this.asked.has(facts.name) || this.killed.has(facts.name)) return
    const stopAt = this.stopAt ?? 0
    if (facts.isCalm && runs !== 1 && stopAt > 0) this.fault(`${facts.name} has run ${runs} times`)
    if (facts.restart !== "always" || facts.isLoose || facts.type === "oneshot") return
    // As above.
    if (facts.type === "forking" && this.life.script.cgroups === false) return
    const prevented = [...facts.lines].some((line) =>
      /^(RestartPrevent|RestartSteps|.*PathExists|ExecCondition)/.test(line)
    )
    if (prevented || runs === 0 || window.count >= facts.limit.burst) return
    if (emptyAt >= 0 && emptyAt + facts.restartMillis + 1 < stopAt && this.isDown(facts.name)) {
      this.fault(`${facts.name} ended at ${emptyAt} and was not started again`)
    }
  }

  private isDown(name: string): boolean {
    const track = this.tracks.get(name)
    return track !== undefined && track.living.size === 0 && !this.aliveAtStop.has(name)
  }

  private fault(text: string): void {
    this.broken.push(`at ${this.at}: ${text}`)
  }
}

/** What was wrong with a life; nothing, if all was right. */
export const broken = (life: Life, lived: Lived): ReadonlyArray<string> => {
  const rules = new Rules(life)
  for (const entry of lived.entries) rules.see(entry)
  rules.end(lived)
  return rules.broken
}
