/**
 * The directories behind `PrivateTmp=yes` of a run, systemd.exec(5): all of its processes see them as /tmp and /var/tmp,
 * and nobody else can guess their names. They are removed once the run is over. Pure.
 */
import type { Step } from "../../kernel/Step.ts"
import type { ServiceSection } from "../../unit/Unit.ts"

/** What a directory is seen as. */
export interface PrivateTmp {
  readonly source: string
  readonly path: string
}

/** systemd.exec(5), EXIT_NAMESPACE. */
const exitCode = 226

const places = ["/tmp", "/var/tmp"]
const stickyMode = 0o1777

const outer = (source: string): string => source.slice(0, source.lastIndexOf("/"))

export const directories = (section: ServiceSection, invocationId: string): ReadonlyArray<PrivateTmp> =>
  section.PrivateTmp === "yes" && invocationId !== ""
    ? places.map((path) => ({ source: `${path}/container-init-${invocationId}/tmp`, path }))
    : []

export const leftovers = (section: ServiceSection, invocationId: string): ReadonlyArray<string> =>
  directories(section, invocationId).map(({ source }) => outer(source))

/** Steps that make them. On a read-only root there may be none: what is there stays to be seen then, which is told. */
export const steps = (section: ServiceSection, invocationId: string, strict: boolean): ReadonlyArray<Step> =>
  directories(section, invocationId).flatMap(({ path, source }) => {
    const make = (made: string, mode: number, leniency: Step["leniency"]): Step => ({
      action: {
        _tag: "MakeDirectory",
        path: made,
        mode,
        owner: { uid: -1, gid: -1 },
        ownerBelow: false,
        leaveExisting: false
      },
      directive: `PrivateTmp=yes for ${path}`,
      exitCode,
      leniency: strict ? "fail" : leniency
    })
    return [make(outer(source), 0o700, "forgive"), make(source, stickyMode, "forgive or optional")]
  })
