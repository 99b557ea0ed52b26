/**
 * The rules of systemd.unit(5) as questions to what was seen from outside: what was asked for and what was reported, and
 * what was told and said to be over thereupon. Nothing here decides anything; a rule that is broken is a line of text.
 */
import type { ActiveState } from "../../src/supervisor/ActiveState.ts"
import { isUp as isActive } from "../../src/supervisor/ActiveState.ts"
import type { Answer, JobKind, Jobs, Request } from "../../src/supervisor/jobs/Jobs.ts"
import type { UnitName } from "../../src/unit/Unit.ts"
import type { News } from "./JobsActors.ts"
import type { Directive, RelationGraph } from "./RelationGraphs.ts"

export type Seen =
  | { readonly _tag: "Asked"; readonly requests: ReadonlyArray<Request> }
  | { readonly _tag: "ShutdownAsked" }
  | News

/** What is known of one unit. */
interface Known {
  readonly name: UnitName
  state: ActiveState
  /** Down, and to be started by itself. */
  pauses: boolean
  /** The order that nothing has come of yet. */
  order: "start" | "stop" | "reload" | undefined
  /** Its job before what was seen last, as far as it is known. */
  job: JobKind | undefined
  /** How its last start ended. */
  started: string | undefined
  /** Whether something has come of it since it was last seen to come down. */
  triedSinceDown: boolean
  readonly after: Set<Known>
  readonly before: Set<Known>
  readonly to: Map<Directive, Set<Known>>
  readonly from: Map<Directive, Set<Known>>
}

const requiring: ReadonlyArray<Directive> = ["Requires", "Requisite", "BindsTo"]
const pulling: ReadonlyArray<Directive> = ["Requires", "Requisite", "BindsTo", "Wants", "Upholds"]
const pinning = pulling
const failing = ["failed", "dependency", "assert"]

const none: ReadonlySet<Known> = new Set()
const to = (unit: Known, ...directives: ReadonlyArray<Directive>) =>
  directives.flatMap((directive) => [...unit.to.get(directive) ?? none])
const from = (unit: Known, ...directives: ReadonlyArray<Directive>) =>
  directives.flatMap((directive) => [...unit.from.get(directive) ?? none])

const isDown = ({ order, pauses, state }: Known) =>
  (state === "inactive" || state === "failed") && !pauses && order !== "start"
const isUp = ({ order, state }: Known) => isActive(state) && order !== "stop"
const stopsFirst = (job: JobKind | undefined) => job === "stop" || job === "restart"

export class Rules {
  readonly broken: Array<string> = []
  readonly #units = new Map<UnitName, Known>()
  readonly #jobs: Jobs
  readonly #graph: RelationGraph
  #closing = false

  constructor(graph: RelationGraph, jobs: Jobs) {
    this.#graph = graph
    this.#jobs = jobs
    const all = graph.names.map((name): Known => ({
      name,
      state: "inactive",
      pauses: false,
      order: undefined,
      job: undefined,
      started: undefined,
      triedSinceDown: true,
      after: new Set(),
      before: new Set(),
      to: new Map(),
      from: new Map()
    }))
    for (const unit of all) this.#units.set(unit.name, unit)
    const add = (map: Map<Directive, Set<Known>>, directive: Directive, unit: Known) => {
      const set = map.get(directive)
      if (set === undefined) map.set(directive, new Set([unit]))
      else set.add(unit)
    }
    for (const edge of graph.edges) {
      const [one, other] = [all[edge.from], all[edge.to]]
      if (one === undefined || other === undefined) continue
      add(one.to, edge.directive, other)
      add(other.from, edge.directive, one)
      const implied = graph.traits[edge.from]?.suffix === "target" && pulling.includes(edge.directive)
      const [later, earlier] = edge.directive === "Before" ? [other, one] : [one, other]
      if (!implied && edge.directive !== "After" && edge.directive !== "Before") continue
      later.after.add(earlier)
      earlier.before.add(later)
    }
  }

