// Two operations in one, where programs have them side by side all the time. A part of scripts/patch-engine.mjs.

/** Our operations, behind the engine's: name, bytes, what it takes from the stack and puts there, and its operands. */
export const operations = [
  // A property of a variable or an argument, which stays where it is.
  ["get_loc_field", 6, 0, 1, "atom_u8"],
  ["get_arg_field", 6, 0, 1, "atom_u8"],
  // Whether it is this text, as a switch asks for each of its cases.
  ["strict_eq_atom", 5, 1, 1, "atom"]
]

const moved =
  "if (cc.line_num >= 0) line_num = cc.line_num;\n                if (cc.col_num >= 0) col_num = cc.col_num;"

const variableAndField = (fused) =>
  `if (idx < 256 && code_match(&cc, pos_next, OP_get_field, -1) && cc.atom != JS_ATOM_length) {
                ${moved}
                add_pc2line_info(s, bc_out.size, line_num, col_num);
                dbuf_putc(&bc_out, ${fused});
                dbuf_put_u32(&bc_out, cc.atom);
                dbuf_putc(&bc_out, idx);
                pos_next = cc.pos;
                break;
            }`

const getField = (opcode, from) =>
  `        CASE(${opcode}):
            {
                JSAtom atom = get_u32(pc);
                JSValue val, obj = ${from}[pc[4]];
                pc += 5;
                if (unlikely(!engine_get_field(obj, atom, &val))) {
                    /* A getter may put something else in its place. */
                    sf->cur_pc = pc;
                    obj = js_dup(obj);
                    val = JS_GetPropertyInternal(ctx, obj, atom, obj, false);
                    JS_FreeValue(ctx, obj);
                    if (unlikely(JS_IsException(val)))
                        goto exception;
                }
                *sp++ = val;
            }
            BREAK;
`

export const fused = [
  {
    what: "the function that finds a property that is a plain value",
    place:
      /^\/\* argv\[\] is modified if \(flags & JS_CALL_FLAG_COPY_ARGV\) = 0\. \*\/\n(?=static JSValue JS_CallInternal\()/gm,
    times: 1,
    by: (line) =>
      `/* False: it takes more than a look at an object and its prototypes. */
static inline __attribute__((always_inline)) bool engine_get_field(JSValueConst value, JSAtom atom, JSValue *ret)
{
    JSProperty *pr;
    if (unlikely(JS_VALUE_GET_TAG(value) != JS_TAG_OBJECT))
        return false;
    for (JSObject *p = JS_VALUE_GET_OBJ(value); p; p = p->shape->proto) {
        JSShapeProperty *prs = find_own_property(&pr, p, atom);
        if (prs) {
            if (unlikely(prs->flags & JS_PROP_TMASK))
                return false;
            *ret = js_dup(pr->u.value);
            return true;
        }
        if (unlikely(p->is_exotic))
            return false;
    }
    *ret = JS_UNDEFINED;
    return true;
}

/* Whether a value is this text; -1: it takes a look at what the characters are. */
static inline int engine_is_text(JSContext *ctx, JSValueConst value, JSAtom atom)
{
    if (JS_VALUE_GET_TAG(value) != JS_TAG_STRING)
        return JS_VALUE_GET_TAG(value) == JS_TAG_STRING_ROPE ? -1 : 0;
    if (unlikely(__JS_AtomIsTaggedInt(atom)))
        return -1;
    JSString *text = JS_VALUE_GET_STRING(value), *wanted = ctx->rt->atom_array[atom];
    if (text == wanted)
        return 1;
    /* There is one atom of each text. */
    return text->atom_type == JS_ATOM_TYPE_STRING || text->len != wanted->len ? 0 : -1;
}

${line}`
  },
  {
    what: "our operations",
    place: /^ {8}CASE\(OP_push_atom_value\):\n/gm,
    times: 1,
    by: (line) =>
      `${getField("OP_get_loc_field", "var_buf")}
${getField("OP_get_arg_field", "arg_buf")}
        CASE(OP_strict_eq_atom):
            {
                JSAtom atom = get_u32(pc);
                JSValue op1 = sp[-1];
                int same = engine_is_text(ctx, op1, atom);
                pc += 4;
                if (likely(same >= 0)) {
                    sp[-1] = js_bool(same);
                    JS_FreeValue(ctx, op1);
                } else {
                    /* The stack has no room for the text: nobody said that it would be there. */
                    JSValue both[] = {op1, JS_AtomToValue(ctx, atom)};
                    js_strict_eq_slow(ctx, both + 2, 0);
                    sp[-1] = both[0];
                }
            }
            BREAK;

${line}`
  },
  {
    what: "a variable and its property",
    place:
      /( {16}add_pc2line_info\(s, bc_out\.size, line_num, col_num\);\n {16}put_short_code\(&bc_out, op, idx\);\n {12}\}\n {12}break;\n {8}case OP_get_arg:\n)/g,
    times: 1,
    by: (tail) => `            ${variableAndField("OP_get_loc_field")}\n${tail}`
  },
  {
    what: "an argument and its property",
    place:
      /( {8}case OP_get_arg:\n {8}case OP_get_var_ref:\n {12}\{\n {16}int idx;\n {16}idx = get_u16\(bc_buf \+ pos \+ 1\);\n)/g,
    times: 1,
    by: (head) => `${head}            if (op == OP_get_arg)\n            ${variableAndField("OP_get_arg_field")}\n`
  },
  {
    what: "a value, kept, and its property",
    place: /( {8}case OP_dup:\n {12}\{\n)(?= {16}\/\* Transformation: dup put_x\(n\) drop)/g,
    times: 1,
    by: (head) =>
      `${head}                if (code_match(&cc, pos_next, OP_get_field, -1) && cc.atom != JS_ATOM_length) {
                ${moved}
                    add_pc2line_info(s, bc_out.size, line_num, col_num);
                    dbuf_putc(&bc_out, OP_get_field2);
                    dbuf_put_u32(&bc_out, cc.atom);
                    pos_next = cc.pos;
                    break;
                }
`
  },
  {
    what: "a comparison with a text",
    place: /( {16}if \(atom == JS_ATOM_empty_string\) \{\n {20}JS_FreeAtom\(ctx, atom\);\n {20}add_pc2line_info)/g,
    times: 1,
    by: (head) =>
      `                if (atom != JS_ATOM_empty_string && code_match(&cc, pos_next, OP_strict_eq, -1)) {
                ${moved}
                    add_pc2line_info(s, bc_out.size, line_num, col_num);
                    dbuf_putc(&bc_out, OP_strict_eq_atom);
                    dbuf_put_u32(&bc_out, atom);
                    pos_next = cc.pos;
                    break;
                }
                if (atom != JS_ATOM_empty_string &&
                    code_match(&cc, pos_next, OP_strict_neq, M2(OP_if_false, OP_if_true), -1)) {
                ${moved}
                    add_pc2line_info(s, bc_out.size, line_num, col_num);
                    dbuf_putc(&bc_out, OP_strict_eq_atom);
                    dbuf_put_u32(&bc_out, atom);
                    pos_next = cc.pos;
                    label = cc.label;
                    op = cc.op ^ OP_if_false ^ OP_if_true;
                    goto has_label;
                }
${head}`
  }
]
