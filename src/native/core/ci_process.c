/* ci_process.c: what /proc says of processes that are not necessarily ours: proc(5). */
#define _GNU_SOURCE
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ci_internal.h"

pid_t ci_process_parent(pid_t pid, char *ret_state) {
    char path[32], text[512], state;
    snprintf(path, sizeof path, "/proc/%d", (int)pid);
    if (ci_read_file(path, "stat", text, sizeof text) < 0) return -1;
    /* The name in parentheses may itself hold some. */
    const char *at = strrchr(text, ')');
    int parent;
    if (!at || sscanf(at + 1, " %c %d", &state, &parent) != 2) return -1;
    if (ret_state) *ret_state = state;
    return (pid_t)parent;
}

bool ci_process_is_below(pid_t pid, pid_t ancestor) {
    pid_t at = pid;
    /* A chain can change while it is walked: it is cut short rather than walked for ever. */
    for (int depth = 0; at > 1 && at != ancestor && depth < 256; depth++) at = ci_process_parent(at, NULL);
    return at == ancestor && pid != ancestor;
}

void ci_process_each(bool (*each)(void *data, pid_t pid), void *data) {
    DIR *directory = opendir("/proc");
    if (!directory) return;
    for (const struct dirent *entry; (entry = readdir(directory));) {
        char *end;
        const long pid = strtol(entry->d_name, &end, 10);
        if (*end == 0 && pid > 0 && pid <= INT32_MAX && !each(data, (pid_t)pid)) break;
    }
    closedir(directory);
}

/* The part of a cgroup's path below its mount, as /proc/PID/cgroup has it: the longest tail on one file system. */
static const char *below_mount(const char *cgroup) {
    char path[PATH_MAX];
    struct stat own, above;
    const size_t length = strlen(cgroup);
    if (length >= sizeof path || stat(cgroup, &own) < 0) return NULL;
    memcpy(path, cgroup, length + 1);
    size_t start = length;
    for (char *slash; (slash = strrchr(path, '/')) && slash != path;) {
        *slash = 0;
        if (stat(path, &above) < 0) return NULL;
        if (above.st_dev != own.st_dev) return cgroup + start;
        start = (size_t)(slash - path);
    }
    return NULL;
}

bool ci_process_in_cgroup(pid_t pid, const char *cgroup) {
    char path[32], text[PATH_MAX + 256];
    const char *name = below_mount(cgroup);
    if (!name) return false;
    snprintf(path, sizeof path, "/proc/%d", (int)pid);
    if (ci_read_file(path, "cgroup", text, sizeof text) < 0) return false;
    /* The line of cgroup v2, which may not be the only one: cgroups(7). It names dead processes' cgroups, too. */
    const char *line = strncmp(text, "0::", 3) == 0 ? text : strstr(text, "\n0::");
    if (!line) return false;
    line += *line == '\n' ? 4 : 3;
    const size_t length = strlen(name);
    return strncmp(line, name, length) == 0 && (line[length] == '\n' || line[length] == '/' || line[length] == ' ');
}
