/* loop.c: jobs, timers and the core's events, in turn, until main settles. */
#include <stdlib.h>

#include "host.h"

void loop_track_rejection(JSContext *context, JSValueConst promise, JSValueConst reason, bool handled, void *opaque) {
    (void)opaque;
    void *identity = JS_VALUE_GET_PTR(promise);
    if (identity == host.main_promise) return;
    if (handled) {
        for (size_t i = 0; i < host.rejection_count; i++) {
            if (host.rejections[i].promise != identity) continue;
            JS_FreeValue(context, host.rejections[i].reason);
            host.rejections[i] = host.rejections[--host.rejection_count];
            return;
        }
        return;
    }
    if (host.rejection_count == host.rejection_capacity) {
        size_t capacity = host.rejection_capacity ? host.rejection_capacity * 2 : 16;
        struct host_rejection *rejections = realloc(host.rejections, capacity * sizeof *rejections);
        if (!rejections) last_resort("no memory to note a rejected promise", reason);
        host.rejections = rejections;
        host.rejection_capacity = capacity;
    }
    host.rejections[host.rejection_count++] = (struct host_rejection){identity, JS_DupValue(context, reason)};
}

bool loop_run_jobs(void) {
    JSContext *context;
    int outcome;
    while ((outcome = JS_ExecutePendingJob(host.runtime, &context)) > 0) {}
    if (heap_exhausted()) return false;
    /* A rejection counts once all jobs had their chance to handle it. */
    return outcome == 0 && host.rejection_count == 0;
}

static bool deliver_events(void) {
    size_t count;
    const int32_t *events = ci_core_events(host.core, &count);
    if (!count || JS_IsUndefined(host.on_events)) return true;
    JSValue list = JS_NewArray(host.context);
    if (JS_IsException(list)) return false;
    for (size_t i = 0; i < count * CI_EVENT_WIDTH; i++)
        if (JS_SetPropertyUint32(host.context, list, (uint32_t)i, JS_NewInt32(host.context, events[i])) < 0) {
            JS_FreeValue(host.context, list);
            return false;
        }
    ci_core_forget_events(host.core);
    JSValue result = JS_Call(host.context, host.on_events, JS_UNDEFINED, 1, (JSValueConst *)&list);
    JS_FreeValue(host.context, list);
    bool threw = JS_IsException(result);
    JS_FreeValue(host.context, result);
    return !threw && loop_run_jobs();
}

_Noreturn static void give_up(void) {
    if (heap_exhausted()) last_resort("out of memory", JS_UNDEFINED);
    if (host.rejection_count) last_resort("a promise was rejected and nobody handled it", host.rejections[0].reason);
    last_resort_exception("uncaught error");
}

int loop_run(JSValueConst promise) {
    /* It may have been rejected before anybody could say which one it is. */
    loop_track_rejection(host.context, promise, JS_UNDEFINED, true, NULL);
    host.main_promise = JS_VALUE_GET_PTR(promise);
    for (;;) {
        if (!loop_run_jobs()) give_up();
        JSPromiseStateEnum state = JS_PromiseState(host.context, promise);
        if (state == JS_PROMISE_FULFILLED) {
            JSValue result = JS_PromiseResult(host.context, promise);
            int32_t code = HOST_EXIT_DEFECT;
            if (!JS_IsNumber(result)) last_resort("main ended without an exit code", JS_UNDEFINED);
            JS_ToInt32(host.context, &code, result);
            JS_FreeValue(host.context, result);
            return code;
        }
        if (state == JS_PROMISE_REJECTED) last_resort("main failed", JS_PromiseResult(host.context, promise));
        int wait = timers_wait_ms();
        if (wait < 0 && ci_core_is_idle(host.core))
            last_resort("main waits for something that cannot come", JS_UNDEFINED);
        if (ci_core_dispatch(host.core, wait) < 0) last_resort("epoll failed", JS_UNDEFINED);
        if (!deliver_events() || !timers_fire()) give_up();
    }
}
