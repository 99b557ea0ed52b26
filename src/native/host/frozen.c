/* frozen.c: the engine, with what freezing its heap and starting from it takes of its inside. The patched quickjs.c
 * (scripts/patch-engine.mjs) is part of this file, as a header of somebody else's.
 *
 * Freezing makes everything immortal that counts references, and takes it off the lists that the engine writes to or
 * follows: the cycle collector's, and those of arenas with room, so that new objects are put together on pages of their
 * own and not into gaps of the image. A cycle that leads through the image is never collected; what an image object
 * refers to lives as long as it does. */
#include <string.h>
#include <sys/auxv.h>
#include <time.h>

#include <cutils.h>

#include "image.h"

/* The day on which all images are made, 2000-01-01, and some time after the boot of their machine. */
#define MAKING_US 946684800000000
#define MAKING_NS 1000000000u
#define MAKING_SEED 0x2545f4914f6cdd1du

static int64_t engine_real_time_us(void) {
    if (!host.making) return js__gettimeofday_us();
    hazard_note("Date.now");
    return MAKING_US;
}

static uint64_t engine_monotonic_time_ns(void) {
    if (!host.making) return js__hrtime_ns();
    hazard_note("performance.now");
    return MAKING_NS;
}

static struct tm *engine_local_time(const time_t *time, struct tm *ret) {
    if (!host.making) return localtime_r(time, ret);
    hazard_note("local time");
    return gmtime_r(time, ret);
}

static void engine_draws(void) {
    if (host.making) hazard_note("Math.random");
}

#include <quickjs.c>

void engine_seed(JSContext *context) {
    uint64_t seed = MAKING_SEED;
    if (!host.making) {
        /* Every process is given 16 random bytes by the kernel, getauxval(3); libc makes its canary of the first half. */
        const uint8_t *random = (const uint8_t *)getauxval(AT_RANDOM);
        if (random) memcpy(&seed, random + sizeof seed, sizeof seed);
        seed ^= (uint64_t)js__gettimeofday_us();
    }
    context->random_state = seed ? seed : MAKING_SEED;
}

void engine_keep_shapes(JSRuntime *runtime, int count) { runtime->engine_shapes_to_keep = count; }

static void make_immortal(void *block) { JS_REF_COUNT(block) = ENGINE_IMMORTAL; }

/* Small blocks: every one in use is made immortal, whether or not it counts references; the others are blanked, and
 * counted as used for good. */
static void freeze_arena(JSArena *arena) {
    const unsigned size = arena_block_sizes[arena->block_size_idx];
    bool is_free[JS_ARENA_SIZE / 16] = {false};
    for (unsigned at = arena->first_free_block; at != JS_ARENA_FREE_NIL;) {
        JSMallocBlockHeader *block = arena_get_block(arena, at, size);
        is_free[at] = true;
        at = block->u.free_next;
        memset(block, 0, size);
    }
    for (unsigned at = 0; at < arena->n_blocks; at++)
        if (!is_free[at]) make_immortal(((JSMallocBlockHeader *)arena_get_block(arena, at, size))->user_data);
    arena->first_free_block = JS_ARENA_FREE_NIL;
    arena->n_used_blocks = arena->n_blocks;
    arena->free_link = (struct list_head){NULL, NULL};
}

/* The frame of what is suspended in the middle of a function. */
static JSStackFrame *suspended_frame(JSGCObjectHeader *object) {
    if (JS_GC_TYPE(object) == JS_GC_OBJ_TYPE_ASYNC_FUNCTION) return &((JSAsyncFunctionData *)object)->func_state.frame;
    if (JS_GC_TYPE(object) != JS_GC_OBJ_TYPE_JS_OBJECT) return NULL;
    JSObject *generator = (JSObject *)object;
    if (generator->class_id == JS_CLASS_GENERATOR && generator->u.generator_data)
        return &generator->u.generator_data->func_state.frame;
    if (generator->class_id == JS_CLASS_ASYNC_GENERATOR && generator->u.async_generator_data)
        return &generator->u.async_generator_data->func_state.frame;
    return NULL;
}

/* Room for more properties or elements holds whatever was there before, addresses of a stack among it. */
static void blank_spare(JSGCObjectHeader *header) {
    if (JS_GC_TYPE(header) != JS_GC_OBJ_TYPE_JS_OBJECT) return;
    JSObject *object = (JSObject *)header;
    const JSShape *shape = object->shape;
    memset(object->prop + shape->prop_count, 0, (size_t)(shape->prop_size - shape->prop_count) * sizeof *object->prop);
    if (object->class_id != JS_CLASS_ARRAY || !object->fast_array) return;
    const uint32_t count = object->u.array.count;
    memset(object->u.array.u.values + count, 0, (object->u.array.u1.size - count) * sizeof(JSValue));
}

