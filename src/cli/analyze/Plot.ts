/**
 * A boot as a chart, in SVG: a row a unit in the order of their starts, times from left to right, until all had started.
 * Names stand in a column of their own and nothing else is written in a row but one time, so that texts never meet. Pure.
 */
import * as Axis from "./Axis.ts"
import * as Chain from "./Chain.ts"
import type { Boot, Life, Stage } from "./Timeline.ts"
import { atBoot, hasFailed, span } from "./Timeline.ts"

const row = 22
const bar = 14
const top = 92
/** A character of the names, at 12 pixels; most systems have a fixed-width font of this width or less. */
const character = 7.3
const nameLimit = 44
/** Of the bars, and what is left to the right of it. */
const chart = 860
const margin = 24

const colours: Readonly<Record<Stage, string>> = {
  activating: "#f6a623",
  active: "#cde9d3",
  deactivating: "#c9d3da",
  pausing: "#fdebc8"
}
const failure = "#d23f3f"
const loading = "#6b9bd1"
const ink = "#263238"
const faint = "#78909c"

const escape = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\"", "&quot;")
    // What XML has no way to say.

    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")

const number = (value: number): string => String(Math.round(value * 100) / 100)

/** Of a text at 11 pixels, in the widest of the usual fonts. */
const textWidth = (text: string): number => text.length * 6.7

const shorten = (name: string): string =>
  name.length <= nameLimit ? name : `${name.slice(0, nameLimit / 2 - 1)}…${name.slice(-nameLimit / 2)}`

const rect = (x: number, y: number, width: number, height: number, fill: string, title = "", more = ""): string =>
  `<rect x="${number(x)}" y="${number(y)}" width="${
    number(Math.max(0, width))
  }" height="${height}" fill="${fill}"${more}${title === "" ? "/>" : `><title>${escape(title)}</title></rect>`}`

const label = (x: number, y: number, text: string, more = ""): string =>
  `<text x="${number(x)}" y="${number(y)}"${more}>${escape(text)}</text>`

const line = (x1: number, y1: number, x2: number, y2: number, colour: string, more = ""): string =>
  `<line x1="${number(x1)}" y1="${number(y1)}" x2="${number(x2)}" y2="${number(y2)}" stroke="${colour}"${more}/>`

/** How long its start took; what stands beside its bar. */
const timeOf = ({ marks, ready, settled, started, took }: Life): string => {
  const [why] = marks
  if (started === undefined || settled === undefined) return ""
  if (why !== undefined && (ready === undefined || why.at < ready)) {
    return why.kind === "failed" ? span(why.at - started) : ""
  }
  return span(ready === undefined ? settled - started : took ?? 0)
}

/** What is odd about it; what stands at the end of its row. */
const noteOf = (life: Life, limit: number): string => {
  const { marks, ready, settled } = life
  const [why] = marks
  if (settled === undefined) return "still starting"
  const words: Array<string> = why !== undefined && (ready === undefined || why.at < ready) ? [why.kind] : []
  if (ready !== undefined && (ready > limit || words.length > 0)) words.push(`up after ${span(ready)}`)
  if (hasFailed(life) && (words.length === 0 || ready !== undefined)) words.push("failed later")
  return words.join(", ")
}

interface Frame {
  readonly left: number
  readonly scale: number
  readonly limit: number
  /** Where notes begin. */
  readonly right: number
}

const at = ({ left, limit, scale }: Frame, millis: number): number => left + Math.min(millis, limit) * scale

/** A unit's row. Its time stands behind the end of its start, or ahead of its beginning where there is no room. */
const drawLife = (life: Life, y: number, frame: Frame, held: boolean, begun: number): ReadonlyArray<string> => {
  const drawn: Array<string> = []
  const middle = y + row / 2
  const box = y + (row - bar) / 2
  const { limit } = frame
  const first = life.started ?? life.marks[0]?.at ?? 0
  drawn.push(label(
    frame.left - 10,
    middle + 4,
    shorten(life.unit),
    ` class="name${held ? " held" : ""}" text-anchor="end"`
  ))
  // How long it has waited for its turn.
  if (first > begun) {
    drawn.push(line(at(frame, begun), middle, at(frame, first), middle, "#b0bec5", ` stroke-dasharray="1 3"`))
  }
  for (const { from, stage, to } of life.spans) {
    if (from >= limit) continue
    const until = to ?? limit
    const title = `${life.unit}: ${stage} from ${span(from)}${
      to === undefined ? "" : ` to ${span(to)}, ${span(to - from)}`
    }`
    const x = at(frame, from)
    // However short, it is to be seen.
    const least = stage === "activating" ? 1.5 : 0
    drawn.push(rect(x, box, Math.max(least, at(frame, until) - x), bar, colours[stage], title))
  }
  for (const { at: moment, kind, text } of life.marks) {
    if (moment > limit) continue
    const colour = kind === "failed" ? failure : kind === "denied" ? "#9b59b6" : faint
    drawn.push(
      rect(at(frame, moment) - 1.5, box - 2, 3, bar + 4, colour, `${life.unit}: ${kind} after ${span(moment)}: ${text}`)
    )
  }
  const time = timeOf(life)
  const width = textWidth(time)
  const behind = at(frame, Math.max(first, Math.min(life.settled ?? limit, limit))) + 6
  const before = at(frame, first) - 6
  const isFree = (from: number): boolean =>
    life.marks.every((mark) => at(frame, mark.at) < from - 3 || at(frame, mark.at) > from + width + 3)
  const note = noteOf(life, limit)
  if (behind + width < frame.left + chart && isFree(behind)) {
    drawn.push(label(behind, middle + 4, time, ` class="time"`))
  } else if (before - width > frame.left) drawn.push(label(before, middle + 4, time, ` class="time" text-anchor="end"`))
  if (note !== "") drawn.push(label(frame.right, middle + 4, note, ` class="time${hasFailed(life) ? " bad" : ""}"`))
  return drawn
}

