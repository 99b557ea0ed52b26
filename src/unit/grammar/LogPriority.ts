/**
 * Levels and facilities of log lines, syslog(3), by name or number.
 *
 * @since 0.1.0
 */
import * as Integer from "./Integer.ts"

const levels = "emerg alert crit err warning notice info debug"

// 12 to 15 have no names that systemd knows.
const facilities =
  "kern user mail daemon auth syslog lpr news uucp cron authpriv ftp 12 13 14 15 local0 local1 local2 local3 local4 " +
  "local5 local6 local7"

const indexIn = (table: string, text: string, most: number): number | undefined => {
  const index = table.split(" ").indexOf(text)
  return index < 0 ? Integer.within(text, 0, most) : index
}

/** From 0, `emerg`, to 7, `debug`. */
export const parseLevel = (text: string): number | undefined => indexIn(levels, text, 7)

/** From 0, `kern`, to 127. */
export const parseFacility = (text: string): number | undefined => indexIn(facilities, text, 127)

/** All names, for suggestions; `warn` and the like are what people write instead. */
export const levelNames = (): ReadonlyArray<string> => levels.split(" ")

export const facilityNames = (): ReadonlyArray<string> => facilities.split(" ").filter((name) => !/^[0-9]/.test(name))

/** What other programs call the levels. */
export const levelHint = (text: string): string | undefined => {
  const common: Readonly<Record<string, string>> = { warn: "warning", error: "err", panic: "emerg", critical: "crit" }
  const name = text.toLowerCase()
  const instead = Object.hasOwn(common, name) ? common[name] : levels.split(" ").find((level) => level === name)
  return instead === undefined ? `write one of ${levels.replaceAll(" ", ", ")}` : `write "${instead}"`
}
