/** What the jobs tell a unit, as its actor takes it. */
import type * as Jobs from "./jobs/Jobs.ts"
import type { StartCause } from "./StateEvent.ts"
import { Event } from "./StateEvent.ts"

export const eventOf = (order: Jobs.Told["order"], restarts: boolean, cause: StartCause | undefined): Event => {
  switch (order) {
    case "start":
      return Event.StartRequested(cause)
    case "stop":
      return Event.StopRequested(restarts)
    case "reload":
      return Event.ReloadRequested()
  }
}
