// The number of arguments without the arguments. A part of scripts/patch-engine.mjs.
export const argumentCount = [
  {
    // Effect's functions of two shapes ask how many arguments there are, and nothing else of `arguments`.
    what: "a number in place of arguments",
    place: /^ {4}OP_SPECIAL_OBJECT_NULL_PROTO,\n/gm,
    times: 1,
    by: (line) => `${line}    ENGINE_ARGUMENT_COUNT,\n`
  },
  {
    what: "the number of arguments",
    place: /^ {16}case OP_SPECIAL_OBJECT_MAPPED_ARGUMENTS:\n(?= {20}\*sp\+\+)/gm,
    times: 1,
    by: (line) =>
      `                case ENGINE_ARGUMENT_COUNT:
                    *sp++ = js_int32(argc);
                    break;
${line}`
  },
  {
    what: "the function that looks what is asked of arguments",
    place: /^static __exception int resolve_labels\(JSContext \*ctx, JSFunctionDef \*s\)$/gm,
    times: 1,
    by: (line) =>
      `/* Where the length is asked for of \`arguments\`, of which there is talk here; -1: it is something else that is done. */
static int engine_length_asked(const uint8_t *code, int at, int length)
{
    if (code[at] != OP_get_loc)
        return -1;
    at += opcode_info[OP_get_loc].size;
    while (at < length && code[at] == OP_source_loc)
        at += opcode_info[OP_source_loc].size;
    return at < length && code[at] == OP_get_field && get_u32(code + at + 1) == JS_ATOM_length ? at : -1;
}

/* Whether nothing else is done with \`arguments\`: then a number takes its place, which is not asked for its length. */
static bool engine_only_counts(JSFunctionDef *s, uint8_t *code, int length)
{
    const int index = s->arguments_var_idx;
    if (index < 0 || s->arguments_arg_idx >= 0 || s->has_eval_call || s->vars[index].is_captured)
        return false;
    for (int pass = 0; pass < 2; pass++) {
        for (int at = 0; at < length; at += opcode_info[code[at]].size) {
            const int op = code[at];
            if (op == OP_make_loc_ref && get_u16(code + at + 5) == index)
                return false;
            if (opcode_info[op].fmt != OP_FMT_loc || get_u16(code + at + 1) != index)
                continue;
            const int asked = engine_length_asked(code, at, length);
            if (asked < 0 && pass == 0)
                return false;
            if (pass == 1)
                memset(code + asked, OP_nop, opcode_info[OP_get_field].size);
        }
    }
    return true;
}

${line}`
  },
  {
    what: "what arguments are made as",
    place: /^ {4}if \(s->arguments_var_idx >= 0\) \{\n {8}if \(/gm,
    times: 1,
    by: () =>
      `    const bool only_counts = engine_only_counts(s, s->byte_code.buf, bc_len);
    if (s->arguments_var_idx >= 0) {
        if (only_counts) {
            dbuf_putc(&bc_out, OP_special_object);
            dbuf_putc(&bc_out, ENGINE_ARGUMENT_COUNT);
        } else if (`
  },
  {
    what: "leaving out what is nothing",
    place: /^ {8}case OP_source_loc:\n {12}\/\* line number info \(for debug\)/gm,
    times: 1,
    by: (lines) => `        case OP_nop:\n            break;\n${lines}`
  }
]
