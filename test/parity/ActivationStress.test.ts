/**
 * Ten thousand connections to a server that dies at random and is started by the next of them. `STRESS_SEED` names
 * another run of the dice.
 */
import { execFile } from "node:child_process"
import { readFileSync } from "node:fs"
import { assert, describe, it } from "vitest"
import type { Container } from "../support/Container.ts"
import { boot } from "../support/Container.ts"
import type { Engine } from "../support/Engine.ts"
import { engines } from "../support/Engine.ts"
import { program } from "../support/Programs.ts"

const seed = Number(process.env.STRESS_SEED ?? 1)
const total = 10_000
const leastActivations = 50

interface Way {
  readonly name: string
  /** How many clients there are at a time. */
  readonly parallel: number
  readonly listen: string
  /** Where the server listens itself. */
  readonly target?: string
}

const ways: ReadonlyArray<Way> = [
  { name: "handed over, one after the other", parallel: 1, listen: "8080" },
  { name: "handed over, 32 at a time", parallel: 32, listen: "/mnt/front.sock" },
  { name: "through a proxy, one after the other", parallel: 1, listen: "8080", target: "18080" },
  { name: "through a proxy, 32 at a time", parallel: 32, listen: "/mnt/front.sock", target: "/mnt/back.sock" }
]

const place = (address: string): string => address.startsWith("/") ? address : `127.0.0.1:${address}`

const units = ({ listen, target }: Way) => ({
  "echo.socket": `[Unit]\nStartLimitIntervalSec=0\n[Socket]\nListenStream=${
    place(listen)
  }\nTriggerLimitIntervalSec=0\n${target === undefined ? "" : `ActivationMode=proxy\nProxyTarget=${place(target)}\n`}`,
  "echo.service": `[Unit]\nStartLimitIntervalSec=0\n[Service]\nExecStart=${program("echoer")} ${seed} /mnt/journal ${
    target ?? ""
  }\n`
})

/** fixtures/programs/caller.c within the container: what it prints. */
const call = (container: Container, ...words: ReadonlyArray<number | string>): Promise<string> =>
  new Promise((resolve, reject) => {
    const within = ["-t", String(container.pid), "-n", "-m", program("caller")]
    execFile("nsenter", [...within, ...words.map(String)], { timeout: 50_000 }, (error, stdout, stderr) => {
      if (error === null) resolve(`${stdout}${stderr}`)
      else reject(new Error(`${error.message}\n${stdout}${stderr}${container.show()}`))
    })
  })

const journal = (container: Container, word: string): ReadonlyArray<string> =>
  readFileSync(`${container.directory}/journal`, "latin1").split("\n").filter((line) => line.startsWith(word))

/** Has it answer until it goes on after that: the runs so far, of which one is under way. */
const runs = async (container: Container, { listen }: Way): Promise<number> => {
  for (;;) {
    await call(container, seed, 1, 1, listen)
    const begun = journal(container, "begin").length
    if (journal(container, "end ").length === begun) continue
    await container.waitForLine(/echo\.service: started/, begun)
    return begun
  }
}

const sum = (numbers: ReadonlyArray<number>): number => numbers.reduce((before, number) => before + number, 0)

const stress = async (engine: Engine, way: Way): Promise<void> => {
  const container = boot(units(way), { engine, network: true })
  await container.waitForLine(/echo\.socket: listening/)
  assert.strictEqual(await runs(container, way), 1)
  const open = container.descriptors()
  const answer = await call(container, seed, total, way.parallel, way.listen)
  const told = `seed ${seed}: ${answer}`
  const [, served, refused] = /^served (\d+) refused (\d+) wrong 0 hung 0$/m.exec(answer) ?? []
  assert.isDefined(served, `${told}${container.show()}`)
  assert.strictEqual(Number(served) + Number(refused), total, told)
  const activations = journal(container, "begin").length
  const abandoned = journal(container, "end ").map((line) => Number(line.slice("end ".length)))
  assert.isAtLeast(activations, leastActivations, told)
  if (way.target === undefined) {
    // What a dead server had not accepted waits in PID 1's listener for the next run: only what it had accepted is lost.
    assert.strictEqual(Number(refused), sum(abandoned), told)
  } else {
    // It has a queue of its own, which dies with it. A client has one connection at a time.
    assert.isAtMost(Number(refused), abandoned.length * way.parallel, told)
  }
  console.log(
    `| ${engine.name} | ${way.name} | ${activations} activations, ${abandoned.length} deaths | ${answer.trim()} |`
  )
  await runs(container, way)
  // The last bytes of the last client may still be on their way.
  await container.waitFor(() => container.descriptors() <= open || undefined, `its ${open} descriptors, ${told}`)
  assert.strictEqual(await container.stop(), 0, told)
}

describe.each(engines)(`a server that dies at random, ${total} connections (STRESS_SEED=${seed}), $name`, (engine) => {
  for (const way of ways) it(`is there for all but those it dies on, ${way.name}`, () => stress(engine, way))
})
