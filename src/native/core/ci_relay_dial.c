/* ci_relay_dial.c: the way to the target.
 *
 * Every client dials for itself, so that a dial that hangs harms nobody else. Once a dial is refused the target counts as
 * down: then one client probes, the one that waits longest, and all others dial when it gets through. */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ci_relay.h"

/* A probe that is not refused for that long is not going to be: the target is not down, then, but slow. */
#define PATIENCE_MS 250
/* Dials of one turn. */
#define DIALS 64

/* Milliseconds until the next probe: a service that has just been started is a matter of milliseconds. */
static int64_t pause_of(const struct ci_relay *relay, int64_t now) {
    static const uint8_t first[] = {1, 1, 2, 2, 4};
    if (relay->probes < sizeof first) return first[relay->probes];
    const int64_t down_for = now - relay->down_since;
    return down_for < 1000 ? 5 : down_for < 10000 ? 20 : 100;
}

static void dial_at(struct ci_relay *relay, int64_t at) {
    relay->dial_at = at;
    ci_relays_alarm(relay->set, at);
}

void ci_relay_dial_forget(struct ci_relay_client *client) {
    if (client->relay->probe != client) return;
    client->relay->probe = NULL;
    if (client->relay->down && client->relay->accepts) dial_at(client->relay, ci_now_ms() + 1);
}

void ci_relay_dial_settle(struct ci_relay *relay) {
    relay->dial_at = 0;
    relay->probe = NULL;
    /* Whether it still is the next dial tells. */
    relay->down = relay->starved = false;
    if (relay->accepts && relay->lists[CI_CLIENT_WAITING].first) dial_at(relay, ci_now_ms());
}

/* A port of ours can be the one we dial from: then nobody listens, and we would be our own target. */
static bool is_self(const struct ci_relay *relay, int fd) {
    union ci_address own;
    socklen_t length = sizeof own;
    if (relay->checked || relay->target.any.sa_family == AF_UNIX) return false;
    if (getsockname(fd, &own.any, &length) < 0 || own.any.sa_family != relay->target.any.sa_family) return false;
    if (own.any.sa_family == AF_INET)
        return own.v4.sin_port == relay->target.v4.sin_port && own.v4.sin_addr.s_addr == relay->target.v4.sin_addr.s_addr;
    return own.v6.sin6_port == relay->target.v6.sin6_port &&
           memcmp(&own.v6.sin6_addr, &relay->target.v6.sin6_addr, sizeof own.v6.sin6_addr) == 0;
}

static void connected(struct ci_relay_client *client) {
    struct ci_relay *relay = client->relay;
    ci_relay_client_move(client, CI_CLIENT_CONNECTED);
    client->connected = relay->checked = relay->reached = true;
    if (relay->probe == client) relay->probe = NULL;
    if (!relay->down) return;
    relay->down = false;
    dial_at(relay, ci_now_ms());
}

static void refused(struct ci_relay_client *client, int error) {
    struct ci_relay *relay = client->relay;
    struct ci_relay_end *far = &client->ends[1];
    const int64_t now = ci_now_ms();
    const bool was_probe = relay->probe == client;
    if (far->source.fd >= 0) {
        ci_loop_unwatch(relay->set->loop, &far->source);
        close(far->source.fd);
        far->source.fd = -1;
    }
    far->error = 0;
    relay->dial_error = error;
    relay->checked = false;
    ci_relay_client_move(client, CI_CLIENT_WAITING);
    ci_relay_client_watch(&client->ends[0]);
    if (relay->connect_ms >= 0) ci_relays_alarm(relay->set, client->since + relay->connect_ms);
    if (was_probe) relay->probe = NULL;
    if (relay->down && !was_probe) return;
    if (!relay->down) {
        relay->down = true;
        relay->down_since = now;
        relay->probes = 0;
    }
    if (!relay->accepts) return;
    dial_at(relay, now + pause_of(relay, now));
    relay->probes++;
}

/* It has answered the dial, and broken off since: that is not to be tried again. */
static bool had_answered(int error) { return error == ECONNRESET || error == EPIPE; }

