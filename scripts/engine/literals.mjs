// Literals get the short way to their properties. A part of scripts/patch-engine.mjs.
export const literals = [
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
  }
]
