/* ci_relay_door.c: accepting clients, and when not to: while the relay is off, has as many clients as it may, or while the
 * process runs out of descriptors. Whoever is not accepted waits in the listener's backlog. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ci_relay.h"

/* Until it is tried again. */
#define PAUSE_MS 100
/* Logs stay readable. */
#define TELL_MS 1000
/* Descriptors that are left to everything else that this process does. */
#define SPARE 64
#define SPARE_PART 8

void ci_relays_limit(struct ci_relays *set) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur > INT32_MAX) limit.rlim_cur = INT32_MAX;
    const int most = (int)limit.rlim_cur, spare = most / SPARE_PART;
    set->descriptor_limit = most - (spare < SPARE ? spare : SPARE);
}

/* accept(2): what went wrong with that one client, or on its way, and says nothing about the next one. */
static bool is_passing(int error) {
    static const int passing[] = {EAGAIN, EINTR, ECONNABORTED, EPERM, EPROTO, ENOPROTOOPT, EOPNOTSUPP,
                                  ENETDOWN, ENETUNREACH, EHOSTDOWN, EHOSTUNREACH, ENONET, ETIMEDOUT};
    for (size_t i = 0; i < sizeof passing / sizeof *passing; i++)
        if (passing[i] == error) return true;
    return false;
}

static void accept_one(struct ci_core *core, struct ci_source *source, uint32_t events) {
    (void)core, (void)events;
    struct ci_relay_door *door = (struct ci_relay_door *)source;
    struct ci_relay *relay = door->relay;
    struct ci_relays *set = relay->set;
    const int fd = accept4(source->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
        if (!is_passing(errno)) ci_relay_doors_pause(relay, errno);
        return;
    }
    struct ci_relay_client *client = ci_relay_client_new(door, fd);
    if (!client) {
        ci_relay_doors_pause(relay, ENOMEM);
        return;
    }
    if (fd >= set->descriptor_limit)
        ci_relay_doors_pause(relay, EMFILE);
    else
        relay->unaccepted_told = false;
    if (relay->most && relay->count >= relay->most) {
        ci_relay_doors_settle(relay);
        const int64_t now = ci_now_ms();
        if (!relay->full_told_at || now - relay->full_told_at >= TELL_MS) {
            relay->full_told_at = now;
            ci_relay_tell(relay, CI_RELAY_FULL, 0);
        }
    }
    ci_relay_dial_new(client);
    ci_relays_sweep(set);
}

static int option_of(int fd, int level, int name) {
    int value = -1;
    socklen_t length = sizeof value;
    return getsockopt(fd, level, name, &value, &length) < 0 ? -errno : value;
}

int ci_relay_door_add(struct ci_relay *relay, int listener) {
    const int on = 1, kind = option_of(listener, SOL_SOCKET, SO_TYPE);
    if (kind < 0) return kind;
    if (kind != SOCK_STREAM) return -ESOCKTNOSUPPORT;
    if (option_of(listener, SOL_SOCKET, SO_ACCEPTCONN) != 1) return -EINVAL;
    struct ci_relay_door *door = calloc(1, sizeof *door);
    if (!door) return -ENOMEM;
    door->source.fd = fcntl(listener, F_DUPFD_CLOEXEC, 0);
    if (door->source.fd < 0) {
        const int error = -errno;
        free(door);
        return error;
    }
    door->source.ready = accept_one;
    door->relay = relay;
    door->is_tcp = option_of(listener, SOL_SOCKET, SO_DOMAIN) != AF_UNIX;
    /* The client may be gone by the time that it is accepted. */
    door->flags = fcntl(listener, F_GETFL);
    fcntl(listener, F_SETFL, door->flags | O_NONBLOCK);
    /* Its clients inherit that, tcp(7). */
    door->had_nodelay = option_of(listener, IPPROTO_TCP, TCP_NODELAY) == 1;
    if (door->is_tcp && !door->had_nodelay) setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    door->next = relay->doors;
    relay->doors = door;
    return 0;
}

void ci_relay_doors_close(struct ci_relay *relay) {
    const int off = 0;
    while (relay->doors) {
        struct ci_relay_door *door = relay->doors;
        relay->doors = door->next;
        /* Somebody else may get it next, and is to find it as it was. */
        fcntl(door->source.fd, F_SETFL, door->flags);
        if (door->is_tcp && !door->had_nodelay)
            setsockopt(door->source.fd, IPPROTO_TCP, TCP_NODELAY, &off, sizeof off);
        ci_loop_retire(relay->set->loop, &door->source);
    }
    relay->open = false;
}

void ci_relay_doors_settle(struct ci_relay *relay) {
    struct ci_loop *loop = relay->set->loop;
    const bool is_full = relay->most && relay->count >= relay->most;
    const bool open = relay->accepts && !is_full && !relay->paused_until && !relay->starved;
    if (relay->open == open) return;
    relay->open = open;
    for (struct ci_relay_door *door = relay->doors; door; door = door->next) {
        if (!open)
            ci_loop_unwatch(loop, &door->source);
        else if (ci_loop_watch(loop, &door->source, EPOLLIN) < 0)
            ci_relay_doors_pause(relay, ENOMEM);
    }
}

static void tell(struct ci_relay *relay, int error) {
    if (!relay->unaccepted_told) ci_relay_tell(relay, CI_RELAY_UNACCEPTED, error);
    relay->unaccepted_told = true;
}

void ci_relay_doors_pause(struct ci_relay *relay, int error) {
    tell(relay, error);
    relay->paused_until = ci_now_ms() + PAUSE_MS;
    ci_relays_alarm(relay->set, relay->paused_until);
    ci_relay_doors_settle(relay);
}

void ci_relay_doors_resume(struct ci_relay *relay) {
    ci_relays_limit(relay->set);
    /* Which number the next one would get. */
    const int fd = fcntl(relay->doors->source.fd, F_DUPFD_CLOEXEC, 0);
    if (fd >= 0) close(fd);
    if (fd < 0 || fd >= relay->set->descriptor_limit) {
        relay->paused_until = ci_now_ms() + PAUSE_MS;
        ci_relays_alarm(relay->set, relay->paused_until);
        return;
    }
    relay->paused_until = 0;
    ci_relay_doors_settle(relay);
}

void ci_relay_doors_starve(struct ci_relay *relay, int error) {
    tell(relay, error);
    ci_relays_limit(relay->set);
    relay->starved = true;
    ci_relay_doors_settle(relay);
}
