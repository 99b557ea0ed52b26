/* ci_cgroup.c: the processes that belong together: a cgroup v2 directory, a process group, or both. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "ci_internal.h"

struct ci_group {
    struct ci_source source; /* cgroup.events, which polls with EPOLLPRI; fd -1 without a cgroup */
    struct ci_group *next;
    int32_t id;
    pid_t leader;
    char cgroup[];
};

/* -1 if it cannot be told: then there is nothing to wait for either. */
static int cgroup_populated(const char *cgroup) {
    char text[256];
    ssize_t length = ci_read_file(cgroup, "cgroup.events", text, sizeof text);
    if (length < 0) return -1;
    const char *at = strstr(text, "populated ");
    return at ? at[10] == '1' : -1;
}

/* kill(2) with signal 0 also finds a zombie that nobody has reaped yet, which is right: it is not gone. A child that has
 * just been made may not lead its group yet; it counts all the same. */
static bool leader_populated(struct ci_core *core, pid_t leader) {
    return kill(-leader, 0) == 0 || errno == EPERM || ci_child_find(core, leader);
}

static bool signal_leader(struct ci_core *core, pid_t leader, int signal) {
    return kill(-leader, signal) == 0 || (ci_child_find(core, leader) && kill(leader, signal) == 0);
}

static bool is_populated(struct ci_core *core, const char *cgroup, pid_t leader) {
    if (cgroup[0] && cgroup_populated(cgroup) == 1) return true;
    return leader > 0 && leader_populated(core, leader);
}

static void drop(struct ci_core *core, struct ci_group **at) {
    struct ci_group *group = *at;
    *at = group->next;
    ci_source_retire(core, &group->source);
}

/* Tells and forgets a group that is empty. */
static bool check(struct ci_core *core, struct ci_group **at) {
    if (is_populated(core, (*at)->cgroup, (*at)->leader)) return false;
    ci_emit(core, CI_EVENT_EMPTY, (*at)->id, 0, 0);
    drop(core, at);
    return true;
}

void ci_group_check(struct ci_core *core) {
    for (struct ci_group **at = &core->groups; *at;)
        if (!check(core, at)) at = &(*at)->next;
}

/* Where only our own children are waited for, nobody tells when the rest of a process group is gone: a grandchild ends
 * as somebody else's child. While such a group is watched we look by ourselves. */
#define LOOK_EVERY_NS 50000000L

static bool needs_looking(const struct ci_core *core) {
    if (core->reaps_all) return false;
    for (const struct ci_group *group = core->groups; group; group = group->next)
        if (group->source.fd < 0) return true;
    return false;
}

static void set_looking(struct ci_core *core, bool wanted) {
    if (core->look.fd < 0) return;
    const struct timespec every = {0, wanted ? LOOK_EVERY_NS : 0};
    const struct itimerspec timer = {every, every};
    timerfd_settime(core->look.fd, 0, &timer, NULL);
    if (!wanted) ci_source_unwatch(core, &core->look);
}

static void time_to_look(struct ci_core *core, struct ci_source *source, uint32_t events) {
    (void)events;
    uint64_t times;
    if (read(source->fd, &times, sizeof times) < 0) return;
    ci_group_check(core);
    if (!needs_looking(core)) set_looking(core, false);
}

static void look_if_needed(struct ci_core *core) {
    if (core->look.watched || !needs_looking(core)) return;
    if (core->look.fd < 0) core->look.fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    core->look.ready = time_to_look;
    if (core->look.fd < 0 || ci_source_watch(core, &core->look, EPOLLIN) < 0) return;
    set_looking(core, true);
}

static void events_changed(struct ci_core *core, struct ci_source *source, uint32_t events) {
    (void)events;
    char text[256];
    /* Reported until it is read, and through this very descriptor: see poll in cgroups(7). */
    if (pread(source->fd, text, sizeof text, 0) < 0) ci_source_unwatch(core, source);
    ci_group_check(core);
}

