/**
 * Limits of cgroups, systemd.resource-control(5): an amount, a share of what the machine has, or `infinity`.
 *
 * @since 0.1.0
 */
import type { Limit } from "../values/Exec.ts"
import * as Percent from "./Percent.ts"

/** `parseAmount` reads what is no percentage: bytes, or a count. */
export const parse = (text: string, parseAmount: (text: string) => number | undefined): Limit | undefined => {
  if (text === "infinity") return { _tag: "Amount", amount: Infinity }
  const percent = Percent.parse(text)
  if (percent !== undefined) return percent <= 100 ? { _tag: "Percent", percent } : undefined
  const amount = parseAmount(text)
  return amount === undefined ? undefined : { _tag: "Amount", amount }
}

/** `formatAmount` writes what is no percentage. */
export const format = (limit: Limit, formatAmount: (amount: number) => string): string =>
  limit._tag === "Percent"
    ? Percent.format(limit.percent)
    : limit.amount === Infinity
    ? "infinity"
    : formatAmount(limit.amount)
