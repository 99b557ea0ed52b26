/* ci_pump.c: a service's output, line by line, from its pipe to our own stdout or stderr, so that no byte of it ever
 * passes through JavaScript. A pump ends with its pipe; while its stream stalls it waits, and the service behind it. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "ci_internal.h"

/* Longer lines are cut into pieces of this size, each with its prefix. */
#define LINE_MAX_BYTES 16384

struct ci_pump {
    struct ci_source source;
    struct ci_pump *next;
    struct ci_stream *target;
    bool ended;   /* the pipe has no writer any more */
    bool orphan;  /* no child record points here */
    char *rest;   /* bytes read and not yet written: an unfinished line, or all that a stalled stream refused */
    size_t rest_length;
    size_t prefix_length;
    char prefix[];
};

static void drop(struct ci_core *core, struct ci_pump *pump) {
    struct ci_pump **at = &core->pumps;
    while (*at != pump) at = &(*at)->next;
    *at = pump->next;
    free(pump->rest);
    pump->rest = NULL;
    ci_source_retire(core, &pump->source);
}

static void keep_rest(struct ci_pump *pump, const char *text, size_t length) {
    char *rest = NULL;
    if (length) {
        rest = malloc(length);
        /* Without memory a part of a log line is lost; the supervisor is not. */
        if (rest)
            memcpy(rest, text, length);
        else
            length = 0;
    }
    free(pump->rest);
    pump->rest = rest;
    pump->rest_length = length;
}

/* Writes the complete lines of text (and at its end, the unfinished one). Answers how many bytes are done with. */
static size_t write_lines(struct ci_core *core, struct ci_pump *pump, const char *text, size_t length, bool finish) {
    size_t done = 0;
    while (done < length) {
        const char *line = text + done;
        const size_t left = length - done;
        const char *newline = memchr(line, '\n', left);
        size_t size = newline ? (size_t)(newline - line) : left;
        bool cut = size > LINE_MAX_BYTES;
        if (cut) size = LINE_MAX_BYTES;
        if (!newline && !cut && !finish) break;
        if (!ci_stream_line(core, pump->target, pump->prefix, pump->prefix_length, line, size)) break;
        done += size + (newline && !cut ? 1 : 0);
    }
    return done;
}

/* What is left over from before comes first. The scratch buffer has room for it: a rest is shorter than a read. */
static void consume(struct ci_core *core, struct ci_pump *pump, size_t fresh, bool finish) {
    size_t length = pump->rest_length + fresh;
    size_t done = write_lines(core, pump, core->scratch, length, finish);
    keep_rest(pump, core->scratch + done, length - done);
}

/* One read. False: nothing (more) there, or no way to put it. */
static bool take(struct ci_core *core, struct ci_pump *pump, bool finish) {
    if (pump->source.fd < 0 || pump->ended) return false;
    if (pump->rest_length >= sizeof core->scratch || !ci_stream_ready(core, pump->target)) {
        ci_source_unwatch(core, &pump->source);
        return false;
    }
    if (pump->rest_length) memcpy(core->scratch, pump->rest, pump->rest_length);
    ssize_t length;
    do length = read(pump->source.fd, core->scratch + pump->rest_length, sizeof core->scratch - pump->rest_length);
    while (length < 0 && errno == EINTR);
    if (length < 0 && errno == EAGAIN) {
        if (finish) consume(core, pump, 0, true);
        return false;
    }
    if (length <= 0) {
        pump->ended = true;
        consume(core, pump, 0, true);
        return false;
    }
    consume(core, pump, (size_t)length, false);
    return true;
}

static void end_if_done(struct ci_core *core, struct ci_pump *pump) {
    if (!pump->ended) return;
    ci_source_unwatch(core, &pump->source);
    if (pump->orphan && !pump->rest_length) drop(core, pump);
}

static void readable(struct ci_core *core, struct ci_source *source, uint32_t events) {
    (void)events;
    struct ci_pump *pump = (struct ci_pump *)source;
    take(core, pump, false);
    end_if_done(core, pump);
}

int ci_pump_new(struct ci_core *core, const char *name, struct ci_stream *target, int *ret_write_fd,
                struct ci_pump **ret_pump) {
    const size_t name_length = strlen(name);
    int fds[2];
    struct ci_pump *pump = calloc(1, sizeof *pump + name_length + 4);
    if (!pump) return -ENOMEM;
    /* Our end does not block; the service's end is its stdout and must, as programs expect. */
    if (pipe2(fds, O_CLOEXEC) < 0) {
        int error = -errno;
        free(pump);
        return error;
    }
    fcntl(fds[0], F_SETFL, O_NONBLOCK);
    pump->prefix_length = (size_t)sprintf(pump->prefix, "[%s] ", name);
    pump->source.fd = fds[0];
    pump->source.ready = readable;
    pump->target = target;
    pump->orphan = true;
    int error = ci_source_watch(core, &pump->source, EPOLLIN);
    if (error < 0) {
        close(fds[0]);
        close(fds[1]);
        free(pump);
        return error;
    }
    pump->next = core->pumps;
    core->pumps = pump;
    *ret_write_fd = fds[1];
    *ret_pump = pump;
    return 0;
}

void ci_pump_own(struct ci_pump *pump) { pump->orphan = false; }

void ci_pump_flush(struct ci_core *core, struct ci_pump *pump) {
    /* Bounded: a surviving grandchild may write without end, and the news of its parent's end must not wait for it. */
    for (int reads = 0; reads < 16 && take(core, pump, true); reads++) {}
}

void ci_pump_forget(struct ci_core *core, struct ci_pump *pump) {
    pump->orphan = true;
    end_if_done(core, pump);
}

void ci_pump_resume(struct ci_core *core, struct ci_stream *target) {
    for (struct ci_pump *pump = core->pumps, *next; pump; pump = next) {
        next = pump->next;
        if (pump->target != target) continue;
        if (pump->rest_length) {
            memcpy(core->scratch, pump->rest, pump->rest_length);
            consume(core, pump, 0, pump->ended);
        }
        if (target->stalled) return;
        if (pump->ended)
            end_if_done(core, pump);
        else
            ci_source_watch(core, &pump->source, EPOLLIN);
    }
}

bool ci_pump_waiting(const struct ci_core *core) {
    for (const struct ci_pump *pump = core->pumps; pump; pump = pump->next) {
        if (!pump->target->stalled) continue;
        struct pollfd poll_fd = {.fd = pump->source.fd, .events = POLLIN};
        if (pump->rest_length || (poll(&poll_fd, 1, 0) > 0 && (poll_fd.revents & POLLIN))) return true;
    }
    return false;
}

void ci_pump_flush_all(struct ci_core *core) {
    for (struct ci_pump *pump = core->pumps; pump; pump = pump->next) ci_pump_flush(core, pump);
}

void ci_pump_free_all(struct ci_core *core) {
    while (core->pumps) drop(core, core->pumps);
}
