// Writes what a release is made of to stdout, as CycloneDX JSON: the npm packages by the lock file, from `npm sbom`, and
// what comes from Debian, the engine and the C library. The same sources give the same bytes: the date is that of
// SOURCE_DATE_EPOCH, the serial number a hash of the rest.
import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import { readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

process.chdir(fileURLToPath(new URL("..", import.meta.url)))

const seconds = Number(process.env.SOURCE_DATE_EPOCH ?? 0)
const args = ["sbom", "--sbom-format", "cyclonedx", "--package-lock-only", "--sbom-type", "application"]
const sbom = JSON.parse(execFileSync("npm", args, { encoding: "utf8", maxBuffer: 2 ** 26 }))
const root = sbom.metadata.component["bom-ref"]

/** What is reached from what the package needs; `--omit dev` would leave out effect, of which the user brings his own. */
const { dependencies, name: ownName, peerDependencies } = JSON.parse(readFileSync("package.json", "utf8"))
const needed = new Set()
const follow = (ref) => {
  if (needed.has(ref)) return
  needed.add(ref)
  for (const next of sbom.dependencies.find((one) => one.ref === ref)?.dependsOn ?? []) follow(next)
}
for (const { "bom-ref": ref, name } of sbom.components) {
  if (Object.hasOwn({ ...dependencies, ...peerDependencies }, name)) follow(ref)
}
sbom.components = sbom.components.filter((component) => needed.has(component["bom-ref"]))
sbom.dependencies = sbom.dependencies.filter(({ ref }) => ref === root || needed.has(ref))
for (const one of sbom.dependencies) one.dependsOn = one.dependsOn.filter((ref) => needed.has(ref))

const installed = (name) => {
  try {
    return execFileSync("dpkg-query", ["-W", "-f", "${Version}", name], { encoding: "utf8", stdio: "pipe" })
  } catch {
    return ""
  }
}

/** The package that was unpacked, else one that is installed, else what the sources say of themselves. */
const engineVersion = () => {
  const unpacked = readdirSync("build").flatMap((name) => /^qjs-src_(.+)_all\.deb$/.exec(name)?.[1] ?? [])[0]
  return unpacked ?? (installed("qjs-src") || readFileSync("build/quickjs-ng.version", "utf8").trim())
}

const debian = (name, version, description, licence) => ({
  "bom-ref": `${name}@${version}`,
  type: "library",
  name,
  version,
  description,
  scope: "required",
  purl: `pkg:deb/debian/${name}@${encodeURIComponent(version)}`,
  licenses: [{ license: { id: licence } }]
})
const own = [
  debian("qjs-src", engineVersion(), "QuickJS-ng, the engine of the executable", "MIT"),
  debian("musl", installed("musl-dev") || "unknown", "The C library of the executable", "MIT")
]

// npm takes the name of the folder, whatever it is.
sbom.metadata.component.name = ownName
sbom.metadata.timestamp = new Date(seconds * 1000).toISOString()
// npm's own version says nothing about what is in the release.
delete sbom.metadata.tools
sbom.components = [...sbom.components, ...own].sort((a, b) => (a["bom-ref"] < b["bom-ref"] ? -1 : 1))
sbom.dependencies.find(({ ref }) => ref === root)?.dependsOn.push(...own.map((component) => component["bom-ref"]))
delete sbom.serialNumber
const hash = createHash("sha256").update(JSON.stringify(sbom)).digest("hex")
const uuid = `${hash.slice(0, 8)}-${hash.slice(8, 12)}-5${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${
  hash.slice(20, 32)
}`
process.stdout.write(`${JSON.stringify({ ...sbom, serialNumber: `urn:uuid:${uuid}` }, null, 2)}\n`)
