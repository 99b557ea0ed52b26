/** What the environment says of the trace. Whether there is one at all, `CONTAINER_INIT_TRACE=1`, is asked elsewhere. */

export interface Settings {
  readonly file: string
  /** A label of a memory snapshot by the unit that it is taken at, once that is up. */
  readonly labels: ReadonlyMap<string, string>
  /** Arguments may be secrets: they are written only where that is asked for. */
  readonly argv: boolean
}

export const defaultFile = "/tmp/container-init-trace.jsonl"

export const make = (environment: ReadonlyMap<string, string>): Settings => {
  const file = environment.get("CONTAINER_INIT_TRACE_FILE") ?? ""
  return {
    file: file === "" ? defaultFile : file,
    labels: parseLabels(environment.get("CONTAINER_INIT_TRACE_LABELS") ?? ""),
    argv: environment.get("CONTAINER_INIT_TRACE_ARGV") === "1"
  }
}

/** `unit:label,...`: of two labels of a unit the first one holds; what has no colon is nothing. */
const parseLabels = (text: string): ReadonlyMap<string, string> => {
  const labels = new Map<string, string>()
  for (const pair of text.split(",")) {
    const colon = pair.indexOf(":")
    const unit = pair.slice(0, colon).trim()
    if (colon >= 0 && !labels.has(unit)) labels.set(unit, pair.slice(colon + 1).trim())
  }
  return labels
}
