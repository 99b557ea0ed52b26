/**
 * The time zone at the end of a calendar event, systemd.time(7): ` UTC`, or a name of the IANA database.
 *
 * systemd asks the machine whether a file of that name exists. Nothing is asked here: a name counts as a zone by its
 * look, an area and a place, or by being one of the few names without an area. So the word `PM` is no zone, but
 * `Europe/Berln` is one. The short names of the machine's own zone (such as `CEST`) are not known here.
 *
 * @since 0.1.0
 */

export interface Split {
  /** What is before the zone and the blank before it. */
  readonly rest: string
  readonly zone: string | undefined
}

export const split = (text: string): Split => {
  const blank = text.lastIndexOf(" ")
  const word = text.slice(blank + 1)
  if (blank < 0) return { rest: text, zone: undefined }
  if (word.toUpperCase() === "UTC") return { rest: text.slice(0, blank), zone: "UTC" }
  return isZone(word) ? { rest: text.slice(0, blank), zone: word } : { rest: text, zone: undefined }
}

const areas = "Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Brazil|Canada|Chile|Etc|Europe|Indian|Mexico|" +
  "Pacific|US"
const lone = "CET|CST6CDT|Cuba|EET|EST|EST5EDT|Egypt|Eire|Factory|GB|GB-Eire|GMT|GMT[+-]?0|Greenwich|HST|Hongkong|" +
  "Iceland|Iran|Israel|Jamaica|Japan|Kwajalein|Libya|MET|MST|MST7MDT|NZ|NZ-CHAT|Navajo|PRC|PST8PDT|Poland|Portugal|" +
  "ROC|ROK|Singapore|Turkey|UCT|UTC|Universal|W-SU|WET|Zulu|localtime"

/** Whether a word has the look of a time zone of the IANA database. */
export const isZone = (word: string): boolean =>
  // Most words that are asked about are times.
  /^[A-Za-z]/.test(word) &&
  new RegExp(`^(?:(?:posix/|right/)?(?:(?:${areas})(?:/[A-Z][\\w+-]*)+|${lone}))$`).test(word)
