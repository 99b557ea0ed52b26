/** Units by how long their start took, the slowest first. Pure. */
import type { Boot, Life } from "./Timeline.ts"
import { hasFailed, span } from "./Timeline.ts"

const remark = (life: Life): string => {
  const { marks, ready, restarts } = life
  const words = [
    ...hasFailed(life) ? ["failed"] : ready === undefined && marks.length > 0 ? ["did not come up"] : [],
    ...restarts > 0 ? [restarts === 1 ? "1 restart" : `${restarts} restarts`] : []
  ]
  return words.length === 0 ? "" : ` (${words.join(", ")})`
}

/** Until it was first up; of one that never was, until that was clear. */
const timeOf = ({ ready, settled, started, took }: Life): number | undefined =>
  ready !== undefined ? took : settled !== undefined && started !== undefined ? settled - started : undefined

export const render = ({ end, units }: Boot): string => {
  const rows = [...units.values()].flatMap((life) => {
    const time = timeOf(life)
    if (time !== undefined) return [{ time, text: `${life.unit}${remark(life)}` }]
    return life.started === undefined ? [] : [{ time: end - life.started, text: `${life.unit} (still starting)` }]
  }).sort((a, b) => b.time - a.time)
  const width = Math.max(...rows.map(({ time }) => span(time).length))
  return rows.length === 0
    ? "No unit was started.\n"
    : rows.map(({ text, time }) => `${span(time).padStart(width)} ${text}\n`).join("")
}
