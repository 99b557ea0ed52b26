/* ci_stream.c: our own stdout and stderr, which may be a pipe or a terminal whose reader stalls. PID 1 never waits for
 * it: what a stream does not take now stalls it until there is room, and then its backlog and its pumps go on.
 *
 * The descriptors are inherited and shared, so their flags are not ours to change. A pipe or terminal is opened again,
 * without blocking, through /proc; a socket is written to with MSG_DONTWAIT. Where neither works, poll(2) says whether a
 * pipe takes another page. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "ci_internal.h"

#define BACKLOG_MAX (256 * 1024)
/* A page: what a pipe that polls as writable has room for at least. */
#define PIECE 4096

static void flush_backlog(struct ci_core *core, struct ci_stream *stream);

static void has_room(struct ci_core *core, struct ci_source *source, uint32_t events) {
    (void)events;
    struct ci_stream *stream = (struct ci_stream *)source;
    ci_source_unwatch(core, source);
    stream->stalled = false;
    flush_backlog(core, stream);
    if (!stream->stalled) ci_pump_resume(core, stream);
}

void ci_stream_open(struct ci_stream *stream, int fd) {
    struct stat status;
    char path[32];
    stream->writable.fd = fd;
    stream->writable.ready = has_room;
    if (fstat(fd, &status) < 0 || S_ISREG(status.st_mode) || S_ISBLK(status.st_mode)) return;
    stream->may_block = true;
    stream->is_socket = S_ISSOCK(status.st_mode);
    if (stream->is_socket) return;
    ci_render_setup(stream);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    int own = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (own < 0) return;
    stream->writable.fd = own;
    stream->is_own = true;
}

void ci_stream_close(struct ci_core *core, struct ci_stream *stream) {
    ci_source_unwatch(core, &stream->writable);
    if (stream->is_own) close(stream->writable.fd);
    free(stream->backlog);
    stream->backlog = NULL;
}

static void stall(struct ci_core *core, struct ci_stream *stream) {
    stream->stalled = true;
    if (ci_source_watch(core, &stream->writable, EPOLLOUT) < 0) stream->stalled = false;
}

/* Only a descriptor that we had to leave blocking needs to be asked first. */
static bool must_ask(const struct ci_stream *stream) {
    return stream->may_block && !stream->is_own && !stream->is_socket;
}

bool ci_stream_ready(struct ci_core *core, struct ci_stream *stream) {
    if (stream->stalled) return false;
    if (!must_ask(stream)) return true;
    struct pollfd poll_fd = {.fd = stream->writable.fd, .events = POLLOUT};
    /* An error or a reader that is gone is not a reason to wait: the write tells. */
    if (poll(&poll_fd, 1, 0) != 0) return true;
    stall(core, stream);
    return !stream->stalled;
}

