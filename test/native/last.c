/* last.c: the end of everything, for those who are not PID 1. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

static void check_alone(void) {
    CHECK_INT(waitpid(-1, NULL, WNOHANG), -1);
    CHECK_INT(errno, ECHILD);
}

TEST(graceful, "ends all by SIGTERM where that is enough, and kills nobody") {
    struct ci_core *core = core_of_host();
    for (int i = 0; i < 5; i++) {
        int64_t pid = SPAWN(core, .file = "/bin/sleep", .argv = LIST("sleep", "1000"));
        await_event(core, CI_EVENT_STARTED, pid);
    }
    CHECK(!ci_terminate_all(core, 10000));
    check_alone();
    ci_core_free(core);
}

TEST(alone, "has nothing to do where nobody is left") {
    struct ci_core *core = core_of_host();
    CHECK(!ci_terminate_all(core, 1000));
    ci_core_free(core);
}

/* A process that ignores SIGTERM, and says so. */
static void spawn_stubborn(struct ci_core *core, const char *name) {
    char script[512];
    snprintf(script, sizeof script, "trap '' TERM; echo ready > %s; while :; do sleep 1000; done", path_in(name));
    CHECK(SPAWN(core, SHELL(script)) > 0);
    await_text(path_in(name));
}

TEST(forced, "kills who ignores SIGTERM, and answers how many that were") {
    struct ci_core *core = core_of_host();
    char script[512];
    /* One process alone: the shell becomes the program that ignores the signal. */
    snprintf(script, sizeof script, "trap '' TERM; echo ready > %s; exec sleep 1000", path_in("ready"));
    CHECK(SPAWN(core, SHELL(script)) > 0);
    await_text(path_in("ready"));
    CHECK(ci_terminate_all(core, 100));
    check_alone();
    ci_core_free(core);
}

TEST(escaped, "ends descendants that left the session, too") {
    struct ci_core *core = core_of_host();
    char script[512];
    snprintf(script, sizeof script, "setsid sh -c 'trap \"\" TERM; echo $$ > %s; while :; do sleep 1000; done' & exit 0",
             path_in("escaped"));
    int64_t pid = SPAWN(core, SHELL(script));
    await_exit(core, pid);
    const pid_t escaped = (pid_t)atoi(await_text(path_in("escaped")));
    CHECK(kill(escaped, 0) == 0);
    CHECK(ci_terminate_all(core, 50));
    CHECK(kill(escaped, 0) < 0);
    check_alone();
    ci_core_free(core);
}

TEST(stopped, "ends stopped processes without having to kill them") {
    struct ci_core *core = core_of_host();
    int64_t pid = SPAWN(core, .file = "/bin/sleep", .argv = LIST("sleep", "1000"));
    await_event(core, CI_EVENT_STARTED, pid);
    CHECK_INT(op(core, "process_signal", (int)pid, SIGSTOP), 0);
    CHECK_INT(op(core, "terminate_everything", 10000), 0);
    check_alone();
    ci_core_free(core);
}

TEST(forking, "ends processes that fork without end") {
    struct ci_core *core = core_of_host();
    spawn_stubborn(core, "first");
    CHECK(SPAWN(core, SHELL("trap '' TERM; while :; do (setsid sleep 0.05 &) ; sleep 0.01; done")) > 0);
    CHECK(ci_core_dispatch(core, 100) >= 0);
    CHECK(ci_terminate_all(core, 50));
    check_alone();
    ci_core_free(core);
}

TEST(last_words, "says its last words on one line, shortened, on stderr") {
    int err = capture(2);
    ci_last_words("no memory", NULL);
    CHECK_TEXT(captured(err), "container-init: fatal: no memory\n");
    ci_last_words("uncaught error", "a\nb\r\nc");
    CHECK_TEXT(captured(err), "container-init: fatal: uncaught error: a b  c\n");
    char detail[5000];
    memset(detail, 'x', sizeof detail);
    detail[sizeof detail - 1] = 0;
    ci_last_words("uncaught error", detail);
    const char *said = captured(err);
    CHECK_INT(strlen(said), 1024);
    CHECK_INT(said[1023], '\n');
}
