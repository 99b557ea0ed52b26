/* main.c: the executable: block signals, make an engine, evaluate the bytecode, call its main, run the loop. */
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "host.h"

struct host host;

/* From the first instruction on no signal acts on its own: PID 1 decides about each of them. Faults stay faults. */
static void block_signals(void) {
    sigset_t all;
    sigfillset(&all);
    static const int faults[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS};
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) sigdelset(&all, faults[i]);
    sigprocmask(SIG_SETMASK, &all, NULL);
    struct sigaction ignore;
    memset(&ignore, 0, sizeof ignore);
    ignore.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &ignore, NULL);
}

void host_release_signals(void) {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Without memory there is no point in letting a loop of catch blocks run on. */
static int interrupt(JSRuntime *runtime, void *opaque) {
    (void)runtime, (void)opaque;
    return heap_exhausted();
}

static void make_engine(void) {
    host.runtime = JS_NewRuntime2(&heap_functions, NULL);
    if (!host.runtime) last_resort("no memory for the engine", JS_UNDEFINED);
    host.context = JS_NewContextRaw(host.runtime);
    if (!host.context) last_resort("no memory for the engine", JS_UNDEFINED);
    JSContext *context = host.context;
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
}

static JSValue argument_list(int count, char **arguments) {
    JSValue list = JS_NewArray(host.context);
    for (int i = 0; i < count; i++)
        JS_SetPropertyUint32(host.context, list, (uint32_t)i, JS_NewString(host.context, arguments[i]));
    return list;
}

_Noreturn void host_exit(int code) {
    ci_core_drain(host.core, 500);
    _exit(code);
}

int main(int argc, char **argv) {
    block_signals();
    if (ci_core_new(CI_CORE_SIGNALFD, &host.core) < 0) last_resort("no descriptors or memory", JS_UNDEFINED);
    /* A child shares our memory until it execs. Before Linux 5.16 a signal that dumps core, such as a KillSignal=SIGQUIT
     * that comes that early, would end every process that shares it: us. Without a core to dump it does not; exec undoes
     * this for services. */
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    make_engine();

    JSValue global = JS_GetGlobalObject(host.context);
    timers_install(host.context, global);
    JSValue binding = binding_new(host.context);
    JS_SetPropertyStr(host.context, global, "containerInitHost", JS_DupValue(host.context, binding));
    JS_FreeValue(host.context, global);

    JSValue exports = part_evaluate(host.context, "main");
    if (JS_IsException(exports)) last_resort_exception("the program did not load");
    JSValue program = JS_GetPropertyStr(host.context, exports, "main");
    JSValue arguments[2] = {binding, argument_list(argc, argv)};
    JSValue promise = JS_Call(host.context, program, JS_UNDEFINED, 2, (JSValueConst *)arguments);
    if (JS_IsException(promise)) last_resort_exception("main threw");

    host_exit(loop_run(promise));
}
