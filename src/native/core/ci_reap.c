/* ci_reap.c: the table of our children, and waiting for them: all processes (PID 1, subreaper) or our own by pidfd. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ci_internal.h"

#ifndef P_PIDFD
#define P_PIDFD 3
#endif

static struct ci_child **bucket(struct ci_core *core, pid_t pid) {
    return &core->children[(unsigned)pid % CI_CHILD_BUCKETS];
}

struct ci_child *ci_child_find(struct ci_core *core, pid_t pid) {
    for (struct ci_child *child = *bucket(core, pid); child; child = child->next)
        if (child->pid == pid) return child;
    return NULL;
}

int ci_child_add(struct ci_core *core, pid_t pid, struct ci_child **ret_child) {
    struct ci_child *child = calloc(1, sizeof *child);
    if (!child) return -ENOMEM;
    child->pid = pid;
    child->next = *bucket(core, pid);
    *bucket(core, pid) = child;
    *ret_child = child;
    return 0;
}

void ci_child_drop(struct ci_core *core, struct ci_child *child) {
    struct ci_child **at = bucket(core, child->pid);
    while (*at != child) at = &(*at)->next;
    *at = child->next;
    if (child->status) ci_source_retire(core, child->status);
    if (child->pidfd) ci_source_retire(core, child->pidfd);
    for (int i = 0; i < 2; i++)
        if (child->pumps[i]) ci_pump_forget(core, child->pumps[i]);
    ci_plan_free(core, child->block);
    free(child);
}

/* Everything the child said, in its output and by notifications, comes before the news that it is gone. */
static void reaped(struct ci_core *core, struct ci_child *child, const siginfo_t *info) {
    ci_child_read_status(core, child);
    for (int i = 0; i < 2; i++)
        if (child->pumps[i]) ci_pump_flush(core, child->pumps[i]);
    ci_watch_look(core);
    int how = info->si_code == CLD_EXITED ? 0 : info->si_code == CLD_DUMPED ? 2 : 1;
    /* Now, before the number can be anybody else's. */
    if (kill(-child->pid, 0) < 0 && errno == ESRCH) how += 4;
    ci_emit(core, CI_EVENT_EXITED, child->pid, how, info->si_status);
    ci_child_drop(core, child);
}

static void reap_everything(struct ci_core *core) {
    for (;;) {
        siginfo_t info = {0};
        if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG) < 0) {
            if (errno == EINTR) continue;
            return; /* ECHILD: nobody left */
        }
        if (info.si_pid == 0) return;
        struct ci_child *child = ci_child_find(core, info.si_pid);
        if (child)
            reaped(core, child, &info);
        else
            core->orphans++;
    }
}

void ci_reap(struct ci_core *core) {
    if (core->reaps_all) reap_everything(core);
    ci_group_check(core);
}

struct pidfd_source {
    struct ci_source source;
    pid_t pid;
};

static void pidfd_ready(struct ci_core *core, struct ci_source *source, uint32_t events) {
    (void)events;
    siginfo_t info = {0};
    struct ci_child *child = ci_child_find(core, ((struct pidfd_source *)source)->pid);
    if (!child) return;
    /* What was adopted may have become our child since; but one of a program that waits for its own is not ours to reap. */
    const int look = WEXITED | WNOHANG | (child->is_foreign && !core->reaps_all ? WNOWAIT : 0);
    if (waitid((idtype_t)P_PIDFD, (id_t)source->fd, &info, look) < 0) {
        if (errno == EINTR) return;
        /* Somebody else reaps it, or has: its status is lost, its end is not. */
        info.si_code = CLD_EXITED;
        info.si_status = 0;
        info.si_pid = child->pid;
        core->foreign_ended = core->foreign_ended || child->is_foreign;
    }
    if (info.si_pid == 0) return;
    reaped(core, child, &info);
    ci_group_check(core);
    ci_group_look_if_needed(core);
}

int ci_child_watch_pidfd(struct ci_core *core, struct ci_child *child, int pidfd) {
    struct pidfd_source *source = calloc(1, sizeof *source);
    if (!source) {
        close(pidfd);
        return -ENOMEM;
    }
    source->source.fd = pidfd;
    source->source.ready = pidfd_ready;
    source->pid = child->pid;
    child->pidfd = &source->source;
    return ci_source_watch(core, child->pidfd, EPOLLIN);
}

int ci_child_watch(struct ci_core *core, struct ci_child *child, int pidfd) {
    if (core->reaps_all) {
        if (pidfd >= 0) close(pidfd);
        return 0;
    }
    return pidfd < 0 ? -ENOSYS : ci_child_watch_pidfd(core, child, pidfd);
}

void ci_op_reap_all(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    /* Without subreaper powers orphans go elsewhere; our own children are still ours. */
    int error = a[0].number && prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0 ? -errno : 0;
    core->reaps_all = true;
    const int32_t child = SIGCHLD;
    const union ci_argument signals = {.ints = {&child, 1}};
    ci_op_signals_take(core, &signals, result);
    if (result->number == 0) result->number = error;
    /* Children may have ended before anybody listened. */
    ci_reap(core);
}

void ci_op_orphans_reaped(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    (void)a;
    result->number = core->orphans;
}

void ci_op_reap_pending(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    (void)core, (void)a;
    siginfo_t info = {.si_pid = 0};
    /* It stays to be waited for: whose affair it is, the reaper knows. */
    result->number = waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid != 0;
}
