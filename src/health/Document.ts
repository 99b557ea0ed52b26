/** The state file: what it says. A contract with whoever reads it. */

export interface UnitState {
  readonly type: string
  /** ActiveState and SubState, systemctl(1). */
  readonly active: string
  readonly sub: string
  readonly result: string
  /** How often it was run, and how many of these were restarts of its own. */
  readonly runs: number
  readonly restarts: number
  /** When it came to be what `active` says, in UTC. */
  readonly since: string
  /** Why it has not been started up to now. */
  readonly never?: string
  /** Of a socket: who accepts; the unit it starts, as of timers and paths. */
  readonly activation?: string
  readonly service?: string
  /** Of a service: the sockets that start it. */
  readonly sockets?: ReadonlyArray<string>
}

export interface Document {
  readonly version: 1
  /** The last sign of life, in UTC. */
  readonly written: string
  readonly pid1: { readonly version: string; readonly started: string; readonly stopping: boolean }
  readonly units: Readonly<{ [name: string]: UnitState }>
}

/** The document that a text is; undefined if it is none of this version. */
export const parse = (text: string): Document | undefined => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  const { pid1, units, version, written } = (value ?? {}) as { readonly [name: string]: unknown }
  const isWhole = version === 1 && typeof written === "string" && isRecord(pid1) && isRecord(units) &&
    Object.values(units).every(isRecord)
  return isWhole ? value as Document : undefined
}

const isRecord = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value)
