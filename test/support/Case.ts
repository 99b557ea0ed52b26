/** A folder of fixtures/cases: `units` are the unit files, everything else is for /mnt. */
import { readdirSync, readFileSync } from "node:fs"
import { fixtures } from "./Places.ts"

export interface Case {
  readonly units: Readonly<Record<string, string>>
  readonly files: Readonly<Record<string, string>>
}

export const readCase = (name: string): Case => {
  const directory = `${fixtures}/cases/${name}`
  const units: Record<string, string> = {}
  const files: Record<string, string> = {}
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = `${entry.parentPath}/${entry.name}`
    const relative = path.slice(directory.length + 1)
    if (relative.startsWith("units/")) units[relative.slice("units/".length)] = readFileSync(path, "utf8")
    else files[relative] = readFileSync(path, "utf8")
  }
  return { units, files }
}
