/* ci_relay_client.c: one client and its connection to the target.
 *
 * An end that says no more is passed on as just that. An end that was reset, or takes nothing any more, is passed on as a
 * reset once what it had said before is delivered. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ci_relay.h"

/* An edge tells of something new; so there is one call for a descriptor, and another one only once it refuses to write. */
#define EVENTS ((uint32_t)EPOLLIN | (uint32_t)EPOLLRDHUP | (uint32_t)EPOLLPRI | (uint32_t)EPOLLET)
/* How often it is looked whether the last bytes are taken. */
#define LOOK_MS 10

static void unlist(struct ci_relay_client *client) {
    struct ci_relay_list *list = &client->relay->lists[client->phase];
    *(client->previous ? &client->previous->next : &list->first) = client->next;
    *(client->next ? &client->next->previous : &list->last) = client->previous;
}

/* The list is by age: what comes back to it is the oldest or not much older than the youngest. */
static void list(struct ci_relay_client *client) {
    struct ci_relay_list *list = &client->relay->lists[client->phase];
    struct ci_relay_client *before = list->last;
    if (list->first && list->first->order > client->order) before = NULL;
    while (before && before->order > client->order) before = before->previous;
    client->previous = before;
    client->next = before ? before->next : list->first;
    *(before ? &before->next : &list->first) = client;
    *(client->next ? &client->next->previous : &list->last) = client;
}

void ci_relay_client_move(struct ci_relay_client *client, enum ci_relay_phase phase) {
    if (client->phase == phase) return;
    unlist(client);
    client->phase = phase;
    list(client);
}

struct ci_relay_client *ci_relay_client_new(struct ci_relay_door *door, int fd) {
    struct ci_relay *relay = door->relay;
    struct ci_relay_client *client = calloc(1, sizeof *client);
    if (!client) {
        close(fd);
        return NULL;
    }
    client->relay = relay;
    client->order = relay->accepted++;
    client->since = ci_now_ms();
    client->has_header = relay->header == 0;
    for (int i = 0; i < 2; i++) {
        struct ci_relay_end *end = &client->ends[i];
        end->client = client;
        end->source.fd = -1;
        end->source.ready = ci_relay_client_ready;
        end->events = EVENTS;
        end->readable = end->writable = true;
    }
    client->ends[0].source.fd = fd;
    client->ends[0].is_tcp = door->is_tcp;
    /* A read ends early at what was sent along with descriptors, unix(7). */
    client->ends[0].careful = !door->is_tcp;
    client->phase = CI_CLIENT_WAITING;
    list(client);
    relay->count++;
    relay->idled = false;
    return client;
}

void ci_relay_client_watch(struct ci_relay_end *end) {
    if (end->source.watched) return;
    if (!end->writable) end->events |= EPOLLOUT;
    /* Without memory for that it would hang for ever. */
    if (ci_loop_watch(end->client->relay->set->loop, &end->source, end->events) < 0) end->error = ENOMEM;
}

