/** `explain CODE|DIRECTIVE`: what a code means, or what a directive takes and does, as text of 80 columns. */
import * as Catalogue from "../unit/Catalogue.ts"
import { grammars } from "../unit/catalogue/Grammars.ts"
import { quote } from "../unit/Diagnostic.ts"
import type { Directive } from "../unit/Directives.ts"
import * as Directives from "../unit/Directives.ts"
import * as Suggest from "../unit/Suggest.ts"

/** The text for stdout, or why there is none. */
export type Answer = { readonly _tag: "Found"; readonly text: string } | {
  readonly _tag: "Unknown"
  readonly message: string
}

const found = (text: string): Answer => ({ _tag: "Found", text })

const unknown = (what: string, hint: string | undefined): Answer => ({
  _tag: "Unknown",
  message: hint === undefined ? what : `${what}; ${hint}`
})

const width = 80

/** Words in lines of at most 80 columns, each behind `indent`, the first behind `lead`; longer words stay whole. */
export const wrap = (text: string, indent = "", lead = indent): string => {
  const lines: Array<string> = []
  let line = lead
  let empty = true
  for (const word of text.split(/\s+/)) {
    if (word === "") continue
    if (!empty && line.length + 1 + word.length > width) {
      lines.push(line)
      line = indent
      empty = true
    }
    line += empty ? word : ` ${word}`
    empty = false
  }
  return [...lines, line].join("\n")
}

const indented = (text: string): string => text.split("\n").map((line) => line === "" ? "" : `    ${line}`).join("\n")

const example = (title: string, unit: string | undefined): ReadonlyArray<string> =>
  unit === undefined ? [] : [`${title}:`, indented(unit)]

const ofCode = ({ about, code, right, severity: [usual, ...others], title, wrong }: Catalogue.Explained): Answer => {
  const weight = others.length === 0 ? usual : `${usual}, in some places ${others.join(" or ")}`
  return found(
    [
      wrap(`${code} (${weight}): ${title}`),
      wrap(about),
      ...example("Wrong", wrong),
      ...example("Right", right)
    ].join("\n\n")
  )
}

/** All codes with their titles. */
const ofAllCodes = (): Answer =>
  found(
    [
      ...Catalogue.all().map(({ code, title }) => wrap(title, "        ", `${code}  `)),
      "",
      wrap("container-init explain CODE tells more, container-init explain DIRECTIVE what a directive takes.")
    ].join("\n")
  )

const levels: Readonly<Record<Directives.Support, string>> = {
  supported: "supported: acted on",
  accepted: "accepted: no effect here, and no harm",
  unsupported: "not acted on: each use is a warning (CI0203)"
}

const inBrackets = (sections: ReadonlyArray<string>): string => sections.map((name) => `[${name}]`).join(" ")

const wordsOf = (grammar: string): string => Object.entries(grammars).find(([name]) => name === grammar)?.[1] ?? grammar

/** A range of the table of directives in words: `0..255` is "a whole number from 0 to 255". */
const inWords = (alternative: string): string =>
  alternative.replace(/^(-?[0-9]+)\.\.(-?[0-9]+)$/, "a whole number from $1 to $2")

/** How a value is written. A bar at the end of a row says that an empty value takes back earlier ones. */
const valueOf = (grammar: string): string => {
  const alternatives = grammar.split("|").filter((one) => one !== "").map(inWords)
  const [only = ""] = alternatives
  const value = alternatives.length > 1 ? `one of ${alternatives.join(", ")}` : wordsOf(only)
  return grammar.endsWith("|") ? `${value}; an empty value drops what was said before` : value
}

/** What is said of a directive; the same in several sections is said once. */
const facts = ({ default: byDefault, doc, grammar, manual, support }: Directive): string => {
  const value = valueOf(grammar)
  const row = (name: string, text: string) => wrap(text, "          ", `${name.padEnd(8)}  `)
  return [
    wrap(doc),
    "",
    row("support", levels[support]),
    row("value", value),
    ...(byDefault === "" ? [] : [row("default", byDefault)]),
    row("manual", manual)
  ].join("\n")
}

const ofDirective = (key: string, sections: ReadonlyArray<string>): Answer => {
  const groups = new Map<string, Array<string>>()
  for (const section of sections) {
    const directive = Directives.find(section, key)
    if (directive === undefined) continue
    const text = facts(directive)
    const group = groups.get(text)
    if (group === undefined) groups.set(text, [section])
    else group.push(section)
  }
  const blocks = [...groups].map(([text, group]) => `${wrap(`${key}= in ${inBrackets(group)}`)}\n\n${text}`)
  return found(blocks.join("\n\n"))
}

/** `[Section] Key`, `Section.Key`, or a key alone; what stands behind a `=` is somebody's value. */
const parseTopic = (topic: string): { readonly section: string | undefined; readonly key: string } => {
  const name = topic.split("=", 1)[0] ?? ""
  const [, bracketed, dotted, key = ""] = /^(?:\[([^\]]*)\]?\s*|([^.\s]*)\.)?(.*)$/s.exec(name) ?? []
  return { section: (bracketed ?? dotted)?.trim(), key: key.trim() }
}

const inSection = (section: string, key: string): Answer => {
  if (!Directives.allSections.includes(section)) {
    return unknown(`there is no section ${quote(section)}`, Suggest.hint(section, Directives.allSections))
  }
  if (key === "") {
    return unknown(
      `[${section}] is a section`,
      `name one of its directives, such as "[${section}] ${Directives.keysOf(section)[0] ?? ""}"`
    )
  }
  if (Directives.find(section, key) !== undefined) return ofDirective(key, [section])
  const elsewhere = Directives.sectionsWith(key)
  const hint = elsewhere.length > 0
    ? `it belongs in ${inBrackets(elsewhere)}`
    : Suggest.hint(key, Directives.keysOf(section))
  return unknown(`[${section}] has no directive ${quote(key)}`, hint)
}

/** Answers a topic as it stood on the command line; an empty one asks for the list of codes. */
export const explain = (topic: string): Answer => {
  const wanted = topic.trim()
  if (wanted === "") return ofAllCodes()
  const entry = Catalogue.find(wanted)
  if (entry !== undefined) return ofCode(entry)
  if (/^CI\d+$/i.test(wanted)) {
    const near = Catalogue.find(wanted.toUpperCase())?.code
    const hint = near === undefined ? "container-init explain lists all of them" : `did you mean "${near}"?`
    return unknown(`there is no code ${quote(wanted)}`, hint)
  }
  const { key, section } = parseTopic(wanted)
  if (section !== undefined) return inSection(section, key)
  const sections = Directives.sectionsWith(key)
  if (sections.length > 0) return ofDirective(key, sections)
  const names = Directives.allSections.flatMap(Directives.keysOf)
  return unknown(`there is no code or directive ${quote(key)}`, Suggest.hint(key, names))
}
