// The engine as it ships is compiled by counts of what it does all day: gcc then keeps together what runs, and takes the
// likely way straight on. The counts come from a rehearsal (fixtures/programs/rehearsal.ts) on an engine that counts; they
// depend on nothing but sources and compiler, so two builds are the same.
import { renameSync, rmSync } from "node:fs"
import { resolve } from "node:path"
import { compile, headersBeside, run, unlessSame } from "./compile.mjs"

/** By counts gcc knows what is worth a copy of its own: it may make more of them. */
const inlining = ["--param", "max-inline-insns-auto=100", "--param", "inline-unit-growth=80"]

/** The engine's one source as it is; answers the object. `also` are further files whose change counts. */
export const compileFrozen = async ({ also, compiler, flags, folder, source }) => {
  const [object] = await compile(compiler, flags, [source], folder, also)
  return object
}

/**
 * An engine that counts. The object is written where the other will be, and moved: a function's counts are found by
 * numbers that gcc makes of the object's name.
 */
const compileCounting = async ({ also, compiler, flags, folder, source }) => {
  const counting = `${folder}/counting.o`
  const object = `${folder}/frozen.o`
  const args = [...flags, "-fprofile-generate", "-fprofile-update=single", "-c", source, "-o", object]
  await unlessSame(counting, compiler, args, [source, ...headersBeside(source), ...also], async () => {
    await run(compiler, args)
    renameSync(object, counting)
  })
  return counting
}

/**
 * The engine by the counts of a rehearsal, whose `bytecode` runs when a heap image is made of it: on a clock that stands
 * still and with random numbers that are always the same. `link` makes that unfinished executable of an object.
 */
export const trainFrozen = async ({ bytecode, emulator, link, ...untrained }) => {
  const { also, folder } = untrained
  const frozen = { ...untrained, flags: [...untrained.flags, ...inlining] }
  const program = await link(await compileCounting(frozen), ["-lgcov"])
  const counts = `${folder}/frozen.gcda`
  await unlessSame(counts, program, [], [program, bytecode], async () => {
    // Counts are added to those that are there.
    rmSync(counts, { force: true })
    const [command, ...args] = [...emulator, resolve(program), resolve(bytecode), resolve(`${folder}/rehearsal.image`)]
    // Wherever the program was compiled: without any of the folders that it would write to.
    await run(command, args, { GCOV_PREFIX: resolve(folder), GCOV_PREFIX_STRIP: "99" })
  })
  return compileFrozen({
    ...frozen,
    flags: [...frozen.flags, "-fprofile-use", "-Wmissing-profile"],
    also: [...also, counts]
  })
}
