/**
 * The days of the week at the head of a calendar event, systemd.time(7): `Mon..Wed,sunday`.
 *
 * @since 0.1.0
 */

/** The bits of all seven days, Monday the lowest. */
export const all = 127

const names = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

export interface Parsed {
  /** `all` where no day is named. */
  readonly bits: number
  /** Where the text goes on, behind the days and the blanks after them. */
  readonly at: number
  readonly fault: string | undefined
}

/** The days at the start of the text. Names may be short and in any case; a range may be written with `-`. */
export const parse = (text: string): Parsed => {
  let bits = 0
  let at = 0
  /** The day a range begins with, while it waits for its end. */
  let from = -1
  for (;;) {
    const word = /^[A-Za-z]*/.exec(text.slice(at, at + 10))?.[0] ?? ""
    const day = dayOf(word)
    if (day < 0) {
      return at === 0 && word === "" ? { bits: all, at, fault: undefined } : failed("weekdays are Mon to Sun")
    }
    if (day < from) return failed("weekdays run from Mon to Sun: a range cannot go over the end of the week")
    for (let each = from < 0 ? day : from; each <= day; each++) bits |= 1 << each
    at += word.length
    const mark = text.charAt(at)
    if (mark === "-" || text.startsWith("..", at)) {
      if (from >= 0) return failed("a range of weekdays has two ends, as in Mon..Fri")
      from = day
      at += mark === "-" ? 1 : 2
    } else if (mark === "," || mark === " " || mark === "") {
      from = -1
      if (mark === ",") at++
    } else return failed("weekdays are written as in Mon..Wed,Fri")
    const after = text.charAt(at)
    if (after !== "" && after !== " ") continue
    if (from >= 0) return failed("a range of weekdays has two ends, as in Mon..Fri")
    while (text.charAt(at) === " ") at++
    return { bits, at, fault: undefined }
  }
}

const failed = (fault: string): Parsed => ({ bits: all, at: 0, fault })

const dayOf = (word: string): number => {
  if (word.length < 3) return -1
  const name = word.charAt(0).toUpperCase() + word.slice(1).toLowerCase()
  return names.findIndex((full) => full === name || full.slice(0, 3) === name)
}

/** `Mon..Wed,Sun`; nothing for all of them. Two neighbours are no range. */
export const format = (bits: number): string => {
  if (bits === all) return ""
  const parts: Array<string> = []
  for (let day = 0; day < 7; day++) {
    if ((bits >> day & 1) === 0) continue
    const first = day
    while (day < 6 && (bits >> day + 1 & 1) === 1) day++
    parts.push(short(first) + (day === first ? "" : (day > first + 1 ? ".." : ",") + short(day)))
  }
  return parts.join(",")
}

const short = (day: number): string => names[day]?.slice(0, 3) ?? ""
