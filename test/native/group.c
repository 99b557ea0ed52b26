/* group.c: the processes that belong together, by cgroup and by process group. */
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cgroups.h"
#include "check.h"

#define LEADER(pid) INTS((int32_t)(pid))

/* A shell that leaves a process of its own in the group, which says its pid and then stays. */
static int64_t leave_child(struct ci_core *core, const char *stay) {
    char script[512];
    snprintf(script, sizeof script, "sh -c 'echo $$ > %s; %s' & while ! [ -s %s ]; do sleep 0.01; done; exit 3",
             path_in("child"), stay, path_in("child"));
    int64_t pid = SPAWN(core, SHELL(script));
    CHECK_INT(await_exit(core, pid), 3);
    return pid;
}

TEST(empty_at_once, "says at once that a group without processes is empty") {
    struct ci_core *core = core_of_host();
    int64_t pid = SPAWN(core, .file = "/bin/true");
    await_exit(core, pid);
    CHECK_INT(op(core, "group_watch", "", LEADER(pid)), 0);
    CHECK_INT(op(core, "group_watch", "", NO_INTS), 0);
    CHECK_INT(op(core, "group_signal", "", LEADER(pid), INTS(SIGTERM)), 0);
    ci_core_free(core);
}

TEST(leader_reaped, "knows a group by the number of its leader after that is reaped, and nobody who got the number since") {
    struct ci_core *core = core_of_host();
    int64_t leader = leave_child(core, "exec sleep 1000");
    CHECK_INT(op(core, "group_signal", "", LEADER(-leader), INTS(SIGCONT)), 1);
    int64_t watch = op(core, "group_watch", "", LEADER(-leader));
    CHECK(watch > 0);
    /* As if this one had the number of a leader that was reaped before. */
    int64_t other = SPAWN(core, .file = "/bin/sleep", .argv = LIST("sleep", "1000"));
    await_event(core, CI_EVENT_STARTED, other);
    CHECK_INT(op(core, "group_signal", "", LEADER(-other), INTS(SIGKILL)), 0);
    CHECK_INT(op(core, "group_watch", "", LEADER(-other)), 0);
    CHECK_INT(op(core, "group_signal", "", LEADER(-leader), INTS(SIGKILL)), 1);
    await_event(core, CI_EVENT_EMPTY, watch);
    CHECK_INT(op(core, "group_signal", "", LEADER(other), INTS(SIGKILL)), 1);
    CHECK_INT(await_exit(core, other), 128 + SIGKILL);
    ci_core_free(core);
}

TEST(empty_after_all, "tells that a group is empty once the last process of it is gone") {
    struct ci_core *core = core_of_host();
    int64_t leader = leave_child(core, "exec sleep 1000");
    int64_t watch = op(core, "group_watch", "", LEADER(leader));
    CHECK(watch > 0);
    struct event event;
    CHECK(ci_core_dispatch(core, 50) >= 0);
    CHECK(!take_event(core, CI_EVENT_EMPTY, watch, &event));
    CHECK_INT(op(core, "group_signal", "", LEADER(leader), INTS(SIGTERM)), 1);
    await_event(core, CI_EVENT_EMPTY, watch);
    CHECK_INT(op(core, "group_unwatch", (int)watch), -ENOENT);
    ci_core_free(core);
}

TEST(empty_of_own_only, "tells that a group is empty where it waits for its own children only, too") {
    struct ci_core *core = core_bare(0);
    int64_t leader = leave_child(core, "exec sleep 0.3");
    int64_t watch = op(core, "group_watch", "", LEADER(leader));
    CHECK(watch > 0);
    await_event(core, CI_EVENT_EMPTY, watch);
    ci_core_free(core);
}

TEST(end_before_empty, "tells the end of the main process before it tells that the group is empty") {
    struct ci_core *core = core_of_host();
    int64_t pid = SPAWN(core, .file = "/bin/sleep", .argv = LIST("sleep", "1000"));
    await_event(core, CI_EVENT_STARTED, pid);
    int64_t watch = op(core, "group_watch", "", LEADER(pid));
    CHECK(watch > 0);
    CHECK_INT(op(core, "group_signal", "", LEADER(pid), INTS(SIGKILL)), 1);
    await_event(core, CI_EVENT_EMPTY, watch);
    struct event event;
    CHECK(take_event(core, CI_EVENT_EXITED, pid, &event));
    ci_core_free(core);
}

