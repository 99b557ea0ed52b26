// Comparing without a call, and freeing within the interpreter. A part of scripts/patch-engine.mjs.
export const comparing = [
  {
    what: "the function that compares",
    place: /^static no_inline int js_strict_eq_slow\(/gm,
    times: 1,
    by: (line) =>
      `/* Whether two values are the same, where that takes no looking into them; -1: it does. */
static inline int engine_same(JSValueConst a, JSValueConst b)
{
    uint32_t tag = JS_VALUE_GET_TAG(a), other = JS_VALUE_GET_TAG(b);
    if (tag != other) {
        bool plain = tag == (uint32_t)JS_TAG_OBJECT || tag == JS_TAG_UNDEFINED || tag == JS_TAG_NULL ||
                     other == (uint32_t)JS_TAG_OBJECT || other == JS_TAG_UNDEFINED || other == JS_TAG_NULL;
        return plain ? 0 : -1;
    }
    if (tag == JS_TAG_UNDEFINED || tag == JS_TAG_NULL)
        return 1;
    if (tag == (uint32_t)JS_TAG_OBJECT)
        return JS_VALUE_GET_PTR(a) == JS_VALUE_GET_PTR(b);
    if (tag != (uint32_t)JS_TAG_STRING)
        return -1;
    if (JS_VALUE_GET_PTR(a) == JS_VALUE_GET_PTR(b))
        return 1;
    return JS_VALUE_GET_STRING(a)->len == JS_VALUE_GET_STRING(b)->len ? -1 : 0;
}

${line}`
  },
  {
    what: "comparing",
    place: /OP_CMP\((OP_strict_n?eq), ([=!]=), js_strict_eq_slow\(ctx, sp, ([01])\)\);/g,
    times: 2,
    by: (_, opcode, operator, negated) =>
      `CASE(${opcode}):
            {
                JSValue op1 = sp[-2], op2 = sp[-1];
                if (likely(JS_VALUE_IS_BOTH_INT(op1, op2))) {
                    sp[-2] = js_bool(JS_VALUE_GET_INT(op1) ${operator} JS_VALUE_GET_INT(op2));
                } else {
                    int same = engine_same(op1, op2);
                    if (same >= 0) {
                        sp[-2] = js_bool(same ^ ${negated});
                        JS_FreeValue(ctx, op1);
                        JS_FreeValue(ctx, op2);
                    } else {
                        js_strict_eq_slow(ctx, sp, ${negated});
                    }
                }
                sp--;
            }
            BREAK;`
  },
  {
    what: "the interpreter, which frees at every other step",
    place:
      /^\/\* argv\[\] is modified if \(flags & JS_CALL_FLAG_COPY_ARGV\) = 0\. \*\/\nstatic JSValue JS_CallInternal/gm,
    times: 1,
    by: (line) =>
      `static inline __attribute__((always_inline)) void engine_free_value(JSContext *ctx, JSValue value)
{
    if (JS_VALUE_HAS_REF_COUNT(value) && engine_count_down(&JS_REF_COUNT(JS_VALUE_GET_PTR(value))) <= 0)
        js_free_value_rt(ctx->rt, value);
}
static inline __attribute__((always_inline)) void engine_set_value(JSContext *ctx, JSValue *at, JSValue value)
{
    JSValue old = *at;
    *at = value;
    engine_free_value(ctx, old);
}
static inline __attribute__((always_inline)) JSValue engine_atom_value(JSContext *ctx, JSAtom atom)
{
    JSAtomStruct *found = __JS_AtomIsTaggedInt(atom) ? NULL : ctx->rt->atom_array[atom];
    if (likely(found && found->atom_type == JS_ATOM_TYPE_STRING))
        return js_dup(JS_MKPTR(JS_TAG_STRING, found));
    return JS_AtomToValue(ctx, atom);
}
#define JS_FreeValue(ctx, value) engine_free_value(ctx, value)
#define set_value(ctx, at, value) engine_set_value(ctx, at, value)
#define JS_AtomToValue(ctx, atom) engine_atom_value(ctx, atom)

${line}`
  },
  {
    what: "its end",
    place: /^JSValue JS_Call\(JSContext \*ctx, /gm,
    times: 1,
    by: (line) => `#undef JS_FreeValue\n#undef set_value\n#undef JS_AtomToValue\n\n${line}`
  }
]
