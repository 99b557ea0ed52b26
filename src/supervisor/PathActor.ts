/**
 * One path unit: a fiber that takes one event at a time, asks the table in path/PathState.ts what follows, and does that.
 * It runs no process: all it owns are its watches on files.
 */
import * as Effect from "effect/Effect"
import { Files } from "../kernel/Files.ts"
import type { Path } from "../unit/Unit.ts"
import type { Command, Event } from "./path/PathState.ts"
import { initial, step } from "./path/PathState.ts"
import type { Ports } from "./path/Watched.ts"
import { Watched } from "./path/Watched.ts"
import type { TriggerSurroundings } from "./Trigger.ts"
import * as TriggerLife from "./TriggerLife.ts"
import * as UnitLine from "./UnitLine.ts"

export type { Ports } from "./path/Watched.ts"

export type Surroundings = TriggerSurroundings<Event>

const defaultMode = 0o755

/** Does what the table commands. */
class Hands {
  private readonly paths: ReadonlyArray<Watched>
  private readonly unit: Path
  private readonly surroundings: Surroundings

  constructor(unit: Path, surroundings: Surroundings) {
    this.unit = unit
    this.surroundings = surroundings
    this.paths = (unit.Path.Watches ?? []).map((watch) => new Watched(watch))
  }

  execute(command: Command): Effect.Effect<Event | void, never, Ports> | undefined {
    const { report, target } = this.surroundings
    const unit = this.unit.name
    switch (command._tag) {
      case "MakeDirectories":
        return this.makeDirectories
      case "Look":
        return this.look(command.look, command.first, command.ended)
      case "Unwatch":
        for (const path of this.paths) path.unobserve()
        return undefined
      case "Trigger":
        report({
          _tag: "Triggered",
          unit,
          target,
          // systemd.exec(5), "Environment Variables Set on Triggered Units".
          variables: [["TRIGGER_UNIT", unit], ["TRIGGER_PATH", command.path]]
        })
        return UnitLine.info(unit, `triggered by ${command.path}, starting ${target}`)
      case "ReportChanged":
      case "Say":
        return TriggerLife.execute(unit, command, this.surroundings)
    }
  }

  readonly release = Effect.sync(() => {
    for (const path of this.paths) path.unobserve()
  })

  private get makeDirectories(): Effect.Effect<void, never, Files> {
    const mode = this.unit.Path.DirectoryMode ?? defaultMode
    const makes = this.paths.filter(({ watch: { type } }) => type !== "PathExists" && type !== "PathExistsGlob")
    return Effect.forEach(
      makes,
      ({ watch: { path } }) =>
        Effect.flatMap(Files, (files) => files.makeDirectory(path, mode)).pipe(
          Effect.catchAll(({ message }) => UnitLine.warning(this.unit.name, message))
        ),
      { discard: true }
    )
  }

  /** The first that has what is looked for. */
  private check(note: boolean): Effect.Effect<string | undefined, never, Files> {
    return Effect.gen(this, function*() {
      for (const path of this.paths) {
        const found = yield* path.check(note)
        if (found !== undefined) return found
      }
      return undefined
    })
  }

  private look(look: number, first: boolean, ended: boolean): Effect.Effect<Event, never, Ports> {
    const { inbox } = this.surroundings
    const looked = (more: { readonly found?: string; readonly fault?: string }): Event => ({
      _tag: "Looked",
      look,
      ...more
    })
    return Effect.gen(this, function*() {
      const found = yield* this.check(first || ended)
      if (found !== undefined) return looked({ found })
      for (const one of this.paths) {
        const { path } = one.watch
        yield* one.observe((itself) => inbox.offer({ _tag: "FileChanged", look, path, itself }))
      }
      // What came after the first look and before it was watched.
      const late = yield* this.check(ended)
      return looked(late === undefined ? {} : { found: late })
    }).pipe(Effect.catchAll((error) => Effect.succeed(looked({ fault: error.message }))))
  }
}

/** Lives until the path unit was told to stop for the last time; what it fails with is a defect of ours. */
export const run = (unit: Path, surroundings: Surroundings): Effect.Effect<void, never, Ports> =>
  Effect.suspend(() => {
    const hands = new Hands(unit, surroundings)
    return TriggerLife.byTable({
      unit: unit.name,
      initial,
      step: (machine, event: Event) => step(unit, machine, event, surroundings.timers.now()),
      execute: (command: Command) => hands.execute(command),
      release: hands.release
    }, surroundings)
  })
