// What npm runs once the package is there: nothing, where the prebuilt addon fits, as it does on Linux with glibc or musl
// on x64 and arm64. Else it builds one from the sources in the package, with the C compiler and no other tool.
//
//   node scripts/install-addon.mjs [--build]    builds in any case
import { execFileSync } from "node:child_process"
import { existsSync, readdirSync, renameSync, rmSync } from "node:fs"
import { createRequire } from "node:module"
import { fileURLToPath } from "node:url"

const place = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url))
const sources = place("dist/native")
const output = place("dist/container-init.node")
const forced = process.argv.includes("--build")

const loads = (file) => {
  try {
    createRequire(import.meta.url)(file)
    return true
  } catch {
    return false
  }
}

const say = (text) => console.error(`container-init: ${text}`)

const build = () => {
  const table = `${sources}/tables/${process.arch}`
  if (!existsSync(table)) {
    say(`there is no prebuilt addon for ${process.arch}, nor can one be built: it runs on x64 and arm64`)
    return false
  }
  const compiler = process.env.CC ?? "cc"
  const files = ["core", "addon"].flatMap((folder) =>
    readdirSync(`${sources}/${folder}`).filter((name) => name.endsWith(".c")).map((name) =>
      `${sources}/${folder}/${name}`
    )
  )
  // Under its name only once it is whole.
  const fresh = `${output}.${process.pid}`
  const flags = ["-std=c11", "-O2", "-fPIC", "-shared", "-fvisibility=hidden", "-I", `${sources}/include`, "-I", table]
  try {
    execFileSync(compiler, [...flags, ...files, "-lpthread", "-o", fresh], { stdio: ["ignore", "inherit", "inherit"] })
    renameSync(fresh, output)
    return true
  } catch (error) {
    rmSync(fresh, { force: true })
    say(
      error.code === "ENOENT"
        ? `its native part has to be built here, and there is no C compiler "${compiler}". ` +
          "Install one (Debian: apt-get install gcc libc6-dev linux-libc-dev; Alpine: apk add gcc musl-dev linux-headers), " +
          "or say where it is with CC=, and run npm again."
        : `its native part could not be built with "${compiler}", see above. It wants a C11 compiler, the headers of the C ` +
          "library and those of the kernel (Debian: gcc libc6-dev linux-libc-dev; Alpine: gcc musl-dev linux-headers)."
    )
    return false
  }
}

// Elsewhere the pure part works all the same; in a checkout of the repository ./scripts/build builds.
const concerned = process.platform === "linux" && existsSync(sources) && !existsSync(place("src/index.ts"))
const fits = () => loads(place(`dist/prebuilds/linux-${process.arch}/container-init.node`)) || loads(output)
if (forced || (concerned && !fits())) process.exitCode = build() ? 0 : 1