static void shut(struct ci_relays *set, struct ci_relay_end *end, bool reset) {
    const struct linger now = {.l_onoff = 1, .l_linger = 0};
    if (end->source.fd < 0) return;
    if (reset && end->is_tcp) setsockopt(end->source.fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    ci_loop_unwatch(set->loop, &end->source);
    close(end->source.fd);
    end->source.fd = -1;
}

void ci_relay_client_drop(struct ci_relay_client *client, bool reset) {
    struct ci_relay *relay = client->relay;
    struct ci_relays *set = relay->set;
    if (client->phase < CI_CLIENT_CONNECTED) ci_relay_dial_forget(client);
    for (int i = 0; i < 2; i++) {
        ci_relay_flow_discard(set, &client->flows[i]);
        shut(set, &client->ends[i], reset);
    }
    unlist(client);
    ci_loop_retire(set->loop, &client->ends[0].source);
    relay->count--;
    if (relay->count == 0 && relay->accepts && relay->idle_ms >= 0) {
        relay->idle_since = ci_now_ms();
        relay->idle_at = relay->idle_since + relay->idle_ms;
        ci_relays_alarm(set, relay->idle_at);
    }
    ci_relay_doors_settle(relay);
}

bool ci_relay_client_has_left(const struct ci_relay_client *client) {
    for (int i = 0; i < 2; i++) {
        int left = 0;
        const struct ci_relay_end *end = &client->ends[i];
        if (end->source.fd >= 0 && end->is_tcp && ioctl(end->source.fd, TIOCOUTQ, &left) == 0 && left > 0) return false;
    }
    return true;
}

bool ci_relay_client_is_broken(const struct ci_relay_client *client) {
    return client->ends[0].error || client->ends[1].error;
}

/* A reset throws away what is still on its way: it waits for that. So does closing a socket that has something unread. */
static void leave(struct ci_relay_client *client) {
    struct ci_relay *relay = client->relay;
    const bool reset = ci_relay_client_is_broken(client);
    for (int i = 0; i < 2; i++)
        if (client->ends[i].error || (i == 1 && relay->closed)) shut(relay->set, &client->ends[i], false);
    if ((!reset && !relay->closed) || ci_relay_client_has_left(client)) {
        ci_relay_client_drop(client, reset);
        return;
    }
    for (int i = 0; i < 2; i++) ci_loop_unwatch(relay->set->loop, &client->ends[i].source);
    unlist(client);
    client->since = ci_now_ms();
    client->phase = CI_CLIENT_LEAVING;
    list(client);
    ci_relays_alarm(relay->set, client->since + LOOK_MS);
}

void ci_relay_client_run(struct ci_relay_client *client) {
    struct ci_relay_flow *flows = client->flows;
    for (int i = 0; i < 2; i++) ci_relay_flow_run(client, i);
    for (int i = 0; i < 2; i++) {
        struct ci_relay_end *end = &client->ends[i];
        if (!end->error && !(end->gone && flows[i].done)) continue;
        /* What was for it is for nobody; what it said before is still to be read. */
        ci_relay_flow_discard(client->relay->set, &flows[!i]);
        flows[!i].done = true;
        end->readable = end->careful = true;
        ci_relay_flow_run(client, i);
    }
    if (flows[0].done && flows[1].done) leave(client);
}

/* What an event says of an end, whatever the client does. */
static void note(struct ci_relay_end *end, uint32_t events) {
    const int on = 1;
    if (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) end->readable = true;
    if (events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) end->writable = true;
    /* It may have been reset after its last words: only reading up to the error tells. */
    if (events & EPOLLERR) end->careful = true;
    end->hung_up = (events & (EPOLLRDHUP | EPOLLERR)) == EPOLLRDHUP;
    if (events & EPOLLHUP && !end->is_tcp) end->gone = true;
    if (!(events & EPOLLPRI) || end->urgent) return;
    /* Urgent data goes along with the rest of it: nobody can say out of band what another one is to read in band. */
    end->urgent = end->careful = true;
    setsockopt(end->source.fd, SOL_SOCKET, SO_OOBINLINE, &on, sizeof on);
}

void ci_relay_client_ready(struct ci_core *core, struct ci_source *source, uint32_t events) {
    (void)core;
    struct ci_relay_end *end = (struct ci_relay_end *)source;
    struct ci_relay_client *client = end->client;
    struct ci_relays *set = client->relay->set;
    note(end, events);
    if (client->phase == CI_CLIENT_CONNECTED) {
        /* Reading will say so, unless all is read. */
        if (events & EPOLLERR && client->flows[end == &client->ends[1]].done && !end->error) end->error = ECONNRESET;
        ci_relay_client_run(client);
    } else {
        ci_relay_dial_ready(client, end, events);
    }
    ci_relays_sweep(set);
}
