/* ci_spawn.c: the parent's half of a spawn: prepare, fork, register. It never waits for the child. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ci_internal.h"

/* The exec-status pipe of a child; freed by its source. */
struct status_source {
    struct ci_source source;
    pid_t pid;
};

static void status_ready(struct ci_core *core, struct ci_source *source, uint32_t events) {
    (void)events;
    struct ci_child *child = ci_child_find(core, ((struct status_source *)source)->pid);
    if (child) ci_child_read_status(core, child);
}

void ci_child_read_status(struct ci_core *core, struct ci_child *child) {
    if (!child->status) return;
    for (;;) {
        struct ci_child_report message;
        ssize_t length = read(child->status->fd, &message, sizeof message);
        if (length < 0 && errno == EINTR) continue;
        if (length < 0 && errno == EAGAIN) return;
        if (length == (ssize_t)sizeof message && message.failure == CI_FAILURE_NONE) {
            ci_emit(core, CI_EVENT_UNPLACED, child->pid, message.error, 0);
            continue;
        }
        if (length == (ssize_t)sizeof message && message.failure < 0) {
            ci_emit(core, CI_EVENT_REFUSED, child->pid, -1 - message.failure, message.error);
            continue;
        }
        if (length == (ssize_t)sizeof message) {
            /* It still has to leave: its memory goes when it is reaped. */
            ci_emit(core, CI_EVENT_STARTED, child->pid, message.failure, message.error);
        } else {
            /* The pipe closed by itself: the child has exec'd, or is dead. Either way it reads our memory no more. */
            ci_emit(core, CI_EVENT_STARTED, child->pid, CI_FAILURE_NONE, 0);
            ci_plan_free(core, child->block);
            child->block = NULL;
        }
        child->started = true;
        ci_source_retire(core, child->status);
        child->status = NULL;
        return;
    }
}

static int watch_status(struct ci_core *core, struct ci_child *child, int fd) {
    struct status_source *status = calloc(1, sizeof *status);
    if (!status) return -ENOMEM;
    status->source.fd = fd;
    status->source.ready = status_ready;
    status->pid = child->pid;
    child->status = &status->source;
    return ci_source_watch(core, child->status, EPOLLIN);
}

static int open_cgroup(const char *cgroup, const char *name, int flags) {
    char path[PATH_MAX];
    int error = ci_path_join(path, sizeof path, cgroup, name);
    if (error < 0) return error;
    int fd = open(path, flags | O_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

/* What a spawn holds in the parent until the child has its own copies. */
struct spawn {
    int status[2];
    int output[2];
    struct ci_pump *pumps[2];
    int cgroup_fd, cgroup_procs, pidfd;
};

static void release(struct spawn *spawn) {
    const int fds[] = {spawn->status[1], spawn->output[0], spawn->output[1], spawn->cgroup_fd, spawn->cgroup_procs};
    for (size_t i = 0; i < sizeof fds / sizeof *fds; i++)
        if (fds[i] >= 0) close(fds[i]);
}

static int prepare_output(struct ci_core *core, const union ci_argument *a, struct spawn *spawn,
                          struct ci_child_plan *plan) {
    const struct ci_label label = {.unit = a[0].string.text,
                                   .identifier = a[10].string.text,
                                   .level = (int)(a[11].number & 7),
                                   .level_max = (int)(a[11].number >> 4 & 7),
                                   .takes_level = (a[11].number & 256) != 0};
    for (int i = 0; i < 3; i++) {
        int32_t wanted = a[4].ints.items[i];
        plan->stdio[i] = wanted == -1 ? core->null_fd : wanted;
        if (i > 0) spawn->pumps[i - 1] = ci_sink_pump(core, wanted);
        if (wanted != -2 && wanted != -3) continue;
        if (i == 0) return -EINVAL;
        struct ci_stream *target = &core->streams[wanted == -3 ? 1 : i - 1];
        int error = ci_pump_new(core, &label, target, &spawn->output[i - 1], &spawn->pumps[i - 1]);
        if (error < 0) return error;
        plan->stdio[i] = spawn->output[i - 1];
    }
    return 0;
}

static int prepare(struct ci_core *core, const union ci_argument *a, struct spawn *spawn, struct ci_child_plan *plan) {
    if (a[4].ints.count != 3) return -EINVAL;
    const int failed = prepare_output(core, a, spawn, plan);
    if (failed < 0) return failed;
    if (pipe2(spawn->status, O_CLOEXEC | O_NONBLOCK) < 0) return -errno;
    plan->status_fd = spawn->status[1];
    plan->cgroup_procs = -1;
    if (a[6].string.length) {
        if (!ci_killed_has(core, a[6].string.text)) {
            spawn->cgroup_fd = open_cgroup(a[6].string.text, "", O_RDONLY | O_DIRECTORY);
            if (spawn->cgroup_fd < 0) return spawn->cgroup_fd;
        }
        spawn->cgroup_procs = open_cgroup(a[6].string.text, "cgroup.procs", O_WRONLY);
        if (spawn->cgroup_procs < 0) return spawn->cgroup_procs;
        plan->cgroup_procs = spawn->cgroup_procs;
    }
    return 0;
}

static int run(struct ci_core *core, struct spawn *spawn, struct ci_plan_block *block) {
    /* No handler of the parent may run in the child before its dispositions are reset. */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool placed;
    pid_t pid = ci_clone(&block->plan, spawn->cgroup_fd, block->stack, block->stack_size,
                         core->reaps_all ? NULL : &spawn->pidfd, &placed);
    int error = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (pid < 0) {
        ci_plan_free(core, block);
        return -error;
    }

    struct ci_child *child;
    int failed = ci_child_add(core, pid, &child);
    if (failed == 0) {
        child->block = block;
        for (int i = 0; i < 2; i++) {
            child->pumps[i] = spawn->pumps[i];
            if (child->pumps[i]) ci_pump_own(child->pumps[i]);
        }
        failed = watch_status(core, child, spawn->status[0]);
        spawn->status[0] = -1;
        if (failed == 0) failed = ci_child_watch(core, child, spawn->pidfd);
        spawn->pidfd = -1;
        if (failed < 0) {
            child->block = NULL; /* it may still run on it: better lost than reused */
            ci_child_drop(core, child);
        }
    }
    if (failed < 0) {
        /* A child nobody can watch must not live: it has done nothing yet. */
        kill(pid, SIGKILL);
        if (core->reaps_all) return failed;
        siginfo_t info;
        while (waitid(P_PID, (id_t)pid, &info, WEXITED) < 0 && errno == EINTR) {}
        return failed;
    }
    return pid;
}

void ci_op_spawn(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    struct spawn spawn = {{-1, -1}, {-1, -1}, {NULL, NULL}, -1, -1, -1};
    struct ci_plan_block *block;
    int outcome = ci_plan_new(core, a, &block);
    if (outcome == 0) {
        outcome = prepare(core, a, &spawn, &block->plan);
        if (outcome == 0)
            outcome = run(core, &spawn, block);
        else
            ci_plan_free(core, block);
    }
    release(&spawn);
    if (spawn.status[0] >= 0) close(spawn.status[0]);
    if (spawn.pidfd >= 0) close(spawn.pidfd);
    /* Pumps that no child took end by themselves: their pipes have no writer any more. */
    ci_sink_settle(core);
    result->number = outcome;
}
