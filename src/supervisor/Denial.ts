/** Why a start that was asked for came to nothing, for people. */
import type { Because, JobKind } from "./jobs/Jobs.ts"

/** What did not come of a request. */
export const verbs: Readonly<Record<JobKind, string>> = {
  start: "not started",
  stop: "not stopped",
  restart: "not restarted",
  reload: "not reloaded"
}

export const explain = ({ how, unit }: Because): string => {
  switch (how) {
    case "missing":
      return `it requires ${unit}, which is not there`
    case "failed":
      return `it requires ${unit}, which did not start`
    case "inactive":
      return `it needs ${unit} to be active already, and it is not`
    case "conflict":
      return `it cannot run beside ${unit}`
    case "shutdown":
      return "everything is stopping"
    case "unable":
      return "it cannot be reloaded: it has no ExecReload="
    case "limit":
      return `other units, ${unit} the last, have started it too often within a short time`
    case "unknown":
      return "there is no such unit"
  }
}