  /** One thing that was seen, and what came of it. */
  see(seen: Seen, answer: Answer): void {
    const news = seen._tag === "Changed" || seen._tag === "Skipped" ? this.#units.get(seen.unit) : undefined
    const was = news?.state
    if (seen._tag === "ShutdownAsked") this.#closing = true
    if (news !== undefined) this.#note(news, seen as News)
    const finished = new Set(answer.finished.map(({ unit }) => unit))
    for (const { because, kind, result, unit } of answer.finished) {
      const one = this.#units.get(unit)
      if (one !== undefined && because?.how === "limit") one.triedSinceDown = true
      if (one === undefined || kind !== "start" || result === "refused" || result === "canceled") continue
      one.started = result
      one.triedSinceDown = true
    }
    for (const [index, { order, unit }] of answer.tell.entries()) {
      const one = this.#units.get(unit)
      if (one === undefined) continue
      /** A job that was there before, and still is. */
      const stays = (other: Known, ...kinds: ReadonlyArray<JobKind>) =>
        other.job !== undefined && kinds.includes(other.job) && other.job === this.#now(other) &&
        !finished.has(other.name)
      this.#ordered(one, order, stays)
      const rest = answer.tell.slice(index + 1)
      if (order === "start" && rest.some((told) => told.order === "start" && this.#isAfter(one, told.unit))) {
        this.#fault(`${unit} starts ahead of what it is ordered after`)
      }
      one.order = order
      if (order === "start") {
        one.pauses = false
        one.triedSinceDown = true
      }
    }
    for (const { because, kind, result, unit } of answer.finished) {
      const one = this.#units.get(unit)
      if (one === undefined) continue
      if (result === "dependency") this.#depends(one, because?.unit, because?.how, answer)
      if (kind === "start" && failing.includes(result)) this.#fails(one, answer)
    }
    if (seen._tag === "Asked") { for (const request of seen.requests) this.#asked(request, answer) }
    if (was !== undefined && seen._tag === "Changed") this.#handlers(seen, answer)
    this.#caused(answer)
    this.#refresh(seen, answer)
  }

  /** Nothing happens any more: what has to be so now. */
  rest(): void {
    if (!this.#jobs.isIdle()) this.#fault(`waited for in vain: ${this.#jobs.remaining().join(", ")}`)
    for (const one of this.#units.values()) {
      if (one.pauses) this.#fault(`${one.name} waits for ever to start again`)
      if (this.#closing && !isDown(one)) this.#fault(`${one.name} is ${one.state} after the shutdown`)
      if (isUp(one)) this.#restUp(one)
      else if (!this.#closing && !one.triedSinceDown && from(one, "Upholds").some(isUp)) {
        if (!this.#mayYield(one)) this.#fault(`${one.name} is upheld and nobody starts it`)
      }
    }
  }

  #restUp(one: Known): void {
    for (const other of to(one, "Conflicts")) if (isUp(other)) this.#fault(`${one.name} and ${other.name} are both up`)
    for (const other of to(one, "BindsTo")) {
      if (isDown(other)) this.#fault(`${one.name} is up without ${other.name}, which it is bound to`)
    }
    const index = this.#graph.names.indexOf(one.name)
    const leaves = this.#graph.traits[index]?.lines.includes("StopWhenUnneeded=yes") === true
    if (leaves && !from(one, ...pinning).some((other) => !isDown(other))) this.#fault(`${one.name} is up unneeded`)
  }

  /** Whether it, or what it takes along, excludes others: what is upheld stops nobody. */
  #mayYield(one: Known): boolean {
    const needed = new Set([one])
    for (const each of needed) for (const other of to(each, "Requires", "BindsTo")) needed.add(other)
    return [...needed].some((each) => to(each, "Conflicts").length + from(each, "Conflicts").length > 0)
  }

  #note(one: Known, news: News): void {
    if (news._tag === "RestartDue") return
    const to = news._tag === "Skipped" ? (one.state === "failed" ? "failed" : "inactive") : news.to
    const willRestart = news._tag === "Changed" && news.willRestart
    const down = (to === "inactive" || to === "failed") && !willRestart
    if (news._tag === "Changed" && down && news.from !== to) one.triedSinceDown = false
    one.state = to
    one.pauses = willRestart || (one.pauses && to === "activating")
    if (one.order !== "stop" || down) one.order = undefined
  }

  #now({ name }: Known): JobKind | undefined {
    return this.#jobs.jobOf(name)
  }

  /** Only where units are asked do others get a job. */
  #refresh(seen: Seen, answer: Answer): void {
    const few = (seen._tag === "Changed" || seen._tag === "Skipped") && answer.caused.length === 0
    const names = few
      ? [seen.unit, ...answer.tell.map(({ unit }) => unit), ...answer.finished.map(({ unit }) => unit)]
      : this.#units.keys()
    for (const name of names) {
      const one = this.#units.get(name)
      if (one !== undefined) one.job = this.#now(one)
    }
  }

