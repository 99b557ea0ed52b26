/**
 * Fields that are added to each log line, systemd.exec(5) `LogExtraFields=`: `FIELD=value`.
 *
 * @since 0.1.0
 */

/** Names are in capitals and begin with a letter: those that begin with `_` are given by the journal alone. */
const shape = /^[A-Z][A-Z0-9_]{0,63}$/

export const parse = (text: string): readonly [name: string, value: string] | undefined => {
  const equals = text.indexOf("=")
  const name = text.slice(0, Math.max(equals, 0))
  return shape.test(name) ? [name, text.slice(equals + 1)] : undefined
}
