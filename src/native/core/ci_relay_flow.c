/* ci_relay_flow.c: one direction of a client's connection. Small traffic is read and written by way of the set's one
 * buffer; a read that fills it is the beginning of bulk, which a pipe carries from then on. Nothing is read that the other
 * side does not take: what it refuses of one read, or of one pipe, is all that is ever kept. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ci_relay.h"

/* Bytes read and written in one turn: then it is somebody else's. */
#define TURN (2 << 20)
/* What is asked for at once of a pipe. */
#define MOVE (1 << 20)
/* A turn of fewer is small traffic again, and gives the pipe back. */
#define SMALL 16384

void ci_relay_flow_discard(struct ci_relays *set, struct ci_relay_flow *flow) {
    free(flow->rest);
    flow->rest = NULL;
    if (flow->pipe) ci_relay_pipe_give(set, flow->pipe, flow->piped == 0);
    flow->pipe = NULL;
    flow->piped = 0;
}

static void is_written(struct ci_relay_client *client, struct ci_relay_end *to) {
    to->sent = true;
    client->connected = true;
}

/* What comes in is what goes out, as it comes: nothing waits to become a bigger packet. */
static void hurry(struct ci_relay_end *to) {
    const int on = 1;
    if (!to->delays || !to->sent) return;
    setsockopt(to->source.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    to->delays = false;
}

/* Answers how many bytes were taken. */
static size_t put(struct ci_relay_client *client, struct ci_relay_end *to, const char *bytes, size_t length) {
    hurry(to);
    ssize_t done;
    do done = send(to->source.fd, bytes, length, MSG_NOSIGNAL);
    while (done < 0 && errno == EINTR);
    if (done < 0 && errno != EAGAIN) to->error = errno;
    if (done > 0) is_written(client, to);
    if (done < (ssize_t)length) to->writable = false;
    return done < 0 ? 0 : (size_t)done;
}

static void put_rest(struct ci_relay_client *client, struct ci_relay_flow *flow, struct ci_relay_end *to) {
    const size_t done = put(client, to, flow->rest + flow->rest_offset, flow->rest_length);
    flow->rest_offset += done;
    flow->rest_length -= done;
    if (flow->rest_length) return;
    free(flow->rest);
    flow->rest = NULL;
}

static void keep_rest(struct ci_relay_client *client, struct ci_relay_flow *flow, const char *bytes, size_t length) {
    flow->rest = malloc(length);
    if (!flow->rest) {
        /* Never a gap in what is carried: rather nothing any more. */
        client->ends[0].error = client->ends[1].error = ENOMEM;
        return;
    }
    memcpy(flow->rest, bytes, length);
    flow->rest_offset = 0;
    flow->rest_length = length;
}

/* What a read has answered. */
static void note(struct ci_relay_flow *flow, struct ci_relay_end *from, ssize_t got, size_t wanted) {
    if (got < 0 && errno == EAGAIN) {
        from->readable = false;
    } else if (got <= 0) {
        if (got < 0) from->error = errno;
        flow->ended = true;
    } else if ((size_t)got < wanted && !from->careful) {
        from->readable = false;
        /* All had arrived by then. */
        if (from->hung_up) flow->ended = true;
    }
}

static size_t copy(struct ci_relay_client *client, struct ci_relay_flow *flow, struct ci_relay_end *from,
                   struct ci_relay_end *to) {
    struct ci_relays *set = client->relay->set;
    size_t before = 0;
    if (!client->has_header && to == &client->ends[1]) {
        before = ci_relay_header_write(client, set->buffer);
        client->has_header = true;
    }
    const size_t room = CI_RELAY_BUFFER - before;
    ssize_t got;
    do got = recv(from->source.fd, set->buffer + before, room, 0);
    while (got < 0 && errno == EINTR);
    note(flow, from, got, room);
    const size_t length = before + (got > 0 ? (size_t)got : 0);
    if (!length) return 0;
    const size_t done = put(client, to, set->buffer, length);
    if (done < length) keep_rest(client, flow, set->buffer + done, length - done);
    if (got == (ssize_t)room && !from->urgent && !flow->pipe) flow->pipe = ci_relay_pipe_take(set);
    return length;
}

/* One move into the pipe and one out of it. */
static size_t move(struct ci_relay_client *client, struct ci_relay_flow *flow, struct ci_relay_end *from,
                   struct ci_relay_end *to) {
    const unsigned flags = SPLICE_F_NONBLOCK | SPLICE_F_MOVE;
    size_t moved = 0;
    if (from->readable && !flow->ended) {
        const ssize_t got = splice(from->source.fd, NULL, flow->pipe->fds[1], NULL, MOVE, flags);
        if (got > 0) {
            moved = (size_t)got;
            flow->piped += moved;
        } else if (got == 0) {
            flow->ended = true;
        } else if (errno == EAGAIN) {
            /* Of a pipe that is not empty, it says that it is full or that there is nothing to read: who knows. */
            if (flow->piped == 0) from->readable = false;
        } else if (errno == EINVAL) {
            from->urgent = true; /* a socket that cannot do it: as if it must not */
        } else if (errno != EINTR) {
            from->error = errno;
            flow->ended = true;
        }
    }
    if (!flow->piped) return moved;
    hurry(to);
    const ssize_t done = splice(flow->pipe->fds[0], NULL, to->source.fd, NULL, flow->piped, flags);
    if (done > 0) {
        flow->piped -= (size_t)done;
        moved += (size_t)done;
        is_written(client, to);
    } else if (done < 0 && errno == EAGAIN) {
        to->writable = false;
    } else if (done < 0 && errno != EINTR) {
        to->error = errno;
    }
    return moved;
}

/* The other side is told the end; once both are over, closing says it. */
static void finish(struct ci_relay_client *client, int direction) {
    struct ci_relay_flow *flow = &client->flows[direction];
    const struct ci_relay_end *from = &client->ends[direction], *to = &client->ends[!direction];
    if (!client->connected) return;
    flow->done = true;
    if (!from->error && !client->flows[!direction].done) shutdown(to->source.fd, SHUT_WR);
}

/* Its turn is over before its work is: asking for the descriptors again reports again what they have. */
static void go_on_later(const struct ci_relay_client *client, const struct ci_relay_flow *flow,
                        struct ci_relay_end *from, struct ci_relay_end *to) {
    struct ci_loop *loop = client->relay->set->loop;
    if (from->source.watched) ci_loop_watch(loop, &from->source, from->events);
    if (!flow->piped) return;
    to->events |= EPOLLOUT;
    if (to->source.watched) ci_loop_watch(loop, &to->source, to->events);
}

void ci_relay_flow_run(struct ci_relay_client *client, int direction) {
    struct ci_relay_flow *flow = &client->flows[direction];
    struct ci_relay_end *from = &client->ends[direction], *to = &client->ends[!direction];
    size_t total = 0;
    while (!flow->done && !to->error && to->writable) {
        if (total >= TURN) {
            go_on_later(client, flow, from, to);
            return;
        }
        if (flow->rest) {
            put_rest(client, flow, to);
        } else if (flow->ended && !flow->piped) {
            finish(client, direction);
            break;
        } else if (flow->pipe && (flow->piped || !from->urgent)) {
            if (!from->readable && !flow->piped) break;
            total += move(client, flow, from, to);
        } else if (from->readable) {
            total += copy(client, flow, from, to);
        } else {
            break;
        }
    }
    if (flow->pipe && !flow->piped && (total < SMALL || flow->ended || from->urgent)) {
        ci_relay_pipe_give(client->relay->set, flow->pipe, true);
        flow->pipe = NULL;
    }
    if (!to->writable && !to->error && to->source.watched && !(to->events & EPOLLOUT)) {
        to->events |= EPOLLOUT;
        ci_loop_watch(client->relay->set->loop, &to->source, to->events);
    }
}
