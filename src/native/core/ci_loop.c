/* ci_loop.c: an epoll set and its sources. The core has one; relays have another one where a thread runs them. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "ci_internal.h"

int ci_loop_open(struct ci_loop *loop) {
    loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    return loop->epoll_fd < 0 ? -errno : 0;
}

static void free_retired(struct ci_loop *loop) {
    while (loop->retired) {
        struct ci_source *source = loop->retired;
        loop->retired = source->next_retired;
        free(source);
    }
}

void ci_loop_close(struct ci_loop *loop) {
    free_retired(loop);
    close(loop->epoll_fd);
}

int ci_loop_watch(struct ci_loop *loop, struct ci_source *source, uint32_t events) {
    struct epoll_event event = {.events = events, .data.ptr = source};
    if (epoll_ctl(loop->epoll_fd, source->watched ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, source->fd, &event) < 0)
        return -errno;
    if (!source->watched) loop->watched++;
    source->watched = true;
    return 0;
}

/* Closing the descriptor would not do: a child that has not exec'd yet has a copy of it, and with it the set has. */
void ci_loop_unwatch(struct ci_loop *loop, struct ci_source *source) {
    if (!source->watched) return;
    epoll_ctl(loop->epoll_fd, EPOLL_CTL_DEL, source->fd, NULL);
    source->watched = false;
    loop->watched--;
}

void ci_loop_retire(struct ci_loop *loop, struct ci_source *source) {
    ci_loop_unwatch(loop, source);
    if (source->fd >= 0) close(source->fd);
    source->fd = -1;
    source->retired = true;
    if (loop->dispatching || loop->threaded) {
        source->next_retired = loop->retired;
        loop->retired = source;
    } else {
        free(source);
    }
}

int ci_loop_wait(struct ci_loop *loop, struct epoll_event *ret_ready, int timeout_ms) {
    const int count = epoll_wait(loop->epoll_fd, ret_ready, CI_LOOP_BATCH, timeout_ms);
    return count >= 0 ? count : errno == EINTR ? 0 : -errno;
}

void ci_loop_handle(struct ci_loop *loop, struct ci_core *core, const struct epoll_event *ready, int count) {
    loop->dispatching = true;
    for (int i = 0; i < count; i++) {
        struct ci_source *source = ready[i].data.ptr;
        /* An earlier source of this batch may have ended or paused this one. */
        if (!source->retired && source->watched) source->ready(core, source, ready[i].events);
    }
    loop->dispatching = false;
    free_retired(loop);
}
