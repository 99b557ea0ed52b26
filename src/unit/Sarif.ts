/**
 * Diagnostics as one SARIF 2.1.0 document (OASIS), which code hosts and editors show beside the lines they are about.
 *
 * @since 0.1.0
 */
import type { Explained } from "./Catalogue.ts"
import * as Catalogue from "./Catalogue.ts"
import type { Diagnostic, Severity } from "./Diagnostic.ts"
import * as Text from "./Diagnostic.ts"
import * as FileUri from "./FileUri.ts"

interface Message {
  readonly text: string
}

/** What is known of a code, in the words of the catalogue. */
export interface Rule {
  readonly id: string
  readonly name: string
  readonly shortDescription: Message
  readonly fullDescription: Message
  readonly help: { readonly text: string; readonly markdown: string }
  readonly defaultConfiguration: { readonly level: Severity }
}

/** Line and column count from 1; without a column the whole line is meant. */
export interface Region {
  readonly startLine: number
  readonly startColumn?: number
}

export interface Location {
  readonly physicalLocation: {
    readonly artifactLocation: { readonly uri: string }
    readonly region?: Region
  }
}

export interface Result {
  readonly ruleId: string
  readonly ruleIndex: number
  readonly level: Severity
  readonly message: Message
  /** Empty where a fault belongs to no file. */
  readonly locations: ReadonlyArray<Location>
}

/** The one run of a document. */
export interface Run {
  readonly tool: {
    readonly driver: { readonly name: string; readonly version: string; readonly rules: ReadonlyArray<Rule> }
  }
  readonly columnKind: "utf16CodeUnits"
  readonly results: ReadonlyArray<Result>
}

export interface Log {
  readonly $schema: string
  readonly version: "2.1.0"
  readonly runs: readonly [Run]
}

const schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

/** The document; `version` is container-init's own. Its rules are those of the codes that occur. */
export const make = (diagnostics: ReadonlyArray<Diagnostic>, version: string): Log => {
  const ids = [...new Set(diagnostics.map(({ code }) => code))].sort()
  const index = new Map(ids.map((id, at) => [id, at]))
  return {
    $schema: schema,
    version: "2.1.0",
    runs: [{
      tool: { driver: { name: "container-init", version, rules: ids.map(ruleOf) } },
      columnKind: "utf16CodeUnits",
      results: diagnostics.map((diagnostic) => resultOf(diagnostic, index.get(diagnostic.code) ?? -1))
    }]
  }
}

const ruleOf = (id: string): Rule => {
  const entry = Catalogue.find(id)
  // Diagnostics may come from somebody else's program: a code of theirs is a rule without words.
  if (entry === undefined) {
    return {
      id,
      name: id,
      shortDescription: { text: id },
      fullDescription: { text: id },
      help: { text: id, markdown: id },
      defaultConfiguration: { level: "warning" }
    }
  }
  return {
    id,
    name: entry.name,
    shortDescription: { text: entry.title },
    fullDescription: { text: entry.about },
    help: { text: helpText(entry), markdown: helpMarkdown(entry) },
    defaultConfiguration: { level: entry.severity[0] }
  }
}

const helpText = ({ about, right, wrong }: Explained): string =>
  wrong === undefined || right === undefined ? about : `${about}\n\nWrong:\n\n${wrong}\n\nRight:\n\n${right}\n`

const block = (text: string): string => "```ini\n" + text + "\n```"

const helpMarkdown = ({ about, right, wrong }: Explained): string => {
  const words = about.replace(/[\\`*_[\]<>]/g, "\\$&")
  return wrong === undefined || right === undefined
    ? words
    : `${words}\n\nWrong:\n\n${block(wrong)}\n\nRight:\n\n${block(right)}\n`
}

const resultOf = (diagnostic: Diagnostic, ruleIndex: number): Result => ({
  ruleId: diagnostic.code,
  ruleIndex,
  level: diagnostic.severity,
  message: { text: Text.sentence(diagnostic) },
  locations: diagnostic.at.file === "" ? [] : [locationOf(diagnostic.at)]
})

const locationOf = ({ column, file, line }: Diagnostic["at"]): Location => {
  const artifactLocation = { uri: FileUri.fromPath(file) }
  if (line < 1) return { physicalLocation: { artifactLocation } }
  const region = column < 1 ? { startLine: line } : { startLine: line, startColumn: column }
  return { physicalLocation: { artifactLocation, region } }
}
