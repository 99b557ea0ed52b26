/* ci_last.c: the end of everything: no process is left behind, whatever state the program above is in. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
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

struct descendants {
    struct ci_core *core;
    pid_t self;
    int signal, count;
};

static bool signal_descendant(void *data, pid_t pid) {
    struct descendants *all = data;
    if (pid != all->self && !ci_child_find(all->core, pid) && ci_process_is_below(pid, all->self))
        if (kill(pid, all->signal) == 0) all->count++;
    return true;
}

/* Signals those whose parents lead to us, seen through /proc, our own children left out. Answers how many. */
static int signal_descendants(const struct ci_core *core, int signal) {
    struct descendants all = {(struct ci_core *)(uintptr_t)core, getpid(), signal, 0};
    ci_process_each(signal_descendant, &all);
    return all.count;
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
    ci_trace_settle(core);
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
