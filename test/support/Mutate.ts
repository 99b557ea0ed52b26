/** Texts made of other texts: what they have in common with good ones takes them past the first check. */
import type { Random } from "./Random.ts"

/** One text with one thing changed: a piece taken away, doubled, moved, or put in from another text. */
export const mutate = (random: Random, text: string, others: ReadonlyArray<string>): string => {
  const from = random.below(text.length + 1)
  const to = Math.min(text.length, from + random.pick([0, 1, 1, 2, 3, 8, 40]))
  const [before, piece, after] = [text.slice(0, from), text.slice(from, to), text.slice(to)]
  switch (random.below(6)) {
    case 0:
      return before + after
    case 1:
      return before + piece + piece + after
    case 2:
      return before + after + piece
    case 3:
      return `${before}${random.pick(others)}${after}`
    case 4: {
      const other = random.pick(others)
      const start = random.below(other.length + 1)
      return before + other.slice(start, start + random.pick([1, 1, 2, 3, 10, 100])) + after
    }
    default:
      return before + piece.repeat(random.pick([2, 3, 20])) + after
  }
}
