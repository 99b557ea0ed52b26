/* ci_relay.c: relays: what they are, and the operations. See ci_relay.h. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "ci_relay.h"

/* How long clients of a closed relay may take what their target has left them. */
#define CLOSE_MS 2000

void ci_relay_tell(struct ci_relay *relay, enum ci_relay_event event, int32_t value) {
    struct ci_relays *set = relay->set;
    if (relay->closed) return;
    if (!set->threaded) {
        ci_emit(set->core, CI_EVENT_RELAY, relay->id, (int32_t)event, value);
        return;
    }
    relay->untold |= 1u << event;
    relay->values[event] = value;
    ci_relays_thread_tell(set);
}

static struct ci_relay *find(const struct ci_relays *set, int64_t id) {
    struct ci_relay *relay = set->first;
    while (relay && (relay->id != id || relay->closed)) relay = relay->next;
    return relay;
}

static void drop_all(struct ci_relay *relay, enum ci_relay_phase phase) {
    while (relay->lists[phase].first) ci_relay_client_drop(relay->lists[phase].first, true);
}

void ci_relays_sweep(struct ci_relays *set) {
    bool swept = false, is_idle = true;
    for (struct ci_relay **at = &set->first; *at;) {
        struct ci_relay *relay = *at;
        if (relay->count) is_idle = false;
        if (!relay->closed || relay->count) {
            at = &relay->next;
            continue;
        }
        *at = relay->next;
        free(relay);
        swept = true;
    }
    if (is_idle) ci_relay_pipes_close(set);
    if (set->first) return;
    ci_relays_timer_close(set);
    if (swept && set->threaded) ci_relays_thread_tell(set);
}

/* The target has ended or was reset: there is only what it has said before. */
static bool has_ended(const struct ci_relay_client *client) {
    struct pollfd far = {.fd = client->ends[1].source.fd, .events = POLLRDHUP};
    return client->flows[1].ended || client->ends[1].error || (poll(&far, 1, 0) > 0 && far.revents);
}

static void close_relay(struct ci_relay *relay) {
    relay->accepts = false;
    ci_relay_doors_close(relay);
    drop_all(relay, CI_CLIENT_WAITING);
    drop_all(relay, CI_CLIENT_DIALING);
    relay->closed = true;
    relay->dial_at = relay->paused_until = 0;
    relay->close_at = ci_now_ms() + CLOSE_MS;
    for (struct ci_relay_client *client = relay->lists[CI_CLIENT_CONNECTED].first, *next; client; client = next) {
        next = client->next;
        if (!has_ended(client)) {
            ci_relay_client_drop(client, true);
            continue;
        }
        /* Nobody reads any more what the client says. */
        ci_relay_flow_discard(relay->set, &client->flows[0]);
        client->flows[0].done = client->ends[1].readable = client->ends[1].hung_up = true;
        ci_relay_client_run(client);
    }
    if (relay->count) ci_relays_alarm(relay->set, relay->close_at);
}

static int open_set(struct ci_core *core) {
    struct ci_relays *set = core->relays;
    if (!set) {
        set = calloc(1, sizeof *set);
        if (!set) return -ENOMEM;
        set->core = core;
        set->threaded = (core->flags & CI_CORE_RELAY_THREAD) != 0;
        set->loop = set->threaded ? &set->own : &core->loop;
        /* The core's own reads are over before anybody else's begin. */
        set->buffer = set->threaded ? malloc(CI_RELAY_BUFFER) : core->scratch;
        if (!set->buffer) {
            free(set);
            return -ENOMEM;
        }
        pthread_mutex_init(&set->lock, NULL);
        core->relays = set;
    }
    return ci_relays_thread_open(set);
}

static int open_relay(struct ci_relays *set, const union ci_argument *a) {
    const struct ci_ints listeners = a[0].ints, options = a[3].ints;
    if (options.count != 4 || listeners.count == 0) return -EINVAL;
    struct ci_relay *relay = calloc(1, sizeof *relay);
    if (!relay) return -ENOMEM;
    relay->set = set;
    relay->connect_ms = options.items[0];
    relay->idle_ms = options.items[1];
    relay->most = options.items[2] > 0 ? (size_t)options.items[2] : 0;
    relay->header = options.items[3];
    int error = ci_address_parse(&a[1].string, (int)a[2].number, &relay->target);
    if (error >= 0) {
        relay->target_length = (socklen_t)error;
        error = relay->header < 0 || relay->header > 2 ? -EINVAL : set->timer ? 0 : ci_relays_timer_open(set);
    }
    for (size_t i = 0; error == 0 && i < listeners.count; i++) error = ci_relay_door_add(relay, listeners.items[i]);
    if (error < 0) {
        ci_relay_doors_close(relay);
        free(relay);
        ci_relays_sweep(set);
        return error;
    }
    relay->id = ++set->last_id;
    relay->next = set->first;
    set->first = relay;
    return relay->id;
}

