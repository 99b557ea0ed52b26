/**
 * Signals by name or number, signal(7), for Linux on x86-64 and arm64 (the same numbers on both).
 *
 * Real-time signals count from 34 whatever the C library says: that is what systemd and container engines send.
 *
 * @since 0.1.0
 */
const names: ReadonlyArray<string> = [
  "",
  "HUP",
  "INT",
  "QUIT",
  "ILL",
  "TRAP",
  "ABRT",
  "BUS",
  "FPE",
  "KILL",
  "USR1",
  "SEGV",
  "USR2",
  "PIPE",
  "ALRM",
  "TERM",
  "STKFLT",
  "CHLD",
  "CONT",
  "STOP",
  "TSTP",
  "TTIN",
  "TTOU",
  "URG",
  "XCPU",
  "XFSZ",
  "VTALRM",
  "PROF",
  "WINCH",
  "IO",
  "PWR",
  "SYS"
]

const aliases: ReadonlyMap<string, number> = new Map([["IOT", 6], ["CLD", 17], ["POLL", 29], ["UNUSED", 31]])

/** The first real-time signal a program may use. */
export const realTimeMinimum = 34
/** The last signal there is. */
export const realTimeMaximum = 64

const realTime = /^RT(?:MIN(?:\+([0-9]+))?|MAX(?:-([0-9]+))?)$/

/** The number of a signal: `TERM`, `SIGTERM`, `15`, `RTMIN+3`; `undefined` if there is none of that name. */
export const parse = (text: string): number | undefined => {
  if (/^[0-9]+$/.test(text)) return inRange(Number(text))
  const name = text.startsWith("SIG") ? text.slice(3) : text
  const number = names.indexOf(name)
  if (number > 0) return number
  const match = realTime.exec(name)
  if (match === null) return aliases.get(name)
  const signal = name.startsWith("RTMIN")
    ? realTimeMinimum + Number(match[1] ?? 0)
    : realTimeMaximum - Number(match[2] ?? 0)
  return signal >= realTimeMinimum ? inRange(signal) : undefined
}

const inRange = (signal: number): number | undefined => signal >= 1 && signal <= realTimeMaximum ? signal : undefined

/** The name of a signal with its `SIG`; the number as text where it has none. */
export const nameOf = (signal: number): string => {
  const name = names[signal]
  if (name !== undefined && name !== "") return `SIG${name}`
  if (signal === realTimeMinimum) return "SIGRTMIN"
  if (signal > realTimeMinimum && signal <= realTimeMaximum) return `SIGRTMIN+${signal - realTimeMinimum}`
  return String(signal)
}

/** All names, for suggestions. */
export const known: ReadonlyArray<string> = names.slice(1).map((name) => `SIG${name}`)
