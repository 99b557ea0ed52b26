// A copy of a plain object has its shape. A part of scripts/patch-engine.mjs.
export const copies = [
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
  }
]
