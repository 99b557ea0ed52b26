/* relay_peers.c: what relay.h promises. */
#define _GNU_SOURCE
#include "relay.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

int64_t relay_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void relay_turn(struct ci_core *core) { CHECK(ci_core_dispatch(core, 1) >= 0); }

void relay_rest(struct ci_core *core) {
    for (int64_t end = relay_now() + 30; relay_now() < end;) relay_turn(core);
}

void relay_case(struct ci_core *core, void (*run)(struct ci_core *core)) {
    const int before = count_descriptors();
    run(core);
    UNTIL(core, count_descriptors() == before);
    ci_core_free(core);
}

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    struct sockaddr_un local;
};

static socklen_t parse(const char *text, int port, union address *ret) {
    memset(ret, 0, sizeof *ret);
    if (text[0] == '/' || text[0] == '@') {
        ret->local.sun_family = AF_UNIX;
        memcpy(ret->local.sun_path, text, strlen(text));
        if (text[0] == '@') ret->local.sun_path[0] = 0;
        return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(text) + (text[0] == '/'));
    }
    if (strchr(text, ':')) {
        ret->v6.sin6_family = AF_INET6;
        ret->v6.sin6_port = htons((uint16_t)port);
        CHECK(inet_pton(AF_INET6, text, &ret->v6.sin6_addr) == 1);
        return sizeof ret->v6;
    }
    ret->v4.sin_family = AF_INET;
    ret->v4.sin_port = htons((uint16_t)port);
    CHECK(inet_pton(AF_INET, text, &ret->v4.sin_addr) == 1);
    return sizeof ret->v4;
}

