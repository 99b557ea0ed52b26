/* binding.c: every row of the operation table as a function: convert the arguments, call, convert the result. */
#include <stdlib.h>
#include <string.h>

#include "host.h"

/* The C strings and arrays that a call borrowed or made, to be given back after it. */
struct borrowed {
    JSContext *context;
    const char *few[16]; /* enough for all but command lines and environments */
    const char **strings;
    size_t count, capacity;
    void *arrays[CI_OP_MAX_ARGUMENTS];
    size_t array_count;
};

static const char *borrow_string(struct borrowed *borrowed, JSValueConst value, size_t *length) {
    if (borrowed->count == borrowed->capacity) {
        size_t capacity = borrowed->capacity * 4;
        bool few = borrowed->strings == borrowed->few;
        const char **strings = realloc(few ? NULL : borrowed->strings, capacity * sizeof *strings);
        if (!strings) return NULL;
        if (few) memcpy(strings, borrowed->few, sizeof borrowed->few);
        borrowed->strings = strings;
        borrowed->capacity = capacity;
    }
    const char *text = JS_ToCStringLen(borrowed->context, length, value);
    if (text) borrowed->strings[borrowed->count++] = text;
    return text;
}

static void give_back(struct borrowed *borrowed) {
    for (size_t i = 0; i < borrowed->count; i++) JS_FreeCString(borrowed->context, borrowed->strings[i]);
    for (size_t i = 0; i < borrowed->array_count; i++) free(borrowed->arrays[i]);
    if (borrowed->strings != borrowed->few) free(borrowed->strings);
}

static void *borrow_array(struct borrowed *borrowed, size_t count, size_t size) {
    void *array = calloc(count, size);
    if (array) borrowed->arrays[borrowed->array_count++] = array;
    return array;
}

static bool convert_list(struct borrowed *borrowed, JSValueConst value, union ci_argument *ret) {
    int64_t count;
    if (JS_GetLength(borrowed->context, value, &count) < 0) return false;
    const char **items = borrow_array(borrowed, (size_t)count + 1, sizeof *items);
    if (!items) return false;
    for (int64_t i = 0; i < count; i++) {
        JSValue item = JS_GetPropertyInt64(borrowed->context, value, i);
        size_t length;
        items[i] = borrow_string(borrowed, item, &length);
        JS_FreeValue(borrowed->context, item);
        if (!items[i]) return false;
    }
    ret->list = (struct ci_strings){items, (size_t)count};
    return true;
}

static bool convert_ints(struct borrowed *borrowed, JSValueConst value, union ci_argument *ret) {
    int64_t count;
    if (JS_GetLength(borrowed->context, value, &count) < 0) return false;
    int32_t *items = borrow_array(borrowed, (size_t)count + 1, sizeof *items);
    if (!items) return false;
    for (int64_t i = 0; i < count; i++) {
        JSValue item = JS_GetPropertyInt64(borrowed->context, value, i);
        int failed = JS_ToInt32(borrowed->context, &items[i], item);
        JS_FreeValue(borrowed->context, item);
        if (failed < 0) return false;
    }
    ret->ints = (struct ci_ints){items, (size_t)count};
    return true;
}

static bool convert(struct borrowed *borrowed, char type, JSValueConst value, union ci_argument *ret) {
    switch (type) {
        case 'i': return JS_ToInt64(borrowed->context, &ret->number, value) == 0;
        case 's': return (ret->string.text = borrow_string(borrowed, value, &ret->string.length)) != NULL;
        case 'l': return convert_list(borrowed, value, ret);
        default: return convert_ints(borrowed, value, ret);
    }
}