TEST(not_yet_leader, "never takes a group for empty whose main process was forked and not yet reaped") {
    struct ci_core *core = core_of_host();
    /* On one processor the child hardly gets to run before its parent has looked. */
    cpu_set_t one;
    CHECK(sched_getaffinity(0, sizeof one, &one) == 0);
    size_t processor = 0;
    while (!CPU_ISSET(processor, &one)) processor++;
    CPU_ZERO(&one);
    CPU_SET(processor, &one);
    CHECK(sched_setaffinity(0, sizeof one, &one) == 0);
    for (int i = 0; i < 300; i++) {
        int64_t pid = SPAWN(core, .file = "/bin/sleep", .argv = LIST("sleep", "1000"));
        int64_t watch = op(core, "group_watch", "", LEADER(pid));
        if (watch <= 0) FAIL("the group of a process that was just forked is said to be empty (round %d)", i);
        CHECK_INT(op(core, "group_signal", "", LEADER(pid), INTS(SIGKILL)), 1);
        await_event(core, CI_EVENT_EMPTY, watch);
        CHECK_INT(await_exit(core, pid), 128 + SIGKILL);
    }
    ci_core_free(core);
}

TEST(unwatched, "says nothing of a group that is no longer watched") {
    struct ci_core *core = core_of_host();
    int64_t pid = SPAWN(core, .file = "/bin/sleep", .argv = LIST("sleep", "1000"));
    await_event(core, CI_EVENT_STARTED, pid);
    int64_t watch = op(core, "group_watch", "", LEADER(pid));
    CHECK_INT(op(core, "group_unwatch", (int)watch), 0);
    CHECK_INT(op(core, "group_unwatch", (int)watch), -ENOENT);
    op(core, "group_signal", "", LEADER(pid), INTS(SIGKILL));
    await_exit(core, pid);
    CHECK(ci_core_dispatch(core, 50) >= 0);
    struct event event;
    CHECK(!take_event(core, CI_EVENT_EMPTY, watch, &event));
    ci_core_free(core);
}

TEST(many_watches, "watches many groups at once and tells each of its own end") {
    struct ci_core *core = core_of_host();
    int64_t pids[20], watches[20];
    for (int i = 0; i < 20; i++) {
        pids[i] = SPAWN(core, .file = "/bin/sleep", .argv = LIST("sleep", "1000"));
        await_event(core, CI_EVENT_STARTED, pids[i]);
        watches[i] = op(core, "group_watch", "", LEADER(pids[i]));
    }
    for (int i = 0; i < 20; i += 2) op(core, "group_signal", "", LEADER(pids[i]), INTS(SIGKILL));
    for (int i = 0; i < 20; i += 2) await_event(core, CI_EVENT_EMPTY, watches[i]);
    struct event event;
    for (int i = 1; i < 20; i += 2) {
        CHECK(!take_event(core, CI_EVENT_EMPTY, watches[i], &event));
        op(core, "group_signal", "", LEADER(pids[i]), INTS(SIGKILL));
        await_event(core, CI_EVENT_EMPTY, watches[i]);
    }
    ci_core_free(core);
}

/* ---- by cgroup --------------------------------------------------------------------------------------------------- */

TEST(placed, "21. starts a process in its cgroup, and its children with it") {
    struct ci_core *core = core_of_host();
    const char *cgroup = make_cgroup();
    int64_t watch, pid = SPAWN(core, SHELL("sleep 1000 & exec sleep 1000"), .cgroup = cgroup);
    CHECK(pid > 0);
    await_event(core, CI_EVENT_STARTED, pid);
    check_member(cgroup, pid, true);
    CHECK((watch = op(core, "group_watch", cgroup, LEADER(pid))) > 0);
    CHECK(op(core, "group_signal", cgroup, LEADER(pid), INTS(SIGTERM)) >= 1);
    await_event(core, CI_EVENT_EMPTY, watch);
    CHECK_INT(op(core, "group_watch", cgroup, LEADER(pid)), 0);
    remove_cgroup(core, cgroup);
    ci_core_free(core);
}