  #ordered(one: Known, order: Known["order"], stays: (other: Known, ...kinds: ReadonlyArray<JobKind>) => boolean) {
    const { name } = one
    if (one.order === "stop" || (one.order !== undefined && order !== "stop")) {
      this.#fault(`${name} was told to ${order ?? ""} with ${one.order ?? ""} under way`)
    }
    if (order === "stop") {
      for (const other of one.before) {
        if (stays(other, "stop", "restart")) this.#fault(`${name} stops ahead of ${other.name}, which is after it`)
        if (this.#closing && !isDown(other)) this.#fault(`${name} stops while ${other.name} is ${other.state}`)
      }
      return
    }
    if (this.#closing) this.#fault(`${name} was told to ${order ?? ""} after the shutdown`)
    for (const other of one.after) {
      if (stays(other, "start", "stop", "restart", "reload")) {
        this.#fault(`${name} was told to ${order ?? ""} ahead of ${other.name}, with a ${other.job ?? ""} to come`)
      }
    }
    for (const other of one.before) {
      if (stays(other, "stop", "restart")) {
        this.#fault(`${name} was told to ${order ?? ""} while ${other.name}, which is after it, stops`)
      }
    }
    if (order !== "start") return
    if (!isDown(one) && !one.pauses) this.#fault(`${name} was told to start while ${one.state}`)
    for (const other of to(one, "BindsTo")) {
      if (one.after.has(other) && !isUp(other)) this.#fault(`${name} starts without ${other.name}, which it binds to`)
    }
    for (const other of to(one, "Requires")) {
      const came = isUp(other) || other.started === "done" || other.started === "skipped"
      if (one.after.has(other) && !came) {
        this.#fault(`${name} starts though ${other.name} ended as ${other.started ?? "never started"}`)
      }
    }
    for (const other of [...to(one, "Conflicts"), ...from(one, "Conflicts")]) {
      if (!isDown(other) && !stopsFirst(this.#now(other)) && other.order !== "stop") {
        this.#fault(`${name} starts beside ${other.name}, which nobody stops`)
      }
    }
  }

  #isAfter(one: Known, name: UnitName): boolean {
    const other = this.#units.get(name)
    return other !== undefined && one.after.has(other)
  }

  /** A start that was given up for another unit: is that so? */
  #depends(one: Known, because: UnitName | undefined, how: string | undefined, answer: Answer): void {
    const other = because === undefined ? undefined : this.#units.get(because)
    if (other === undefined || !to(one, ...requiring).includes(other)) {
      this.#fault(`${one.name} was given up for ${because ?? "nobody"}`)
    } else if (how === "failed") {
      const failed = answer.finished.some(({ result, unit }) => unit === because && failing.includes(result))
      if (!failed || !one.after.has(other)) {
        this.#fault(`${one.name} was given up for ${other.name}, which did not fail`)
      }
    } else if (isUp(other) && !stopsFirst(this.#now(other))) {
      this.#fault(`${one.name} was given up for ${other.name}, which is up`)
    }
  }

  /** A start has failed: so have those that waited for it and require it. */
  #fails(one: Known, answer: Answer): void {
    for (const other of from(one, ...requiring)) {
      const waited = other.job === "start" && isDown(other) && other.after.has(one)
      if (!waited || answer.finished.some(({ unit }) => unit === other.name)) continue
      this.#fault(`${other.name} still waits though ${one.name} has failed`)
    }
  }