static JSValue call_operation(JSContext *context, JSValueConst self, int count, JSValueConst *arguments, int index) {
    (void)self;
    const struct ci_op *op = &ci_ops[index];
    if (host.making) return hazard_refuse(context, op->name);
    char types[CI_OP_MAX_ARGUMENTS];
    const size_t expected = ci_op_types(op, types);
    if ((size_t)count != expected)
        return JS_ThrowTypeError(context, "%s takes %d arguments", op->name, (int)expected);
    union ci_argument converted[CI_OP_MAX_ARGUMENTS];
    struct borrowed borrowed;
    borrowed.context = context;
    borrowed.strings = borrowed.few;
    borrowed.count = borrowed.array_count = 0;
    borrowed.capacity = sizeof borrowed.few / sizeof *borrowed.few;
    for (size_t i = 0; i < expected; i++) {
        if (convert(&borrowed, types[i], arguments[i], &converted[i])) continue;
        give_back(&borrowed);
        return JS_HasException(context) ? JS_EXCEPTION : JS_ThrowOutOfMemory(context);
    }
    struct ci_result result = {0, NULL, 0};
    op->call(host.core, converted, &result);
    give_back(&borrowed);
    if (!result.text) return JS_NewInt64(context, result.number);
    JSValue text = JS_NewStringLen(context, result.text, result.length);
    free(result.text);
    return text;
}

static JSValue listen_to_events(JSContext *context, JSValueConst self, int count, JSValueConst *arguments) {
    (void)self;
    if (host.making) return hazard_refuse(context, "listen");
    if (count < 1 || !JS_IsFunction(context, arguments[0])) return JS_ThrowTypeError(context, "listen needs a function");
    JS_FreeValue(context, host.on_events);
    host.on_events = JS_DupValue(context, arguments[0]);
    return JS_UNDEFINED;
}

static JSValue close_binding(JSContext *context, JSValueConst self, int count, JSValueConst *arguments) {
    (void)self, (void)count, (void)arguments;
    JS_FreeValue(context, host.on_events);
    host.on_events = JS_UNDEFINED;
    return JS_UNDEFINED;
}

static JSValue end_process(JSContext *context, JSValueConst self, int count, JSValueConst *arguments) {
    (void)self;
    int32_t code;
    if (host.making) return hazard_refuse(context, "exit");
    if (count < 1 || JS_ToInt32(context, &code, arguments[0]) < 0) return JS_EXCEPTION;
    host_exit(code);
}

static JSValue release_signals(JSContext *context, JSValueConst self, int count, JSValueConst *arguments) {
    (void)self, (void)count, (void)arguments;
    if (host.making) return hazard_refuse(context, "releaseSignals");
    host_release_signals();
    return JS_UNDEFINED;
}

static JSValue rest(JSContext *context, JSValueConst self, int count, JSValueConst *arguments) {
    (void)self, (void)count, (void)arguments;
    if (host.making) return hazard_refuse(context, "rest");
    program_rest();
    return JS_UNDEFINED;
}

static JSValue load_part(JSContext *context, JSValueConst self, int count, JSValueConst *arguments) {
    (void)self;
    if (host.making) return hazard_refuse(context, "loadPart");
    const char *name = count ? JS_ToCString(context, arguments[0]) : NULL;
    if (!name) return JS_EXCEPTION;
    JSValue exports = part_evaluate(context, name);
    JS_FreeCString(context, name);
    return exports;
}

JSValue binding_new(JSContext *context) {
    JSValue binding = JS_NewObject(context);
    for (size_t i = 0; i < ci_op_count; i++)
        JS_SetPropertyStr(context, binding, ci_ops[i].name,
                          JS_NewCFunctionMagic(context, call_operation, ci_ops[i].name, 0, JS_CFUNC_generic_magic,
                                               (int)i));
    JS_SetPropertyStr(context, binding, "listen", JS_NewCFunction(context, listen_to_events, "listen", 1));
    JS_SetPropertyStr(context, binding, "close", JS_NewCFunction(context, close_binding, "close", 0));
    JS_SetPropertyStr(context, binding, "exit", JS_NewCFunction(context, end_process, "exit", 1));
    JS_SetPropertyStr(context, binding, "releaseSignals",
                      JS_NewCFunction(context, release_signals, "releaseSignals", 0));
    JS_SetPropertyStr(context, binding, "rest", JS_NewCFunction(context, rest, "rest", 0));
    JS_SetPropertyStr(context, binding, "loadPart", JS_NewCFunction(context, load_part, "loadPart", 1));
    return binding;
}
