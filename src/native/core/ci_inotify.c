/* ci_inotify.c: being told that files change: one inotify(7) instance for all, opened when it is first needed. */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "ci_internal.h"

/* One read a turn: what else is there makes the descriptor ready again, after the others have had theirs. What follows
 * one another about the same file, as a directory that fills, is one event. */
static void files_changed(struct ci_core *core, struct ci_source *source, uint32_t events) {
    (void)events;
    const ssize_t length = read(source->fd, core->scratch, sizeof core->scratch);
    int32_t wd = 0;
    uint32_t mask = 0;
    for (ssize_t at = 0; at < length;) {
        struct inotify_event event;
        memcpy(&event, core->scratch + at, sizeof event);
        at += (ssize_t)(sizeof event + event.len);
        if (mask && event.wd != wd) {
            ci_emit(core, CI_EVENT_FILE, wd, (int32_t)mask, 0);
            mask = 0;
        }
        wd = event.wd;
        mask |= event.mask;
    }
    if (mask) ci_emit(core, CI_EVENT_FILE, wd, (int32_t)mask, 0);
}

static int open_instance(struct ci_core *core) {
    if (core->files.fd >= 0) return 0;
    const int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (fd < 0) return -errno;
    core->files.fd = fd;
    core->files.ready = files_changed;
    int error = ci_source_watch(core, &core->files, EPOLLIN);
    if (error == 0) return 0;
    close(fd);
    core->files.fd = -1;
    return error;
}

void ci_op_file_watch(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    int error = open_instance(core);
    if (error < 0) {
        result->number = error;
        return;
    }
    const int wd = inotify_add_watch(core->files.fd, a[0].string.text, (uint32_t)a[1].number | IN_MASK_ADD);
    result->number = wd < 0 ? -errno : wd;
}

void ci_op_file_unwatch(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    result->number = core->files.fd < 0                                           ? -EINVAL
                     : inotify_rm_watch(core->files.fd, (int)a[0].number) < 0 ? -errno
                                                                                  : 0;
}

void ci_files_close(struct ci_core *core) {
    if (core->files.fd < 0) return;
    ci_source_unwatch(core, &core->files);
    close(core->files.fd);
    core->files.fd = -1;
}
