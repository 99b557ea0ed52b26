/**
 * The npm package in a project outside the repository. What `npm pack` makes is unpacked there, and what it needs is the
 * repository's; `scripts/test-package` has npm install all of it, and the examples compiled with their types.
 */
import { execFile, execFileSync, spawn } from "node:child_process"
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { transformSync } from "esbuild"
import ts from "typescript"
import { afterAll, assert, beforeAll, describe, it, onTestFinished } from "vitest"
import { fixtures, root } from "../support/Places.ts"
import { programs } from "../support/Readme.ts"

const withNpm = process.env["PACKAGE_TEST"] === "npm"
/** Of `scripts/test-package`, which a release runs: a real installation takes minutes, and what it needs from elsewhere. */
const withNpmOnly = (name: string, test: () => Promise<void>, millis?: number): void => {
  if (withNpm) it(name, test, millis)
}

const project = mkdtempSync(join(tmpdir(), "container-init-package-"))
const installed = `${project}/node_modules/container-init`

/** Not execFileSync: whoever waits a minute without answering is given up by the test runner. */
const run = (command: string, args: ReadonlyArray<string>, environment: NodeJS.ProcessEnv = process.env) =>
  new Promise<{ readonly status: number | string; readonly stdout: string; readonly stderr: string }>((resolve) => {
    execFile(command, args, { cwd: project, env: environment, timeout: 300_000 }, (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : error.code ?? "killed", stdout, stderr })
    })
  })

/** Answers what it has printed. */
const must = async (command: string, ...args: ReadonlyArray<string>): Promise<string> => {
  const { status, stderr, stdout } = await run(command, args)
  assert.strictEqual(status, 0, stdout + stderr)
  return stdout
}

/** Beside the package what it depends on, each as a link. */
const linkOthers = () => {
  for (const name of readdirSync(`${root}/node_modules`)) {
    if (name.startsWith(".") || name === "container-init") continue
    symlinkSync(`${root}/node_modules/${name}`, `${project}/node_modules/${name}`)
  }
}

beforeAll(async () => {
  cpSync(`${fixtures}/embed`, project, { recursive: true })
  const pack = ["pack", "--ignore-scripts", "--silent", "--pack-destination", project]
  const tarball = execFileSync("npm", pack, { cwd: root, encoding: "utf8" }).trim()
  if (withNpm) {
    await must("npm", "install", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error", `./${tarball}`)
    await must("node", "node_modules/typescript/bin/tsc")
    return
  }
  mkdirSync(installed, { recursive: true })
  mkdirSync(`${project}/dist`)
  await must("tar", "-xzf", tarball, "--strip-components=1", "-C", installed)
  linkOthers()
  for (const name of ["server", "units.test"]) {
    const { code } = transformSync(readFileSync(`${project}/${name}.ts`, "utf8"), { loader: "ts" })
    writeFileSync(`${project}/dist/${name}.js`, code)
  }
}, 400_000)

afterAll(() => rmSync(project, { recursive: true, force: true }))

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address()
      server.close(() => resolve(address !== null && typeof address === "object" ? address.port : 0))
    })
  })

interface Shown {
  readonly state: string
  readonly restarts: number
}

