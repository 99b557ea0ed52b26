/* ci_memory.c: how much memory each process has, proc(5), some processes at a time: there may be thousands. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ci_internal.h"

/* More than the kernel lets a name be; of a kernel thread it is longer than of a program. */
#define COMM_MAX 64
#define LINE_MAX_LENGTH (COMM_MAX + 24)

/* `RSS NAME`, in KiB. 0: the process is gone. */
static size_t describe(const char *pid, char *ret, size_t size) {
    char path[64], text[1024];
    unsigned long long pages;
    snprintf(path, sizeof path, "/proc/%.32s", pid);
    if (ci_read_file(path, "stat", text, sizeof text) < 0) return 0;
    /* The name in parentheses may itself hold some. */
    const char *name = strchr(text, '('), *end = strrchr(text, ')');
    if (!name || !end || end < name) return 0;
    if (sscanf(end + 1, " %*c %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %llu",
               &pages) != 1)
        return 0;
    const unsigned long long kib = pages * (unsigned long long)sysconf(_SC_PAGESIZE) / 1024;
    size_t length = (size_t)snprintf(ret, size, "%llu ", kib);
    for (name++; name < end && length + 2 < size; name++) ret[length++] = (unsigned char)*name < 32 ? '?' : *name;
    ret[length++] = '\n';
    return length;
}

void ci_memory_close(struct ci_core *core) {
    if (core->processes) closedir(core->processes);
    core->processes = NULL;
}

void ci_op_process_memory(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    if (a[0].number) ci_memory_close(core);
    if (a[0].number) core->processes_without_ours = a[0].number == 2;
    if (a[0].number && !(core->processes = opendir("/proc"))) {
        result->number = -errno;
        return;
    }
    const size_t most = a[1].number > 0 ? (size_t)a[1].number : 1, capacity = most * LINE_MAX_LENGTH;
    char *text = malloc(capacity + 1);
    if (!text) {
        result->number = -ENOMEM;
        return;
    }
    size_t length = 0, seen = 0;
    while (core->processes && seen < most) {
        const struct dirent *entry = readdir(core->processes);
        if (!entry) {
            ci_memory_close(core);
            break;
        }
        if (entry->d_name[0] < '1' || entry->d_name[0] > '9') continue;
        if (core->processes_without_ours && ci_child_find(core, (pid_t)strtol(entry->d_name, NULL, 10))) continue;
        seen++;
        length += describe(entry->d_name, text + length, LINE_MAX_LENGTH);
    }
    /* All of them may have gone meanwhile, with others still to come: no text is the end. */
    if (!length && seen) text[length++] = '\n';
    result->text = text;
    result->length = length;
}
