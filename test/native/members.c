/* members.c: signals to all of a unit, and which processes are its own. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cgroups.h"
#include "check.h"

#define LEADERS(...) INTS(__VA_ARGS__)

static int64_t sleeper(struct ci_core *core) {
    const int64_t pid = SPAWN(core, .file = "/bin/sleep", .argv = LIST("sleep", "1000"));
    await_event(core, CI_EVENT_STARTED, pid);
    return pid;
}

/* A process that its parent has left: our child, and nobody's known one. Answers its pid. */
static int leave_orphan(struct ci_core *core, const char *cgroup, const char *stay) {
    char script[700];
    unlink(path_in("orphan"));
    snprintf(script, sizeof script, "setsid sh -c 'echo $$ > %s; %s' & while ! [ -s %s ]; do sleep 0.01; done",
             path_in("orphan"), stay, path_in("orphan"));
    const int64_t pid = SPAWN(core, SHELL(script), .cgroup = cgroup);
    CHECK_INT(await_exit(core, pid), 0);
    return atoi(await_text(path_in("orphan")));
}

static void check_orphans(struct ci_core *core, const char *cgroup, const char *wanted) {
    int64_t error;
    char *text = op_text(core, &error, NULL, "group_orphans", cgroup);
    CHECK_TEXT(text, wanted);
    free(text);
}

TEST(several_leaders, "watches and signals several process groups as one") {
    struct ci_core *core = core_of_host();
    const int32_t one = (int32_t)sleeper(core), two = (int32_t)sleeper(core);
    const int64_t watch = op(core, "group_watch", "", LEADERS(one, two));
    CHECK(watch > 0);
    CHECK_INT(op(core, "process_signal", one, SIGKILL), 0);
    CHECK_INT(await_exit(core, one), 128 + SIGKILL);
    struct event event;
    CHECK(ci_core_dispatch(core, 30) >= 0);
    CHECK(!take_event(core, CI_EVENT_EMPTY, watch, &event));
    CHECK_INT(op(core, "group_signal", "", LEADERS(one, two), INTS(SIGTERM)), 1);
    await_event(core, CI_EVENT_EMPTY, watch);
    ci_core_free(core);
}

TEST(in_order, "sends several signals to each process, in the order given") {
    struct ci_core *core = core_of_host();
    char script[512];
    snprintf(script, sizeof script, "trap 'echo usr1 >> %s' USR1; trap 'echo hup >> %s; exit 4' HUP; echo on > %s; "
             "while :; do sleep 0.01; done", path_in("told"), path_in("told"), path_in("on"));
    const int64_t pid = SPAWN(core, SHELL(script));
    await_text(path_in("on"));
    CHECK(kill((pid_t)pid, SIGSTOP) == 0);
    CHECK_INT(op(core, "group_signal", "", LEADERS((int32_t)pid), INTS(SIGUSR1, SIGCONT)), 1);
    CHECK_TEXT(await_text(path_in("told")), "usr1\n");
    CHECK(op(core, "group_signal", "", LEADERS((int32_t)pid), INTS(SIGHUP)) >= 1);
    CHECK_INT(await_exit(core, pid), 4);
    CHECK_TEXT(await_text(path_in("told")), "usr1\nhup\n");
    CHECK_INT(op(core, "group_signal", "", LEADERS((int32_t)pid), NO_INTS), 0);
    ci_core_free(core);
}

TEST(never_everybody, "never takes for a process group what would be everybody, nobody or itself") {
    struct ci_core *core = core_of_host();
    signal(SIGUSR1, SIG_DFL);
    const int32_t us = (int32_t)getpgrp();
    CHECK_INT(op(core, "group_signal", "", LEADERS(0, 1, -1, INT32_MIN, us, -us), INTS(SIGUSR1, SIGKILL)), 0);
    CHECK_INT(op(core, "group_watch", "", LEADERS(0, 1, -1, INT32_MIN, us, -us)), 0);
    CHECK_INT(op(core, "group_watch", "", NO_INTS), 0);
    ci_core_free(core);
}

