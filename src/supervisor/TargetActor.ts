/** One target: up as soon as its turn comes, systemd.target(5). It owns nothing and runs nothing. */
import * as Effect from "effect/Effect"
import type { Unit } from "../unit/Unit.ts"
import { Report } from "./Report.ts"
import type { Surroundings } from "./ServiceActor.ts"
import * as UnitLine from "./UnitLine.ts"

/** Lives until the target was told to stop. */
export const run = (target: Unit, { inbox, report }: Surroundings): Effect.Effect<void> =>
  Effect.gen(function*() {
    const unit = target.name
    while (true) {
      for (const event of yield* inbox.takeAll) {
        switch (event._tag) {
          case "StartRequested":
            report(Report.Settled({ unit, up: true }))
            yield* UnitLine.info(unit, "reached")
            break
          case "StopRequested":
          case "KillRequested":
            report(Report.Stopped({ unit, forced: false }))
            return
        }
      }
    }
  })
