/* adopt.c: the end of processes that were not spawned here. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

/* A daemon that forks itself away: answers its pid once its parent is gone, so that it is our child. */
static int daemonize(struct ci_core *core, const char *session, const char *script) {
    char text[700];
    unlink(path_in("daemon"));
    snprintf(text, sizeof text, "%s sh -c 'echo $$ > %s; %s' & while ! [ -s %s ]; do sleep 0.01; done", session,
             path_in("daemon"), script, path_in("daemon"));
    const int64_t pid = SPAWN(core, SHELL(text));
    CHECK_INT(await_exit(core, pid), 0);
    return atoi(await_text(path_in("daemon")));
}

static void check_silence(struct ci_core *core, int pid) {
    struct event event;
    for (int i = 0; i < 3; i++) CHECK(ci_core_dispatch(core, 20) >= 0);
    CHECK(!take_event(core, CI_EVENT_EXITED, pid, &event));
}

static void check_status(struct ci_core *core) {
    const int pid = daemonize(core, "setsid", "while ! [ -s go ]; do sleep 0.01; done; exit 7");
    const int before = count_descriptors();
    CHECK_INT(op(core, "process_adopt", pid), pid);
    CHECK_INT(count_descriptors(), before);
    CHECK_INT(op(core, "process_adopt", pid), -EEXIST);
    check_silence(core, pid);
    CHECK_INT(op(core, "process_signal", pid, SIGKILL), 0);
    const struct event event = await_event(core, CI_EVENT_EXITED, pid);
    CHECK_INT(event.b, 1);
    CHECK_INT(event.c, SIGKILL);
    check_silence(core, pid);
    CHECK_INT(op(core, "process_signal", pid, 0), -ESRCH);
    CHECK_INT(op(core, "process_adopt", pid), -ESRCH);
    ci_core_free(core);
}

TEST(status_of_host, "tells how a daemon ended that forked itself away, where signals come by signalfd") {
    check_status(core_of_host());
}

TEST(status_of_addon, "tells how a daemon ended that forked itself away, where signals come by handler") {
    check_status(core_of_addon());
}

TEST(code, "tells the exit code of an adopted child, and does not count it among the orphans") {
    struct ci_core *core = core_of_host();
    const int pid = daemonize(core, "setsid", "sleep 0.2; exit 7");
    CHECK(op(core, "process_adopt", pid) > 0);
    const int64_t orphans = op(core, "orphans_reaped");
    CHECK_INT(await_exit(core, pid), 7);
    CHECK_INT(op(core, "orphans_reaped"), orphans);
    ci_core_free(core);
}

TEST(group, "answers the process group that an adopted process is in") {
    struct ci_core *core = core_of_host();
    const int pid = daemonize(core, "", "exec sleep 1000");
    const int64_t group = op(core, "process_adopt", pid);
    CHECK(group > 1 && group != pid);
    CHECK_INT(group, getpgid(pid));
    ci_core_free(core);
}

TEST(signalled_once, "signals an adopted process once, whether it is in its old group or leads one of its own") {
    struct ci_core *core = core_of_host();
    const char *sessions[] = {"", "setsid"};
    for (int i = 0; i < 2; i++) {
        const int pid = daemonize(core, sessions[i], "exec sleep 1000");
        const int64_t group = op(core, "process_adopt", pid);
        /* Of a number that is no process group any more nobody gets anything. */
        const int32_t old = group == pid ? 99999999 : (int32_t)group;
        CHECK_INT(op(core, "group_signal", "", INTS(pid, old), INTS(SIGTERM)), 1);
        CHECK_INT(await_exit(core, pid), 128 + SIGTERM);
    }
    ci_core_free(core);
}

TEST(refused, "refuses to adopt nobody, itself, everybody and what it knows") {
    struct ci_core *core = core_of_host();
    const int64_t pid = SPAWN(core, .file = "/bin/sleep", .argv = LIST("sleep", "1000"));
    const int before = count_descriptors();
    CHECK_INT(op(core, "process_adopt", (int)pid), -EEXIST);
    CHECK_INT(op(core, "process_adopt", (int)getpid()), -EINVAL);
    CHECK_INT(op(core, "process_adopt", 1), -EINVAL);
    CHECK_INT(op(core, "process_adopt", 0), -EINVAL);
    CHECK_INT(op(core, "process_adopt", -1), -EINVAL);
    CHECK_INT(op(core, "process_adopt", INT32_MIN), -EINVAL);
    CHECK_INT(op(core, "process_adopt", INT32_MAX), -ESRCH);
    CHECK_INT(count_descriptors(), before);
    ci_core_free(core);
}