void ci_op_group_watch(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    const struct ci_string cgroup = a[0].string;
    result->number = 0;
    if (!is_populated(core, cgroup.text, (pid_t)a[1].number)) return;
    struct ci_group *group = calloc(1, sizeof *group + cgroup.length + 1);
    if (!group) {
        result->number = -ENOMEM;
        return;
    }
    memcpy(group->cgroup, cgroup.text, cgroup.length + 1);
    group->leader = (pid_t)a[1].number;
    group->id = ++core->next_group;
    group->source.fd = -1;
    group->source.ready = events_changed;
    if (cgroup.length) {
        char path[PATH_MAX];
        if (ci_path_join(path, sizeof path, cgroup.text, "cgroup.events") == 0)
            group->source.fd = open(path, O_RDONLY | O_CLOEXEC);
        if (group->source.fd >= 0) ci_source_watch(core, &group->source, EPOLLPRI);
    }
    group->next = core->groups;
    core->groups = group;
    result->number = group->id;
    /* What ended before the file was open would wake nobody; a process group changes only when we reap. */
    if (cgroup.length) check(core, &core->groups);
    look_if_needed(core);
}

void ci_op_group_unwatch(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    for (struct ci_group **at = &core->groups; *at; at = &(*at)->next) {
        if ((*at)->id != a[0].number) continue;
        drop(core, at);
        result->number = 0;
        return;
    }
    result->number = -ENOENT;
}

void ci_group_free_all(struct ci_core *core) {
    while (core->groups) drop(core, &core->groups);
    set_looking(core, false);
    if (core->look.fd >= 0) close(core->look.fd);
    core->look.fd = -1;
}

/* The pids a round of signal_members has already signalled. */
struct seen {
    pid_t *pids;
    size_t count, capacity;
};

/* False if the pid is known, or cannot be remembered: then it is signalled in the first round only. */
static bool remember(struct seen *seen, pid_t pid) {
    for (size_t i = 0; i < seen->count; i++)
        if (seen->pids[i] == pid) return false;
    if (seen->count == seen->capacity) {
        size_t capacity = seen->capacity ? seen->capacity * 2 : 64;
        pid_t *pids = realloc(seen->pids, capacity * sizeof *pids);
        if (!pids) return false;
        seen->pids = pids;
        seen->capacity = capacity;
    }
    seen->pids[seen->count++] = pid;
    return true;
}

static int signal_round(const char *path, int signal, struct seen *seen) {
    int fresh = 0, pid;
    FILE *file = fopen(path, "re");
    if (!file) return 0;
    while (fscanf(file, "%d", &pid) == 1)
        if (pid > 0 && remember(seen, pid) && kill(pid, signal) == 0) fresh++;
    fclose(file);
    return fresh;
}

/* Signals the members one by one; a process forked meanwhile is caught by reading again until nobody new is there. */
static int signal_members(const char *cgroup, int signal, pid_t leader, bool *found_leader) {
    char path[PATH_MAX];
    if (ci_path_join(path, sizeof path, cgroup, "cgroup.procs") < 0) return 0;
    struct seen seen = {NULL, 0, 0};
    int count = 0;
    for (int round = 0; round < 8; round++) {
        int fresh = signal_round(path, signal, &seen);
        if (!fresh) break;
        count += fresh;
    }
    for (size_t i = 0; i < seen.count; i++)
        if (seen.pids[i] == leader) *found_leader = true;
    free(seen.pids);
    return count;
}

void ci_op_group_signal(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    const char *cgroup = a[0].string.text;
    const pid_t leader = (pid_t)a[1].number;
    const int signal = (int)a[2].number;
    bool found_leader = false, killed = false;
    int count = 0;
    if (cgroup[0]) {
        /* Asked ahead of the kill: the dead may be gone from the cgroup before we could ask. */
        const bool populated = signal == SIGKILL && cgroup_populated(cgroup) == 1;
        killed = signal == SIGKILL && ci_write_file(cgroup, "cgroup.kill", "1") == 0;
        if (killed)
            count = populated ? 1 : 0;
        else
            count = signal_members(cgroup, signal, leader, &found_leader);
        /* SIGKILL twice does no harm, and the process group may reach what never made it into the cgroup. */
    }
    if (leader > 0 && !found_leader && (!cgroup[0] || signal == SIGKILL || leader_populated(core, leader)))
        if (signal_leader(core, leader, signal) && !killed) count++;
    result->number = count;
}
