/* ci_sink.c: files that services write to, StandardOutput=file: and its like in systemd.exec(5). The bytes pass through
 * us, so that a file that was moved away is left behind at a word from outside (SIGHUP) without a restart of anybody.
 * All who write to one path share one opening of it, and one pipe: what they write stays in the order of the writing. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ci_internal.h"

/* How a path is opened, as in output_file. */
enum { MODE_WRITE = 0, MODE_APPEND = 1, MODE_TRUNCATE = 2 };

struct ci_sink {
    struct ci_sink *next;
    struct ci_pump *open; /* new writers get its pipe; NULL once it is closed to them */
    unsigned pumps;
    int fd, permissions;
    bool failing;
    unsigned long long lost; /* bytes since it began to fail */
    char path[];
};

static int open_file(const char *path, int flags, int permissions, int *ret_fd) {
    struct stat status;
    /* Asked first: to open a FIFO is to be heard by its reader, and what a device does nobody knows. */
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode)) return -EINVAL;
    flags |= O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
    /* A service may have put a link there, and we write as root. */
    int fd = (int)ci_folder_file(path, flags, 0);
    if (fd == -ENOENT) {
        fd = (int)ci_folder_file(path, flags | O_CREAT | O_EXCL, permissions);
        /* Whatever our own umask is. */
        if (fd >= 0) fchmod(fd, (mode_t)permissions);
        if (fd == -EEXIST) fd = (int)ci_folder_file(path, flags, 0);
    }
    if (fd < 0) return fd;
    if (fstat(fd, &status) < 0 || !S_ISREG(status.st_mode)) {
        close(fd);
        return -EINVAL;
    }
    *ret_fd = fd;
    return 0;
}

static struct ci_sink *find(const struct ci_core *core, const char *path) {
    struct ci_sink *sink = core->sinks;
    while (sink && strcmp(sink->path, path) != 0) sink = sink->next;
    return sink;
}

/* Somebody writes there already: what an opening of his own would have done to the file, as far as it is to be seen. */
static void join(struct ci_sink *sink, int mode) {
    if (mode == MODE_TRUNCATE && ftruncate(sink->fd, 0) == 0) lseek(sink->fd, 0, SEEK_SET);
    if (mode == MODE_APPEND) fcntl(sink->fd, F_SETFL, O_APPEND | O_NONBLOCK);
}

static int open_sink(struct ci_core *core, const char *path, int mode, int permissions, struct ci_sink **ret_sink) {
    struct ci_sink *sink = find(core, path);
    if (sink) {
        join(sink, mode);
        *ret_sink = sink;
        return 0;
    }
    sink = calloc(1, sizeof *sink + strlen(path) + 1);
    if (!sink) return -ENOMEM;
    strcpy(sink->path, path);
    sink->permissions = permissions;
    const int flags = mode == MODE_APPEND ? O_APPEND : mode == MODE_TRUNCATE ? O_APPEND | O_TRUNC : 0;
    const int error = open_file(path, flags, permissions, &sink->fd);
    if (error < 0) {
        free(sink);
        return error;
    }
    sink->next = core->sinks;
    core->sinks = sink;
    *ret_sink = sink;
    return 0;
}

static void say(struct ci_core *core, const struct ci_sink *sink, int level, const char *what, int error) {
    char text[CI_NAME_MAX * 2 + 160];
    const char *why = !error ? "" : error == ENOLINK ? "the link there is not root's" : strerror(error);
    snprintf(text, sizeof text, "%.*s: %s%s%s", 2 * CI_NAME_MAX, sink->path, what, error ? ": " : "", why);
    ci_say(core, level, "", text);
}

void ci_sink_write(struct ci_core *core, struct ci_sink *sink, const char *text, size_t length) {
    size_t done = 0;
    int error = 0;
    while (done < length && !error) {
        const ssize_t written = write(sink->fd, text + done, length - done);
        if (written >= 0)
            done += (size_t)written;
        else if (errno != EINTR)
            error = errno;
    }
    if (error) {
        if (!sink->failing) say(core, sink, 4, "what services write there is lost until it can be written", error);
        sink->failing = true;
        sink->lost += length - done;
    } else if (sink->failing && length) {
        char what[96];
        snprintf(what, sizeof what, "can be written again; %llu bytes were lost", sink->lost);
        say(core, sink, 4, what, 0);
        sink->failing = false;
        sink->lost = 0;
    }
}

static void drop(struct ci_core *core, struct ci_sink *sink) {
    struct ci_sink **at = &core->sinks;
    while (*at != sink) at = &(*at)->next;
    *at = sink->next;
    close(sink->fd);
    free(sink);
}

void ci_sink_release(struct ci_core *core, struct ci_sink *sink, const struct ci_pump *pump) {
    if (sink->open == pump) sink->open = NULL;
    if (--sink->pumps == 0) drop(core, sink);
}

/* The sink's pump that takes new writers, made if there is none. */
static int pump_of(struct ci_core *core, struct ci_sink *sink) {
    if (sink->open && ci_pump_write_fd(sink->open) >= 0) return ci_pump_write_fd(sink->open);
    int fd;
    const int error = ci_pump_new_raw(core, sink, &fd, &sink->open);
    if (error < 0) {
        if (sink->pumps == 0) drop(core, sink);
        return error;
    }
    sink->pumps++;
    return fd;
}

void ci_op_output_file(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    struct ci_sink *sink;
    const int error = open_sink(core, a[0].string.text, (int)a[1].number, (int)a[2].number, &sink);
    result->number = error < 0 ? error : pump_of(core, sink);
}

struct ci_pump *ci_sink_pump(const struct ci_core *core, int fd) {
    for (const struct ci_sink *sink = core->sinks; sink; sink = sink->next)
        if (sink->open && fd >= 0 && ci_pump_write_fd(sink->open) == fd) return sink->open;
    return NULL;
}

void ci_sink_settle(const struct ci_core *core) {
    for (struct ci_sink *sink = core->sinks; sink; sink = sink->next)
        if (sink->open) ci_pump_settle(sink->open);
}

/* The file is what it was: then only a place past its end, where it was emptied, is put right. */
static bool is_same(const struct ci_sink *sink) {
    struct stat ours, theirs;
    if (fstat(sink->fd, &ours) < 0 || stat(sink->path, &theirs) < 0) return false;
    if (ours.st_dev != theirs.st_dev || ours.st_ino != theirs.st_ino) return false;
    if (lseek(sink->fd, 0, SEEK_CUR) > ours.st_size) lseek(sink->fd, 0, SEEK_END);
    return true;
}

void ci_op_output_reopen(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    (void)a;
    result->number = 0;
    for (struct ci_sink *sink = core->sinks; sink; sink = sink->next) {
        int fd;
        if (is_same(sink)) continue;
        /* What somebody has put there meanwhile stays. */
        const int error = open_file(sink->path, O_APPEND, sink->permissions, &fd);
        if (error < 0) {
            say(core, sink, 4, "cannot be opened again, so its old file is written to", -error);
            continue;
        }
        close(sink->fd);
        sink->fd = fd;
        result->number++;
    }
}
