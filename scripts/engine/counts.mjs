// References that stop at a ceiling: what lies in the heap image is not written to for being used. A part of
// scripts/patch-engine.mjs.
/** A count written through here: `p`, `sh`, `sf->cur_gc_obj`. */
const counted = String.raw`JS_REF_COUNT\((\w+(?:->\w+)*)\)`

export const references = [
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
  }
]
