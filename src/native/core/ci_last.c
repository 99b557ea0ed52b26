/* ci_last.c: the end of everything: no process is left behind, whatever state the program above is in. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "ci_internal.h"

void ci_last_words(const char *text, const char *detail) {
    char line[1024];
    size_t length = 0;
    const char *const parts[] = {"container-init: fatal: ", text, detail ? ": " : "", detail ? detail : ""};
    for (size_t i = 0; i < 4; i++)
        for (const char *at = parts[i]; *at && length < sizeof line - 1; at++)
            line[length++] = *at == '\n' || *at == '\r' ? ' ' : *at;
    line[length++] = '\n';
    /* A reader that stalls must not turn the end into a hang; the flags of a descriptor we are about to leave may go. */
    const int flags = fcntl(2, F_GETFL);
    if (flags >= 0) fcntl(2, F_SETFL, flags | O_NONBLOCK);
    if (write(2, line, length) < 0 && errno == EAGAIN) {
        const struct timespec pause = {0, 200000000};
        nanosleep(&pause, NULL);
        if (write(2, line, length) < 0) return;
    }
    if (flags >= 0) fcntl(2, F_SETFL, flags);
}

/* Reads one number after the last ')' of /proc/PID/stat: the parent's pid. */
static pid_t parent_of(pid_t pid) {
    char path[32], text[512];
    snprintf(path, sizeof path, "/proc/%d", (int)pid);
    if (ci_read_file(path, "stat", text, sizeof text) < 0) return -1;
    const char *at = strrchr(text, ')');
    int parent;
    return at && sscanf(at + 1, " %*c %d", &parent) == 1 ? (pid_t)parent : -1;
}

/* Signals those whose parents lead to us, seen through /proc, our own children left out. Answers how many. */
static int signal_descendants(const struct ci_core *core, int signal) {
    const union ci_argument unmarked[] = {{.string = {"/proc", 5}}, {.number = 0}};
    struct ci_result names = {0, NULL, 0};
    ci_op_directory_read(NULL, unmarked, &names);
    if (names.number < 0) return 0;
    const pid_t self = getpid();
    int count = 0;
    for (size_t at = 0; at < names.length; at += strlen(names.text + at) + 1) {
        pid_t pid = (pid_t)atoi(names.text + at);
        if (pid <= 0 || pid == self || ci_child_find((struct ci_core *)(uintptr_t)core, pid)) continue;
        pid_t ancestor = pid;
        for (int depth = 0; ancestor > 1 && ancestor != self && depth < 64; depth++) ancestor = parent_of(ancestor);
        if (ancestor == self && kill(pid, signal) == 0) count++;
    }
    free(names.text);
    return count;
}

/* Every process of the namespace for PID 1; else the sessions we made and what descends from us. */
static int signal_all(const struct ci_core *core, int signal) {
    if (getpid() == 1) return kill(-1, signal) == 0 ? 1 : 0;
    int count = 0;
    for (size_t i = 0; i < CI_CHILD_BUCKETS; i++)
        for (const struct ci_child *child = core->children[i]; child; child = child->next)
            if (kill(-child->pid, signal) == 0 || kill(child->pid, signal) == 0) count++;
    return count + signal_descendants(core, signal);
}

/* Reaps what is there. True once nobody is left. */
static bool all_gone(void) {
    for (;;) {
        siginfo_t info = {0};
        if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG) < 0) {
            if (errno == EINTR) continue;
            return errno == ECHILD;
        }
        if (info.si_pid == 0) return false;
    }
}

static bool wait_until_gone(int timeout_ms) {
    const int64_t end = ci_now_ms() + timeout_ms;
    const struct timespec pause = {0, 5000000};
    while (!all_gone()) {
        if (ci_now_ms() >= end) return false;
        nanosleep(&pause, NULL);
    }
    return true;
}

bool ci_terminate_all(struct ci_core *core, int grace_ms) {
    if (all_gone()) return false;
    if (grace_ms > 0) {
        signal_all(core, SIGTERM);
        signal_all(core, SIGCONT); /* a stopped process cannot act on SIGTERM */
        if (wait_until_gone(grace_ms)) return false;
    }
    /* Again and again: a process may fork between two looks, and orphans arrive only when their parents are reaped. */
    for (int round = 0; round < 200; round++) {
        signal_all(core, SIGKILL);
        if (wait_until_gone(20)) break;
    }
    return true;
}

void ci_op_terminate_everything(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    result->number = ci_terminate_all(core, (int)a[0].number) ? 1 : 0;
}
