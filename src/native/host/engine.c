/* engine.c: a runtime, one context with what the bundle needs of the language, and the program in it. */
#include "host.h"

/* Without memory there is no point in letting a loop of catch blocks run on. */
static int interrupt(JSRuntime *runtime, void *opaque) {
    (void)runtime, (void)opaque;
    return heap_exhausted();
}

void engine_make(void) {
    host.runtime = JS_NewRuntime2(&heap_functions, NULL);
    if (!host.runtime) last_resort("no memory for the engine", JS_UNDEFINED);
    host.context = JS_NewContextRaw(host.runtime);
    if (!host.context) last_resort("no memory for the engine", JS_UNDEFINED);
    JSContext *context = host.context;
    /* Before there is a Map: the seed of its hashes is drawn here too. */
    engine_seed(context);
    int failed = JS_AddIntrinsicBaseObjects(context) | JS_AddIntrinsicDate(context) |
                 JS_AddIntrinsicRegExp(context) | JS_AddIntrinsicJSON(context) | JS_AddIntrinsicProxy(context) |
                 JS_AddIntrinsicMapSet(context) | JS_AddIntrinsicTypedArrays(context) |
                 JS_AddIntrinsicPromise(context) | JS_AddIntrinsicBigInt(context) | JS_AddIntrinsicWeakRef(context) |
                 JS_AddPerformance(context);
    if (failed) last_resort("the engine did not start", JS_UNDEFINED);
    JS_SetHostPromiseRejectionTracker(host.runtime, loop_track_rejection, NULL);
    /* Loading leaves no garbage cycles behind, so looking for some before there are any to speak of is wasted. */
    JS_SetGCThreshold(host.runtime, 8u << 20);
    JS_SetInterruptHandler(host.runtime, interrupt, NULL);
    /* The main thread's stack is 8 MiB by default; half of it is plenty and leaves room for the host. */
    JS_SetMaxStackSize(host.runtime, 4u << 20);
    host.on_events = JS_UNDEFINED;

    JSValue global = JS_GetGlobalObject(context);
    timers_install(context, global);
    host.binding = binding_new(context);
    JS_SetPropertyStr(context, global, "containerInitHost", JS_DupValue(context, host.binding));
    JS_FreeValue(context, global);
}

void engine_take(JSValue exports) {
    if (JS_IsException(exports)) last_resort_exception("the program did not load");
    host.program = JS_GetPropertyStr(host.context, exports, "main");
    JS_FreeValue(host.context, exports);
}