/* Answers 0 if it is on its way, else the errno. */
static int start(struct ci_relay_client *client) {
    struct ci_relay *relay = client->relay;
    struct ci_relay_end *far = &client->ends[1];
    const int fd = socket(relay->target.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const bool too_many = fd >= relay->set->descriptor_limit;
    if (fd < 0 || too_many) {
        const int error = fd < 0 ? errno : EMFILE;
        if (fd >= 0) close(fd);
        ci_relay_doors_starve(relay, error);
        return error;
    }
    far->source.fd = fd;
    far->is_tcp = far->delays = relay->target.any.sa_family != AF_UNIX;
    far->careful = !far->is_tcp;
    far->readable = far->hung_up = far->gone = far->sent = false;
    far->writable = true;
    far->events &= ~(uint32_t)EPOLLOUT;
    if (relay->starved) {
        relay->starved = false;
        ci_relay_doors_settle(relay);
    }
    client->connected = connect(fd, &relay->target.any, relay->target_length) == 0;
    if (!client->connected && errno != EINPROGRESS) return errno;
    if (!is_self(relay, fd)) return 0;
    /* Nothing of it may linger at the target's port. */
    const struct linger now = {.l_onoff = 1, .l_linger = 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    return ECONNREFUSED;
}

/* Most often the target is on this machine, where a connection is made by the time that connect(2) says it will be: what
 * the client has said meanwhile is sent at once, and only if that is refused for now there is something to wait for. */
static void dial(struct ci_relay_client *client) {
    struct ci_relay_end *near = &client->ends[0], *far = &client->ends[1];
    int error = start(client);
    if (error) {
        refused(client, error);
        return;
    }
    if (client->phase == CI_CLIENT_WAITING) ci_relay_client_move(client, CI_CLIENT_DIALING);
    if (client->connected) connected(client);
    ci_relay_flow_run(client, 0);
    if (client->phase == CI_CLIENT_DIALING) {
        if (near->error) {
            ci_relay_client_drop(client, true);
            return;
        }
        if (far->error && !had_answered(far->error)) {
            refused(client, far->error);
            return;
        }
        if (client->connected || far->error) connected(client);
    }
    if (client->phase == CI_CLIENT_DIALING) {
        const struct ci_relay *relay = client->relay;
        far->events |= EPOLLOUT;
        if (relay->connect_ms >= 0) ci_relays_alarm(relay->set, client->since + relay->connect_ms);
    }
    ci_relay_client_watch(near);
    ci_relay_client_watch(far);
    if (client->phase == CI_CLIENT_CONNECTED && (near->error || far->error || near->gone)) ci_relay_client_run(client);
}

void ci_relay_dial_new(struct ci_relay_client *client) {
    struct ci_relay *relay = client->relay;
    if (relay->down) {
        ci_relay_client_watch(&client->ends[0]);
        if (relay->connect_ms >= 0) ci_relays_alarm(relay->set, client->since + relay->connect_ms);
        return;
    }
    dial(client);
}

void ci_relay_dial_next(struct ci_relay *relay) {
    relay->dial_at = 0;
    if (relay->probe) {
        relay->probe = NULL;
        relay->down = false;
    }
    struct ci_relay_client *client = relay->lists[CI_CLIENT_WAITING].first;
    if (relay->down && client) {
        relay->probe = client;
        relay->dial_at = ci_now_ms() + PATIENCE_MS;
        dial(client);
        if (relay->dial_at) ci_relays_alarm(relay->set, relay->dial_at);
        return;
    }
    relay->down = false;
    if (!client && relay->starved) {
        relay->starved = false;
        ci_relay_doors_settle(relay);
    }
    for (int i = 0; i < DIALS && !relay->down && (client = relay->lists[CI_CLIENT_WAITING].first); i++) dial(client);
    if (!relay->down && client && relay->lists[CI_CLIENT_WAITING].first) dial_at(relay, ci_now_ms());
}

/* A client that says no more may still want an answer; one that is gone does not, unless it has left something to say. */
static bool is_gone(const struct ci_relay_client *client, uint32_t events) {
    char byte;
    if (events & EPOLLERR) return true;
    if (!(events & EPOLLHUP)) return false;
    return !client->flows[0].rest && recv(client->ends[0].source.fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) <= 0;
}

void ci_relay_dial_ready(struct ci_relay_client *client, struct ci_relay_end *end, uint32_t events) {
    if (client->phase == CI_CLIENT_LEAVING) return;
    if (end == &client->ends[0]) {
        if (is_gone(client, events)) ci_relay_client_drop(client, true);
        return;
    }
    int error = 0;
    socklen_t length = sizeof error;
    if (events & (EPOLLERR | EPOLLHUP)) getsockopt(end->source.fd, SOL_SOCKET, SO_ERROR, &error, &length);
    if (error && !had_answered(error)) {
        refused(client, error);
    } else if (events & (EPOLLOUT | EPOLLHUP)) {
        end->error = error;
        connected(client);
        ci_relay_client_run(client);
    }
}