TEST(placed_after_kill, "starts a process in a cgroup in which all were killed before") {
    struct ci_core *core = core_of_host();
    const char *cgroup = make_cgroup();
    for (int i = 0; i < 2; i++) {
        int64_t pid = SPAWN(core, .file = "/bin/sleep", .argv = LIST("sleep", "1000"), .cgroup = cgroup);
        await_event(core, CI_EVENT_STARTED, pid);
        check_member(cgroup, pid, true);
        CHECK_INT(op(core, "group_signal", cgroup, LEADER(pid), INTS(SIGKILL)), 1);
        await_exit(core, pid);
    }
    CHECK_INT(await_exit(core, SPAWN(core, SHELL("sh -c 'exit 3'"), .cgroup = cgroup)), 3);
    remove_cgroup(core, cgroup);
    ci_core_free(core);
}

TEST(placed_below_after_kill, "starts a process in a cgroup below one in which all were killed before") {
    struct ci_core *core = core_of_host();
    const char *cgroup = make_cgroup();
    char below[600];
    snprintf(below, sizeof below, "%s/.control", cgroup);
    CHECK(mkdir(below, 0755) == 0);
    for (int i = 0; i < 2; i++) {
        int64_t pid = SPAWN(core, .file = "/bin/sleep", .argv = LIST("sleep", "1000"), .cgroup = below);
        await_event(core, CI_EVENT_STARTED, pid);
        check_member(below, pid, true);
        CHECK_INT(op(core, "group_signal", cgroup, LEADER(pid), INTS(SIGKILL)), 1);
        await_exit(core, pid);
    }
    CHECK_INT(await_exit(core, SPAWN(core, SHELL("sh -c 'exit 3'"), .cgroup = below)), 3);
    remove_cgroup(core, cgroup);
    ci_core_free(core);
}

TEST(placed_with_identity, "starts a process of another user in its cgroup, too") {
    struct ci_core *core = core_of_host();
    const char *cgroup = make_cgroup();
    int64_t pid = SPAWN(core, .file = "/bin/sleep", .argv = LIST("sleep", "1000"), .cgroup = cgroup,
                        .has_identity = true, .uid = 1500, .gid = 1500, .flags = 4);
    await_event(core, CI_EVENT_STARTED, pid);
    check_member(cgroup, pid, true);
    CHECK_INT(op(core, "group_signal", cgroup, LEADER(pid), INTS(SIGKILL)), 1);
    CHECK_INT(await_exit(core, pid), 128 + SIGKILL);
    remove_cgroup(core, cgroup);
    ci_core_free(core);
}

TEST(escaped_session, "reaches a process that left the session, by its cgroup") {
    struct ci_core *core = core_of_host();
    const char *cgroup = make_cgroup();
    char script[512];
    snprintf(script, sizeof script, "setsid sh -c 'echo $$ > %s; exec sleep 1000' & exit 0", path_in("escaped"));
    int64_t pid = SPAWN(core, SHELL(script), .cgroup = cgroup);
    await_exit(core, pid);
    const int escaped = atoi(await_text(path_in("escaped")));
    check_member(cgroup, escaped, true);
    int64_t watch = op(core, "group_watch", cgroup, LEADER(pid));
    CHECK(watch > 0);
    CHECK_INT(op(core, "group_signal", cgroup, LEADER(pid), INTS(SIGTERM)), 1);
    await_event(core, CI_EVENT_EMPTY, watch);
    remove_cgroup(core, cgroup);
    ci_core_free(core);
}

TEST(killed, "kills a whole cgroup, members that fork without end included") {
    struct ci_core *core = core_of_host();
    const char *cgroup = make_cgroup();
    int64_t pid = SPAWN(core, SHELL("trap '' TERM; while :; do (setsid sleep 0.05 &) ; sleep 0.01; done"),
                        .cgroup = cgroup);
    await_event(core, CI_EVENT_STARTED, pid);
    int64_t watch = op(core, "group_watch", cgroup, LEADER(pid));
    CHECK(watch > 0);
    for (int i = 0; i < 10; i++) ci_core_dispatch(core, 20);
    CHECK(op(core, "group_signal", cgroup, LEADER(pid), INTS(SIGKILL)) >= 1);
    await_event(core, CI_EVENT_EMPTY, watch);
    remove_cgroup(core, cgroup);
    ci_core_free(core);
}
