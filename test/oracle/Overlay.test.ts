/** Which files make up a unit, and in which order: `systemd-analyze verify` names each of them by its unknown key. */
import * as fs from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { makeScratch } from "../support/Places.ts"
import type { Content, Directory } from "../unit/Sets.ts"
import { both, trail } from "../unit/Sets.ts"
import { ask } from "./Tool.ts"

interface Tree {
  readonly core: Directory
  readonly dropIn: Directory
}

/** What each file is called in the answers. */
const marked = ({ core, dropIn }: Tree): Tree => {
  let count = 0
  const mark = (files: Directory): Directory =>
    Object.fromEntries(
      Object.entries(files).map(([path, content]): [string, Content] => {
        if (typeof content !== "string" || content === "") return [path, content]
        count++
        return [path, `${content}Environment=V=K${count}\nK${count}=x\n`]
      })
    )
  return { core: mark(core), dropIn: mark(dropIn) }
}

const write = (directory: string, files: Directory): void => {
  fs.mkdirSync(directory)
  for (const [path, content] of Object.entries(files)) {
    const file = `${directory}/${path}`
    fs.mkdirSync(file.slice(0, file.lastIndexOf("/")), { recursive: true })
    if (typeof content === "string") fs.writeFileSync(file, content)
    else fs.symlinkSync(content === undefined ? "/dev/null" : content.link, file)
  }
}

const theirs = (tree: Tree, names: ReadonlyArray<string>): Readonly<Record<string, string>> => {
  const scratch = makeScratch()
  write(`${scratch}/core`, tree.core)
  write(`${scratch}/drop`, tree.dropIn)
  const variables = { SYSTEMD_UNIT_PATH: `${scratch}/drop:${scratch}/core` }
  const answers = names.map((name): [string, string] => {
    const { err } = ask("systemd-analyze", ["verify", "--man=no", name], variables)
    const keys = [...err.matchAll(/Unknown key '(K\d+)'/g)].map(([, key]) => key)
    return [name, / is masked/.test(err) ? "masked" : keys.join(" ")]
  })
  fs.rmSync(scratch, { recursive: true })
  return Object.fromEntries(answers)
}

const ours = (tree: Tree, names: ReadonlyArray<string>): Readonly<Record<string, string>> =>
  Object.fromEntries(names.map((name) => {
    const asking = { "asking.target": `[Unit]\nWants=${name}\n` }
    const set = both(tree.core, { ...tree.dropIn, ...asking })
    const aliases = new Map<string, string>(set.aliases)
    const real = aliases.get(name) ?? name
    if (set.masked.some((one) => one === real)) return [name, "masked"]
    return [name, [...set.units.keys()].some((one) => one === real) ? trail(set, real) : ""]
  }))

const agree = (tree: Tree, names: ReadonlyArray<string>): void => {
  const marks = marked(tree)
  const answers = theirs(marks, names)
  assert.match(Object.values(answers).join(" "), /K|masked/)
  assert.deepStrictEqual(ours(marks, names), answers, JSON.stringify(marks, undefined, 1))
}

const service = "[Service]\nExecStart=/bin/true\n"
const fragment = "[Service]\n"

