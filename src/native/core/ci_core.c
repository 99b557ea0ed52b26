/* ci_core.c: making and freeing the core, and its queue of events. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "ci_internal.h"

int64_t ci_now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int ci_core_new(unsigned flags, struct ci_core **ret_core) {
    struct ci_core *core = calloc(1, sizeof *core);
    if (!core) return -ENOMEM;
    core->flags = flags;
    core->signals.fd = core->signal_pipe_write = core->look.fd = core->files.fd = core->clock.fd = -1;
    sigemptyset(&core->signals_taken);
    const int error = ci_loop_open(&core->loop);
    if (error < 0) {
        free(core);
        return error;
    }
    core->null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (core->null_fd < 0) {
        /* An image without /dev: a pipe that nobody writes to reads as empty, too. */
        int fds[2];
        if (pipe2(fds, O_CLOEXEC) == 0) {
            core->null_fd = fds[0];
            close(fds[1]);
        }
    }
    /* Whoever has started us may have ignored it, and then the kernel reaps our children before we can ask how they ended. */
    struct sigaction disposition;
    if (sigaction(SIGCHLD, NULL, &disposition) == 0 && disposition.sa_handler == SIG_IGN) signal(SIGCHLD, SIG_DFL);
    ci_stream_open(&core->streams[0], 1);
    ci_stream_open(&core->streams[1], 2);
    *ret_core = core;
    return 0;
}

void ci_core_free(struct ci_core *core) {
    for (size_t i = 0; i < CI_CHILD_BUCKETS; i++)
        while (core->children[i]) ci_child_drop(core, core->children[i]);
    ci_plan_free_all(core);
    ci_pump_free_all(core);
    ci_group_free_all(core);
    ci_killed_free_all(core);
    ci_trace_free(core);
    ci_memory_close(core);
    ci_watch_free_all(core);
    ci_files_close(core);
    ci_clock_close(core);
    ci_signal_close(core);
    ci_relays_free(core);
    for (int i = 0; i < 2; i++) ci_stream_close(core, &core->streams[i]);
    ci_loop_close(&core->loop);
    if (core->null_fd >= 0) close(core->null_fd);
    free(core->events);
    free(core);
}

bool ci_core_is_idle(const struct ci_core *core) { return core->loop.watched == 0; }

int ci_core_fd(const struct ci_core *core) { return core->loop.epoll_fd; }

int ci_source_watch(struct ci_core *core, struct ci_source *source, uint32_t events) {
    return ci_loop_watch(&core->loop, source, events);
}

void ci_source_unwatch(struct ci_core *core, struct ci_source *source) { ci_loop_unwatch(&core->loop, source); }

void ci_source_retire(struct ci_core *core, struct ci_source *source) { ci_loop_retire(&core->loop, source); }

int ci_core_dispatch(struct ci_core *core, int timeout_ms) {
    struct epoll_event ready[CI_LOOP_BATCH];
    ci_trace_settle(core);
    const int count = ci_loop_wait(&core->loop, ready, timeout_ms);
    if (count > 0) ci_loop_handle(&core->loop, core, ready, count);
    return count;
}

void ci_core_drain(struct ci_core *core, int timeout_ms) {
    const int64_t end = ci_now_ms() + timeout_ms;
    for (;;) {
        /* Each time: what a stalled stream kept in the pipes comes out only once it takes something again. */
        ci_pump_flush_all(core);
        int64_t left = end - ci_now_ms();
        if (left <= 0 || !(ci_pump_waiting(core) || core->streams[0].backlog_length || core->streams[1].backlog_length)) return;
        if (ci_core_dispatch(core, (int)left) < 0) return;
    }
}

void ci_emit(struct ci_core *core, enum ci_event_kind kind, int32_t a, int32_t b, int32_t c) {
    if (core->event_count + CI_EVENT_WIDTH > core->event_capacity) {
        size_t capacity = core->event_capacity ? core->event_capacity * 2 : 64;
        int32_t *events = realloc(core->events, capacity * sizeof *events);
        if (!events) {
            ci_last_words("no memory for an event", NULL);
            ci_terminate_all(core, 1000);
            _exit(70);
        }
        core->events = events;
        core->event_capacity = capacity;
    }
    const int32_t event[CI_EVENT_WIDTH] = {(int32_t)kind, a, b, c};
    memcpy(core->events + core->event_count, event, sizeof event);
    core->event_count += CI_EVENT_WIDTH;
}

const int32_t *ci_core_events(const struct ci_core *core, size_t *ret_count) {
    *ret_count = core->event_count / CI_EVENT_WIDTH;
    return core->events;
}

void ci_core_forget_events(struct ci_core *core) { core->event_count = 0; }
