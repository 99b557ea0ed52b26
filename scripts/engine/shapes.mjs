// Shapes: what objects made alike have in common, and how the next one is found. A part of scripts/patch-engine.mjs.
export const shapes = [
  {
    what: "how many shapes are still to be kept",
    place: /^    int shape_hash_bits;$/gm,
    times: 1,
    by: (line) => `    int engine_shapes_to_keep;\n    struct JSShape *engine_function_shape;\n${line}`
  },
  {
    // Of shapes that are kept, and so never change.
    what: "which shape follows on another",
    place: /^    uint8_t is_hashed;\n    uint32_t hash; .*$/gm,
    times: 1,
    by: (lines) =>
      `    bool engine_is_kept;
    uint8_t engine_next_flags;
    JSAtom engine_next_prop;
    struct JSShape *engine_next;
${lines}`
  },
  {
    what: "a shape on which none follows yet",
    place: /^    sh->is_hashed = false;\n(?=    return sh;|    if \(sh->proto\))/gm,
    times: 2,
    by: (line) => `${line}    sh->engine_is_kept = false;\n    sh->engine_next = NULL;\n`
  },
  {
    what: "looking for the shape that follows",
    place: /^ {8}new_sh = find_hashed_shape_prop\(ctx->rt, sh, prop, prop_flags\);\n/gm,
    times: 1,
    by: (line) =>
      `        if (sh->engine_next && sh->engine_next_prop == prop && sh->engine_next_flags == prop_flags) {
            new_sh = sh->engine_next;
        } else {
    ${line}            if (new_sh && (new_sh->engine_is_kept || JS_REF_COUNT(new_sh) >= ENGINE_IMMORTAL)) {
                sh->engine_next = new_sh;
                sh->engine_next_prop = prop;
                sh->engine_next_flags = (uint8_t)prop_flags;
            }
        }
`
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
    sh->engine_is_kept = true;
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
    by: (line) =>
      `${line}    p->shape->engine_next = NULL;\n    if (p->shape->is_hashed) engine_keep_shape(ctx->rt, p->shape);\n`
  }
]
