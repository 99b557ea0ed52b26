/** A boot as a graph for dot(1): who waited for whom, and what became of them. Pure. */
import * as Chain from "./Chain.ts"
import type { Boot, Life } from "./Timeline.ts"
import { atBoot, hasFailed, span } from "./Timeline.ts"

const quote = (text: string): string => `"${text.replaceAll("\\", "\\\\").replaceAll("\"", "\\\"")}"`

const colourOf = (life: Life): string =>
  hasFailed(life) || life.marks.some(({ kind }) => kind === "denied")
    ? "#f5c6c4"
    : life.marks.some(({ kind }) => kind === "skipped")
    ? "#eceff1"
    : life.ready === undefined && life.settled === undefined
    ? "#fde3b3"
    : "#d3ecd6"

export const render = (boot: Boot): string => {
  const lives = atBoot(boot)
  const names = new Set(lives.map(({ unit }) => unit))
  const chain = Chain.make(boot)
  const lines = [
    "digraph boot {",
    "  // Arrows go from a unit to what it waited for; dashed: what it requires, dotted: what it wants.",
    "  rankdir=RL",
    "  node [shape=box, style=\"rounded,filled\", fontname=\"sans-serif\", fontsize=11, color=\"#78909c\"]",
    "  edge [color=\"#78909c\"]"
  ]
  for (const life of lives) {
    const time = life.took === undefined ? "" : `\n${span(life.took)}`
    const bold = chain.includes(life) ? ", penwidth=2.5, color=\"#e65100\"" : ""
    const label = quote(`${life.unit}${time}`).replaceAll("\n", "\\n")
    lines.push(`  ${quote(life.unit)} [label=${label}, fillcolor="${colourOf(life)}"${bold}]`)
  }
  for (const life of lives) {
    const at = chain.indexOf(life)
    for (const [key, style] of [["after", ""], ["requires", "style=dashed"], ["wants", "style=dotted"]] as const) {
      for (const other of life[key]) {
        if (!names.has(other) || key !== "after" && life.after.includes(other)) continue
        const held = key === "after" && at >= 0 && chain[at + 1]?.unit === other
        const look = [...style === "" ? [] : [style], ...held ? ["color=\"#e65100\"", "penwidth=2.5"] : []]
        lines.push(`  ${quote(life.unit)} -> ${quote(other)}${look.length === 0 ? "" : ` [${look.join(", ")}]`}`)
      }
    }
  }
  return `${lines.join("\n")}\n}\n`
}