/** The example server at a port of its own. */
const startServer = async () => {
  const port = await freePort()
  const child = spawn("node", ["dist/server.js"], { cwd: project, env: { ...process.env, PORT: String(port) } })
  const said = { stdout: "", stderr: "" }
  child.stdout.on("data", (chunk) => (said.stdout += String(chunk)))
  child.stderr.on("data", (chunk) => (said.stderr += String(chunk)))
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve))
  const at = `http://127.0.0.1:${port}`
  const worker = async (): Promise<Shown | undefined> => {
    const all = (await (await fetch(`${at}/status`)).json()) as Readonly<Record<string, Shown>>
    return all["worker.service"]
  }
  const until = async (what: (shown: Shown) => boolean): Promise<void> => {
    for (;;) {
      const shown = await worker().catch(() => undefined)
      if (shown !== undefined && what(shown)) return
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  return { at, child, ended, said, until }
}

describe("the package", () => {
  it("holds an addon that is linked with no C library, so that glibc and musl are the same to it", async () => {
    const addon = `${installed}/dist/prebuilds/linux-${process.arch}/container-init.node`
    assert.notInclude(await must("readelf", "-d", addon), "NEEDED")
    assert.notMatch(await must("readelf", "--dyn-syms", "-W", addon), /@GLIBC/)
    assert.notInclude(readdirSync(`${installed}/dist`), "container-init.node")
  })

  it("holds an addon that musl's own loader binds with all it asks for", async () => {
    const addon = `${installed}/dist/prebuilds/linux-${process.arch}/container-init.node`
    const symbols = await must("readelf", "--dyn-syms", "-W", addon)
    const ofNode = [...new Set(symbols.match(/\bnapi_(?!register)\w+/g) ?? [])]
    const main = "#include <dlfcn.h>\n#include <stdio.h>\nint main(int argc, char **argv) {\n" +
      "  if (argc > 1 && dlopen(argv[1], RTLD_NOW)) return 0;\n  puts(dlerror());\n  return 1;\n}\n"
    writeFileSync(`${project}/loader.c`, ofNode.map((name) => `void ${name}(void) {}\n`).join("") + main)
    await must("musl-gcc", "-rdynamic", "-o", "loader", "loader.c")
    assert.isAbove(ofNode.length, 10)
    await must("./loader", addon)
  })

  it("has the types of each entry where Node's and a bundler's rules look for them", () => {
    const { ESNext, NodeNext } = ts.ModuleKind
    const rules = [
      { module: NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext },
      { module: ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler }
    ]
    for (const name of ["container-init", "container-init/unit", "container-init/node"]) {
      for (const options of rules) {
        const from = `${project}/server.ts`
        const { resolvedModule } = ts.resolveModuleName(name, from, options, ts.sys, undefined, undefined, ESNext)
        assert.match(resolvedModule?.resolvedFileName ?? "", /dist\/lib\/.*index\.d\.ts$/, name)
      }
    }
  })

  it("serves as a supervisor inside an HTTP server, which stays its own", async () => {
    const { at, child, ended, said, until } = await startServer()
    onTestFinished(() => void child.kill("SIGKILL"))
    await until(({ state }) => state === "active")
    const events = (await fetch(`${at}/events`)).body?.getReader()
    const restarted = await fetch(`${at}/restart/worker.service`, { method: "POST" })
    assert.strictEqual(await restarted.text(), "worker.service: restarted\n")
    const unknown = await fetch(`${at}/restart/nobody.service`, { method: "POST" })
    assert.strictEqual(unknown.status, 409)
    assert.strictEqual(await unknown.text(), "nobody.service: not restarted: there is no such unit\n")
    const pid = Number(/.*started, pid (\d+)/s.exec(said.stderr)?.[1])
    process.kill(pid, "SIGKILL")
    await until(({ restarts, state }) => restarts === 1 && state === "active")
    let heard = ""
    while (!heard.includes("\"to\":\"failed\"")) heard += new TextDecoder().decode((await events?.read())?.value)
    assert.match(heard, /^\{"prepare\.service":\{.*\}\n\{"_tag":"Ordered","unit":"worker\.service",.*\}\n/)
    child.kill("SIGINT")
    assert.strictEqual(await ended, 0, said.stderr)
    assert.strictEqual(said.stdout, "")
    assert.match(said.stderr, /worker\.service.*stopped/)
  })

  it("tests the unit files of an image, with as many environments as it takes", async () => {
    assert.match(await must("node", "--test", "dist/units.test.js"), /# pass 3\n# fail 0/)
  })

  withNpmOnly("has types that hold without a look away, for a bundler, too", async () => {
    const flags = [
      "--module",
      "esnext",
      "--moduleResolution",
      "bundler",
      "--target",
      "es2022",
      "--skipLibCheck",
      "false"
    ]
    // Those of README.md, too, as they stand there.
    const examples = programs()
    assert.strictEqual(examples.length, 3)
    const names = examples.map((text, index) => {
      const name = `readme${index}.ts`
      writeFileSync(`${project}/${name}`, text)
      return name
    })
    await must(
      "node",
      "node_modules/typescript/bin/tsc",
      "--noEmit",
      "--strict",
      "--types",
      "node",
      ...flags,
      "types.ts",
      ...names
    )
  })

  it("says in plain words what is missing where its addon has to be built and cannot be", async () => {
    renameSync(`${installed}/dist/prebuilds`, `${installed}/dist/away`)
    try {
      const { status, stderr } = await run(process.execPath, [`${installed}/scripts/install-addon.mjs`], {
        PATH: "/nowhere"
      })
      assert.strictEqual(status, 1)
      assert.match(stderr, /there is no C compiler "cc"\. Install one \(Debian: apt-get install gcc/)
      const load = "import('container-init/node').then(({ layer }) => import('effect').then(({ Effect }) => " +
        "Effect.runPromise(Effect.provide(Effect.void, layer)))).catch(({ message }) => console.log(message))"
      assert.match(await must("node", "--eval", load), /there is no native addon for .*npm rebuild container-init/)
    } finally {
      renameSync(`${installed}/dist/away`, `${installed}/dist/prebuilds`)
    }
  })

  withNpmOnly("builds its addon with the C compiler where none fits", async () => {
    rmSync(`${installed}/dist/prebuilds`, { recursive: true })
    await must("node", `${installed}/scripts/install-addon.mjs`)
    assert.include(readdirSync(`${installed}/dist`), "container-init.node")
    const load = "import('container-init/node').then(({ layer }) => import('effect').then(({ Effect }) => " +
      "Effect.runPromise(Effect.provide(Effect.void, layer))))"
    await must("node", "--eval", load)
  })
})
