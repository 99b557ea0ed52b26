import { assert, describe, it } from "vitest"
import { boot } from "../support/Container.ts"
import { engines } from "../support/Engine.ts"
import { oneshot, service } from "../support/Units.ts"

const piece = 16 * 1024

describe.each(engines)("output, $name", (engine) => {
  it("has the unit's name at each line, stdout on stdout and stderr on stderr, empty lines too", async () => {
    const container = boot({ "a.service": service("say one err two say '' err '' say three wait") }, { engine })
    await container.waitForLine(/^\[a\] three$/)
    await container.waitForLine(/^\[a\] $/, 2)
    assert.deepStrictEqual(container.output.stdout, ["[a] one", "[a] ", "[a] three"])
    const errors = container.output.stderr.filter((line) => line.startsWith("["))
    assert.deepStrictEqual(errors, ["[a] two", "[a] "])
  })

  it("has our own lines on stderr alone", async () => {
    const container = boot({ "a.service": service("name a event up wait") }, { engine })
    await container.waitForEvent("a up")
    await container.stop()
    assert.deepStrictEqual(container.output.stdout, [])
    for (const line of container.output.stderr) assert.match(line, /^container-init: /)
    assert.isNotEmpty(container.output.stderr)
  })

  it("joins what arrives in pieces", async () => {
    const container = boot({ "a.service": service("put hel sleep 30 put 'lo\\nwor' sleep 30 put 'ld\\n' wait") }, {
      engine
    })
    await container.waitForLine(/world/)
    assert.deepStrictEqual(container.output.stdout, ["[a] hello", "[a] world"])
  })

  it("has the unterminated last line of a service that ends, ahead of the news of its end", async () => {
    const container = boot({ "a.service": service("say first put last exit 3") }, { engine, onePipe: true })
    await container.waitForLine(/a\.service: .*code 3/)
    const lines = container.output.stdout
    const [first, last] = [lines.indexOf("[a] first"), lines.indexOf("[a] last")]
    const news = lines.findIndex((line) => /a\.service: .*code 3/.test(line))
    assert.isTrue(first >= 0 && first < last && last < news, container.show())
  })

  it("has the last words of a service that is told to stop", async () => {
    const container = boot({ "a.service": service("say up put 'no newline' slow 50 wait") }, { engine })
    await container.waitForLine(/^\[a\] up$/)
    await container.stop()
    assert.deepStrictEqual(container.output.stdout, ["[a] up", "[a] no newline"])
  })

  it("cuts lines that are too long into pieces of 16 KiB, each with the prefix, and loses nothing", async () => {
    const container = boot({ "a.service": service("fill 40000 say '' say short wait") }, { engine })
    await container.waitForLine(/^\[a\] short$/)
    const lengths = container.output.unit("a").map((line) => line.length)
    assert.deepStrictEqual(lengths, [piece, piece, 40000 - 2 * piece, "short".length])
  })

  it("does not add an empty line to one of exactly 16 KiB", async () => {
    const container = boot({ "a.service": service(`fill ${piece} say '' say short wait`) }, { engine })
    await container.waitForLine(/^\[a\] short$/)
    assert.deepStrictEqual(container.output.unit("a").map((line) => line.length), [piece, "short".length])
  })

  it("passes on NUL and control bytes, where no terminal reads", async () => {
    const container = boot({ "a.service": service("put 'a\\0b\\e[1mc\\n' wait") }, { engine })
    await container.waitForLine(/^\[a\] a/)
    assert.deepStrictEqual(container.output.unit("a"), ["a\0b\x1b[1mc"])
  })

  it("keeps the lines of two services apart", async () => {
    const chatter = (letter: string) =>
      `${Array.from({ length: 40 }, (_, n) => `put ${letter}${n} put '-end\\n'`).join(" ")} wait`
    const container = boot({ "a.service": service(chatter("a")), "b.service": service(chatter("b")) }, { engine })
    await container.waitForLine(/^\[a\] a39-end$/)
    await container.waitForLine(/^\[b\] b39-end$/)
    for (const name of ["a", "b"]) {
      assert.deepStrictEqual(
        container.output.unit(name),
        Array.from({ length: 40 }, (_, n) => `${name}${n}-end`),
        container.show()
      )
    }
  })

  it("lets a service close its stdout and live", async () => {
    const container = boot({ "a.service": service("say one close 1 err two name a event up wait") }, { engine })
    await container.waitForLine(/^\[a\] two$/)
    await container.waitForEvent("a up")
    assert.strictEqual(await container.stop(), 0, container.show())
    assert.include(container.events(), "a down")
  })

  it("loses nothing of a service that writes much and ends at once", async () => {
    const words = Array.from({ length: 20 }, () => "fill 10000 say ''").join(" ")
    const container = boot({ "a.service": oneshot([`${words} say last`]) }, { engine })
    await container.waitForLine(/a\.service: done/)
    await container.waitForLine(/^\[a\] last$/)
    assert.strictEqual(container.output.unit("a").filter((line) => line.length === 10000).length, 20, container.show())
  })
})
