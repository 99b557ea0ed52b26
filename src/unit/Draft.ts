/**
 * A unit while its file is read: the model with its defaults, still open for assignments.
 *
 * @since 0.1.0
 */
import type { Entry } from "./Lexer.ts"
import type {
  Command,
  EnvironmentFileReference,
  RestartMode,
  Service,
  ServiceType,
  Target,
  UnitName,
  UnitReference,
  UnitSection,
  WorkingDirectory
} from "./Unit.ts"

export interface Draft {
  description: string
  documentation: ReadonlyArray<string>
  after: Array<UnitReference>
  before: Array<UnitReference>
  requires: Array<UnitReference>
  wants: Array<UnitReference>
  startLimitBurst: number
  startLimitIntervalMillis: number
  type: ServiceType
  remainAfterExit: boolean
  execStart: Array<Command>
  /** The assignment each command comes from, for what is checked once the whole file is known. */
  execStartEntries: Array<Entry>
  restart: RestartMode
  restartMillis: number
  timeoutStartMillis: number | undefined
  timeoutStopMillis: number
  user: string | undefined
  group: string | undefined
  workingDirectory: WorkingDirectory | undefined
  environment: Array<readonly [name: string, value: string]>
  environmentFiles: Array<EnvironmentFileReference>
  killSignal: number
}

/** `DefaultTimeoutStartSec=`, systemd-system.conf(5). */
export const defaultTimeoutStartMillis = 90_000
/** Ours, on purpose shorter than systemd's 90 s: container engines kill after 10 s. */
export const defaultTimeoutStopMillis = 5_000

export const make = (name: string): Draft => ({
  description: name,
  documentation: [],
  after: [],
  before: [],
  requires: [],
  wants: [],
  startLimitBurst: 5,
  startLimitIntervalMillis: 10_000,
  type: "simple",
  remainAfterExit: false,
  execStart: [],
  execStartEntries: [],
  restart: "no",
  restartMillis: 100,
  timeoutStartMillis: undefined,
  timeoutStopMillis: defaultTimeoutStopMillis,
  user: undefined,
  group: undefined,
  workingDirectory: undefined,
  environment: [],
  environmentFiles: [],
  killSignal: 15
})

export const unitSection = (draft: Draft): UnitSection => ({
  description: draft.description,
  documentation: draft.documentation,
  after: draft.after,
  before: draft.before,
  requires: draft.requires,
  wants: draft.wants,
  startLimitBurst: draft.startLimitBurst,
  startLimitIntervalMillis: draft.startLimitIntervalMillis
})

export const service = (draft: Draft, name: UnitName, file: string): Service => ({
  _tag: "Service",
  name,
  file,
  unit: unitSection(draft),
  type: draft.type,
  remainAfterExit: draft.remainAfterExit,
  execStart: draft.execStart,
  restart: draft.restart,
  restartMillis: draft.restartMillis,
  timeoutStartMillis: draft.timeoutStartMillis ?? (draft.type === "oneshot" ? Infinity : defaultTimeoutStartMillis),
  timeoutStopMillis: draft.timeoutStopMillis,
  exec: {
    user: draft.user,
    group: draft.group,
    workingDirectory: draft.workingDirectory,
    environment: draft.environment,
    environmentFiles: draft.environmentFiles
  },
  kill: { killSignal: draft.killSignal }
})

export const target = (draft: Draft, name: UnitName, file: string): Target => ({
  _tag: "Target",
  name,
  file,
  unit: unitSection(draft)
})
