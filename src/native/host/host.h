/* host.h: what the files of the QuickJS host share. One thread, one runtime, one core. */
#ifndef HOST_H
#define HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../core/ci.h"
#include "quickjs.h"

/* The exit code of a run that ended by a defect of ours, not of a service (EX_SOFTWARE). */
#define HOST_EXIT_DEFECT 70

struct host_timer {
    int64_t due_ns;
    int64_t id; /* rising; breaks ties, so that equal times fire in the order they were set */
    JSValue callback;
};

struct host_rejection {
    void *promise; /* identity only */
    JSValue reason;
};

struct host {
    struct ci_core *core;
    JSRuntime *runtime;
    JSContext *context;
    JSValue on_events; /* the one callback that events go to, undefined until main asks for it */
    struct host_timer *timers; /* a binary heap by due time */
    size_t timer_count, timer_capacity;
    int64_t next_timer;
    void *main_promise; /* loop_run() looks after its rejection */
    struct host_rejection *rejections; /* promises rejected and, so far, handled by nobody */
    size_t rejection_count, rejection_capacity;
};
extern struct host host;

/* ---- main.c */
/* Ends the process once what was said is written. */
_Noreturn void host_exit(int code);
/* Undoes the blocking of signals, for a run that supervises nothing: Ctrl-C ends it like any other program. */
void host_release_signals(void);

/* ---- heap.c: the allocator under QuickJS */
extern const JSMallocFunctions heap_functions;
/* True once an allocation was refused: the heap's limit was hit or the kernel has no memory. Nothing mends that. */
bool heap_exhausted(void);
#define HEAP_LIMIT_BYTES (256u << 20)

/* ---- timers.c */
void timers_install(JSContext *context, JSValueConst global);
/* Milliseconds until the next timer is due, rounded up; -1 without one. */
int timers_wait_ms(void);
/* Calls every timer that is due now. False: one of them threw. */
bool timers_fire(void);

/* ---- binding.c: the operation table as functions of one object */
JSValue binding_new(JSContext *context);

/* ---- parts.c: the bytecode inside this executable */
JSValue part_evaluate(JSContext *context, const char *name);

/* ---- loop.c */
/* Runs jobs until none is left. False: a job threw, a rejection is handled by nobody, or memory ran out. */
bool loop_run_jobs(void);
/* Runs until `promise` settles; answers the exit code it settled with. Never returns on a defect. */
int loop_run(JSValueConst promise);
void loop_track_rejection(JSContext *context, JSValueConst promise, JSValueConst reason, bool handled, void *opaque);

/* ---- last.c: the end nobody planned */
_Noreturn void last_resort(const char *why, JSValueConst reason);
/* The same with the pending exception as the reason. */
_Noreturn void last_resort_exception(const char *why);

#endif