const drawLegend = (left: number, y: number): ReadonlyArray<string> => {
  const entries: ReadonlyArray<readonly [colour: string, text: string]> = [
    [colours.activating, "starting"],
    [colours.active, "up"],
    [failure, "failed"],
    [colours.pausing, "pause before a restart"],
    [colours.deactivating, "stopping"]
  ]
  let x = left
  const drawn: Array<string> = []
  for (const [colour, text] of entries) {
    drawn.push(rect(x, y - 10, 14, 11, colour), label(x + 19, y, text, ` class="small"`))
    x += 19 + textWidth(text) + 18
  }
  drawn.push(label(x, y, "bold: the chain that held the boot up", ` class="small held"`))
  return drawn
}

const style = [
  "text { font: 12px system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif; fill: #263238 }",
  ".title { font-size: 18px; font-weight: 600 }",
  ".small { font-size: 11px; fill: #546e7a }",
  ".name { font-family: ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace }",
  ".time { font-size: 11px; fill: #37474f }",
  `.bad { fill: ${failure} }`,
  ".held { font-weight: 700; fill: #263238 }"
].join(" ")

const count = (some: number, what: string): string => `${some} ${what}${some === 1 ? "" : "s"}`

const titleOf = ({ complete, end }: Boot): string =>
  complete === undefined
    ? `Boot: not complete after ${span(end)}`
    : `Boot: all units had started after ${span(complete)}`

const subtitleOf = (
  { begun, complete, date, end, exitCode, loaded, units }: Boot,
  shown: ReadonlyArray<Life>
): string => {
  const failed = [...units.values()].filter(hasFailed).length
  return [
    ...loaded === undefined ? [] : [`${span(loaded)} to read unit files`],
    `${span(Math.max(0, (complete ?? end) - begun))} to start ${count(shown.length, "unit")}`,
    ...failed === 0 ? [] : [`${failed} failed`],
    ...units.size > shown.length ? [`${units.size - shown.length} not part of the boot`] : [],
    ...exitCode === undefined ? [] : [`ended with exit code ${exitCode}`],
    ...date === "" ? [] : [date]
  ].join(" · ")
}

export const render = (boot: Boot): string => {
  const lives = [...atBoot(boot)].sort((a, b) => (a.started ?? a.settled ?? 0) - (b.started ?? b.settled ?? 0))
  const chain = Chain.make(boot)
  const own = "container-init"
  const longest = Math.max(own.length, ...lives.map(({ unit }) => shorten(unit).length))
  const left = margin + 10 + Math.ceil(longest * character)
  const limit = Math.max(0.001, (boot.complete ?? boot.end) * 1.08)
  const right = left + chart + 8
  const frame: Frame = { left, scale: chart / limit, limit, right }
  const width = right + margin + Math.max(...lives.map((life) => textWidth(noteOf(life, limit))), 0)
  const bottom = top + row * (lives.length + 1)
  const height = bottom + 56
  const drawn: Array<string> = [
    rect(0, 0, width, height, "#ffffff"),
    label(margin, 34, titleOf(boot), ` class="title"`),
    label(margin, 56, subtitleOf(boot, lives), ` class="small"`)
  ]
  lives.forEach((_, index) => {
    if (index % 2 === 0) drawn.push(rect(margin / 2, top + row * (index + 1), width - margin, row, "#f7f9fa"))
  })
  for (const { label: text, millis } of Axis.ticks(limit, 9)) {
    const x = at(frame, millis)
    drawn.push(line(x, top - 4, x, bottom, "#e3e8eb"), label(x, top - 10, text, ` class="small" text-anchor="middle"`))
  }
  const middle = top + row / 2
  drawn.push(
    label(left - 10, middle + 4, own, ` class="name" text-anchor="end"`),
    rect(
      left,
      top + (row - bar) / 2,
      at(frame, boot.begun) - left,
      bar,
      loading,
      `unit files are read: ${span(boot.begun)}`
    ),
    label(at(frame, boot.begun) + 6, middle + 4, `reads unit files, ${span(boot.begun)}`, ` class="time"`)
  )
  lives.forEach((life, index) => {
    drawn.push(...drawLife(life, top + row * (index + 1), frame, chain.includes(life), boot.begun))
  })
  if (boot.complete !== undefined) {
    const x = at(frame, boot.complete)
    drawn.push(
      line(x, top - 4, x, bottom + 4, "#2e7d32", ` stroke-width="1.5"`),
      label(x, bottom + 18, `all started, ${span(boot.complete)}`, ` class="small" text-anchor="middle" fill="${ink}"`)
    )
  }
  drawn.push(...drawLegend(margin, bottom + 40))
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${number(width)}" height="${height}" viewBox="0 0 ${
      number(width)
    } ${height}">`,
    `<style>${style}</style>`,
    ...drawn,
    "</svg>",
    ""
  ].join("\n")
}
