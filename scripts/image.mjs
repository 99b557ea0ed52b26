// The last build step of the executable: its heap image (src/native/host/image.h). Runs the unfinished executable, which
// evaluates the bundle's bytecode and writes down its heap; looks at what modules asked for and at what the image points
// to; and puts the image into the executable.
//
//   node scripts/image.mjs --elf FILE --bytecode FILE --map FILE --out FILE [--emulator qemu-aarch64]
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { SourceMap } from "node:module"
import { dirname, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { run } from "./compile.mjs"
import { segments, withContents } from "./elf.mjs"
import { allowedHazards } from "./image-hazards.mjs"

/** Where the area lies in the address space: above the executable, below all that is mapped at random. */
export const imageAddress = 0x10000000
const sizeLimit = 8 * 1024 * 1024

/** What the run said: hazards with their frames, and the mappings of its address space. */
const parse = (output) => {
  const hazards = []
  const mappings = []
  for (const line of output.split("\n")) {
    const mapping = /^([0-9a-f]+)-([0-9a-f]+) [-r][-w]/.exec(line)
    if (mapping !== null) {
      mappings.push({ start: parseInt(mapping[1], 16), end: parseInt(mapping[2], 16), name: line.slice(73).trim() })
    } else if (line.startsWith("hazard ")) hazards.push({ what: line.slice(7), frames: [] })
    else if (/^\s+at /.test(line)) hazards.at(-1)?.frames.push(line.trim())
  }
  return { hazards, mappings }
}

/** A frame in the words of the source it came from. */
const original = (map, frame) => {
  const place = /^at (?:(.*) \()?[^() ]+:(\d+):(\d+)\)?$/.exec(frame)
  if (place === null) return undefined
  const entry = map.findEntry(Number(place[2]) - 1, Number(place[3]) - 1)
  if (entry.originalSource === undefined) return undefined
  const file = entry.originalSource.replace(/^(\.\.\/)+/, "").replace(/^.*node_modules\//, "")
  return { file, text: `${file}:${entry.originalLine + 1}:${entry.originalColumn + 1}` }
}

/** What is not allowed and happened, or is allowed and did not, one text each. */
export const complaints = (hazards, mapText, allowed = allowedHazards) => {
  const payload = JSON.parse(mapText)
  const map = new SourceMap(payload)
  const left = new Map(allowed.map((one) => [one, one.times]))
  const result = []
  for (const { frames, what } of hazards) {
    const places = frames.map((frame) => original(map, frame)).filter((place) => place !== undefined)
    const allowance = allowed.find((one) => one.what === what && one.where === places[0]?.file && left.get(one) > 0)
    if (allowance !== undefined) {
      left.set(allowance, left.get(allowance) - 1)
      continue
    }
    const lines = places.map(({ text }) => `    ${text}`)
    result.push([`${what}, asked for when a module is evaluated`, ...lines].join("\n"))
  }
  for (const [{ what, where }, times] of left) {
    if (times > 0 && payload.sources.some((source) => source.endsWith(where))) {
      result.push(`${what} in ${where}: allowed in scripts/image-hazards.mjs, and not asked for`)
    }
  }
  return result
}

/** Words of the image that point to what only that one process had: its stack, its mappings, the libc's heap. */
export const strays = (image, executable, mappings) => {
  const known = segments(executable)
  const isKnown = (word) => known.some(({ address, size }) => word >= address && word < address + size)
  // The brk heap lies where small numbers are, that would be taken for addresses. What points there, or to what is not
  // mapped any more, differs from run to run, as the kernel places each process at random.
  const foreign = mappings.filter(({ name, start }) => !isKnown(start) && name !== "[heap]")
  const result = []
  for (let at = 0; at < image.length; at += 8) {
    const high = image.readUInt32LE(at + 4)
    // A first look that is cheap: most words are numbers, or point below 4 GiB.
    if (high === 0 || high > 0xffff) continue
    const low = image.readUInt32LE(at)
    // Two small numbers side by side. An emulator has its first mapping where such pairs seem to point, at a multiple of
    // 4 GiB; nobody is given that page for data.
    if (low < 4096) continue
    const word = high * 2 ** 32 + low
    const mapping = foreign.find(({ end, start }) => word >= start && word < end)
    if (mapping === undefined) continue
    result.push(`0x${(imageAddress + at).toString(16)} holds 0x${word.toString(16)}, in ${mapping.name || "a mapping"}`)
  }
  return result
}

const refuse = (what, problems) => {
  if (problems.length > 0) throw new Error(`heap image: ${what}\n${problems.slice(0, 20).join("\n")}`)
}

/** Makes `output` of the unfinished executable `elf`, whose program is `bytecode`. */
export const makeImage = async ({ bytecode, elf, emulator = [], map, output }) => {
  const [program, ...args] = [...emulator, resolve(elf)]
  const images = []
  const unfinished = readFileSync(elf)
  mkdirSync(dirname(output), { recursive: true })
  // Twice: what depends on an address or a moment differs.
  for (const name of [`${output}.image`, `${output}.image-again`]) {
    const { hazards, mappings } = parse(await run(program, [...args, resolve(bytecode), resolve(name)]))
    const image = readFileSync(name)
    rmSync(name)
    refuse("modules ask for what differs from start to start", complaints(hazards, readFileSync(map, "utf8")))
    refuse("it points out of itself", strays(image, unfinished, mappings))
    images.push(image)
  }
  const [image, again] = images
  if (!image.equals(again)) {
    const at = image.findIndex((byte, index) => byte !== again[index])
    throw new Error(`heap image: two runs differ, first at 0x${(imageAddress + at).toString(16)}`)
  }
  const finished = withContents(unfinished, imageAddress, image)
  if (finished.length > sizeLimit) throw new Error(`${output}: ${finished.length} bytes are more than ${sizeLimit}`)
  writeFileSync(`${output}.new`, finished)
  chmodSync(`${output}.new`, 0o755)
  renameSync(`${output}.new`, output)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      elf: { type: "string" },
      bytecode: { type: "string" },
      map: { type: "string" },
      out: { type: "string" },
      emulator: { type: "string" }
    }
  })
  const { bytecode, elf, emulator, map, out } = values
  await makeImage({ elf, bytecode, map, output: out, emulator: emulator?.split(" ") ?? [] })
}
