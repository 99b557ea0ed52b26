/* timers.c: setTimeout and clearTimeout on a binary heap. Intervals are made of these in the prelude. */
#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "host.h"

/* As in browsers and Node: what does not fit is "at once" there, but a supervisor's long waits must not fire early. */
#define LONGEST_MS 2147483647.0

static int64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static bool earlier(const struct host_timer *a, const struct host_timer *b) {
    return a->due_ns < b->due_ns || (a->due_ns == b->due_ns && a->id < b->id);
}

static void swap(size_t a, size_t b) {
    struct host_timer timer = host.timers[a];
    host.timers[a] = host.timers[b];
    host.timers[b] = timer;
}

static void sift_up(size_t at) {
    while (at && earlier(&host.timers[at], &host.timers[(at - 1) / 2])) {
        swap(at, (at - 1) / 2);
        at = (at - 1) / 2;
    }
}

static void sift_down(size_t at) {
    for (;;) {
        size_t first = at, left = 2 * at + 1, right = left + 1;
        if (left < host.timer_count && earlier(&host.timers[left], &host.timers[first])) first = left;
        if (right < host.timer_count && earlier(&host.timers[right], &host.timers[first])) first = right;
        if (first == at) return;
        swap(at, first);
        at = first;
    }
}

static JSValue remove_at(size_t at) {
    JSValue callback = host.timers[at].callback;
    host.timer_count--;
    if (at != host.timer_count) {
        host.timers[at] = host.timers[host.timer_count];
        sift_down(at);
        sift_up(at);
    }
    return callback;
}

static JSValue set_timeout(JSContext *context, JSValueConst self, int count, JSValueConst *arguments) {
    (void)self;
    double delay = 0;
    if (host.making) return hazard_refuse(context, "setTimeout");
    if (count < 1 || !JS_IsFunction(context, arguments[0]))
        return JS_ThrowTypeError(context, "setTimeout needs a function");
    if (count > 1 && JS_ToFloat64(context, &delay, arguments[1]) < 0) return JS_EXCEPTION;
    if (!(delay > 0)) delay = 0;
    if (delay > LONGEST_MS) delay = LONGEST_MS;
    if (host.timer_count == host.timer_capacity) {
        size_t capacity = host.timer_capacity ? host.timer_capacity * 2 : 64;
        struct host_timer *timers = realloc(host.timers, capacity * sizeof *timers);
        if (!timers) return JS_ThrowOutOfMemory(context);
        host.timers = timers;
        host.timer_capacity = capacity;
    }
    int64_t id = ++host.next_timer;
    host.timers[host.timer_count] = (struct host_timer){
        now_ns() + (int64_t)(delay * 1e6), id, JS_DupValue(context, arguments[0])};
    sift_up(host.timer_count++);
    return JS_NewInt64(context, id);
}

static JSValue clear_timeout(JSContext *context, JSValueConst self, int count, JSValueConst *arguments) {
    (void)self;
    int64_t id;
    if (count < 1 || !JS_IsNumber(arguments[0]) || JS_ToInt64(context, &id, arguments[0]) < 0) return JS_UNDEFINED;
    for (size_t i = 0; i < host.timer_count; i++) {
        if (host.timers[i].id != id) continue;
        JS_FreeValue(context, remove_at(i));
        break;
    }
    return JS_UNDEFINED;
}

void timers_install(JSContext *context, JSValueConst global) {
    JS_SetPropertyStr(context, global, "setTimeout", JS_NewCFunction(context, set_timeout, "setTimeout", 2));
    JS_SetPropertyStr(context, global, "clearTimeout", JS_NewCFunction(context, clear_timeout, "clearTimeout", 1));
}

int timers_wait_ms(void) {
    if (!host.timer_count) return -1;
    int64_t left = host.timers[0].due_ns - now_ns();
    if (left <= 0) return 0;
    return (int)((left + 999999) / 1000000);
}

bool timers_fire(void) {
    const int64_t now = now_ns(), newest = host.next_timer;
    /* What a callback sets for "at once" waits for the next round, so that descriptors get their turn. */
    while (host.timer_count && host.timers[0].due_ns <= now && host.timers[0].id <= newest) {
        JSValue callback = remove_at(0);
        JSValue result = JS_Call(host.context, callback, JS_UNDEFINED, 0, NULL);
        JS_FreeValue(host.context, callback);
        bool threw = JS_IsException(result);
        JS_FreeValue(host.context, result);
        if (threw || !loop_run_jobs()) return false;
    }
    return true;
}