const cases: ReadonlyArray<readonly [what: string, names: string, core: Directory, dropIn: Directory]> = [
  ["an instance with folders of every level", "a-b@x.service", {
    "a-b@.service": service,
    "a-b@x.service.d/1.conf": fragment,
    "a-b@.service.d/1.conf": fragment,
    "a-.service.d/2.conf": fragment,
    "a-@x.service.d/2.conf": fragment,
    "a-@.service.d/3.conf": fragment,
    "service.d/0.conf": fragment
  }, { "service.d/1.conf": fragment, "a-.service.d/1.conf": fragment, "a-@.service.d/2.conf": fragment }],
  ["masks of fragments", "a.service b.service", {
    "a.service": service,
    "b.service": service,
    "service.d/1.conf": fragment,
    "a.service.d/2.conf": fragment,
    "b.service.d/1.conf": ""
  }, { "a.service.d/2.conf": undefined, "service.d/2.conf": fragment }],
  ["an alias and its fragments", "a.service b.service", {
    "a.service": service,
    "b.service": { link: "a.service" },
    "b.service.d/1.conf": fragment,
    "a.service.d/1.conf": fragment,
    "b.service.d/2.conf": fragment
  }, { "b.service.d/3.conf": fragment }],
  ["an alias of a template", "a@x.service b@x.service", {
    "a@.service": service,
    "b@.service": { link: "a@.service" },
    "b@.service.d/1.conf": fragment,
    "b@x.service.d/2.conf": fragment
  }, { "a@x.service.d/3.conf": fragment }],
  ["links that cannot be aliases", "a.service a@x.service b@x.service", {
    "a.service": service,
    "a@.service": service,
    "b@x.service": service
  }, {
    "a.service": { link: "a@.service" },
    "a@x.service": { link: "a.service" },
    "b@x.service": { link: "a@y.service" }
  }],
  ["a link in the place of a unit, and a unit in the place of a link", "a.service b.service c.service", {
    "a.service": service,
    "b.service": { link: "a.service" },
    "c.service": service
  }, { "a.service": { link: "c.service" }, "b.service": service }],
  ["an instance of its own, and one that is a link", "a@x.service a@y.service a@z.service", {
    "a@.service": service,
    "a@x.service": service
  }, { "a@y.service": { link: "a@.service" }, "a@z.service": "" }],
  ["a chain of aliases that ends in a mask", "a.service b.service c.service", {
    "a.service": { link: "b.service" },
    "b.service": { link: "c.service" },
    "c.service": service
  }, { "c.service": undefined }]
]

const stems = ["a", "a-b", "a-b-c", "a--b", "a-b@", "a-b@x", "a-b@x-y", "a@", "a@x"]
const levels = [...stems, "a-", "a-b-", "a--", "a-@", "a-@x", "a-@x-y", "b"]
const asked = ["a", "a-b", "a-b-c", "a--b", "a-b@x", "a-b@x-y", "a@x", "b"].map((stem) => `${stem}.service`)

const unit = FastCheck.tuple(
  FastCheck.constantFrom(...stems).map((stem) => `${stem}.service`),
  FastCheck.constantFrom<Content>(service, service, service, "")
)
const folder = FastCheck.oneof(
  { weight: 6, arbitrary: FastCheck.constantFrom(...levels).map((level) => `${level}.service.d`) },
  { weight: 1, arbitrary: FastCheck.constant("service.d") }
)
const addition = FastCheck.tuple(
  FastCheck.tuple(folder, FastCheck.constantFrom("1.conf", "2.conf", "3.conf", "3")).map((parts) => parts.join("/")),
  FastCheck.constantFrom<Content>(fragment, fragment, fragment, fragment, "", undefined)
)
const files = FastCheck.tuple(
  FastCheck.array(unit, { maxLength: 4 }),
  FastCheck.array(addition, { maxLength: 12 })
).map(([units, additions]): Directory => Object.fromEntries([...units, ...additions]))
// One other name at most: of two for one unit, systemd takes whichever its hash table has first.
const alias = FastCheck.constantFrom<Directory>({}, { "a.service": { link: "b.service" } }, {
  "b.service": { link: "a-b.service" }
})
const tree = FastCheck.tuple(files, files, alias).map(([core, dropIn, other]): Tree => ({
  core: { "a-b.service": service, "b.service": service, ...core },
  dropIn: { ...dropIn, ...other }
}))

describe("the files of a unit, as systemd-analyze verify reads them", () => {
  for (const [what, names, core, dropIn] of cases) {
    it(`are the same for ${what}`, () => {
      agree({ core, dropIn }, names.split(" "))
    })
  }

  for (const [index, one] of FastCheck.sample(tree, { numRuns: 100, seed: 252 }).entries()) {
    it(`are the same for random directory ${index + 1}`, () => {
      agree(one, asked)
    })
  }
})
