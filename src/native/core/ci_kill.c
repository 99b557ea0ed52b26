/* ci_kill.c: signals to all processes of a unit, each of them once: the members of its cgroup and of process groups. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ci_internal.h"

/* Kernels count the uses of cgroup.kill on a cgroup, so that a fork amid one is not missed. Those that compare the new
 * child's cgroup with its parent's instead of with itself kill whatever clone3(2) places in a cgroup after its first use.
 * A child that moves itself there lives. */
struct ci_killed {
    struct ci_killed *next;
    char cgroup[];
};

static struct ci_killed **find_killed(struct ci_core *core, const char *cgroup) {
    struct ci_killed **at = &core->killed;
    while (*at && strcmp((*at)->cgroup, cgroup) != 0) at = &(*at)->next;
    return at;
}

/* A kill counts for those below as well. */
static bool reaches_down_to(const char *killed, const char *cgroup) {
    const size_t length = strlen(killed);
    return strncmp(killed, cgroup, length) == 0 && (cgroup[length] == 0 || cgroup[length] == '/');
}

bool ci_killed_has(const struct ci_core *core, const char *cgroup) {
    const struct ci_killed *at = core->killed;
    while (at && !reaches_down_to(at->cgroup, cgroup)) at = at->next;
    return at;
}

static void remember_killed(struct ci_core *core, const char *cgroup) {
    if (*find_killed(core, cgroup)) return;
    const size_t size = strlen(cgroup) + 1;
    struct ci_killed *killed = malloc(sizeof *killed + size);
    if (!killed) return;
    memcpy(killed->cgroup, cgroup, size);
    killed->next = core->killed;
    core->killed = killed;
}

static void drop_killed(struct ci_killed **at) {
    struct ci_killed *killed = *at;
    *at = killed->next;
    free(killed);
}

void ci_killed_forget(struct ci_core *core, const char *cgroup) {
    struct ci_killed **at = find_killed(core, cgroup);
    if (*at) drop_killed(at);
}

void ci_killed_free_all(struct ci_core *core) {
    while (core->killed) drop_killed(&core->killed);
}

/* The processes that a round has already signalled, by pid: a hash table that is at most half full. */
struct seen {
    struct member {
        pid_t pid, group;
    } *members;
    size_t count, capacity;
    int signal;
    int fresh; /* signalled in this round */
};

static struct member *slot_of(const struct seen *seen, pid_t pid) {
    size_t at = ((size_t)pid * 2654435761u) & (seen->capacity - 1);
    while (seen->members[at].pid && seen->members[at].pid != pid) at = (at + 1) & (seen->capacity - 1);
    return &seen->members[at];
}

static bool grow(struct seen *seen) {
    const struct seen old = *seen;
    seen->capacity = old.capacity ? old.capacity * 2 : 64;
    seen->members = calloc(seen->capacity, sizeof *seen->members);
    if (!seen->members) {
        *seen = old;
        return false;
    }
    for (size_t i = 0; i < old.capacity; i++)
        if (old.members[i].pid) *slot_of(seen, old.members[i].pid) = old.members[i];
    free(old.members);
    return true;
}

/* A pid that is known, or that cannot be remembered, is not signalled (again). */
static bool signal_member(void *data, pid_t pid) {
    struct seen *seen = data;
    if ((seen->count + 1) * 2 > seen->capacity && !grow(seen)) return false;
    struct member *member = slot_of(seen, pid);
    if (member->pid) return true;
    /* Asked first: it may be gone after the signal. */
    *member = (struct member){pid, getpgid(pid)};
    seen->count++;
    if (kill(pid, seen->signal) == 0) seen->fresh++;
    return true;
}

static bool reaches(const struct seen *seen, pid_t leader) {
    for (size_t i = 0; i < seen->capacity; i++)
        if (seen->members[i].pid && (seen->members[i].pid == leader || seen->members[i].group == leader)) return true;
    return false;
}

/* Signals the members one by one; a process forked meanwhile is caught by reading again until nobody new is there. */
static int signal_members(const char *cgroup, struct seen *seen) {
    int count = 0;
    for (int round = 0; round < 8; round++) {
        seen->fresh = 0;
        ci_members_each(cgroup, signal_member, seen);
        if (!seen->fresh) break;
        count += seen->fresh;
    }
    return count;
}

static bool is_listed(const struct ci_ints *leaders, pid_t group) {
    for (size_t i = 0; i < leaders->count; i++)
        if (leaders->items[i] == group || leaders->items[i] == -group) return true;
    return false;
}

/* A child of ours may not lead its group yet, or only since we have tried. One that was adopted may never do so: then it
 * is in another's. */
static bool signal_leader(struct ci_core *core, const struct ci_ints *leaders, pid_t leader, int signal) {
    if (kill(-leader, signal) == 0) return true;
    if (!ci_child_find(core, leader)) return false;
    return kill(is_listed(leaders, getpgid(leader)) ? -leader : leader, signal) == 0;
}

static int signal_group(struct ci_core *core, const char *cgroup, const struct ci_ints *leaders, int signal) {
    struct seen seen = {NULL, 0, 0, signal, 0};
    bool killed = false;
    int count = 0;
    if (cgroup[0]) {
        /* Asked ahead of the kill: the dead may be gone from the cgroup before we could ask. */
        const bool populated = signal == SIGKILL && ci_cgroup_populated(cgroup) == 1;
        killed = signal == SIGKILL && ci_write_file(cgroup, "cgroup.kill", "1") == 0;
        if (killed) remember_killed(core, cgroup);
        count = !killed ? signal_members(cgroup, &seen) : populated ? 1 : 0;
    }
    for (size_t i = 0; i < leaders->count; i++) {
        const pid_t leader = ci_group_of(leaders->items[i]);
        /* SIGKILL twice does no harm, and the process group may reach what never made it into the cgroup. */
        if (!leader || (signal != SIGKILL && reaches(&seen, leader))) continue;
        if (signal_leader(core, leaders, leader, signal) && !(cgroup[0] && reaches(&seen, leader)) && !killed) count++;
    }
    free(seen.members);
    return count;
}

void ci_op_group_signal(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    const struct ci_ints signals = a[2].ints;
    result->number = 0;
    for (size_t i = 0; i < signals.count; i++) {
        const int count = signal_group(core, a[0].string.text, &a[1].ints, signals.items[i]);
        if (i == 0) result->number = count;
    }
}
