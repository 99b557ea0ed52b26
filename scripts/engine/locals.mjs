// Variables that are known to be there are not asked whether they are. A part of scripts/patch-engine.mjs.
export const locals = [
  {
    // Each `let` and `const` is emptied when its block begins, and looked at each time it is read: one operation in
    // eight, and nearly always for nothing. It is needed where a closure could be called too early, where a switch jumps
    // past a declaration, and where a program is wrong.
    what: "the function that tells which variables are there when they are read",
    place: /^static __exception int resolve_labels\(JSContext \*ctx, JSFunctionDef \*s\)$/gm,
    times: 1,
    by: (line) =>
      `/* Of a variable of a block, in places of the code; -1: none yet. */
typedef struct {
    int emptied, set, last_read;
    bool doubtful;
} EngineLocal;

/* The label that an operation may go on at, or -1. */
static int engine_label_of(const uint8_t *code, int at)
{
    switch (opcode_info[code[at]].fmt) {
    case OP_FMT_label:
    case OP_FMT_label_u16:
        return code[at] == OP_label ? -1 : (int)get_u32(code + at + 1);
    case OP_FMT_atom_label_u8:
    case OP_FMT_atom_label_u16:
        return (int)get_u32(code + at + 5);
    default:
        return -1;
    }
}

static void engine_note_local(EngineLocal *local, int op, int at)
{
    switch (op) {
    case OP_set_loc_uninitialized:
        local->doubtful |= local->emptied >= 0;
        local->emptied = at;
        break;
    case OP_put_loc:
        if (local->emptied < 0)
            local->doubtful = true;
        else if (local->set < 0)
            local->set = at;
        break;
    case OP_get_loc_check:
    case OP_put_loc_check:
        local->doubtful |= local->set < 0;
        local->last_read = at;
        break;
    default:
        local->doubtful = true;
    }
}

/* A variable that no closure has, that is emptied in one place and set in one before all that reads it, is there when it
   is read, unless there is a way from between the two to somewhere between the second and a reader. */
static __exception int engine_settle_locals(JSContext *ctx, JSFunctionDef *s)
{
    uint8_t *code = s->byte_code.buf;
    const int length = s->byte_code.size, count = s->var_count;
    if (count == 0 || s->has_eval_call)
        return 0;
    EngineLocal *locals = js_malloc(ctx, sizeof(*locals) * count);
    if (!locals)
        return -1;
    for (int i = 0; i < count; i++)
        locals[i] = (EngineLocal){-1, -1, -1, s->vars[i].is_captured || !s->vars[i].is_lexical};
    for (int at = 0; at < length; at += opcode_info[code[at]].size) {
        if (code[at] == OP_make_loc_ref)
            locals[get_u16(code + at + 5)].doubtful = true;
        else if (opcode_info[code[at]].fmt == OP_FMT_loc)
            engine_note_local(&locals[get_u16(code + at + 1)], code[at], at);
    }
    for (int at = 0; at < length; at += opcode_info[code[at]].size) {
        const int label = engine_label_of(code, at);
        if (label < 0)
            continue;
        const int to = s->label_slots[label].pos2;
        for (int i = 0; i < count; i++) {
            EngineLocal *local = &locals[i];
            if (at > local->emptied && at < local->set && to > local->set && to <= local->last_read)
                local->doubtful = true;
        }
    }
    for (int at = 0, size; at < length; at += size) {
        size = opcode_info[code[at]].size;
        if (opcode_info[code[at]].fmt != OP_FMT_loc || locals[get_u16(code + at + 1)].doubtful)
            continue;
        if (code[at] == OP_get_loc_check)
            code[at] = OP_get_loc;
        else if (code[at] == OP_put_loc_check)
            code[at] = OP_put_loc;
        else if (code[at] == OP_set_loc_uninitialized)
            memset(code + at, OP_nop, size);
    }
    js_free(ctx, locals);
    return 0;
}

${line}`
  },
  {
    what: "the pass over the code that leaves them alone",
    place: /( {4}label_slots = s->label_slots;\n)(?=\n {4}line_num = s->line_num;)/g,
    times: 1,
    by: (line) => `    if (engine_settle_locals(ctx, s))\n        return -1;\n${line}`
  }
]
