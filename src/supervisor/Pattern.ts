/**
 * Shell patterns as fnmatch(3) has them: `*`, `?`, `[...]` and the backslash. No regular expression: a pattern of many
 * stars takes no more than the product of both lengths, and no pattern is an error.
 */

/** Whether the whole text matches. Slashes and leading dots are characters like any other. */
export const matches = (pattern: string, text: string): boolean => {
  let at = 0
  let place = 0
  let star = -1
  let restart = 0
  while (place < text.length) {
    if (pattern.charAt(at) === "*") {
      star = at++
      restart = place
      continue
    }
    const character = String.fromCodePoint(text.codePointAt(place) ?? 0)
    const width = at < pattern.length ? widthOf(pattern, at, character) : 0
    if (width > 0) {
      at += width
      place += character.length
      continue
    }
    if (star < 0) return false
    at = star + 1
    restart += String.fromCodePoint(text.codePointAt(restart) ?? 0).length
    place = restart
  }
  while (pattern.charAt(at) === "*") at++
  return at === pattern.length
}

/** How long the piece of the pattern at `at` is that this character matches; 0 if it does not. */
const widthOf = (pattern: string, at: number, character: string): number => {
  const first = pattern.charAt(at)
  if (first === "?") return 1
  if (first === "[") {
    const end = endOfSet(pattern, at)
    if (end > 0) return isInSet(pattern.slice(at + 1, end), character) ? end + 1 - at : 0
  }
  const escaped = first === "\\" && at + 1 < pattern.length ? 1 : 0
  return pattern.startsWith(character, at + escaped) ? escaped + character.length : 0
}

/** Where the bracket closes that opens at `at`; -1: never, and it stands for itself. */
const endOfSet = (pattern: string, at: number): number => {
  const negated = pattern.charAt(at + 1) === "!" || pattern.charAt(at + 1) === "^"
  let place = at + (negated ? 2 : 1)
  if (pattern.charAt(place) === "]") place++
  for (; place < pattern.length; place++) {
    const character = pattern.charAt(place)
    if (character === "]") return place
    if (character === "\\") place++
    else if (character === "[" && pattern.charAt(place + 1) === ":") {
      const close = pattern.indexOf(":]", place + 2)
      if (close > 0) place = close + 1
    }
  }
  return -1
}

const isInSet = (set: string, character: string): boolean => {
  const negated = set.startsWith("!") || set.startsWith("^")
  let at = negated ? 1 : 0
  let found = false
  while (at < set.length) {
    if (set.startsWith("[:", at)) {
      const close = set.indexOf(":]", at + 2)
      if (close > 0) {
        found ||= isInClass(set.slice(at + 2, close), character)
        at = close + 2
        continue
      }
    }
    const low = oneOf(set, at)
    at += low.width
    if (set.charAt(at) !== "-" || at + 1 >= set.length) {
      found ||= low.text === character
      continue
    }
    const high = oneOf(set, at + 1)
    at += 1 + high.width
    found ||= codeOf(character) >= codeOf(low.text) && codeOf(character) <= codeOf(high.text)
  }
  return found !== negated
}

const codeOf = (character: string): number => character.codePointAt(0) ?? 0

/** The character of a set that stands at `at`, a backslash ahead of it taken off. */
const oneOf = (set: string, at: number): { readonly text: string; readonly width: number } => {
  const escaped = set.charAt(at) === "\\" && at + 1 < set.length ? 1 : 0
  const text = String.fromCodePoint(set.codePointAt(at + escaped) ?? 0)
  return { text, width: escaped + text.length }
}

/** By the C locale, as in PID 1. */
const isInClass = (name: string, character: string): boolean => {
  const code = codeOf(character)
  if (code > 127) return false
  const upper = code >= 65 && code <= 90
  const lower = code >= 97 && code <= 122
  const digit = code >= 48 && code <= 57
  const graph = code > 32 && code < 127
  switch (name) {
    case "upper":
      return upper
    case "lower":
      return lower
    case "alpha":
      return upper || lower
    case "digit":
      return digit
    case "alnum":
      return upper || lower || digit
    case "xdigit":
      return digit || (code >= 65 && code <= 70) || (code >= 97 && code <= 102)
    case "punct":
      return graph && !(upper || lower || digit)
    case "graph":
      return graph
    case "print":
      return graph || code === 32
    case "blank":
      return code === 32 || code === 9
    case "space":
      return code === 32 || (code >= 9 && code <= 13)
    case "cntrl":
      return code < 32 || code === 127
    default:
      return false
  }
}
