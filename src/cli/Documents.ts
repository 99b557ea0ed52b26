/**
 * What `validate` prints for other programs. It brings the catalogue along, so it is loaded only when asked for:
 * nothing that runs at a boot may import this but for its types.
 */
import * as Annotation from "../unit/Annotation.ts"
import type { Diagnostic } from "../unit/Diagnostic.ts"
import * as Sarif from "../unit/Sarif.ts"

/** What this module is to those who load it late. */
export interface Documents {
  readonly sarif: (diagnostics: ReadonlyArray<Diagnostic>, version: string) => string
  readonly github: (diagnostics: ReadonlyArray<Diagnostic>) => string
}

/** One SARIF document. */
export const sarif: Documents["sarif"] = (diagnostics, version) =>
  `${JSON.stringify(Sarif.make(diagnostics, version), undefined, 2)}\n`

/** A workflow command of GitHub Actions for each diagnostic, a line each. */
export const github: Documents["github"] = (diagnostics) =>
  diagnostics.map((diagnostic) => `${Annotation.render(diagnostic)}\n`).join("")
