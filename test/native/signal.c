/* signal.c: signals sent to us, as events. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "check.h"

static void check_signals(struct ci_core *core) {
    CHECK_INT(op(core, "signals_take", INTS(SIGTERM, SIGHUP, SIGRTMIN + 3)), 0);
    const int taken[] = {SIGTERM, SIGHUP, SIGRTMIN + 3};
    for (size_t i = 0; i < 3; i++) {
        CHECK(kill(getpid(), taken[i]) == 0);
        const struct event event = await_event(core, CI_EVENT_SIGNAL, taken[i]);
        CHECK_INT(event.b, getpid());
        CHECK_INT(event.c, 1);
    }
    /* More of them, later. */
    CHECK_INT(op(core, "signals_take", INTS(SIGUSR1)), 0);
    CHECK(kill(getpid(), SIGUSR1) == 0 && kill(getpid(), SIGTERM) == 0);
    await_event(core, CI_EVENT_SIGNAL, SIGUSR1);
    await_event(core, CI_EVENT_SIGNAL, SIGTERM);
}

TEST(by_handler, "takes signals by handler and tells who sent them") {
    struct ci_core *core = core_bare(0);
    check_signals(core);
    ci_core_free(core);
}

TEST(by_signalfd, "takes signals by signalfd and tells who sent them") {
    struct ci_core *core = core_of_host();
    check_signals(core);
    ci_core_free(core);
}

TEST(from_child, "tells that a child sent the signal") {
    struct ci_core *core = core_of_host();
    CHECK_INT(op(core, "signals_take", INTS(SIGUSR2)), 0);
    int64_t pid = SPAWN(core, SHELL("kill -USR2 $PPID"));
    CHECK_INT(await_event(core, CI_EVENT_SIGNAL, SIGUSR2).b, pid);
    CHECK_INT(await_exit(core, pid), 0);
    ci_core_free(core);
}

TEST(gives_back, "gives the signals of its handlers back when it goes") {
    struct ci_core *core = core_bare(0);
    CHECK_INT(op(core, "signals_take", INTS(SIGTERM)), 0);
    struct sigaction action;
    CHECK(sigaction(SIGTERM, NULL, &action) == 0);
    CHECK(action.sa_handler != SIG_DFL);
    ci_core_free(core);
    CHECK(sigaction(SIGTERM, NULL, &action) == 0);
    CHECK(action.sa_handler == SIG_DFL);
}

TEST(refuses, "refuses a signal that nobody can take") {
    struct ci_core *core = core_bare(0);
    CHECK_INT(op(core, "signals_take", INTS(SIGKILL)), -EINVAL);
    CHECK_INT(op(core, "signals_take", INTS(999)), -EINVAL);
    ci_core_free(core);
}
