/** `analyze blame|critical-chain|plot|dot [FILE]`: what a boot trace says, for people. Pure but for the file. */
import { quote } from "../../unit/Diagnostic.ts"
import * as Suggest from "../../unit/Suggest.ts"
import * as Blame from "./Blame.ts"
import * as Chain from "./Chain.ts"
import * as Dot from "./Dot.ts"
import * as Plot from "./Plot.ts"
import type { Boot } from "./Timeline.ts"
import * as Timeline from "./Timeline.ts"
import * as TraceFile from "./TraceFile.ts"

const views: Readonly<Record<string, { readonly about: string; readonly render: (boot: Boot) => string }>> = {
  "blame": { about: "units by how long their start took", render: Blame.render },
  "critical-chain": { about: "the units that held the boot up, the last first", render: Chain.render },
  "plot": { about: "the boot as a chart, in SVG", render: Plot.render },
  "dot": { about: "the boot as a graph, for dot(1)", render: Dot.render }
}

export interface Wish {
  readonly view: string
  /** Undefined: where the trace is written to unless somebody says otherwise. */
  readonly file: string | undefined
}

/** What words ask for, or what is wrong with them. */
export const parse = (words: ReadonlyArray<string>): Wish | string => {
  const [view = "", file, ...more] = words
  if (view === "") {
    const list = Object.entries(views).map(([name, { about }]) => `  ${name.padEnd(14)} ${about}`)
    return `analyze what?\n${list.join("\n")}\nBehind it the trace's file may be named.`
  }
  if (!Object.hasOwn(views, view)) {
    const hint = Suggest.hint(view, Object.keys(views))
    const known = Object.keys(views).join(", ")
    return `analyze knows ${known}, and not ${quote(view)}${hint === undefined ? "" : `; ${hint}`}`
  }
  return more.length > 0 ? `analyze ${view} reads one file, and not ${quote(more.join(" "))}` : { view, file }
}

export interface Answer {
  readonly text: string
  /** What else has to be known of it; for stderr. */
  readonly notes: ReadonlyArray<string>
}

/** The answer from the text of a file, or why there is none. */
export const answer = (view: string, file: string, text: string): Answer | string => {
  const parsed = TraceFile.parse(text)
  if (TraceFile.isFault(parsed)) {
    return `${file}:${parsed.line}: this is no record of a trace: ${quote(parsed.text.slice(0, 60))}`
  }
  const boot = Timeline.make(parsed.records)
  if (boot === undefined) {
    return `${file} is no trace of a boot: ${
      parsed.records.length === 0 ? "there is nothing in it" : "its first record is no boot_start"
    }`
  }
  const notes = [
    ...parsed.boots > 1 ? [`${file} tells of ${parsed.boots} boots: this is the last`] : [],
    ...parsed.cut ? [`${file}: the last line is cut off, and left out`] : [],
    ...boot.dropped > 0 ? [`${file} lacks ${boot.dropped} records that nobody read in time`] : []
  ]
  return { text: views[view]?.render(boot) ?? "", notes }
}
