/* ci_pump.c: a service's output from its pipe to our own stdout or stderr, line by line, or to a file, as it comes, so
 * that no byte of it ever passes through JavaScript. A pump ends with its pipe; while its stream stalls it waits, and
 * the service behind it. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "ci_internal.h"

struct ci_pump {
    struct ci_source source;
    struct ci_pump *next;
    struct ci_stream *target; /* of lines; NULL where they go to a sink */
    struct ci_sink *sink;
    int write_fd;     /* kept for those who are yet to come while somebody owns the pump, or -1 */
    unsigned owners;  /* child records that point here */
    bool ended;       /* the pipe has no writer any more */
    char *rest;       /* bytes read and not yet written: an unfinished line, or all that a stalled stream refused */
    size_t rest_length;

    int level, level_max;
    bool takes_level, has_identifier;
    int line_level; /* of the line whose first piece is written */
    bool goes_on;   /* a line was cut: what comes next belongs to it */
    size_t unit_length, name_length;
    char *unit, *prefix; /* the prefix is `[name] ` */
    char names[];
};

static void drop(struct ci_core *core, struct ci_pump *pump) {
    struct ci_pump **at = &core->pumps;
    while (*at != pump) at = &(*at)->next;
    *at = pump->next;
    free(pump->rest);
    pump->rest = NULL;
    if (pump->write_fd >= 0) close(pump->write_fd);
    if (pump->sink) ci_sink_release(core, pump->sink, pump);
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

/* sd-daemon(3): how long the `<n>` at the beginning of a line is; its level, or the usual one. */
static size_t take_level(const struct ci_pump *pump, const char *line, size_t size, int *ret_level) {
    *ret_level = pump->level;
    if (!pump->takes_level || size < 3 || line[0] != '<' || line[2] != '>') return 0;
    if (line[1] < '0' || line[1] > '7') return 0;
    *ret_level = line[1] - '0';
    return 3;
}

/* Writes one line, or a piece of one. False: the stream takes nothing now. */
static bool write_line(struct ci_core *core, struct ci_pump *pump, const char *line, size_t size, bool cut) {
    int level = pump->line_level;
    const size_t mark = pump->goes_on ? 0 : take_level(pump, line, size, &level);
    if (level <= pump->level_max) {
        const char *text = line + mark;
        const size_t length = size - mark;
        bool taken;
        if (ci_render_is_plain(core, pump->target)) {
            taken = ci_stream_line(core, pump->target, pump->prefix, pump->name_length + 3, text, length);
        } else {
            const struct ci_line whole = {.unit = {pump->unit, pump->unit_length},
                                          .name = {pump->prefix + 1, pump->name_length},
                                          .text = {text, length},
                                          .level = level,
                                          .has_identifier = pump->has_identifier,
                                          .goes_on = cut};
            if (!ci_stream_ready(core, pump->target)) return false;
            const struct ci_string made = ci_render_line(core, pump->target, &whole);
            taken = ci_stream_line(core, pump->target, NULL, 0, made.text, made.length - 1);
        }
        if (!taken) return false;
    }
    pump->line_level = level;
    pump->goes_on = cut;
    return true;
}

/* Writes the complete lines of text (and at its end, the unfinished one). Answers how many bytes are done with. */
static size_t write_lines(struct ci_core *core, struct ci_pump *pump, const char *text, size_t length, bool finish) {
    size_t done = 0;
    while (done < length) {
        const char *line = text + done;
        const size_t left = length - done;
        const char *newline = memchr(line, '\n', left);
        size_t size = newline ? (size_t)(newline - line) : left;
        const bool cut = size > CI_LINE_MAX;
        if (cut) size = ci_render_cut(line);
        if (!newline && !cut && !finish) break;
        if (!write_line(core, pump, line, size, cut)) break;
        done += size + (newline && !cut ? 1 : 0);
    }
    return done;
}

/* What is left over from before comes first. The scratch buffer has room for it: a rest is shorter than a read. */
static void consume(struct ci_core *core, struct ci_pump *pump, size_t fresh, bool finish) {
    const size_t length = pump->rest_length + fresh;
    if (pump->sink) {
        ci_sink_write(core, pump->sink, core->scratch, length);
        return;
    }
    const size_t done = write_lines(core, pump, core->scratch, length, finish);
    keep_rest(pump, core->scratch + done, length - done);
}

/* One read. False: nothing (more) there, or no way to put it. */
static bool take(struct ci_core *core, struct ci_pump *pump, bool finish) {
    if (pump->source.fd < 0 || pump->ended) return false;
    if (pump->rest_length >= sizeof core->scratch || (pump->target && !ci_stream_ready(core, pump->target))) {
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
    if (!pump->owners && !pump->rest_length) drop(core, pump);
}

static void readable(struct ci_core *core, struct ci_source *source, uint32_t events) {
    (void)events;
    struct ci_pump *pump = (struct ci_pump *)source;
    take(core, pump, false);
    end_if_done(core, pump);
}

/* Puts the pump at the reading end of a new pipe; of no use it is freed. */
static int start(struct ci_core *core, struct ci_pump *pump, int *ret_write_fd) {
    int fds[2];
    /* Our end does not block; the service's end is its stdout and must, as programs expect. */
    if (pipe2(fds, O_CLOEXEC) < 0) {
        const int error = -errno;
        free(pump);
        return error;
    }
    fcntl(fds[0], F_SETFL, O_NONBLOCK);
    pump->source.fd = fds[0];
    pump->source.ready = readable;
    pump->write_fd = -1;
    const int error = ci_source_watch(core, &pump->source, EPOLLIN);
    if (error < 0) {
        close(fds[0]);
        close(fds[1]);
        free(pump);
        return error;
    }
    pump->next = core->pumps;
    core->pumps = pump;
    *ret_write_fd = fds[1];
    return 0;
}

static size_t at_most(size_t length) { return length < CI_NAME_MAX ? length : CI_NAME_MAX; }

int ci_pump_new(struct ci_core *core, const struct ci_label *label, struct ci_stream *target, int *ret_write_fd,
                struct ci_pump **ret_pump) {
    const char *suffix = strrchr(label->unit, '.'), *name = *label->identifier ? label->identifier : label->unit;
    const size_t unit_length = at_most(strlen(label->unit));
    const size_t name_length =
        name == label->unit && suffix && suffix > name ? at_most((size_t)(suffix - name)) : at_most(strlen(name));
    struct ci_pump *pump = calloc(1, sizeof *pump + unit_length + name_length + 3);
    if (!pump) return -ENOMEM;
    pump->target = target;
    pump->level = label->level;
    pump->level_max = label->level_max;
    pump->takes_level = label->takes_level;
    pump->has_identifier = *label->identifier != 0;
    pump->unit_length = unit_length;
    pump->name_length = name_length;
    pump->unit = pump->names;
    pump->prefix = pump->names + unit_length;
    memcpy(pump->unit, label->unit, unit_length);
    pump->prefix[0] = '[';
    memcpy(pump->prefix + 1, name, name_length);
    memcpy(pump->prefix + 1 + name_length, "] ", 2);
    const int error = start(core, pump, ret_write_fd);
    if (error == 0) *ret_pump = pump;
    return error;
}

int ci_pump_new_raw(struct ci_core *core, struct ci_sink *sink, int *ret_write_fd, struct ci_pump **ret_pump) {
    struct ci_pump *pump = calloc(1, sizeof *pump);
    if (!pump) return -ENOMEM;
    pump->sink = sink;
    const int error = start(core, pump, ret_write_fd);
    if (error < 0) return error;
    pump->write_fd = *ret_write_fd;
    *ret_pump = pump;
    return 0;
}

int ci_pump_write_fd(const struct ci_pump *pump) { return pump->write_fd; }

void ci_pump_own(struct ci_pump *pump) { pump->owners++; }

void ci_pump_settle(struct ci_pump *pump) {
    if (pump->owners || pump->write_fd < 0) return;
    /* From here on the pipe ends with its last writer, who may be a daemon that nobody knows. */
    close(pump->write_fd);
    pump->write_fd = -1;
}

void ci_pump_flush(struct ci_core *core, struct ci_pump *pump) {
    /* Bounded: a surviving grandchild may write without end, and the news of its parent's end must not wait for it. */
    for (int reads = 0; reads < 16 && take(core, pump, true); reads++) {}
}

void ci_pump_forget(struct ci_core *core, struct ci_pump *pump) {
    pump->owners--;
    ci_pump_settle(pump);
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
        if (!pump->target || !pump->target->stalled) continue;
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
