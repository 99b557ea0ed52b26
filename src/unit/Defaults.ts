/**
 * What a directive means that no file writes, for those whose meaning is asked for: what systemd's manual pages give,
 * except where our README says "on purpose different".
 *
 * @since 0.1.0
 */
import type { Support, Table } from "./directives/Table.ts"
import type { ValueOf } from "./Values.ts"
import type { Collections } from "./values/Activation.ts"

/** A list nobody has written to. One for all, so that it is told from those which belong to somebody. */
export const none: ReadonlyArray<never> = []

/** `DefaultTimeoutStartSec=`, systemd-system.conf(5). */
export const timeoutStartMillis = 90_000

/** How long a container's stop may take in all, unless `--stop-timeout` says otherwise. */
export const stopTimeoutMillis = 8_000

/** Rows without a place of their own: old names, and directives that share one list. */
type Elsewhere = readonly ["alias", string] | readonly [Support, keyof Collections, ...ReadonlyArray<string>]

/** Every directive of a table, each perhaps not written. */
export type SectionOf<T extends Table> = {
  readonly [K in keyof T as T[K] extends Elsewhere ? never : K]?: ValueOf<T[K][1]>
}

/** A section whose directives of `D` always have a value. */
export type Settled<T extends Table, D> =
  & Omit<SectionOf<T>, keyof D>
  & { readonly [K in keyof D & keyof SectionOf<T>]-?: Exclude<SectionOf<T>[K], undefined> }

/** [Unit]; `Description=` is the unit's name. */
export const unit = {
  Description: "",
  After: none,
  Before: none,
  Requires: none,
  Requisite: none,
  Wants: none,
  BindsTo: none,
  PartOf: none,
  Upholds: none,
  Conflicts: none,
  OnFailure: none,
  OnSuccess: none,
  PropagatesReloadTo: none,
  ReloadPropagatedFrom: none,
  PropagatesStopTo: none,
  StopPropagatedFrom: none,
  StopWhenUnneeded: false,
  StartLimitBurst: 5,
  StartLimitIntervalSec: 10_000,
  StartLimitAction: "none",
  FailureAction: "none",
  SuccessAction: "none",
  ExitContainerOnFailure: false
} as const

/**
 * [Service]; `Type=` depends on what else is written, and `TimeoutStartSec=` on `Type=`. `TimeoutAbortSec=`,
 * `RestartKillSignal=` and `NotifyAccess=` stay absent: unwritten, they mean what other directives say.
 */
export const service = {
  ExitType: "main",
  RemainAfterExit: false,
  GuessMainPID: true,
  ExecCondition: none,
  ExecStartPre: none,
  ExecStart: none,
  ExecStartPost: none,
  ExecReload: none,
  ExecStop: none,
  ExecStopPost: none,
  Restart: "no",
  RestartMode: "normal",
  RestartSec: 100,
  RestartSteps: 0,
  RestartMaxDelaySec: Infinity,
  SuccessExitStatus: none,
  RestartPreventExitStatus: none,
  RestartForceExitStatus: none,
  TimeoutStartFailureMode: "terminate",
  // Ours, on purpose shorter than systemd's 90 s: container engines kill after 10 s.
  TimeoutStopSec: 5_000,
  TimeoutStopFailureMode: "terminate",
  RuntimeMaxSec: Infinity,
  RuntimeRandomizedExtraSec: 0,
  WatchdogSec: 0,
  FileDescriptorStoreMax: 0,
  FileDescriptorStorePreserve: "restart",
  OOMPolicy: "stop",
  ReloadSignal: 1,
  Environment: none,
  EnvironmentFile: none,
  KillMode: "control-group",
  KillSignal: 15,
  SendSIGHUP: false,
  SendSIGKILL: true,
  FinalKillSignal: 9,
  WatchdogSignal: 6
} as const

/** [Socket], [Timer], [Path] and [Install]. */
export const others = {} as const
