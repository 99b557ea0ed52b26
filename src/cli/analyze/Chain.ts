/** The chain of units that held the boot up: from the last that was waited for, back to who that had waited for. Pure. */
import type { Boot, Life } from "./Timeline.ts"
import { atBoot, hasFailed, span } from "./Timeline.ts"

/** Orders and news of one turn are told one behind the other. */
const slackMillis = 1

/** Who settled last, among those that it is ordered after, of what it can have waited for. */
const heldBy = (life: Life, units: Boot["units"]): Life | undefined => {
  let last: Life | undefined
  for (const name of life.after) {
    const other = units.get(name)
    if (other?.settled === undefined || other.settled > (life.started ?? Infinity) + slackMillis) continue
    if (last === undefined || other.settled > (last.settled ?? 0)) last = other
  }
  return last
}

/** From the last unit back to the first. Empty where nothing was started. */
export const make = (boot: Boot): ReadonlyArray<Life> => {
  const { complete = boot.end, units } = boot
  const waitedFor = atBoot(boot).filter(({ settled, started }) =>
    started !== undefined && (settled === undefined || settled <= complete + slackMillis)
  )
  const when = ({ settled = Infinity }: Life): number => settled
  let at: Life | undefined = waitedFor.reduce<Life | undefined>(
    (last, one) => last === undefined || when(one) > when(last) ? one : last,
    undefined
  )
  const chain: Array<Life> = []
  while (at !== undefined && !chain.includes(at)) {
    chain.push(at)
    at = heldBy(at, units)
  }
  return chain
}

/** What the boot was made of, in one line. */
export const sum = ({ begun, complete, end, loaded }: Boot): string => {
  const files = loaded === undefined ? "" : `${span(loaded)} until the unit files were read, `
  return complete === undefined
    ? `Not all had started ${span(end)} after the beginning (${files}${
      span(Math.max(0, end - begun))
    } since), when the trace ends.`
    : `All had started after ${span(complete)} (${files}${span(Math.max(0, complete - begun))} to start them).`
}

const describe = (life: Life): string => {
  const { marks, ready, settled, started = 0, took } = life
  if (settled === undefined) return `${life.unit} is still starting, since ${span(started)}`
  const [why] = marks
  if (ready === undefined || settled < ready) {
    const how = why === undefined ? "" : why.kind === "skipped" ? " (skipped)" : " (failed)"
    return `${life.unit} @${span(settled)} +${span(settled - started)}${how}`
  }
  return `${life.unit} @${span(ready)} +${span(took ?? 0)}${hasFailed(life) ? " (failed later)" : ""}`
}

export const render = (boot: Boot): string => {
  const lines = make(boot).map((life, depth) => `${depth === 0 ? "" : `${"  ".repeat(depth - 1)}└─`}${describe(life)}`)
  const key = "Behind @ is when a unit was up, counted from the boot's beginning; behind +, how long its start took."
  return [sum(boot), ...lines.length === 0 ? ["No unit was started."] : [key, "", ...lines], ""].join("\n")
}
