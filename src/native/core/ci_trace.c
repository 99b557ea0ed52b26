/* ci_trace.c: the boot trace's way out: whole lines to one file, pipe or device, without ever waiting for it. What is not
 * taken now is queued; past the queue's limits a line is refused, and whoever wrote it keeps count. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ci_internal.h"

#define RECORDS_MAX 4096
#define BYTES_MAX (4 * 1024 * 1024)
/* Many lines of one turn go out together: a system call for each would be most of what a trace costs. */
#define TOGETHER_MAX (32 * 1024)

struct ci_trace {
    struct ci_source writable; /* its fd is the file's */
    char *queue;               /* from `start` on `length` bytes; the first line may be partly written */
    size_t start, length, capacity;
    unsigned records;
    bool failing; /* the file takes nothing, for a reason that no waiting changes; said once */
    char path[];
};

/* What may be written to: nothing that somebody else has put at a path that can be guessed. */
static int check(const struct stat *status) {
    const uid_t self = geteuid();
    if (S_ISLNK(status->st_mode)) return -ELOOP;
    if (!S_ISREG(status->st_mode) && !S_ISFIFO(status->st_mode) && !S_ISCHR(status->st_mode)) return -EINVAL;
    if (status->st_uid != self && status->st_uid != 0) return -EPERM;
    return S_ISREG(status->st_mode) && status->st_nlink != 1 ? -EMLINK : 0;
}

/* A pipe is opened for both, so that it neither needs a reader yet nor breaks when that goes away. */
static int open_at(int folder, const char *name) {
    const int flags = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_APPEND;
    struct stat status;
    int fd = -1;
    if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) < 0) {
        if (errno != ENOENT) return -errno;
        fd = openat(folder, name, flags | O_WRONLY | O_CREAT | O_EXCL, 0600);
    } else {
        const int error = check(&status);
        if (error < 0) return error;
        fd = openat(folder, name, flags | (S_ISFIFO(status.st_mode) ? O_RDWR : O_WRONLY));
    }
    if (fd < 0) return -errno;
    /* It may have been another one a moment ago. */
    const int error = fstat(fd, &status) < 0 ? -errno : check(&status);
    if (error == 0) return fd;
    close(fd);
    return error;
}

static void say_failure(struct ci_core *core, struct ci_trace *trace, int error) {
    char text[CI_NAME_MAX * 2 + 128];
    if (!trace->failing) {
        snprintf(text, sizeof text, "the trace cannot be written to %.*s: %s", 2 * CI_NAME_MAX, trace->path,
                 strerror(error));
        ci_say(core, 4, "", text);
    }
    trace->failing = true;
}

static unsigned lines_in(const char *text, size_t length) {
    unsigned count = 0;
    for (const char *end = text + length; (text = memchr(text, '\n', (size_t)(end - text))); text++) count++;
    return count;
}

/* Writes what goes. True: everything went. */
static bool flush(struct ci_core *core, struct ci_trace *trace) {
    while (trace->length) {
        const char *text = trace->queue + trace->start;
        const ssize_t written = write(trace->writable.fd, text, trace->length);
        if (written > 0) {
            trace->records -= lines_in(text, (size_t)written);
            trace->start += (size_t)written;
            trace->length -= (size_t)written;
            trace->failing = false;
        } else if (written == 0 || errno != EINTR) {
            if (written < 0 && errno != EAGAIN) say_failure(core, trace, errno);
            break;
        }
    }
    if (trace->length) return false;
    trace->start = 0;
    ci_source_unwatch(core, &trace->writable);
    return true;
}

static void has_room(struct ci_core *core, struct ci_source *source, uint32_t events) {
    (void)events;
    struct ci_trace *trace = (struct ci_trace *)source;
    /* With the next line it is tried again; until then nothing calls for it. */
    if (!flush(core, trace) && trace->failing) ci_source_unwatch(core, source);
}

void ci_op_trace_open(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    const struct ci_string path = a[0].string;
    const char *name;
    if (core->trace) {
        result->number = -EBUSY;
        return;
    }
    const long folder = path.length == 0 ? -ENOENT : ci_folder_of(-1, path.text, false, &name);
    if (folder < 0) {
        result->number = folder;
        return;
    }
    const int fd = open_at((int)folder, name);
    close((int)folder);
    struct ci_trace *trace = fd < 0 ? NULL : calloc(1, sizeof *trace + path.length + 1);
    if (!trace) {
        if (fd >= 0) close(fd);
        result->number = fd < 0 ? fd : -ENOMEM;
        return;
    }
    memcpy(trace->path, path.text, path.length + 1);
    trace->writable.fd = fd;
    trace->writable.ready = has_room;
    core->trace = trace;
    result->number = 0;
}

void ci_trace_settle(struct ci_core *core) {
    struct ci_trace *trace = core->trace;
    /* While it waits for room, it is told of it; a file that takes nothing is asked again with the next line. */
    if (!trace || !trace->length || trace->writable.watched || trace->failing) return;
    if (!flush(core, trace) && !trace->failing) ci_source_watch(core, &trace->writable, EPOLLOUT);
}

static bool make_room(struct ci_trace *trace, size_t length) {
    if (trace->start) memmove(trace->queue, trace->queue + trace->start, trace->length);
    trace->start = 0;
    const size_t needed = trace->length + length;
    if (needed <= trace->capacity) return true;
    const size_t capacity = needed * 2 > 16384 ? needed * 2 : 16384;
    char *queue = realloc(trace->queue, capacity);
    if (!queue) return false;
    trace->queue = queue;
    trace->capacity = capacity;
    return true;
}

void ci_op_trace_write(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    struct ci_trace *trace = core->trace;
    const struct ci_string line = a[0].string;
    result->number = trace ? 0 : -EBADF;
    if (!trace) return;
    if (trace->failing) flush(core, trace);
    if (trace->records >= RECORDS_MAX || line.length > BYTES_MAX - trace->length) return;
    if (trace->start + trace->length + line.length > trace->capacity && !make_room(trace, line.length)) return;
    memcpy(trace->queue + trace->start + trace->length, line.text, line.length);
    trace->length += line.length;
    trace->records++;
    result->number = 1;
    /* Others have a loop of their own, and do not come by here before they sleep. */
    const bool settles = core->flags & CI_CORE_SIGNALFD;
    if (!settles || trace->length >= TOGETHER_MAX || trace->records >= RECORDS_MAX) ci_trace_settle(core);
}

void ci_op_trace_flush(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    struct ci_trace *trace = core->trace;
    result->number = 0;
    if (!trace) return;
    const int64_t end = ci_now_ms() + a[0].number;
    while (!flush(core, trace) && !trace->failing) {
        const int64_t left = end - ci_now_ms();
        struct pollfd poll_fd = {.fd = trace->writable.fd, .events = POLLOUT};
        if (left <= 0 || poll(&poll_fd, 1, (int)left) == 0) break;
    }
    result->number = trace->records;
}

void ci_op_trace_close(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    ci_op_trace_flush(core, a, result);
    ci_trace_free(core);
}

void ci_trace_free(struct ci_core *core) {
    struct ci_trace *trace = core->trace;
    if (!trace) return;
    core->trace = NULL;
    free(trace->queue);
    trace->queue = NULL;
    ci_source_retire(core, &trace->writable);
}
