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
    JSValue binding; /* what the program knows of us */
    JSValue program; /* its main(binding, arguments) */
    JSValue on_events; /* the one callback that events go to, undefined until main asks for it */
    struct host_timer *timers; /* a binary heap by due time */
    size_t timer_count, timer_capacity;
    int64_t next_timer;
    void *main_promise; /* loop_run() looks after its rejection */
    struct host_rejection *rejections; /* promises rejected and, so far, handled by nobody */
    size_t rejection_count, rejection_capacity;
    bool making; /* this is the build step that makes the heap image: no clock, no core, nothing of a process */
};
extern struct host host;

/* ---- main.c */
/* Ends the process once what was said is written. */
_Noreturn void host_exit(int code);
/* Undoes the blocking of signals, for a run that supervises nothing: Ctrl-C ends it like any other program. */
void host_release_signals(void);

/* ---- start_bytecode.c or start_image.c: two ways to have `runtime`, `context`, `binding` and `program` of the host */
void program_load(int argc, char **argv);
/* The boot is over: gives back what only that needed of the address space. */
void program_rest(void);

/* ---- engine.c */
/* Makes runtime, context and binding. */
void engine_make(void);
/* Has the script that was evaluated, or failed to be, as the program. */
void engine_take(JSValue exports);

/* ---- frozen.c: what needs the engine's inside */
/* Gives Math.random a seed that no other process has. */
void engine_seed(JSContext *context);
/* Shapes of objects that are kept, some 200 bytes each: a boot makes a few hundred, and those that only loading makes are
 * not worth it. The bound is for data that makes a shape of every name it has, and for prototypes that come and go. */
#define KEPT_SHAPES 512
/* So many of the shapes made from now on stay when their last object is gone: the next object made alike finds them. */
void engine_keep_shapes(JSRuntime *runtime, int count);

/* ---- hazard.c: the guard of the build step */
/* What is evaluated at build time has asked for something that each start has anew. No-op at any other time. */
void hazard_note(const char *what);
/* The same, and answers with an exception, as there is nothing to give. */
JSValue hazard_refuse(JSContext *context, const char *what);

/* ---- heap.c: the allocator under QuickJS */
extern const JSMallocFunctions heap_functions;
/* True once an allocation was refused: the heap's limit was hit or the kernel has no memory. Nothing mends that. */
bool heap_exhausted(void);
#define HEAP_LIMIT_BYTES (256u << 20)
/* The build step: from now on all memory comes from this area. */
void heap_build_in(uint8_t *start, uint8_t *end);
/* Its end: blanks what is free in the area, and forgets it. Answers where the area's used part ends. */
uint8_t *heap_seal(size_t *ret_used);
/* A start: the area holds live blocks of `used` bytes. Memory comes from elsewhere, and nothing freed in the area is used
 * again: each write to it would cost a page of its own. */
void heap_resume(const uint8_t *area, size_t size, size_t used);

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
