// What each object begins with, and functions above all. A part of scripts/patch-engine.mjs.
export const functions = [
  {
    // Functions have two properties, most other objects more.
    what: "how many properties an object is made for",
    place: /(js_new_shape2\(ctx, proto, JS_PROP_INITIAL_HASH_SIZE,\s+)JS_PROP_INITIAL_SIZE\)/g,
    times: 1,
    by: (_, head) =>
      `${head}JS_IsObject(ctx->function_proto) && proto == JS_VALUE_GET_OBJ(ctx->function_proto)
                                        ? JS_PROP_INITIAL_SIZE : 2 * JS_PROP_INITIAL_SIZE)`
  },
  {
    what: "what each function has",
    place: /(static void js_function_set_properties\([^{]*\{\n)/g,
    times: 1,
    by: (head) =>
      `${head}    JSObject *made = JS_VALUE_GET_OBJ(func_obj);
    if (made->shape->prop_count == 0) {
        JSProperty *property = add_property(ctx, made, JS_ATOM_length, JS_PROP_CONFIGURABLE);
        if (property) {
            property->u.value = js_int32(len);
            property = add_property(ctx, made, JS_ATOM_name, JS_PROP_CONFIGURABLE);
        }
        if (property) property->u.value = JS_AtomToString(ctx, name);
        const JSShape *shape = made->shape;
        if (!ctx->rt->engine_function_shape && made->class_id == JS_CLASS_BYTECODE_FUNCTION && shape->prop_count == 2 &&
            shape->is_hashed && shape->proto == JS_VALUE_GET_OBJ(ctx->function_proto))
            ctx->rt->engine_function_shape = js_dup_shape(made->shape);
        return;
    }
`
  },
  {
    what: "making a function",
    place: /^ {4}func_obj = JS_NewObjectClass\(ctx, func_kind_to_class_id\[b->func_kind\]\);\n/gm,
    times: 1,
    by: (line) =>
      `    JSShape *shape = ctx->rt->engine_function_shape;
    const bool plain = b->func_kind == JS_FUNC_NORMAL && shape &&
                       shape->proto == JS_VALUE_GET_OBJ(ctx->class_proto[JS_CLASS_BYTECODE_FUNCTION]);
    if (plain) {
        func_obj = JS_NewObjectFromShape(ctx, js_dup_shape(shape), JS_CLASS_BYTECODE_FUNCTION, NULL);
        if (!JS_IsException(func_obj)) {
            JSProperty *property = JS_VALUE_GET_OBJ(func_obj)->prop;
            JSAtom name = b->func_name == JS_ATOM_NULL ? JS_ATOM_empty_string : b->func_name;
            property[0].u.value = js_int32(b->defined_arg_count);
            property[1].u.value = JS_AtomToString(ctx, name);
        }
    } else
    ${line}`
  },
  {
    what: "what a function made that way has already",
    place: /^ {4}js_function_set_properties\(ctx, func_obj, name_atom,\n\s+b->defined_arg_count\);/gm,
    times: 1,
    by: (call) => `    if (!plain)\n    ${call}`
  }
]
