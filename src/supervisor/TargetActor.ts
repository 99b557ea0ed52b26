/** One target: up as soon as its turn comes, systemd.target(5). It owns nothing and runs nothing. */
import type * as Effect from "effect/Effect"
import type { Unit } from "../unit/Unit.ts"
import type { ActiveState } from "./ActiveState.ts"
import * as Direct from "./Direct.ts"
import * as Life from "./Life.ts"
import type { Message, Ports, Surroundings } from "./ServiceActor.ts"
import * as UnitConditions from "./UnitConditions.ts"
import * as UnitLine from "./UnitLine.ts"

/** Lives until it is interrupted. */
export const run = (
  target: Unit,
  { inbox, report }: Pick<Surroundings, "inbox" | "report">
): Effect.Effect<void, never, Ports> => Life.run((fiber) => live(target, report, fiber), inbox)

function* live(target: Unit, report: Surroundings["report"], fiber: Direct.Fiber): Direct.Direct<never, Ports> {
  const unit = target.name
  let state: ActiveState = "inactive"
  let closing = false
  const isUp = () => state === "active"
  const change = (to: ActiveState): void => {
    if (state === to) return
    const from = state
    state = to
    report({
      _tag: "Changed",
      unit,
      from,
      to,
      result: "success",
      willRestart: false,
      status: undefined,
      culprit: undefined,
      invocationId: "",
      forced: false
    })
  }
  while (true) {
    for (const event of (yield Direct.nextMessages) as ReadonlyArray<Message>) {
      switch (event._tag) {
        case "StartRequested": {
          if (closing || isUp()) break
          const unmet = UnitConditions.has(target)
            ? yield* Direct.now(UnitConditions.evaluate(target), fiber)
            : undefined
          if (unmet !== undefined) {
            report({ _tag: "Skipped", unit, failed: unmet.failed })
            yield* Direct.now(
              unmet.failed ? UnitLine.warning(unit, unmet.text) : UnitLine.info(unit, unmet.text),
              fiber
            )
            break
          }
          change("active")
          yield* Direct.now(UnitLine.info(unit, "reached"), fiber)
          break
        }
        case "ShutdownBegan":
          closing = true
          break
        case "StopRequested":
        case "KillRequested":
          change("inactive")
          break
      }
    }
  }
}
