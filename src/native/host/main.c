/* main.c: the executable: block signals, have the program loaded, call its main, run the loop. */
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
    program_load(argc, argv);
    engine_keep_shapes(host.runtime, KEPT_SHAPES);
    if (ci_core_new(CI_CORE_SIGNALFD, &host.core) < 0) last_resort("no descriptors or memory", JS_UNDEFINED);
    /* A child shares our memory until it execs. Before Linux 5.16 a signal that dumps core, such as a KillSignal=SIGQUIT
     * that comes that early, would end every process that shares it: us. Without a core to dump it does not; exec undoes
     * this for services. */
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);

    JSValue arguments[2] = {host.binding, argument_list(argc, argv)};
    JSValue promise = JS_Call(host.context, host.program, JS_UNDEFINED, 2, (JSValueConst *)arguments);
    if (JS_IsException(promise)) last_resort_exception("main threw");

    host_exit(loop_run(promise));
}