static ssize_t write_vector(const struct ci_stream *stream, struct iovec *parts, int count) {
    if (!stream->is_socket) return writev(stream->writable.fd, parts, count);
    const struct msghdr message = {.msg_iov = parts, .msg_iovlen = (size_t)count};
    return sendmsg(stream->writable.fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

/* The first `room` bytes of the parts. */
static int first_bytes(const struct iovec *parts, int count, size_t room, struct iovec *ret_parts) {
    int used = 0;
    for (int i = 0; i < count && room; i++) {
        if (!parts[i].iov_len) continue;
        ret_parts[used] = parts[i];
        if (ret_parts[used].iov_len > room) ret_parts[used].iov_len = room;
        room -= ret_parts[used++].iov_len;
    }
    return used;
}

static void skip_bytes(struct iovec *parts, int count, size_t done) {
    for (int i = 0; i < count && done; i++) {
        const size_t part = parts[i].iov_len < done ? parts[i].iov_len : done;
        parts[i].iov_base = (char *)parts[i].iov_base + part;
        parts[i].iov_len -= part;
        done -= part;
    }
}

/* Writes what goes without waiting, and answers how many of the `total` bytes are done with; fewer than all: the stream
 * is stalled. Where nobody reads any more all of them are: they go nowhere. The parts are left at what is left. */
static size_t put(struct ci_core *core, struct ci_stream *stream, struct iovec *parts, int count, size_t total) {
    size_t done = 0;
    while (done < total && ci_stream_ready(core, stream)) {
        struct iovec piece[3];
        const size_t left = total - done;
        const int used = first_bytes(parts, count, must_ask(stream) && left > PIECE ? PIECE : left, piece);
        const ssize_t written = write_vector(stream, piece, used);
        if (written >= 0) {
            done += (size_t)written;
            skip_bytes(parts, count, (size_t)written);
        } else if (errno == EAGAIN) {
            stall(core, stream);
            if (!stream->stalled) return total; /* nobody could tell when to go on */
        } else if (errno != EINTR) {
            return total;
        }
    }
    return done;
}

/* Keeps text for when the stream takes something again. Half a line is kept even past the limit. */
static bool queue(struct ci_stream *stream, const char *text, size_t length, bool must) {
    const size_t needed = stream->backlog_length + length;
    if (needed > BACKLOG_MAX && !must) return false;
    if (needed > stream->backlog_capacity) {
        char *backlog = realloc(stream->backlog, needed + 4096);
        if (!backlog) return false;
        stream->backlog = backlog;
        stream->backlog_capacity = needed + 4096;
    }
    memcpy(stream->backlog + stream->backlog_length, text, length);
    stream->backlog_length = needed;
    return true;
}

static void queue_rest(struct ci_stream *stream, const struct iovec *parts, int count) {
    for (int i = 0; i < count; i++)
        if (parts[i].iov_len) queue(stream, parts[i].iov_base, parts[i].iov_len, true);
}

bool ci_stream_line(struct ci_core *core, struct ci_stream *stream, const char *prefix, size_t prefix_length,
                    const char *text, size_t length) {
    if (stream->stalled || stream->backlog_length) return false;
    char newline = '\n';
    struct iovec parts[3] = {{(void *)(uintptr_t)prefix, prefix_length}, {(void *)(uintptr_t)text, length}, {&newline, 1}};
    const size_t total = prefix_length + length + 1, done = put(core, stream, parts, 3, total);
    if (done == 0) return false;
    if (done < total) queue_rest(stream, parts, 3);
    return true;
}

static void flush_backlog(struct ci_core *core, struct ci_stream *stream) {
    struct iovec part = {stream->backlog, stream->backlog_length};
    const size_t done = put(core, stream, &part, 1, stream->backlog_length);
    stream->backlog_length -= done;
    if (stream->backlog_length) memmove(stream->backlog, stream->backlog + done, stream->backlog_length);
    if (stream->backlog_length || !stream->dropped || stream->stalled) return;
    char text[96];
    const int size = snprintf(text, sizeof text, "%u log lines were lost while stderr had no reader", stream->dropped);
    stream->dropped = 0;
    const struct ci_string line = ci_render_own(core, 4, "", text, (size_t)size);
    struct iovec news = {(void *)(uintptr_t)line.text, line.length};
    if (put(core, stream, &news, 1, line.length) < line.length) queue_rest(stream, &news, 1);
}

void ci_stream_queue(struct ci_core *core, struct ci_stream *stream, const char *text, size_t length) {
    struct iovec part = {(void *)(uintptr_t)text, length};
    size_t done = 0;
    if (!stream->backlog_length && !stream->stalled) done = put(core, stream, &part, 1, length);
    if (done < length && !queue(stream, part.iov_base, part.iov_len, done > 0)) stream->dropped++;
}

static void say(struct ci_core *core, int level, const char *unit, const char *text, size_t length) {
    const struct ci_string line = ci_render_own(core, level, unit, text, length);
    ci_stream_queue(core, &core->streams[1], line.text, line.length);
}

void ci_say(struct ci_core *core, int level, const char *unit, const char *text) {
    say(core, level, unit, text, strlen(text));
}

void ci_op_say(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    say(core, (int)a[0].number, a[1].string.text, a[2].string.text, a[2].string.length);
    result->number = 0;
}

void ci_op_log_format(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    core->says_json = a[0].number == 1;
    result->number = 0;
}

void ci_op_print(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    (void)core;
    const struct ci_string text = a[1].string;
    size_t done = 0;
    while (done < text.length) {
        ssize_t written = write((int)a[0].number, text.text + done, text.length - done);
        if (written >= 0) {
            done += (size_t)written;
        } else if (errno == EAGAIN) {
            struct pollfd poll_fd = {.fd = (int)a[0].number, .events = POLLOUT};
            poll(&poll_fd, 1, -1);
        } else if (errno != EINTR) {
            result->number = -errno;
            return;
        }
    }
    result->number = 0;
}
