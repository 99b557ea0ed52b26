/* reap.c: waiting for all children, or for our own only. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

TEST(orphans, "reaps orphans that it never started, and counts them") {
    struct ci_core *core = core_of_host();
    int64_t pid = SPAWN(core, SHELL("for i in 1 2 3; do (sleep 0.05 &) ; done; exit 7"));
    CHECK_INT(await_exit(core, pid), 7);
    while (op(core, "orphans_reaped") < 3) CHECK(ci_core_dispatch(core, 1000) >= 0);
    CHECK_INT(waitpid(-1, NULL, WNOHANG), -1);
    CHECK_INT(errno, ECHILD);
    ci_core_free(core);
}

TEST(churn, "tells each child its own status in the middle of a churn of orphans") {
    struct ci_core *core = core_of_addon();
    int64_t pids[40];
    for (int i = 0; i < 40; i++) {
        char script[128];
        snprintf(script, sizeof script, "for i in 1 2 3 4 5; do (true &); (sleep 0.0%d &); done; exit %d", i % 9, i + 1);
        pids[i] = SPAWN(core, SHELL(script));
    }
    for (int i = 0; i < 40; i++) CHECK_INT(await_exit(core, pids[i]), i + 1);
    while (op(core, "orphans_reaped") < 400) CHECK(ci_core_dispatch(core, 1000) >= 0);
    ci_core_free(core);
}

TEST(own_only, "leaves other people's children to them while it waits for its own") {
    struct ci_core *core = core_bare(0);
    pid_t foreign = fork();
    if (foreign == 0) _exit(42);
    int64_t pid = SPAWN(core, SHELL("exit 7"));
    CHECK_INT(await_exit(core, pid), 7);
    int status;
    CHECK_INT(waitpid(foreign, &status, 0), foreign);
    CHECK_INT(WEXITSTATUS(status), 42);
    CHECK_INT(op(core, "orphans_reaped"), 0);
    ci_core_free(core);
}

TEST(own_many, "waits for forty children of its own without waiting for all") {
    struct ci_core *core = core_bare(0);
    int64_t pids[40];
    for (int i = 0; i < 40; i++) {
        char script[32];
        snprintf(script, sizeof script, "exit %d", i + 1);
        pids[i] = SPAWN(core, SHELL(script));
    }
    for (int i = 0; i < 40; i++) CHECK_INT(await_exit(core, pids[i]), i + 1);
    CHECK_INT(waitpid(-1, NULL, WNOHANG), -1);
    ci_core_free(core);
}

TEST(stolen, "tells the end of a child that somebody else has reaped") {
    struct ci_core *core = core_bare(0);
    int64_t pid = SPAWN(core, SHELL("exit 7"));
    CHECK_INT(waitpid((pid_t)pid, NULL, 0), pid);
    await_event(core, CI_EVENT_EXITED, pid);
    CHECK_INT(op(core, "process_signal", (int)pid, 0), -ESRCH);
    ci_core_free(core);
}

TEST(ended_before, "reaps what ended before anybody asked it to reap") {
    struct ci_core *core = core_bare(0);
    int64_t pid = SPAWN(core, SHELL("exit 7"));
    siginfo_t info;
    CHECK(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) == 0);
    pid_t foreign = fork();
    if (foreign == 0) _exit(0);
    CHECK(waitid(P_PID, (id_t)foreign, &info, WEXITED | WNOWAIT) == 0);
    CHECK_INT(op(core, "reap_all", takes_orphans()), 0);
    CHECK_INT(await_exit(core, pid), 7);
    CHECK_INT(op(core, "orphans_reaped"), 1);
    ci_core_free(core);
}

/* A child and a flood of other signals before anybody looks. */
static void flood(struct ci_core *core, int signal, int count) {
    CHECK_INT(op(core, "signals_take", INTS(signal)), 0);
    for (int i = 0; i < count; i++) CHECK(kill(getpid(), signal) == 0);
    int64_t pid = SPAWN(core, SHELL("exit 7"));
    siginfo_t info;
    CHECK(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) == 0);
    while (ci_core_dispatch(core, 200) > 0) {}
    struct event event;
    CHECK(take_event(core, CI_EVENT_EXITED, pid, &event));
    CHECK_INT(event.c, 7);
    ci_core_free(core);
}

TEST(flood_of_handler, "sees a child's end behind a flood of other signals, by handler") {
    /* Fewer than await_event keeps, more than the pipe of a handler holds. */
    flood(core_of_addon(), SIGWINCH, 3000);
}

TEST(full_pipe_of_handler, "sees a child's end although its handler's pipe is full") {
    struct ci_core *core = core_of_addon();
    CHECK_INT(op(core, "signals_take", INTS(SIGWINCH)), 0);
    for (int i = 0; i < 10000; i++) CHECK(kill(getpid(), SIGWINCH) == 0);
    int64_t pid = SPAWN(core, SHELL("exit 7"));
    siginfo_t info;
    CHECK(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) == 0);
    bool told = false;
    while (!told && ci_core_dispatch(core, 200) > 0) {
        size_t count;
        const int32_t *events = ci_core_events(core, &count);
        for (size_t i = 0; i < count; i++)
            if (events[i * CI_EVENT_WIDTH] == CI_EVENT_EXITED && events[i * CI_EVENT_WIDTH + 1] == pid) told = true;
        ci_core_forget_events(core);
    }
    CHECK(told);
    ci_core_free(core);
}

TEST(flood_of_signalfd, "sees a child's end behind a flood of real-time signals, by signalfd") {
    flood(core_of_host(), SIGRTMIN + 3, 1000);
}
