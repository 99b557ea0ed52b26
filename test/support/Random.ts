/** Random numbers that are the same in every run: what a test did once, it does again. */

export interface Random {
  /** A whole number from 0 to below `limit`. */
  readonly below: (limit: number) => number
  /** Whether one of `odds` cases has come. */
  readonly oneIn: (odds: number) => boolean
  readonly pick: <A>(choices: ReadonlyArray<A>) => A
}

/** The numbers of one seed: 32 bits of a counter, mixed until each bit depends on each other one. */
export const make = (seed: number): Random => {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return (mixed ^ (mixed >>> 15)) >>> 0
  }
  const below = (limit: number): number => Math.floor(next() / 2 ** 32 * limit)
  return {
    below,
    oneIn: (odds) => below(odds) === 0,
    pick: (choices) => {
      const chosen = choices[below(choices.length)]
      if (chosen === undefined) throw new Error("nothing to choose from")
      return chosen
    }
  }
}