/* An object on no list of the collector is still taken off one when it is freed: its own. */
static void freeze_collected(struct list_head *objects) {
    struct list_head *link, *next;
    list_for_each_safe(link, next, objects) {
        JSGCObjectHeader *object = list_entry(link, JSGCObjectHeader, link);
        /* A shape that is not in the hash table belongs to one object and is changed in place. */
        bool own = JS_GC_TYPE(object) == JS_GC_OBJ_TYPE_SHAPE && !((JSShape *)object)->is_hashed;
        if (own) JS_REF_COUNT(object) = 1;
        else make_immortal(object);
        blank_spare(object);
        /* Who resumed it last, on a stack that is gone; the next to do so is noted anew. */
        JSStackFrame *frame = suspended_frame(object);
        if (frame) frame->prev_frame = NULL;
        init_list_head(link);
    }
    init_list_head(objects);
}

static void freeze_atoms(JSRuntime *runtime) {
    for (int i = 1; i < runtime->atom_size; i++)
        if (!atom_is_free(runtime->atom_array[i])) make_immortal(runtime->atom_array[i]);
}

/* Functions of the language come to be when they are first looked for, each in its place in a page of the image. */
static bool make_builtins(JSContext *context) {
    struct list_head *link;
    list_for_each(link, &context->rt->gc_obj_list) {
        JSGCObjectHeader *header = list_entry(link, JSGCObjectHeader, link);
        if (JS_GC_TYPE(header) != JS_GC_OBJ_TYPE_JS_OBJECT) continue;
        JSObject *object = (JSObject *)header;
        for (int at = 0; at < object->shape->prop_count; at++) {
            JSShapeProperty *described = &get_shape_prop(object->shape)[at];
            JSProperty *property = &object->prop[at];
            if ((described->flags & JS_PROP_TMASK) != JS_PROP_AUTOINIT) continue;
            if (js_autoinit_get_id(property) != JS_AUTOINIT_ID_PROP) continue;
            if (JS_AutoInitProperty(context, object, described->atom, property, described) < 0) return false;
        }
    }
    return true;
}

/* A table of shapes that grows is linked anew, which writes to all of them: it has room for what a run adds. */
static bool widen_shapes(JSRuntime *runtime) {
    int bits = runtime->shape_hash_bits;
    while (2 * (runtime->shape_hash_count + KEPT_SHAPES) > 1 << bits) bits++;
    return bits == runtime->shape_hash_bits || resize_shape_hash(runtime, bits) == 0;
}

const char *engine_prepare(JSContext *context) {
    return make_builtins(context) && widen_shapes(context->rt) ? NULL : "no memory for what is made ahead";
}

const char *engine_freeze(JSRuntime *runtime) {
    if (runtime->current_stack_frame) return "something is still being called";
    if (!JS_IsUninitialized(runtime->current_exception)) return "an exception is pending";
    if (!list_empty(&runtime->job_list)) return "a job is waiting";
    if (!list_empty(&runtime->gc_zero_ref_count_list)) return "something is half freed";
    JSArenaState *arenas = &runtime->arena_state;
    for (int i = 0; i < JS_ARENA_BLOCK_SIZE_COUNT; i++) {
        struct list_head *link;
        list_for_each(link, &arenas->arena_list[i]) freeze_arena(list_entry(link, JSArena, link));
        init_list_head(&arenas->free_arena_list[i]);
        /* Nobody asks for them but the engine's end, which we do without; the next arena would be linked to one. */
        init_list_head(&arenas->arena_list[i]);
    }
    freeze_atoms(runtime);
    freeze_collected(&runtime->gc_obj_list);
    runtime->stack_top = runtime->stack_limit = 0;
    return NULL;
}

/* A constant of the language, hence out of reach for those who follow its rules. */
static void set_time_origin(JSContext *context) {
    context->time_origin = js__now_ms();
    JSValue performance = JS_GetPropertyStr(context, context->global_obj, "performance");
    JSAtom name = JS_NewAtom(context, "timeOrigin");
    JSProperty *property;
    if (JS_IsObject(performance) && find_own_property(&property, JS_VALUE_GET_OBJ(performance), name))
        property->u.value = js_float64(context->time_origin);
    JS_FreeAtom(context, name);
    JS_FreeValue(context, performance);
}

void engine_thaw(JSRuntime *runtime, JSContext *context) {
    JS_UpdateStackTop(runtime);
    engine_seed(context);
    set_time_origin(context);
}
