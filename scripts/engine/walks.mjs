// Walking through an array without an iterator. A part of scripts/patch-engine.mjs.
export const walks = [
  {
    what: "the functions that walk through arrays",
    place: /^\/\* enum_rec \[objs\] -> enum_rec \[objs\] value done\. There are 'offset'$/gm,
    times: 1,
    by: (line) =>
      `static JSValue js_create_array_iterator(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv, int magic);
static JSValue js_array_iterator_next(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv, int *pdone,
                                      int magic);

static bool engine_is_own_function(JSContext *ctx, JSValueConst of, JSAtom name, JSCFunction *function, int magic)
{
    JSProperty *property;
    JSShapeProperty *described = find_own_property(&property, JS_VALUE_GET_OBJ(of), name);
    return described && (described->flags & JS_PROP_TMASK) == JS_PROP_NORMAL &&
           JS_IsCFunction(ctx, property->u.value, function, magic);
}

/* An array whose iterator would do what all do, and that nobody could get hold of. */
static bool engine_is_walked(JSContext *ctx, JSValueConst value)
{
    if (JS_VALUE_GET_TAG(value) != JS_TAG_OBJECT)
        return false;
    const JSObject *array = JS_VALUE_GET_OBJ(value);
    if (array->class_id != JS_CLASS_ARRAY || !array->fast_array)
        return false;
    const JSShape *shape = array->shape;
    JSValueConst proto = ctx->class_proto[JS_CLASS_ARRAY];
    JSCFunctionType next = { .iterator_next = js_array_iterator_next }, make = { .generic_magic = js_create_array_iterator };
    return shape->prop_count == 1 && shape->proto == JS_VALUE_GET_OBJ(proto) &&
           engine_is_own_function(ctx, proto, JS_ATOM_Symbol_iterator, make.generic, JS_ITERATOR_KIND_VALUE) &&
           engine_is_own_function(ctx, ctx->class_proto[JS_CLASS_ARRAY_ITERATOR], JS_ATOM_next, next.generic, 0);
}

/* Such an array stands where its iterator would, and where the method would, how far we are. */
static inline bool engine_is_walk(JSValueConst method) { return JS_VALUE_GET_TAG(method) == JS_TAG_UNINITIALIZED; }

/* What is no element: the end, or a hole. */
static no_inline int engine_walk_on(JSContext *ctx, JSValue *sp, JSValue *record, uint32_t at)
{
    uint32_t length;
    JSValue value = JS_EXCEPTION;
    bool done = false;
    if (!js_get_length32(ctx, &length, record[0])) {
        done = at >= length;
        value = done ? JS_UNDEFINED : JS_GetPropertyUint32(ctx, record[0], at);
    }
    if (done || JS_IsException(value)) {
        JS_FreeValue(ctx, record[0]);
        record[0] = JS_UNDEFINED;
    }
    if (JS_IsException(value))
        return -1;
    sp[0] = value;
    sp[1] = js_bool(done);
    return 0;
}

${line}`
  },
  {
    what: "spreading an array",
    place: /^ {4}iterator = JS_GetProperty\(ctx, sp\[-1\], JS_ATOM_Symbol_iterator\);\n/gm,
    times: 1,
    by: (line) =>
      `    if (engine_is_walked(ctx, sp[-1]) && !js_get_length32(ctx, &count32, sp[-1]) &&
        count32 == JS_VALUE_GET_OBJ(sp[-1])->u.array.count) {
        for (i = 0; i < count32; i++) {
            JSValue element = js_dup(JS_VALUE_GET_OBJ(sp[-1])->u.array.u.values[i]);
            if (JS_DefinePropertyValueUint32(ctx, sp[-3], pos++, element, JS_PROP_C_W_E) < 0)
                return -1;
        }
        sp[-2] = js_int32(pos);
        return 0;
    }
${line}`
  },
  {
    // In front of a yield* comes a drop: that calls the method.
    what: "beginning to walk through an array",
    place: /( {8}CASE\(OP_for_of_start\):\n)/g,
    times: 1,
    by: (head) =>
      `${head}            if (*pc != OP_drop && engine_is_walked(ctx, sp[-1])) {
                *sp++ = JS_MKVAL(JS_TAG_UNINITIALIZED, 0);
                *sp++ = JS_NewCatchOffset(ctx, 0);
                BREAK;
            }
`
  },
  {
    what: "walking through an array",
    place: /( {16}int offset = -3 - pc\[0\];\n {16}pc \+= 1;\n {16}sf->cur_pc = pc;\n)( {16}if \(js_for_of_next)/g,
    times: 1,
    by: (_, head, next) =>
      `${head}                JSValue *record = sp + offset;
                if (engine_is_walk(record[1]) && !JS_IsUndefined(record[0])) {
                    const JSObject *array = JS_VALUE_GET_OBJ(record[0]);
                    uint32_t at = (uint32_t)JS_VALUE_GET_INT(record[1]);
                    record[1] = JS_MKVAL(JS_TAG_UNINITIALIZED, (int32_t)(at + 1));
                    if (likely(array->fast_array && at < array->u.array.count)) {
                        *sp++ = js_dup(array->u.array.u.values[at]);
                        *sp++ = JS_FALSE;
                        BREAK;
                    }
                    if (engine_walk_on(ctx, sp, record, at))
                        goto exception;
                    sp += 2;
                    BREAK;
                }
${next}`
  },
  {
    what: "leaving off walking through an array",
    place:
      /( {12}sp--; \/\* drop the catch offset[^\n]*\n)( {12}JS_FreeValue\(ctx, sp\[-1\]\);[^\n]*\n {12}sp--;\n {12}if \(!JS_IsUndefined\(sp\[-1\]\)\) \{\n {16}sf->cur_pc = pc;\n {16}if \()(JS_IteratorClose)/g,
    times: 1,
    by: (_, head, middle, close) => `${head}            bool walk = engine_is_walk(sp[-1]);\n${middle}!walk && ${close}`
  },
  {
    what: "being thrown out of a walk through an array",
    place: /( {20}JS_FreeValue\(ctx, sp\[-1\]\); \/\* drop the next method \*\/\n {20}sp--;\n {20})(JS_IteratorClose)/g,
    times: 1,
    by: (_, head, close) => `                    bool walk = engine_is_walk(sp[-1]);\n${head}if (!walk) ${close}`
  }
]
