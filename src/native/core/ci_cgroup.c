/* ci_cgroup.c: being told when the processes that belong together are gone: a cgroup v2 directory, process groups, or
 * both. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
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
    char *cgroup; /* behind the leaders */
    size_t leader_count;
    pid_t leaders[];
};

/* -1 if it cannot be told: then there is nothing to wait for either. */
int ci_cgroup_populated(const char *cgroup) {
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

/* Group 1 would be everybody, and our own is us. */
bool ci_group_is_valid(pid_t leader) { return leader > 1 && leader != getpgrp(); }

/* A negative number stands for a group whose leader is reaped. No process is given a number that a group still goes by:
 * if one has it now, the group was gone before, and what goes by the number now is somebody else's. */
pid_t ci_group_of(int32_t number) {
    const pid_t leader = number < -1 && number > INT32_MIN ? -number : number;
    if (!ci_group_is_valid(leader)) return 0;
    return number < 0 && (kill(leader, 0) == 0 || errno == EPERM) ? 0 : leader;
}

/* Keeps those that lead somebody. The number of an empty group may become anybody's: it is not asked about again. */
static size_t keep_populated(struct ci_core *core, pid_t *leaders, size_t count) {
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        const pid_t leader = ci_group_of(leaders[i]);
        if (leader && leader_populated(core, leader)) leaders[kept++] = leaders[i];
    }
    return kept;
}

static bool is_populated(struct ci_core *core, struct ci_group *group) {
    group->leader_count = keep_populated(core, group->leaders, group->leader_count);
    return group->leader_count || (group->cgroup[0] && ci_cgroup_populated(group->cgroup) == 1);
}

static void drop(struct ci_core *core, struct ci_group **at) {
    struct ci_group *group = *at;
    *at = group->next;
    ci_source_retire(core, &group->source);
}

/* Tells and forgets a group that is empty. */
static bool check(struct ci_core *core, struct ci_group **at) {
    if (is_populated(core, *at)) return false;
    ci_emit(core, CI_EVENT_EMPTY, (*at)->id, 0, 0);
    drop(core, at);
    return true;
}

void ci_group_check(struct ci_core *core) {
    for (struct ci_group **at = &core->groups; *at;)
        if (!check(core, at)) at = &(*at)->next;
}

/* Where only our own children are waited for, nobody tells when the rest of a process group is gone: a grandchild ends
 * as somebody else's child. So does what was adopted while its parent lives: it is a zombie until that parent reaps it,
 * which nobody tells either. While such a group is watched we look by ourselves. */
#define LOOK_EVERY_NS 50000000L

static bool needs_looking(const struct ci_core *core) {
    if (core->reaps_all && !core->foreign_ended) return false;
    for (const struct ci_group *group = core->groups; group; group = group->next)
        if (group->source.fd < 0 || (core->foreign_ended && group->leader_count)) return true;
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

void ci_group_look_if_needed(struct ci_core *core) {
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

static struct ci_group *make_group(struct ci_core *core, const struct ci_string *cgroup, const struct ci_ints *leaders) {
    struct ci_group *group = calloc(1, sizeof *group + leaders->count * sizeof(pid_t) + cgroup->length + 1);
    if (!group) return NULL;
    for (size_t i = 0; i < leaders->count; i++) group->leaders[i] = leaders->items[i];
    group->leader_count = leaders->count;
    group->cgroup = (char *)&group->leaders[leaders->count];
    memcpy(group->cgroup, cgroup->text, cgroup->length + 1);
    group->id = ++core->next_group;
    group->source.fd = -1;
    group->source.ready = events_changed;
    return group;
}

void ci_op_group_watch(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    const struct ci_string cgroup = a[0].string;
    struct ci_group *group = make_group(core, &cgroup, &a[1].ints);
    if (!group) {
        result->number = -ENOMEM;
        return;
    }
    result->number = 0;
    if (!is_populated(core, group)) {
        free(group);
        return;
    }
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
    ci_group_look_if_needed(core);
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
