/**
 * The model of a unit: what the text of its files means, once it is parsed.
 *
 * Plain data, typed from the table of directives and named as systemd names them: `unit.Service.TimeoutStopSec`. Every
 * directive of the files is there, whether or not it is acted on. A directive that nobody wrote is absent, unless
 * `Defaults.ts` says what it then means.
 *
 * @since 0.1.0
 */
import type * as Defaults from "./Defaults.ts"
import type { path, socket, timer } from "./directives/Activation.ts"
import type { exec } from "./directives/Exec.ts"
import type { resourceControl } from "./directives/ResourceControl.ts"
import type { kill, service } from "./directives/Service.ts"
import type { install, unit } from "./directives/Unit.ts"
import type { Condition, Millis, UnitName, ValueOf } from "./Values.ts"
import type { Elapse, Listener, Watch } from "./values/Activation.ts"

export type {
  Command,
  CommandFlags,
  Condition,
  EnvironmentFileReference,
  Millis,
  Position,
  UnitName,
  UnitReference,
  WorkingDirectory
} from "./Values.ts"
export type {
  DialAddress,
  Elapse,
  ExitStatus,
  ListenAddress,
  Listener,
  NetlinkAddress,
  OpenFile,
  Watch
} from "./values/Activation.ts"

/** The kinds of unit that are read; every other suffix is answered with a diagnostic. */
export type UnitKind = "service" | "socket" | "target" | "timer" | "path"

type Processes = typeof exec & typeof kill & typeof resourceControl

/** The [Unit] section, systemd.unit(5). */
export interface UnitSection extends Defaults.Settled<typeof unit, typeof Defaults.unit> {
  /** All `Condition...=` in the order written. */
  readonly Conditions?: ReadonlyArray<Condition>
  /** All `Assert...=` in the order written. */
  readonly Asserts?: ReadonlyArray<Condition>
}

/** The [Service] section, systemd.service(5), systemd.exec(5), systemd.kill(5) and systemd.resource-control(5). */
export interface ServiceSection extends Defaults.Settled<typeof service & Processes, typeof Defaults.service> {
  readonly Type: ValueOf<(typeof service)["Type"][1]>
  readonly TimeoutStartSec: Millis
}

/** The [Socket] section, systemd.socket(5), systemd.exec(5), systemd.kill(5) and systemd.resource-control(5). */
export interface SocketSection extends Defaults.SectionOf<typeof socket & Processes> {
  /** All `Listen...=` in the order written, which is the order of the descriptors. */
  readonly Listeners?: ReadonlyArray<Listener>
}

/** The [Timer] section, systemd.timer(5). */
export interface TimerSection extends Defaults.SectionOf<typeof timer> {
  /** All `On...Sec=` and `OnCalendar=` in the order written. */
  readonly Elapses?: ReadonlyArray<Elapse>
}

/** The [Path] section, systemd.path(5). */
export interface PathSection extends Defaults.SectionOf<typeof path> {
  /** All `Path...=` and `DirectoryNotEmpty=` in the order written. */
  readonly Watches?: ReadonlyArray<Watch>
}

/** The [Install] section, systemd.unit(5). */
export interface InstallSection extends Defaults.SectionOf<typeof install> {}

interface UnitBase {
  readonly name: UnitName
  /** The file this unit was read from; fragments may have added to it. */
  readonly file: string
  readonly Unit: UnitSection
  readonly Install: InstallSection
}

/** A `.service` unit. */
export interface Service extends UnitBase {
  readonly _tag: "Service"
  readonly Service: ServiceSection
}

/** A `.socket` unit. */
export interface Socket extends UnitBase {
  readonly _tag: "Socket"
  readonly Socket: SocketSection
}

/** A `.target` unit: a name to order and require, nothing that runs. */
export interface Target extends UnitBase {
  readonly _tag: "Target"
}

/** A `.timer` unit. */
export interface Timer extends UnitBase {
  readonly _tag: "Timer"
  readonly Timer: TimerSection
}

/** A `.path` unit. */
export interface Path extends UnitBase {
  readonly _tag: "Path"
  readonly Path: PathSection
}

export type Unit = Service | Socket | Target | Timer | Path
