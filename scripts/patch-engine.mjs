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
    by: (line) => `${line}    p->shape->engine_next = NULL;\n    if (p->shape->is_hashed) engine_keep_shape(ctx->rt, p->shape);\n`
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
  {
    // Every second call of the engine's memory is for a small block of a class that has a free one.
    what: "taking small memory",
    place: /^void \*js_malloc_rt\(JSRuntime \*rt, size_t size\)\n\{\n    void \*ptr;\n    JSMallocState \*s;\n/gm,
    times: 1,
    by: (head) =>
      `static inline void *engine_malloc_small(JSRuntime *rt, size_t size)
{
    size_t total = ((size + JS_ARENA_ALIGN - 1) & ~(size_t)(JS_ARENA_ALIGN - 1)) + sizeof(JSMallocBlockHeader);
    if (unlikely(size - 1 >= 256 - sizeof(JSMallocBlockHeader) - JS_ARENA_ALIGN))
        return NULL;
    int class = arena_get_size_index(total);
    struct list_head *head = &rt->arena_state.free_arena_list[class], *link = head->next;
    if (unlikely(link == head))
        return NULL;
    JSArena *arena = list_entry(link, JSArena, free_link);
    unsigned int block_size = arena_block_sizes[class], at = arena->first_free_block;
    JSMallocBlockHeader *block = arena_get_block(arena, at, block_size);
    arena->first_free_block = block->u.free_next;
    block->u.block_idx = at;
    if (unlikely(++arena->n_used_blocks == arena->n_blocks))
        list_del(link);
    rt->malloc_state.malloc_count++;
    rt->malloc_state.malloc_size += block_size - sizeof(JSMallocBlockHeader) + MALLOC_OVERHEAD;
    return block->user_data;
}

${head}
    ptr = engine_malloc_small(rt, size);
    if (likely(ptr != NULL))
        return ptr;
`
  },
  {
    what: "giving small memory back",
    place: /^(void js_free_rt\(JSRuntime \*rt, void \*ptr\)\n\{\n    JSMallocState \*s;\n\n    if \(!ptr\)\n        return;\n)/gm,
    times: 1,
    by: (head) =>
      `${head}
    JSMallocBlockHeader *block = container_of(ptr, JSMallocBlockHeader, user_data);
    if (likely(block->u.block_idx != JS_ARENA_FREE_NIL)) {
        unsigned int at = block->u.block_idx, block_size = arena_block_sizes[block->block_size_idx];
        JSArena *arena = (JSArena *)((uint8_t *)block - (size_t)block_size * at - sizeof(JSArena));
        rt->malloc_state.malloc_count--;
        rt->malloc_state.malloc_size -= block_size - sizeof(JSMallocBlockHeader) + MALLOC_OVERHEAD;
        if (likely(arena->n_used_blocks != arena->n_blocks && arena->n_used_blocks > 1)) {
            block->u.free_next = arena->first_free_block;
            arena->first_free_block = at;
            arena->n_used_blocks--;
            return;
        }
        js_arena_free(rt, ptr);
        return;
    }
`
  },
  {
    // A page that is given back and taken again at once is cut into blocks each time.
    what: "keeping the last page of a size",
    place: /if \(unlikely\(ar->n_used_blocks == 0\)\) \{/g,
    times: 1,
    by: () => "if (unlikely(ar->n_used_blocks == 0) && ar->free_link.next != ar->free_link.prev) {"
  },
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
  },
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
    place: /^\/\* argv\[\] is modified if \(flags & JS_CALL_FLAG_COPY_ARGV\) = 0\. \*\/\nstatic JSValue JS_CallInternal/gm,
    times: 1,
    by: (line) =>
      `static inline __attribute__((always_inline)) void engine_free_value(JSContext *ctx, JSValue value)
{
    if (JS_VALUE_HAS_REF_COUNT(value) && engine_count_down(&JS_REF_COUNT(JS_VALUE_GET_PTR(value))) <= 0)
        js_free_value_rt(ctx->rt, value);
}
#define JS_FreeValue(ctx, value) engine_free_value(ctx, value)

${line}`
  },
  { what: "its end", place: /^JSValue JS_Call\(JSContext \*ctx, /gm, times: 1, by: (line) => `#undef JS_FreeValue\n\n${line}` },
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
    place: /( {12}sp--; \/\* drop the catch offset[^\n]*\n)( {12}JS_FreeValue\(ctx, sp\[-1\]\);[^\n]*\n {12}sp--;\n {12}if \(!JS_IsUndefined\(sp\[-1\]\)\) \{\n {16}sf->cur_pc = pc;\n {16}if \()(JS_IteratorClose)/g,
    times: 1,
    by: (_, head, middle, close) => `${head}            bool walk = engine_is_walk(sp[-1]);\n${middle}!walk && ${close}`
  },
  {
    what: "being thrown out of a walk through an array",
    place: /( {20}JS_FreeValue\(ctx, sp\[-1\]\); \/\* drop the next method \*\/\n {20}sp--;\n {20})(JS_IteratorClose)/g,
    times: 1,
    by: (_, head, close) => `                    bool walk = engine_is_walk(sp[-1]);\n${head}if (!walk) ${close}`
  },
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
