/**
 * Addresses of IPv4 and IPv6 in text, as inet_pton(3) reads them: no names, no short forms, no zones.
 *
 * @since 0.1.0
 */

const dotted = /^(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\.(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])){3}$/
const group = /^[0-9a-fA-F]{1,4}$/

/** Whether it is an IPv4 address: four numbers of 0 to 255, without leading zeros. */
export const isIPv4 = (text: string): boolean => text.length <= 15 && dotted.test(text)

/** The longest way to write one: six groups and a dotted tail. */
const longestIPv6 = 45

/** Whether it is an IPv6 address, perhaps shortened by one `::`, perhaps with an IPv4 address at its end. */
export const isIPv6 = (text: string): boolean => {
  if (text.length > longestIPv6) return false
  const gap = text.indexOf("::")
  if (gap < 0) return countGroups(text) === 8
  if (text.includes("::", gap + 1)) return false
  const head = text.slice(0, gap)
  const tail = text.slice(gap + 2)
  const before = head === "" ? 0 : head.includes(".") ? -1 : countGroups(head)
  const after = tail === "" ? 0 : countGroups(tail)
  // The gap stands for one group at least.
  return before >= 0 && after >= 0 && before + after <= 7
}

/** How many groups these are; -1 if something is none. An IPv4 address counts for two, and is the last. */
const countGroups = (text: string): number => {
  const parts = text.split(":")
  const last = parts.at(-1) ?? ""
  const quad = last.includes(".")
  if (quad && !isIPv4(last)) return -1
  const groups = quad ? parts.slice(0, -1) : parts
  return groups.every((part) => group.test(part)) ? groups.length + (quad ? 2 : 0) : -1
}
