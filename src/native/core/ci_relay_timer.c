/* ci_relay_timer.c: what happens to relays by time. One timer rings for all of them; it is only ever set earlier, so that
 * the usual client, who is served long before its time is over, costs no call. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "ci_relay.h"

/* How long the last bytes of a connection that is broken off may take. */
#define LEAVE_MS 2000
#define LOOK_MS 10
#define TELL_MS 1000

static void refuse_late(struct ci_relay *relay, enum ci_relay_phase phase, int64_t now) {
    struct ci_relay_client *client;
    while (relay->connect_ms >= 0 && (client = relay->lists[phase].first) && client->since + relay->connect_ms <= now) {
        const int error = phase == CI_CLIENT_WAITING && relay->dial_error ? relay->dial_error : ETIMEDOUT;
        ci_relay_client_drop(client, true);
        if (relay->refused_told_at && now - relay->refused_told_at < TELL_MS) continue;
        relay->refused_told_at = now;
        ci_relay_tell(relay, CI_RELAY_REFUSED, error);
    }
}

static void see_off(struct ci_relay *relay, int64_t now) {
    for (struct ci_relay_client *client = relay->lists[CI_CLIENT_LEAVING].first, *next; client; client = next) {
        next = client->next;
        const bool is_late = now - client->since >= LEAVE_MS;
        if (is_late || ci_relay_client_has_left(client))
            ci_relay_client_drop(client, is_late || ci_relay_client_is_broken(client));
    }
}

static void look(struct ci_relay *relay, int64_t now) {
    see_off(relay, now);
    refuse_late(relay, CI_CLIENT_WAITING, now);
    refuse_late(relay, CI_CLIENT_DIALING, now);
    for (int phase = CI_CLIENT_CONNECTED; relay->closed && now >= relay->close_at && phase < CI_CLIENT_PHASES; phase++)
        while (relay->lists[phase].first) ci_relay_client_drop(relay->lists[phase].first, true);
    if (relay->dial_at && now >= relay->dial_at) ci_relay_dial_next(relay);
    if (relay->paused_until && now >= relay->paused_until && relay->doors) ci_relay_doors_resume(relay);
    if (relay->accepts && relay->idle_ms >= 0 && relay->count == 0 && now >= relay->idle_at) {
        relay->accepts = false;
        relay->idled = true;
        ci_relay_doors_settle(relay);
        ci_relay_tell(relay, CI_RELAY_IDLE, 0);
    }
}

static int64_t sooner(int64_t one, int64_t other) { return one < other ? one : other; }

static int64_t next_of(const struct ci_relay *relay, int64_t now) {
    int64_t at = CI_RELAY_NEVER;
    for (int phase = CI_CLIENT_WAITING; phase <= CI_CLIENT_DIALING; phase++)
        if (relay->connect_ms >= 0 && relay->lists[phase].first)
            at = sooner(at, relay->lists[phase].first->since + relay->connect_ms);
    if (relay->lists[CI_CLIENT_LEAVING].first) at = sooner(at, now + LOOK_MS);
    if (relay->closed && relay->count) at = sooner(at, relay->close_at);
    if (relay->dial_at) at = sooner(at, relay->dial_at);
    if (relay->paused_until) at = sooner(at, relay->paused_until);
    if (relay->accepts && relay->idle_ms >= 0 && relay->count == 0) at = sooner(at, relay->idle_at);
    return at;
}

static void ring(struct ci_core *core, struct ci_source *source, uint32_t events) {
    (void)events;
    struct ci_relays *set = core->relays;
    uint64_t times;
    if (read(source->fd, &times, sizeof times) < 0 && errno == EAGAIN) return;
    set->timer_at = CI_RELAY_NEVER;
    const int64_t now = ci_now_ms();
    for (struct ci_relay *relay = set->first; relay; relay = relay->next) look(relay, now);
    for (struct ci_relay *relay = set->first; relay; relay = relay->next) {
        const int64_t at = next_of(relay, now);
        if (at != CI_RELAY_NEVER) ci_relays_alarm(set, at);
    }
    /* Nothing is waited for that cannot come. */
    if (set->timer_at == CI_RELAY_NEVER) ci_loop_unwatch(set->loop, source);
    ci_relays_sweep(set);
}

static int open_timer(struct ci_relays *set) {
    struct ci_source *timer = calloc(1, sizeof *timer);
    if (!timer) return -ENOMEM;
    timer->fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    timer->ready = ring;
    if (timer->fd < 0) {
        const int error = -errno;
        free(timer);
        return error;
    }
    set->timer = timer;
    return 0;
}

void ci_relays_alarm(struct ci_relays *set, int64_t at) {
    if (at >= set->timer_at) return;
    if (!set->timer->watched) ci_loop_watch(set->loop, set->timer, EPOLLIN);
    const struct itimerspec when = {.it_value = {.tv_sec = at / 1000, .tv_nsec = at % 1000 * 1000000 + 1}};
    timerfd_settime(set->timer->fd, TFD_TIMER_ABSTIME, &when, NULL);
    set->timer_at = at;
}

int ci_relays_timer_open(struct ci_relays *set) {
    set->timer_at = CI_RELAY_NEVER;
    return set->timer ? 0 : open_timer(set);
}

void ci_relays_timer_close(struct ci_relays *set) {
    if (set->timer) ci_loop_retire(set->loop, set->timer);
    set->timer = NULL;
}
