/** systemd's names of the processors that Linux calls otherwise, `ConditionArchitecture=` in systemd.unit(5). */
const names: Readonly<Record<string, string>> = {
  x86_64: "x86-64",
  i386: "x86",
  i486: "x86",
  i586: "x86",
  i686: "x86",
  aarch64: "arm64",
  aarch64_be: "arm64-be",
  ppcle: "ppc-le",
  ppc64le: "ppc64-le",
  arceb: "arc-be",
  crisv32: "cris"
}

/** By what uname(2) calls the machine; those of one family, `armv7l` or `sh4a`, have one name. */
export const nameOf = (machine: string): string => {
  if (Object.hasOwn(names, machine)) return names[machine] ?? machine
  if (machine.startsWith("armv")) return machine.endsWith("b") ? "arm-be" : "arm"
  return machine === "sh5" ? "sh64" : /^sh[2-4]/.test(machine) ? "sh" : machine
}