TEST(once_each, "signals each process of a cgroup once, although its group's leader is gone") {
    struct ci_core *core = core_of_host();
    const char *cgroup = make_cgroup();
    char script[900];
    /* A background process of a shell without job control stays in the shell's group. */
    snprintf(script, sizeof script,
             "sh -c 'trap \"echo usr1 >> %s\" USR1; echo on > %s; while :; do sleep 0.01; done' & "
             "while ! [ -s %s ]; do sleep 0.01; done", path_in("told"), path_in("on"), path_in("on"));
    const int64_t pid = SPAWN(core, SHELL(script), .cgroup = cgroup);
    CHECK_INT(await_exit(core, pid), 0);
    CHECK(op(core, "group_signal", cgroup, LEADERS((int32_t)pid), INTS(SIGUSR1)) >= 1);
    await_text(path_in("told"));
    for (int i = 0; i < 5; i++) ci_core_dispatch(core, 20);
    CHECK_TEXT(read_text(path_in("told")), "usr1\n");
    const int64_t watch = op(core, "group_watch", cgroup, LEADERS((int32_t)pid));
    CHECK(watch > 0);
    CHECK_INT(op(core, "group_signal", cgroup, LEADERS((int32_t)pid), INTS(SIGKILL)), 1);
    await_event(core, CI_EVENT_EMPTY, watch);
    remove_cgroup(core, cgroup);
    ci_core_free(core);
}

TEST(below, "reaches processes in cgroups that a service made below its own, and removes those") {
    struct ci_core *core = core_of_host();
    const char *cgroup = make_cgroup();
    char script[900];
    snprintf(script, sizeof script, "mkdir -p %s/.a/b && echo $$ > %s/.a/b/cgroup.procs && echo on > %s; exec sleep 1000",
             cgroup, cgroup, path_in("on"));
    const int64_t pid = SPAWN(core, SHELL(script), .cgroup = cgroup);
    await_text(path_in("on"));
    CHECK_INT(op(core, "group_has", cgroup, (int)pid), 1);
    CHECK_INT(op(core, "group_remove", cgroup), -EBUSY);
    CHECK_INT(op(core, "group_signal", cgroup, NO_INTS, INTS(SIGTERM)), 1);
    CHECK_INT(await_exit(core, pid), 128 + SIGTERM);
    CHECK_INT(op(core, "group_watch", cgroup, NO_INTS), 0);
    CHECK_INT(op(core, "group_remove", cgroup), 0);
    CHECK(access(cgroup, F_OK) < 0);
    CHECK_INT(op(core, "group_remove", cgroup), -ENOENT);
    ci_core_free(core);
}

TEST(orphans_of_cgroup, "finds in a cgroup those whose parent left them to us, and no others") {
    struct ci_core *core = core_of_host();
    const char *cgroup = make_cgroup();
    char wanted[32];
    check_orphans(core, cgroup, "");
    const int64_t main = SPAWN(core, SHELL("sleep 1000 & wait"), .cgroup = cgroup);
    await_event(core, CI_EVENT_STARTED, main);
    check_orphans(core, cgroup, "");
    const int orphan = leave_orphan(core, cgroup, "sleep 1000 & wait");
    leave_orphan(core, "", "exec sleep 1000");
    snprintf(wanted, sizeof wanted, "%d", orphan);
    check_orphans(core, cgroup, wanted);
    CHECK(op(core, "process_adopt", orphan) > 0);
    check_orphans(core, cgroup, "");
    check_orphans(core, "/no/such/cgroup", "");
    ci_core_free(core);
}

TEST(orphans_of_nobody, "finds without a cgroup all children by adoption, but only where it waits for all children") {
    struct ci_core *core = core_of_host();
    char wanted[32];
    sleeper(core);
    const int orphan = leave_orphan(core, "", "exec sleep 1000");
    snprintf(wanted, sizeof wanted, "%d", orphan);
    check_orphans(core, "", wanted);
    /* A dead one is nobody's main process. */
    CHECK(kill(orphan, SIGKILL) == 0);
    siginfo_t info;
    CHECK(waitid(P_PID, (id_t)orphan, &info, WEXITED | WNOWAIT) == 0);
    check_orphans(core, "", "");
    ci_core_free(core);
    struct ci_core *bare = core_bare(0);
    const pid_t foreign = fork();
    if (foreign == 0)
        for (;;) pause();
    check_orphans(bare, "", "");
    CHECK(kill(foreign, SIGKILL) == 0 && waitpid(foreign, NULL, 0) == foreign);
    ci_core_free(bare);
}

