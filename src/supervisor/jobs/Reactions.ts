/**
 * What a unit's change means for others that nobody asked about, systemd.unit(5): `OnFailure=` and `OnSuccess=`, and
 * the lasting conditions `BindsTo=`, `StopWhenUnneeded=` and `Upholds=`.
 *
 * `BindsTo=` and `StopWhenUnneeded=` are asked again whenever a unit they look at has changed or is through with its
 * job; they end in a stop that is under way, so that asking comes to an end. `Upholds=` starts units and is asked once a
 * change, so that a unit that cannot start is not tried for ever.
 */
import type { UnitName } from "../../unit/Unit.ts"
import type { Caused, JobKind } from "./Job.ts"
import type { Node } from "./Node.ts"
import * as N from "./Node.ts"

/** Asks for something in the name of `by`. */
export type Cause = (node: Node, kind: JobKind, by: UnitName, directive: Caused["directive"]) => void

/** The unit has come down for good. */
export const handlers = (node: Node, failed: boolean, cause: Cause): void => {
  const { ties } = node
  if (failed) { for (const other of ties.onFailure) cause(other, "start", node.name, "OnFailure") }
  else for (const other of ties.onSuccess) cause(other, "start", node.name, "OnSuccess")
}

/** What has come up holds up others. */
export const cameUp = (node: Node, cause: Cause): void => {
  for (const other of node.ties.upholds) uphold(other, cause)
}

/** What has come down may be held up by others, or have been in the way of what is. */
export const wentDown = (node: Node, cause: Cause): void => {
  uphold(node, cause)
  madeWay(node, cause)
}

/** It is not in the way of what it excludes any more, or never was. */
export const madeWay = (node: Node, cause: Cause): void => {
  for (const other of node.ties.conflicts) uphold(other, cause)
}

const uphold = (node: Node, cause: Cause): void => {
  if (node.ties.upheldBy.length === 0 || node.job !== undefined || !N.isDown(node)) return
  const by = node.ties.upheldBy.find((other) => N.isUp(other) && stays(other))
  if (by !== undefined) cause(node, "start", by.name, "Upholds")
}

/** A unit may stand otherwise to others than before: it has changed, or is through with its job. */
export const settle = (node: Node, cause: Cause): void => {
  const { ties } = node
  if (N.isUp(node)) {
    leaveIfBound(node, cause)
    leaveIfUnneeded(node, node.name, cause)
  } else if (N.isDown(node) && node.job === undefined) {
    for (const other of ties.boundBy) leaveIfBound(other, cause)
    for (const other of ties.unneeded) leaveIfUnneeded(other, node.name, cause)
  }
}

const leaveIfBound = (node: Node, cause: Cause): void => {
  if (node.job !== undefined || !N.isUp(node)) return
  const gone = node.ties.bindsTo.find((other) => other.job === undefined && N.isDown(other))
  if (gone !== undefined) cause(node, "stop", gone.name, "BindsTo")
}

const leaveIfUnneeded = (node: Node, by: UnitName, cause: Cause): void => {
  if (!node.stopWhenUnneeded || node.job !== undefined || !N.isUp(node)) return
  if (node.ties.neededBy.some((other) => other.job !== undefined || !N.isDown(other))) return
  cause(node, "stop", by, "StopWhenUnneeded")
}

/** Whether its stop takes nothing away from a unit that is up, or on its way there. */
export const canLeave = (node: Node): boolean => {
  if (node.job !== undefined || !N.isUp(node)) return false
  const isThere = (other: Node): boolean => other.job !== undefined || !N.isDown(other)
  return !node.ties.stopsWith.some(isThere) && !node.ties.upheldBy.some(isThere)
}

const stays = (node: Node): boolean => node.job === undefined || node.job.kind === "reload"
