/**
 * The word somebody probably meant. Runs only once something is already wrong, so it may cost.
 *
 * @since 0.1.0
 */

/** A slip every three letters, and never more than three: beyond that a suggestion misleads. */
const tolerance = (word: string): number => Math.min(3, Math.max(1, Math.floor(word.length / 3)))

/**
 * Edits between two words, where exchanging two neighbours counts as one (optimal string alignment).
 * Gives up, with `limit + 1`, as soon as the words are further apart than `limit`.
 */
export const distance = (a: string, b: string, limit: number): number => {
  if (Math.abs(a.length - b.length) > limit) return limit + 1
  let beforeLast: Array<number> = []
  let last: Array<number> = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row: Array<number> = [i]
    let best = i
    for (let j = 1; j <= b.length; j++) {
      const same = a.charCodeAt(i - 1) === b.charCodeAt(j - 1)
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1))
      const swapped = i > 1 && j > 1 &&
        a.charCodeAt(i - 1) === b.charCodeAt(j - 2) && a.charCodeAt(i - 2) === b.charCodeAt(j - 1)
      if (swapped) cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1)
      row.push(cost)
      if (cost < best) best = cost
    }
    if (best > limit) return limit + 1
    beforeLast = last
    last = row
  }
  return last[b.length] ?? 0
}

/** Words longer than any name that exists are not worth the comparison. */
const longestWord = 255

/** The candidate nearest to `word`, capitals aside; `undefined` where none is near. The first of equals wins. */
export const suggest = (word: string, candidates: Iterable<string>): string | undefined => {
  if (word.length === 0 || word.length > longestWord) return undefined
  const wanted = word.toLowerCase()
  let nearest: string | undefined
  let least = tolerance(word) + 1
  for (const candidate of candidates) {
    if (candidate === word) continue
    const edits = distance(wanted, candidate.toLowerCase(), least - 1)
    if (edits < least) {
      least = edits
      nearest = candidate
    }
  }
  return nearest
}

/** The suggestion as the hint of a diagnostic. */
export const hint = (word: string, candidates: Iterable<string>): string | undefined => {
  const nearest = suggest(word, candidates)
  return nearest === undefined ? undefined : `did you mean "${nearest}"?`
}
