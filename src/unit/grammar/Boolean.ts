/**
 * Booleans, systemd.syntax(7), in any case.
 *
 * @since 0.1.0
 */
export const parse = (text: string): boolean | undefined => {
  switch (text.toLowerCase()) {
    case "1":
    case "yes":
    case "y":
    case "true":
    case "t":
    case "on":
      return true
    case "0":
    case "no":
    case "n":
    case "false":
    case "f":
    case "off":
      return false
    default:
      return undefined
  }
}