void ci_op_relay_open(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    const int error = open_set(core);
    if (error < 0) {
        result->number = error;
        return;
    }
    struct ci_relays *set = core->relays;
    ci_relays_lock(set);
    result->number = open_relay(set, a);
    const bool is_over = !set->first;
    ci_relays_unlock(set);
    if (is_over) ci_relays_thread_close(set);
}

/* Who has come while the target went down waits for it to come back; one that never came is not worth waiting for.
 * Answers how many wait. */
static int stop_accepting(struct ci_relay *relay) {
    int waiting = 0;
    for (int phase = CI_CLIENT_WAITING; phase <= CI_CLIENT_DIALING; phase++) {
        if (!relay->reached) drop_all(relay, (enum ci_relay_phase)phase);
        for (const struct ci_relay_client *one = relay->lists[phase].first; one; one = one->next) waiting++;
    }
    relay->reached = false;
    return waiting;
}

void ci_op_relay_accept(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    struct ci_relays *set = core->relays;
    result->number = -ENOENT;
    if (!set) return;
    ci_relays_lock(set);
    struct ci_relay *relay = find(set, a[0].number);
    if (relay) {
        result->number = 0;
        relay->accepts = a[1].number != 0;
        if (relay->accepts) {
            relay->refused_told_at = relay->full_told_at = 0;
            relay->unaccepted_told = false;
            ci_relays_limit(set);
            relay->untold &= ~(1u << CI_RELAY_IDLE);
            if (relay->idle_ms >= 0) {
                const int64_t now = ci_now_ms();
                if (!relay->idled) relay->idle_since = now;
                relay->idle_at = now + relay->idle_ms;
                if (relay->count == 0) ci_relays_alarm(set, relay->idle_at);
            }
        } else {
            relay->idled = false;
            result->number = stop_accepting(relay);
        }
        ci_relay_dial_settle(relay);
        ci_relay_doors_settle(relay);
    }
    ci_relays_unlock(set);
}

void ci_op_relay_count(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    struct ci_relays *set = core->relays;
    result->number = -ENOENT;
    if (!set) return;
    ci_relays_lock(set);
    const struct ci_relay *relay = find(set, a[0].number);
    if (relay) result->number = (int64_t)relay->count;
    ci_relays_unlock(set);
}

void ci_op_relay_idle(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    struct ci_relays *set = core->relays;
    result->number = -ENOENT;
    if (!set) return;
    ci_relays_lock(set);
    const struct ci_relay *relay = find(set, a[0].number);
    if (relay) result->number = relay->count ? 0 : ci_now_ms() - relay->idle_since;
    ci_relays_unlock(set);
}

void ci_op_relay_close(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    struct ci_relays *set = core->relays;
    result->number = -ENOENT;
    if (!set) return;
    ci_relays_lock(set);
    struct ci_relay *relay = find(set, a[0].number);
    if (relay) {
        result->number = 0;
        close_relay(relay);
        ci_relays_sweep(set);
    }
    const bool is_over = !set->first;
    ci_relays_unlock(set);
    if (is_over) ci_relays_thread_close(set);
}

void ci_relays_free(struct ci_core *core) {
    struct ci_relays *set = core->relays;
    if (!set) return;
    ci_relays_lock(set);
    for (struct ci_relay *relay = set->first; relay; relay = relay->next) {
        ci_relay_doors_close(relay);
        relay->accepts = false;
        relay->closed = true;
        for (int phase = 0; phase < CI_CLIENT_PHASES; phase++) drop_all(relay, (enum ci_relay_phase)phase);
    }
    ci_relays_sweep(set);
    ci_relays_unlock(set);
    ci_relays_thread_close(set);
    pthread_mutex_destroy(&set->lock);
    if (set->threaded) free(set->buffer);
    free(set);
    core->relays = NULL;
}
