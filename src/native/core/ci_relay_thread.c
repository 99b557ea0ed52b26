/* ci_relay_thread.c: relays beside a program that may be busy for a while: a thread of their own handles their descriptors.
 * It starts with the first relay and ends with the last one. The core hears of their events by a descriptor. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "ci_relay.h"

void ci_relays_lock(struct ci_relays *set) {
    if (set->threaded) pthread_mutex_lock(&set->lock);
}

void ci_relays_unlock(struct ci_relays *set) {
    if (set->threaded) pthread_mutex_unlock(&set->lock);
}

static void *run(void *argument) {
    struct ci_relays *set = argument;
    struct epoll_event ready[CI_LOOP_BATCH];
    for (bool stopping = false; !stopping;) {
        const int count = ci_loop_wait(&set->own, ready, -1);
        if (count < 0) break;
        pthread_mutex_lock(&set->lock);
        stopping = set->stopping;
        if (!stopping) ci_loop_handle(&set->own, set->core, ready, count);
        pthread_mutex_unlock(&set->lock);
    }
    return NULL;
}

static void woken(struct ci_core *core, struct ci_source *source, uint32_t events) {
    (void)core, (void)source, (void)events;
}

static void emit(struct ci_core *core, struct ci_relay *relay) {
    for (int32_t event = 1; event < CI_RELAY_EVENTS; event++)
        if (relay->untold & 1u << event) ci_emit(core, CI_EVENT_RELAY, relay->id, event, relay->values[event]);
    relay->untold = 0;
}

/* In the core's own thread. */
static void heard(struct ci_core *core, struct ci_source *source, uint32_t events) {
    (void)events;
    struct ci_relays *set = core->relays;
    uint64_t times;
    if (read(source->fd, &times, sizeof times) < 0 && errno == EAGAIN) return;
    ci_relays_lock(set);
    for (struct ci_relay *relay = set->first; relay; relay = relay->next) emit(core, relay);
    const bool is_over = !set->first;
    ci_relays_unlock(set);
    if (is_over) ci_relays_thread_close(set);
}

void ci_relays_thread_tell(struct ci_relays *set) {
    const uint64_t one = 1;
    if (write(set->news.fd, &one, sizeof one) < 0) return;
}

/* It takes no signals: handlers run on the program's own threads, and SIGPIPE of splice(2) is nobody's. */
static int start(struct ci_relays *set) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    const int error = pthread_create(&set->thread, NULL, run, set);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return -error;
}

static void close_all(struct ci_relays *set) {
    ci_source_unwatch(set->core, &set->news);
    if (set->news.fd >= 0) close(set->news.fd);
    if (set->wake.fd >= 0) close(set->wake.fd);
    set->news.fd = set->wake.fd = -1;
    ci_loop_close(&set->own);
}

int ci_relays_thread_open(struct ci_relays *set) {
    if (!set->threaded || set->running) return 0;
    set->own = (struct ci_loop){.threaded = true};
    set->stopping = false;
    int error = ci_loop_open(&set->own);
    if (error < 0) return error;
    set->news = (struct ci_source){.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), .ready = heard};
    set->wake = (struct ci_source){.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), .ready = woken};
    if (set->news.fd < 0 || set->wake.fd < 0) error = -EMFILE;
    if (error == 0) error = ci_source_watch(set->core, &set->news, EPOLLIN);
    if (error == 0) error = ci_loop_watch(&set->own, &set->wake, EPOLLIN);
    if (error == 0) error = start(set);
    if (error < 0) close_all(set);
    set->running = error == 0;
    return error;
}

void ci_relays_thread_close(struct ci_relays *set) {
    const uint64_t one = 1;
    if (!set->running) return;
    pthread_mutex_lock(&set->lock);
    set->stopping = true;
    pthread_mutex_unlock(&set->lock);
    while (write(set->wake.fd, &one, sizeof one) < 0 && errno == EINTR) {}
    pthread_join(set->thread, NULL);
    set->running = false;
    close_all(set);
}