TEST(foreign, "tells the end of somebody else's child without its status, once, even if it becomes ours to reap") {
    struct ci_core *core = core_of_host();
    char script[512];
    /* The parent does not wait for its child before it ends itself. */
    snprintf(script, sizeof script, "sh -c 'echo $$ > %s; while ! [ -s %s ]; do sleep 0.01; done; exit 7' & exec sleep 1000",
             path_in("child"), path_in("go"));
    const int64_t parent = SPAWN(core, SHELL(script));
    const int child = atoi(await_text(path_in("child")));
    await_event(core, CI_EVENT_STARTED, parent);
    const int before = count_descriptors();
    CHECK_INT(op(core, "process_adopt", child), parent);
    CHECK_INT(op(core, "process_adopt", child), -EEXIST);
    check_silence(core, child);
    write_text(path_in("go"), "go\n");
    CHECK_INT(await_exit(core, child), 0);
    CHECK_INT(count_descriptors(), before);
    /* Still a zombie of its parent: there is nothing to adopt. */
    CHECK_INT(op(core, "process_adopt", child), -ESRCH);
    CHECK_INT(op(core, "process_signal", child, 0), -ESRCH);
    CHECK_INT(op(core, "process_signal", (int)parent, SIGKILL), 0);
    CHECK_INT(await_exit(core, parent), 128 + SIGKILL);
    while (op(core, "orphans_reaped") < 1) CHECK(ci_core_dispatch(core, 1000) >= 0);
    check_silence(core, child);
    ci_core_free(core);
}

TEST(foreign_group, "tells that the group of somebody else's child is empty once that parent has reaped it") {
    struct ci_core *core = core_of_host();
    int pipes[2];
    CHECK(pipe2(pipes, O_CLOEXEC) == 0);
    const pid_t parent = fork();
    if (parent == 0) {
        const pid_t child = fork();
        if (child == 0) {
            setsid();
            CHECK(write(pipes[1], &(pid_t){getpid()}, sizeof(pid_t)) == (ssize_t)sizeof(pid_t));
            for (;;) pause();
        }
        siginfo_t info;
        waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT);
        sleep_ms(200);
        waitpid(child, NULL, 0);
        for (;;) pause();
    }
    pid_t child;
    CHECK(read(pipes[0], &child, sizeof child) == (ssize_t)sizeof child);
    CHECK_INT(op(core, "process_adopt", (int)child), child);
    const int64_t watch = op(core, "group_watch", "", INTS((int32_t)child));
    CHECK(watch > 0);
    CHECK_INT(op(core, "process_signal", (int)child, SIGKILL), 0);
    CHECK_INT(await_exit(core, child), 0);
    await_event(core, CI_EVENT_EMPTY, watch);
    CHECK(kill(parent, SIGKILL) == 0);
    ci_core_free(core);
}

TEST(becomes_ours, "tells the status of one that became our child after it was adopted, once") {
    struct ci_core *core = core_of_host();
    for (int round = 0; round < 20; round++) {
        char script[512];
        unlink(path_in("child"));
        snprintf(script, sizeof script, "sh -c 'echo $$ > %s; sleep 0.0%d; exit 7' & exec sleep 1000", path_in("child"), round % 5);
        const int64_t parent = SPAWN(core, SHELL(script));
        const int child = atoi(await_text(path_in("child")));
        const int64_t adopted = op(core, "process_adopt", child);
        CHECK_INT(op(core, "process_signal", (int)parent, SIGKILL), 0);
        CHECK_INT(await_exit(core, parent), 128 + SIGKILL);
        if (adopted == -ESRCH) continue;
        CHECK_INT(adopted, parent);
        const int code = await_exit(core, child);
        /* It may have ended before its parent did: then only that knew. */
        CHECK(code == 7 || code == 0);
        check_silence(core, child);
    }
    ci_core_free(core);
}

TEST(own_only, "leaves the child of a program that waits for its own to that program") {
    struct ci_core *core = core_bare(0);
    const pid_t child = fork();
    if (child == 0) {
        sleep_ms(50);
        _exit(42);
    }
    CHECK_INT(op(core, "process_adopt", (int)child), 0);
    await_event(core, CI_EVENT_EXITED, child);
    int status;
    CHECK_INT(waitpid(child, &status, 0), child);
    CHECK_INT(WEXITSTATUS(status), 42);
    ci_core_free(core);
}

TEST(freed, "leaves an adopted process alone when it goes") {
    struct ci_core *core = core_of_host();
    const int before = count_descriptors();
    const pid_t child = fork();
    if (child == 0)
        for (;;) pause();
    CHECK_INT(op(core, "process_adopt", (int)child), 0);
    ci_core_free(core);
    CHECK(count_descriptors() < before);
    CHECK(kill(child, 0) == 0);
    CHECK(kill(child, SIGKILL) == 0 && waitpid(child, NULL, 0) == child);
}