  #asked({ kind, unit }: Request, { finished }: Answer): void {
    const one = this.#units.get(unit)
    if (one === undefined) return
    const isOver = (name: UnitName) => finished.some((end) => end.unit === name && end.result !== "canceled")
    if (finished.some((end) => end.unit === unit && end.result === "refused")) return
    if (this.#closing) this.#fault(`${unit} was asked to ${kind} after the shutdown, and not refused`)
    if (kind === "start") {
      for (const other of to(one, "Requires", "BindsTo")) {
        const comes = this.#now(other) !== undefined && this.#now(other) !== "stop"
        if (!isUp(one) && this.#now(one) !== "stop" && !isOver(unit) && !isUp(other) && !comes && !isOver(other.name)) {
          this.#fault(`${unit} starts without ${other.name}`)
        }
      }
    }
    if (kind === "stop") {
      const replaced = one.job !== undefined && one.job !== "stop"
      if (replaced && !finished.some((end) => end.unit === unit && end.result === "canceled")) {
        this.#fault(`nobody is told that the ${one.job ?? ""} of ${unit} is off`)
      }
      const along = [...from(one, ...requiring, "PartOf"), ...to(one, "PropagatesStopTo")]
      for (const other of along) {
        const goes = this.#now(other) === "stop" || isOver(other.name)
        if (!goes && (!isDown(other) || other.job !== undefined)) {
          this.#fault(`${other.name} stays without ${unit}`)
        }
      }
    }
    if (kind === "restart") {
      for (const other of from(one, ...requiring, "PartOf")) {
        if (isUp(other) && this.#now(other) !== "restart") this.#fault(`${other.name} does not restart with ${unit}`)
      }
    }
  }

  #handlers(seen: Extract<News, { readonly _tag: "Changed" }>, { caused, finished }: Answer): void {
    const one = this.#units.get(seen.unit)
    if (one === undefined) return
    const ends = seen.from !== seen.to && !seen.willRestart && !this.#closing
    const directive = seen.to === "failed" ? "OnFailure" : "OnSuccess"
    const fires = ends && (seen.to === "failed" || (seen.to === "inactive" && seen.from !== "failed"))
    const expected = fires ? to(one, directive).map(({ name }) => name) : []
    const found = caused.filter((cause) => cause.directive.startsWith("On"))
    if (
      found.some((cause) => !expected.includes(cause.unit) || cause.by !== one.name || cause.directive !== directive)
    ) {
      this.#fault(`${one.name} calls whom it should not`)
    }
    for (const name of expected) {
      const refused = finished.some(({ result, unit }) => unit === name && result === "refused")
      if (!refused && !found.some(({ unit }) => unit === name)) this.#fault(`${one.name} does not call ${name}`)
    }
  }

  #caused({ caused }: Answer): void {
    for (const { by, directive, kind, unit } of caused) {
      const one = this.#units.get(unit)
      const other = this.#units.get(by)
      if (one === undefined || other === undefined) continue
      if (this.#closing) this.#fault(`${directive} of ${by} after the shutdown`)
      if (directive === "BindsTo" && !(to(one, "BindsTo").includes(other) && kind === "stop")) {
        this.#fault(`${unit} is not bound to ${by}`)
      }
      if (directive === "Upholds" && !(isActive(other.state) && to(other, "Upholds").includes(one))) {
        this.#fault(`${unit} is not upheld by ${by}`)
      }
    }
  }

  #fault(text: string): void {
    this.broken.push(text)
  }
}