struct place place_at(const char *address, int port) {
    struct place place;
    union address at;
    const int on = 1;
    socklen_t length = parse(address, port, &at);
    memset(&place, 0, sizeof place);
    snprintf(place.address, sizeof place.address, "%s", address);
    place.fd = socket(at.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    CHECK(place.fd >= 0);
    CHECK(setsockopt(place.fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0);
    if (bind(place.fd, &at.any, length) < 0) FAIL("%s cannot be bound: %s", address, strerror(errno));
    CHECK(listen(place.fd, 512) == 0);
    length = sizeof at;
    CHECK(getsockname(place.fd, &at.any, &length) == 0);
    if (at.any.sa_family == AF_INET) place.port = ntohs(at.v4.sin_port);
    if (at.any.sa_family == AF_INET6) place.port = ntohs(at.v6.sin6_port);
    return place;
}

struct place place_of_nobody(void) {
    struct place place = place_at("127.0.0.1", 0);
    close(place.fd);
    return place;
}

int call_place(const struct place *place) {
    union address at;
    const socklen_t length = parse(place->address, place->port, &at);
    const int fd = socket(at.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(fd >= 0);
    CHECK(connect(fd, &at.any, length) == 0);
    CHECK(fcntl(fd, F_SETFL, O_NONBLOCK) == 0);
    return fd;
}

int answer(struct ci_core *core, const struct place *place) {
    int fd;
    UNTIL(core, (fd = accept4(place->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0);
    return fd;
}

int64_t relay_between(struct ci_core *core, const struct place *from, const struct place *to, struct limits limits) {
    const int64_t relay = op(core, "relay_open", INTS(from->fd), to->address, to->port,
                             INTS(limits.connect_ms, limits.idle_ms, limits.most, limits.header));
    CHECK(relay > 0);
    CHECK_INT(op(core, "relay_accept", (int)relay, 1), 0);
    return relay;
}

int64_t relay_clients(struct ci_core *core, int64_t relay) { return op(core, "relay_count", (int)relay); }

void end_relay(struct ci_core *core, int64_t relay, const struct place *from, const struct place *to) {
    CHECK_INT(op(core, "relay_close", (int)relay), 0);
    close(from->fd);
    if (to) close(to->fd);
}

void say(int fd, const char *text) { CHECK_INT(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text)); }

void hear_bytes(struct ci_core *core, int fd, const void *bytes, size_t length) {
    char heard[512];
    size_t done = 0;
    CHECK(length <= sizeof heard);
    while (done < length) {
        ssize_t got;
        UNTIL(core, (got = recv(fd, heard + done, length - done, 0)) >= 0 || errno != EAGAIN);
        if (got <= 0) FAIL("%zu of %zu bytes came: %s", done, length, got < 0 ? strerror(errno) : "the end");
        done += (size_t)got;
    }
    if (memcmp(heard, bytes, length)) FAIL("heard \"%.*s\"", (int)length, heard);
}

void hear(struct ci_core *core, int fd, const char *text) { hear_bytes(core, fd, text, strlen(text)); }

void hear_end(struct ci_core *core, int fd) {
    char byte;
    ssize_t got;
    UNTIL(core, (got = recv(fd, &byte, 1, 0)) >= 0 || errno != EAGAIN);
    if (got < 0) FAIL("not the end: %s", strerror(errno));
    CHECK_INT(got, 0);
}

void hear_reset(struct ci_core *core, int fd) {
    char byte;
    ssize_t got;
    UNTIL(core, (got = recv(fd, &byte, 1, 0)) >= 0 || errno != EAGAIN);
    CHECK_INT(got, -1);
    CHECK_INT(errno, ECONNRESET);
}

void reset(int fd) {
    const struct linger now = {1, 0};
    CHECK(setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now) == 0);
    close(fd);
}

bool is_quiet(int fd) {
    char byte;
    return recv(fd, &byte, 1, MSG_PEEK) < 0 && errno == EAGAIN;
}

void check_quiet(struct ci_core *core, int fd) {
    relay_rest(core);
    CHECK(is_quiet(fd));
}

struct stream stream_of(uint64_t seed, size_t length) {
    return (struct stream){.state = seed * 0x9e3779b97f4a7c15u + 1, .left = length};
}

static void generate(struct stream *stream, char *bytes, size_t length) {
    for (size_t i = 0; i < length; i++) {
        stream->state = stream->state * 6364136223846793005u + 1442695040888963407u;
        bytes[i] = (char)(stream->state >> 56);
    }
}

static size_t at_most(size_t one, size_t other) { return one < other ? one : other; }

bool stream_send(struct stream *stream, int fd, size_t most) {
    static char bytes[65536];
    const struct stream before = *stream;
    const size_t length = at_most(at_most(stream->left, most), sizeof bytes);
    if (!stream->left) return true;
    generate(stream, bytes, length);
    const ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) FAIL("cannot send: %s", strerror(errno));
    /* What was not taken is made again. */
    *stream = before;
    if (sent > 0) generate(stream, bytes, (size_t)sent);
    stream->left -= sent > 0 ? (size_t)sent : 0;
    return !stream->left;
}

bool stream_take(struct stream *stream, int fd, size_t most) {
    static char bytes[65536], wanted[65536];
    if (!stream->left) return true;
    const ssize_t got = recv(fd, bytes, at_most(at_most(stream->left, most), sizeof bytes), 0);
    if (got < 0 && errno == EAGAIN) return false;
    if (got <= 0) FAIL("%zu bytes are missing: %s", stream->left, got < 0 ? strerror(errno) : "the end");
    generate(stream, wanted, (size_t)got);
    if (memcmp(bytes, wanted, (size_t)got)) FAIL("other bytes than were sent, with %zu to come", stream->left);
    stream->left -= (size_t)got;
    return !stream->left;
}

struct event await_relay(struct ci_core *core, int64_t relay, int what) {
    const struct event event = await_event(core, CI_EVENT_RELAY, relay);
    CHECK_INT(event.b, what);
    return event;
}

bool has_told(struct ci_core *core, int64_t relay) {
    struct event event;
    return take_event(core, CI_EVENT_RELAY, relay, &event);
}
