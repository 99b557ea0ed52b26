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
  StartLimitBurst: 5,
  StartLimitIntervalSec: 10_000
} as const

/** [Service]; `Type=` depends on what else is written, and `TimeoutStartSec=` on `Type=`. */
export const service = {
  RemainAfterExit: false,
  ExecStart: none,
  Restart: "no",
  RestartSec: 100,
  // Ours, on purpose shorter than systemd's 90 s: container engines kill after 10 s.
  TimeoutStopSec: 5_000,
  Environment: none,
  EnvironmentFile: none,
  KillSignal: 15
} as const

/** [Socket], [Timer], [Path] and [Install]. */
export const others = {} as const