TEST(has_below, "tells without a cgroup who descends from us") {
    struct ci_core *core = core_of_host();
    const int64_t pid = SPAWN(core, SHELL("sh -c 'echo $$; exec sleep 1000' & wait"), .stdio = INTS(-1, -2, -1));
    await_event(core, CI_EVENT_STARTED, pid);
    CHECK_INT(op(core, "group_has", "", (int)pid), 1);
    const int orphan = leave_orphan(core, "", "exec sleep 1000");
    CHECK_INT(op(core, "group_has", "", orphan), 1);
    CHECK_INT(op(core, "group_has", "", (int)getpid()), 0);
    CHECK_INT(op(core, "group_has", "", (int)getppid()), 0);
    CHECK_INT(op(core, "group_has", "", 1), 0);
    CHECK_INT(op(core, "group_has", "", 0), 0);
    CHECK_INT(op(core, "group_has", "", -1), 0);
    CHECK_INT(op(core, "group_has", "", INT32_MAX), 0);
    ci_core_free(core);
}

TEST(has_member, "tells who is in a cgroup, a sender that has just died included") {
    struct ci_core *core = core_of_host();
    const char *cgroup = make_cgroup();
    char sibling[600];
    const int64_t in = SPAWN(core, .file = "/bin/sleep", .argv = LIST("sleep", "1000"), .cgroup = cgroup);
    const int64_t out = sleeper(core);
    await_event(core, CI_EVENT_STARTED, in);
    CHECK_INT(op(core, "group_has", cgroup, (int)in), 1);
    CHECK_INT(op(core, "group_has", cgroup, (int)out), 0);
    CHECK_INT(op(core, "group_has", cgroup, 0), 0);
    /* A name that only begins like another's is another. */
    snprintf(sibling, sizeof sibling, "%s-2", cgroup);
    CHECK(mkdir(sibling, 0755) == 0);
    CHECK_INT(op(core, "group_has", sibling, (int)in), 0);
    CHECK(rmdir(sibling) == 0);
    CHECK_INT(op(core, "group_has", "/no/such/cgroup", (int)in), 0);
    CHECK_INT(op(core, "group_has", "/", (int)in), 0);
    CHECK_INT(op(core, "group_has", "nonsense", (int)in), 0);
    CHECK(kill((pid_t)in, SIGKILL) == 0);
    siginfo_t info;
    CHECK(waitid(P_PID, (id_t)in, &info, WEXITED | WNOWAIT) == 0);
    CHECK_INT(op(core, "group_has", cgroup, (int)in), 1);
    CHECK_INT(await_exit(core, in), 128 + SIGKILL);
    CHECK_INT(op(core, "group_has", cgroup, (int)in), 0);
    remove_cgroup(core, cgroup);
    ci_core_free(core);
}

TEST(many_members, "signals a cgroup of many processes, each once") {
    struct ci_core *core = core_of_host();
    const char *cgroup = make_cgroup();
    const int64_t pid = SPAWN(core, SHELL("i=0; while [ $i -lt 150 ]; do sleep 1000 & i=$((i+1)); done; wait"),
                              .cgroup = cgroup);
    char procs[600];
    snprintf(procs, sizeof procs, "%s/cgroup.procs", cgroup);
    for (int lines = 0; lines < 151;) {
        lines = 0;
        for (const char *at = read_text(procs); (at = strchr(at, '\n')); at++) lines++;
        CHECK(ci_core_dispatch(core, 5) >= 0);
    }
    const int64_t watch = op(core, "group_watch", cgroup, LEADERS((int32_t)pid));
    CHECK_INT(op(core, "group_signal", cgroup, LEADERS((int32_t)pid), INTS(SIGTERM, SIGCONT)), 151);
    await_event(core, CI_EVENT_EMPTY, watch);
    remove_cgroup(core, cgroup);
    ci_core_free(core);
}
