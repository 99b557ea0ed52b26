/* ci_clock.c: being told that somebody sets the wall clock: a timer that never ends but is cancelled then,
 * timerfd_create(2). */
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "ci_internal.h"

/* Far away, and within what the kernel's nanoseconds hold: the year 2255. */
#define NEVER 9000000000

static int arm(int fd) {
    const struct itimerspec never = {.it_value = {.tv_sec = NEVER}};
    return timerfd_settime(fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, NULL) < 0 ? -errno : 0;
}

static void clock_set(struct ci_core *core, struct ci_source *source, uint32_t events) {
    (void)events;
    uint64_t times;
    if (read(source->fd, &times, sizeof times) < 0 && errno == EAGAIN) return;
    /* Armed first: a change between the two is told twice instead of never. */
    if (arm(source->fd) < 0) ci_source_unwatch(core, source);
    ci_emit(core, CI_EVENT_CLOCK, 0, 0, 0);
}

static int watch_clock(struct ci_core *core) {
    if (core->clock.fd >= 0) return 0;
    const int fd = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
    if (fd < 0) return -errno;
    core->clock.fd = fd;
    core->clock.ready = clock_set;
    int error = arm(fd);
    if (error == 0) error = ci_source_watch(core, &core->clock, EPOLLIN);
    if (error < 0) ci_clock_close(core);
    return error;
}

void ci_op_clock_watch(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    (void)a;
    result->number = watch_clock(core);
}

void ci_clock_close(struct ci_core *core) {
    if (core->clock.fd < 0) return;
    ci_source_unwatch(core, &core->clock);
    close(core->clock.fd);
    core->clock.fd = -1;
}
