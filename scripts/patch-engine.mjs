// What the heap image needs of the engine and the engine does not offer: reference counts that stop at a ceiling, so that
// what lies in the image is not written to for being used, and a word when the program asks for the time or draws a random
// number (src/native/host/frozen.c). And short ways for what our code does most: making objects alike, copying them,
// searching in strings. The sources stay as they are; the changed quickjs.c goes to build/engine-patched.
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
  {
    what: "how many shapes are still to be kept",
    place: /^    int shape_hash_bits;$/gm,
    times: 1,
    by: (line) => `    int engine_shapes_to_keep;\n${line}`
  },
  {
    // A shape is what objects made alike have in common. One that belongs to a single object is changed in place when the
    // object gets a property: the next object made alike finds none of the steps, and clones a shape at each. So the first
    // shapes of a run are kept as they are, and stay when the last of their objects is gone.
    what: "keeping shapes",
    place: /^\/\* create a new empty shape with prototype 'proto'\. It is not hashed \*\/$/gm,
    times: 1,
    by: (line) =>
      `enum { ENGINE_KEPT_PROPERTIES = 24 };
static void engine_keep_shape(JSRuntime *rt, JSShape *sh) {
    if (rt->engine_shapes_to_keep <= 0 || sh->prop_count > ENGINE_KEPT_PROPERTIES) return;
    rt->engine_shapes_to_keep--;
    engine_count_up(&JS_REF_COUNT(sh));
}

${line}`
  },
  {
    what: "a shape without properties",
    place: /(static JSShape \*js_new_shape\([^{]*\{\n)    return (js_new_shape2\([^;]*);/g,
    times: 1,
    by: (_, head, made) =>
      `${head}    JSShape *sh = ${made};\n    if (sh) engine_keep_shape(ctx->rt, sh);\n    return sh;`
  },
  {
    what: "a shape with one property more",
    place: /(if \(add_shape_property\(ctx, &p->shape, p, prop, prop_flags\)\)\n        return NULL;\n)/g,
    times: 1,
    by: (line) => `${line}    if (p->shape->is_hashed) engine_keep_shape(ctx->rt, p->shape);\n`
  },
  {
    // What an object literal does, most often: a plain object gets a property that it does not have.
    what: "a property of a literal",
    place: /(CASE\(OP_define_field\):[^}]*?pc \+= 4;\n)/g,
    times: 1,
    by: (head) =>
      `${head}
                if (JS_VALUE_GET_TAG(sp[-2]) == JS_TAG_OBJECT) {
                    JSObject *literal = JS_VALUE_GET_OBJ(sp[-2]);
                    if (literal->class_id == JS_CLASS_OBJECT && literal->extensible && !literal->is_prototype &&
                        !find_own_property1(literal, atom)) {
                        JSProperty *field = add_property(ctx, literal, atom, JS_PROP_C_W_E);
                        if (unlikely(!field)) goto exception;
                        field->u.value = *--sp;
                        BREAK;
                    }
                }
`
  },
  {
    what: "the functions that search",
    place: /^static JSValue js_string_indexOf\(/gm,
    times: 1,
    by: (line) =>
      `/* Where the first character of what is searched for stands next, up to a last place; -1 if nowhere. */
static int engine_candidate(JSString *in, JSString *what, int from, int last)
{
    if (in->is_wide_char || what->len == 0)
        return from;
    int first = string_get(what, 0);
    if (first > 0xff)
        return -1;
    const uint8_t *text = str8(in), *found = memchr(text + from, first, last - from + 1);
    return found == NULL ? -1 : (int)(found - text);
}

${line}`
  },
  {
    // The engine compares at one place after the other, with a call for each.
    what: "searching forwards",
    place: /for \(i = start;; i(?:\+\+| \+= inc)\) \{/g,
    times: 2,
    by: (loop) =>
      `${loop}
            if (${loop.includes("inc") ? "inc > 0 && " : ""}(i = engine_candidate(p, p1, i, stop)) < 0)
                break;`
  },
  {
    what: "the function that copies a plain object",
    place: /^static __exception int JS_CopyDataProperties\(/gm,
    times: 1,
    by: (line) =>
      `/* Makes an empty object one like a plain one, of the same shape; answers whether it could. */
static bool engine_copy_plain(JSContext *ctx, JSObject *to, JSObject *from)
{
    JSShape *shape = from->shape;
    if (to->class_id != JS_CLASS_OBJECT || from->class_id != JS_CLASS_OBJECT || to->is_exotic || from->is_exotic ||
        !to->extensible || to->shape->prop_count != 0 || to->shape->proto != shape->proto || !shape->is_hashed ||
        shape->deleted_prop_count != 0)
        return false;
    JSShapeProperty *described = get_shape_prop(shape);
    for (int i = 0; i < shape->prop_count; i++) {
        if (described[i].flags != JS_PROP_C_W_E)
            return false;
    }
    JSProperty *copy = js_malloc(ctx, sizeof(*copy) * shape->prop_size);
    if (!copy)
        return false;
    for (int i = 0; i < shape->prop_count; i++)
        copy[i].u.value = js_dup(from->prop[i].u.value);
    js_free(ctx, to->prop);
    to->prop = copy;
    js_free_shape(ctx->rt, to->shape);
    to->shape = js_dup_shape(shape);
    return true;
}

${line}`
  },
  {
    what: "copying a plain object",
    place:
      /( {4}p = JS_VALUE_GET_OBJ\(source\);\n)(\n {4}gpn_flags = JS_GPN_STRING_MASK \| JS_GPN_SYMBOL_MASK \| JS_GPN_ENUM_ONLY;)/g,
    times: 1,
    by: (_, before, after) =>
      `${before}    if (!pexcl && !setprop && JS_IsObject(target) && engine_copy_plain(ctx, JS_VALUE_GET_OBJ(target), p))
        return 0;
${after}`
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
