/* ci_members.c: who is in a cgroup and in those below it, and which of them are our children by adoption. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ci_internal.h"

/* A service may make cgroups of its own below its own. Past this many levels they are somebody's prank. */
#define DEPTH_MAX 16

/* Calls `each` for the cgroups right below one. */
static void each_below(const char *cgroup, void (*each)(const char *below, void *data, int depth), void *data,
                       int depth) {
    DIR *directory = depth < DEPTH_MAX ? opendir(cgroup) : NULL;
    if (!directory) return;
    for (const struct dirent *entry; (entry = readdir(directory));) {
        char path[PATH_MAX];
        /* The kernel says what is a directory: cgroups are the only ones there. Their names may begin with a dot. */
        if (entry->d_type != DT_DIR || strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        if (ci_path_join(path, sizeof path, cgroup, entry->d_name) == 0) each(path, data, depth + 1);
    }
    closedir(directory);
}

struct visit {
    bool (*each)(void *data, pid_t pid);
    void *data;
    bool done;
};

static void visit_cgroup(const char *cgroup, void *data, int depth) {
    struct visit *visit = data;
    char path[PATH_MAX];
    if (visit->done || ci_path_join(path, sizeof path, cgroup, "cgroup.procs") < 0) return;
    FILE *file = fopen(path, "re");
    if (!file) return;
    int pid;
    /* 0 stands for a process outside our namespace. */
    while (!visit->done && fscanf(file, "%d", &pid) == 1)
        if (pid > 0 && !visit->each(visit->data, pid)) visit->done = true;
    fclose(file);
    each_below(cgroup, visit_cgroup, visit, depth);
}

void ci_members_each(const char *cgroup, bool (*each)(void *data, pid_t pid), void *data) {
    struct visit visit = {each, data, false};
    visit_cgroup(cgroup, &visit, 0);
}

static void remove_cgroup(const char *cgroup, void *data, int depth) {
    each_below(cgroup, remove_cgroup, data, depth);
    *(int *)data = rmdir(cgroup) < 0 ? -errno : 0;
}

void ci_op_group_remove(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    int outcome = 0;
    remove_cgroup(a[0].string.text, &outcome, 0);
    if (outcome == 0) ci_killed_forget(core, a[0].string.text);
    result->number = outcome;
}

/* Pids, as text. */
struct found {
    struct ci_core *core;
    pid_t self;
    char *text;
    size_t length, capacity;
    bool failed;
};

static bool note_orphan(void *data, pid_t pid) {
    struct found *found = data;
    char state;
    if (pid == found->self || ci_child_find(found->core, pid)) return true;
    if (ci_process_parent(pid, &state) != found->self || state == 'Z' || state == 'X') return true;
    if (found->length + 16 > found->capacity) {
        const size_t capacity = found->capacity ? found->capacity * 2 : 256;
        char *text = realloc(found->text, capacity);
        if (!text) {
            found->failed = true;
            return false;
        }
        found->text = text;
        found->capacity = capacity;
    }
    found->length += (size_t)snprintf(found->text + found->length, 16, "%s%d", found->length ? " " : "", (int)pid);
    return true;
}

void ci_op_group_orphans(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    const struct ci_string cgroup = a[0].string;
    struct found found = {core, getpid(), malloc(256), 0, 256, false};
    if (found.text && cgroup.length) ci_members_each(cgroup.text, note_orphan, &found);
    /* Who does not wait for all children adopts none: what is there are the program's own. */
    if (found.text && !cgroup.length && core->reaps_all) ci_process_each(note_orphan, &found);
    if (!found.text || found.failed) {
        free(found.text);
        result->number = -ENOMEM;
        return;
    }
    result->text = found.text;
    result->length = found.length;
}

void ci_op_group_has(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    (void)core;
    const pid_t pid = (pid_t)a[1].number;
    result->number = pid <= 0                ? 0
                     : a[0].string.length ? ci_process_in_cgroup(pid, a[0].string.text)
                                             : ci_process_is_below(pid, getpid());
}
