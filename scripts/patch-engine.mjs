// What the heap image needs of the engine and the engine does not offer: reference counts that stop at a ceiling, so that
// what lies in the image is not written to for being used, and a word when the program asks for the time or draws a random
// number (src/native/host/frozen.c). The sources stay as they are; the changed quickjs.c goes to build/engine-patched.
// Each change says how often its place occurs in the one version it was made for: another has to be looked at again.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"

const version = "0.17.0"
/** A count written through here: `p`, `sh`, `sf->cur_gc_obj`. */
const counted = String.raw`JS_REF_COUNT\((\w+(?:->\w+)*)\)`

const changes = [
  {
    what: "the functions that count",
    place: /^#define JS_REF_COUNT\(p\) .*$/gm,
    times: 1,
    // Half of what fits, so that a count that is read and compared never overflows.
    by: (line) =>
      `${line}
enum { ENGINE_IMMORTAL = 1 << 30 };
static inline void engine_count_up(int *count) {
    if (*count < ENGINE_IMMORTAL) ++*count;
}
static inline int engine_count_down(int *count) {
    return *count < ENGINE_IMMORTAL ? --*count : *count;
}`
  },
  {
    what: "counting up",
    place: new RegExp(`${counted}\\+\\+`, "g"),
    times: 19,
    by: (_, p) => `engine_count_up(&JS_REF_COUNT(${p}))`
  },
  {
    what: "counting down, then looking",
    place: new RegExp(`--${counted}`, "g"),
    times: 7,
    by: (_, p) => `engine_count_down(&JS_REF_COUNT(${p}))`
  },
  {
    what: "counting down",
    place: new RegExp(`${counted}--`, "g"),
    times: 2,
    by: (_, p) => `engine_count_down(&JS_REF_COUNT(${p}))`
  },
  {
    // A shape in the image that two objects have come to share counts like others, and is on no list: the collector must
    // not put it on its own when it has counted it down and up again.
    what: "the collector taking back what it had marked",
    place: /(static void gc_scan_incref_child\([^{]*\{[^{]*?if \(JS_REF_COUNT\(p\) == 1)\)/g,
    times: 1,
    by: (_, head) => `${head} && JS_GC_MARK(p))`
  },
  { what: "Date", place: /js__gettimeofday_us\(\)/g, times: 2, by: () => "engine_real_time_us()" },
  { what: "performance", place: /js__hrtime_ns\(\)/g, times: 1, by: () => "engine_monotonic_time_ns()" },
  { what: "local time", place: /localtime_r\(/g, times: 1, by: () => "engine_local_time(" },
  {
    what: "Math.random",
    place: /(static JSValue js_math_random\([^{]*\{[^}]*?)(v = xorshift64star)/g,
    times: 1,
    by: (_, head, draw) => `${head}engine_draws();\n    ${draw}`
  }
]

/** Writes the changed quickjs.c, if it is not there already; answers its folder, to be searched before the engine's. */
export const patchEngine = (engine) => {
  const found = readFileSync("build/quickjs-ng.version", "utf8").trim()
  if (found !== version) throw new Error(`quickjs-ng ${found} is there, scripts/patch-engine.mjs is for ${version}`)
  let source = readFileSync(`${engine}/quickjs.c`, "utf8")
  for (const { by, place, times, what } of changes) {
    const occurs = source.match(place)?.length ?? 0
    if (occurs !== times) throw new Error(`quickjs.c: ${what}: ${occurs} places, not ${times}`)
    source = source.replace(place, by)
  }
  const folder = "build/engine-patched"
  const output = `${folder}/quickjs.c`
  mkdirSync(folder, { recursive: true })
  let old
  try {
    old = readFileSync(output, "utf8")
  } catch {
    // Not made yet.
  }
  if (old !== source) writeFileSync(output, source)
  return folder
}
