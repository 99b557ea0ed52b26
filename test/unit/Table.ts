import { assert, it } from "@effect/vitest"

/** One test for each text and what it is read as; `undefined`: it is refused. */
export const table = <A>(
  parse: (text: string) => A | undefined,
  cases: ReadonlyArray<readonly [text: string, value: A | undefined]>
): void => {
  for (const [text, value] of cases) {
    const name = value === undefined
      ? `refuses ${JSON.stringify(text)}`
      : `reads ${JSON.stringify(text)} as ${shown(value)}`
    it(name, () => assert.deepStrictEqual(parse(text), value))
  }
}

const shown = (value: unknown): string => typeof value === "object" ? JSON.stringify(value) : String(value)

/** Texts that are refused. */
export const refused = (parse: (text: string) => unknown, texts: ReadonlyArray<string>): void => {
  for (const text of texts) it(`refuses ${JSON.stringify(text)}`, () => assert.isUndefined(parse(text)))
}
