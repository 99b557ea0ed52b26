/* ci_watch.c: one look at a time whether a descriptor has something, or whether its other end is gone. Nothing is read
 * here, and nobody is accepted. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "ci_internal.h"

/* The source does not own the descriptor: a duplicate is watched, so that a closed number never wakes anybody. */
struct ci_watch {
    struct ci_source source;
    struct ci_watch *next;
    int descriptor;
    bool hang_up; /* waits for the other end to go, not for something to read */
};

static struct ci_watch **find(struct ci_core *core, int descriptor) {
    struct ci_watch **at = &core->watches;
    while (*at && (*at)->descriptor != descriptor) at = &(*at)->next;
    return at;
}

static void drop(struct ci_core *core, struct ci_watch **at) {
    struct ci_watch *watch = *at;
    *at = watch->next;
    ci_source_retire(core, &watch->source);
}

static void knocked(struct ci_core *core, struct ci_source *source, uint32_t events) {
    (void)events;
    struct ci_watch **at = find(core, ((struct ci_watch *)source)->descriptor);
    ci_emit(core, CI_EVENT_READABLE, (*at)->descriptor, (*at)->hang_up, 0);
    drop(core, at);
}

void ci_watch_look(struct ci_core *core) {
    for (struct ci_watch **at = &core->watches; *at;) {
        struct pollfd poll_fd = {.fd = (*at)->source.fd, .events = POLLIN};
        if ((*at)->hang_up || poll(&poll_fd, 1, 0) <= 0) {
            at = &(*at)->next;
            continue;
        }
        ci_emit(core, CI_EVENT_READABLE, (*at)->descriptor, 0, 0);
        drop(core, at);
    }
}

void ci_op_descriptor_watch(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    const int descriptor = (int)a[0].number;
    result->number = 0;
    if (*find(core, descriptor)) return;
    struct ci_watch *watch = calloc(1, sizeof *watch);
    if (!watch) {
        result->number = -ENOMEM;
        return;
    }
    watch->descriptor = descriptor;
    watch->hang_up = a[1].number != 0;
    watch->source.ready = knocked;
    watch->source.fd = fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
    int error = watch->source.fd < 0 ? -errno : ci_source_watch(core, &watch->source, watch->hang_up ? 0 : EPOLLIN);
    if (error < 0) {
        if (watch->source.fd >= 0) close(watch->source.fd);
        free(watch);
        result->number = error;
        return;
    }
    watch->next = core->watches;
    core->watches = watch;
}

void ci_op_descriptor_unwatch(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    struct ci_watch **at = find(core, (int)a[0].number);
    result->number = *at ? 0 : -ENOENT;
    if (*at) drop(core, at);
}

void ci_op_descriptor_close(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    struct ci_watch **at = find(core, (int)a[0].number);
    if (*at) drop(core, at);
    result->number = close((int)a[0].number) < 0 ? -errno : 0;
}

void ci_watch_free_all(struct ci_core *core) {
    while (core->watches) drop(core, &core->watches);
}
