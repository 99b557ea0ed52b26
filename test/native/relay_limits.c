/* relay_limits.c: when a relay accepts nobody, what it refuses to be, and what it tells a target about its client. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "relay.h"

static int64_t count(struct ci_core *core, int64_t relay) { return op(core, "relay_count", (int)relay); }

static void end(struct ci_core *core, int64_t relay, struct place *front, struct place *back) {
    CHECK_INT(op(core, "relay_close", (int)relay), 0);
    close(front->fd);
    close(back->fd);
}

TEST_RELAY(idle, "stops accepting and says so once it had no client for its idle time, and only then") {
    struct place front = place_at("127.0.0.1", 0), back = place_at("127.0.0.1", 0);
    const int64_t relay = relay_between(core, &front, &back, (struct limits){NO_LIMIT, 40, 0, 0});
    int client = call_place(&front), target = answer(core, &back);
    for (int i = 0; i < 4; i++) relay_rest(core);
    CHECK(!has_told(core, relay));
    close(client);
    hear_end(core, target);
    close(target);
    await_relay(core, relay, 1);
    client = call_place(&front);
    say(client, "hello");
    check_quiet(core, client);
    CHECK_INT(count(core, relay), 0);
    for (int i = 0; i < 4; i++) relay_rest(core);
    CHECK(!has_told(core, relay));
    CHECK_INT(op(core, "relay_accept", (int)relay, 1), 0);
    target = answer(core, &back);
    hear(core, target, "hello");
    close(client);
    close(target);
    await_relay(core, relay, 1);
    end(core, relay, &front, &back);
}

TEST_RELAY(cap, "accepts no more clients than it may have at once, and says so") {
    struct place front = place_at("127.0.0.1", 0), back = place_at("127.0.0.1", 0);
    const int64_t relay = relay_between(core, &front, &back, (struct limits){NO_LIMIT, NO_LIMIT, 2, 0});
    int clients[3], targets[3];
    for (int i = 0; i < 3; i++) clients[i] = call_place(&front);
    for (int i = 0; i < 2; i++) targets[i] = answer(core, &back);
    await_relay(core, relay, 4);
    relay_rest(core);
    CHECK_INT(count(core, relay), 2);
    CHECK(accept(back.fd, NULL, NULL) < 0 && errno == EAGAIN);
    close(clients[0]);
    hear_end(core, targets[0]);
    close(targets[0]);
    targets[2] = answer(core, &back);
    say(clients[2], "hello");
    hear(core, targets[2], "hello");
    for (int i = 1; i < 3; i++) {
        close(clients[i]);
        hear_end(core, targets[i]);
        close(targets[i]);
    }
    end(core, relay, &front, &back);
}

/* A target in a process of its own, so that our limit is not its. */
static void serve(int listener) {
    if (fork()) return;
    if (dup2(listener, 3) < 0 || close_range(4, ~0u, 0) < 0) _exit(1);
    fcntl(3, F_SETFL, 0);
    for (;;) {
        char byte;
        const int fd = accept(3, NULL, NULL);
        if (fd < 0) _exit(0);
        if (read(fd, &byte, 1) == 1) send(fd, &byte, 1, MSG_NOSIGNAL);
        close(fd);
    }
}

static void limit_descriptors(rlim_t most) {
    struct rlimit limit;
    CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0);
    limit.rlim_cur = most ? most : limit.rlim_max;
    CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
}

TEST_RELAY(descriptors, "loses nobody when descriptors run out, says so once, and leaves some for everything else") {
    enum { CLIENTS = 40 };
    struct place front = place_at("127.0.0.1", 0), back = place_at("127.0.0.1", 0);
    serve(back.fd);
    const int64_t relay = op(core, "relay_open", INTS(front.fd), back.address, back.port, INTS(-1, -1, 0, 0));
    int clients[CLIENTS];
    for (int i = 0; i < CLIENTS; i++) {
        clients[i] = call_place(&front);
        /* Every second one keeps its connection until the others are served. */
        if (i % 2) say(clients[i], "x");
    }
    const int most = clients[CLIENTS - 1] + 40;
    limit_descriptors((rlim_t)most);
    CHECK_INT(op(core, "relay_accept", (int)relay, 1), 0);
    await_relay(core, relay, 3);
    int left = CLIENTS;
    for (int round = 0; left; round++) {
        CHECK(round < 2000);
        for (int i = 0; i < CLIENTS; i++) {
            char byte;
            if (clients[i] < 0 || recv(clients[i], &byte, 1, 0) != 1) continue;
            hear_end(core, clients[i]);
            close(clients[i]);
            clients[i] = -1;
            left--;
        }
        for (int i = 0; i < CLIENTS; i++)
            if (clients[i] >= 0 && i % 2 == 0 && round % 5 == 0 && round / 5 > i) send(clients[i], "x", 1, MSG_NOSIGNAL);
        relay_turn(core);
        const int free_one = dup(0);
        CHECK(free_one >= 0);
        close(free_one);
        sleep_ms(2);
    }
    UNTIL(core, count(core, relay) == 0);
    limit_descriptors(0);
    end(core, relay, &front, &back);
}

TEST_RELAY(thousands, "has nothing left of thousands of clients") {
    struct place front = place_at("127.0.0.1", 0), back = place_at("127.0.0.1", 0);
    serve(back.fd);
    const int64_t relay = relay_between(core, &front, &back, FREELY);
    const int before = count_descriptors();
    for (int i = 0; i < 3000; i++) {
        const int client = call_place(&front);
        say(client, "x");
        if (i % 3) hear(core, client, "x");
        if (i % 5)
            close(client);
        else
            reset(client);
    }
    UNTIL(core, count(core, relay) == 0);
    CHECK_INT(count_descriptors(), before);
    end(core, relay, &front, &back);
}

TEST_RELAY(refused, "refuses what is no listener of streams, and addresses that are none") {
    struct place front = place_at("127.0.0.1", 0);
    const int pair = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), packets = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const struct ci_ints *freely = INTS(-1, -1, 0, 0);
    CHECK_INT(op(core, "relay_open", NO_INTS, "127.0.0.1", 1, freely), -EINVAL);
    CHECK_INT(op(core, "relay_open", INTS(front.fd, 999), "127.0.0.1", 1, freely), -EBADF);
    CHECK_INT(op(core, "relay_open", INTS(front.fd, packets), "127.0.0.1", 1, freely), -ESOCKTNOSUPPORT);
    CHECK_INT(op(core, "relay_open", INTS(front.fd, pair), "127.0.0.1", 1, freely), -EINVAL);
    CHECK_INT(op(core, "relay_open", INTS(front.fd), "localhost", 1, freely), -EINVAL);
    CHECK_INT(op(core, "relay_open", INTS(front.fd), "127.0.0.1", 70000, freely), -EINVAL);
    CHECK_INT(op(core, "relay_open", INTS(front.fd), "127.0.0.1", 1, INTS(-1, -1, 0, 3)), -EINVAL);
    CHECK_INT(op(core, "relay_open", INTS(front.fd), "127.0.0.1", 1, INTS(-1, -1, 0)), -EINVAL);
    CHECK_INT(op(core, "relay_accept", 1, 1), -ENOENT);
    CHECK_INT(op(core, "relay_count", 1), -ENOENT);
    CHECK_INT(op(core, "relay_close", 1), -ENOENT);
    close(front.fd);
    close(pair);
    close(packets);
}

TEST_RELAY(handed_back, "leaves a listener as it was found, for whoever gets it next") {
    struct place front = place_at("127.0.0.1", 0), back = place_at("127.0.0.1", 0);
    CHECK(fcntl(front.fd, F_SETFL, 0) == 0);
    const int64_t relay = relay_between(core, &front, &back, FREELY);
    CHECK_INT(op(core, "relay_close", (int)relay), 0);
    CHECK_INT(fcntl(front.fd, F_GETFL) & O_NONBLOCK, 0);
    int value = -1;
    socklen_t length = sizeof value;
    CHECK(getsockopt(front.fd, IPPROTO_TCP, TCP_NODELAY, &value, &length) == 0);
    CHECK_INT(value, 0);
    close(front.fd);
    close(back.fd);
}

TEST_RELAY(two_doors, "accepts from each of its listeners, next to other relays") {
    struct place fronts[] = {place_at("127.0.0.1", 0), place_at("::1", 0)}, front = place_at("127.0.0.1", 0);
    struct place back = place_at("127.0.0.1", 0), other_back = place_at("127.0.0.1", 0);
    const int64_t relay = op(core, "relay_open", INTS(fronts[0].fd, fronts[1].fd), back.address, back.port,
                             INTS(-1, -1, 0, 0));
    const int64_t other = relay_between(core, &front, &other_back, FREELY);
    CHECK(other != relay);
    CHECK_INT(op(core, "relay_accept", (int)relay, 1), 0);
    for (int i = 0; i < 3; i++) {
        const int client = call_place(i < 2 ? &fronts[i] : &front), target = answer(core, i < 2 ? &back : &other_back);
        say(client, "hello");
        hear(core, target, "hello");
        close(target);
        hear_end(core, client);
        close(client);
        if (i == 1) end(core, relay, &fronts[0], &back);
    }
    close(fronts[1].fd);
    end(core, other, &front, &other_back);
}

TEST(waited_for, "has something to wait for while a relay accepts, and nothing while it does not") {
    struct ci_core *core = core_bare(0);
    struct place front = place_at("127.0.0.1", 0), back = place_at("127.0.0.1", 0);
    const int64_t relay = op(core, "relay_open", INTS(front.fd), back.address, back.port, INTS(-1, -1, 0, 0));
    CHECK(ci_core_is_idle(core));
    CHECK_INT(op(core, "relay_accept", (int)relay, 1), 0);
    CHECK(!ci_core_is_idle(core));
    CHECK_INT(op(core, "relay_accept", (int)relay, 0), 0);
    CHECK(ci_core_is_idle(core));
    end(core, relay, &front, &back);
    ci_core_free(core);
}

/* ---- the PROXY protocol */

static int port_of(int fd) {
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } address;
    socklen_t length = sizeof address;
    CHECK(getsockname(fd, &address.any, &length) == 0);
    return ntohs(address.any.sa_family == AF_INET ? address.v4.sin_port : address.v6.sin6_port);
}

/* A client of `front` that calls it at `address`; the target has to hear `header` first, whether it speaks or not. */
static void check_header(struct ci_core *core, int version, const char *front_address, const char *address,
                         size_t (*header)(char *ret, int from, int to), bool speaks) {
    struct place front = place_at(front_address, 0), back = place_at("127.0.0.1", 0), called = front;
    snprintf(called.address, sizeof called.address, "%s", address);
    const int64_t relay = relay_between(core, &front, &back, (struct limits){NO_LIMIT, NO_LIMIT, 0, version});
    const int client = call_place(&called);
    if (speaks) say(client, "hello");
    const int target = answer(core, &back);
    char wanted[300];
    const bool has_ports = address[0] != '/';
    const size_t length = header(wanted, has_ports ? port_of(client) : 0, has_ports ? port_of(front.fd) : 0);
    hear_bytes(core, target, wanted, length);
    if (speaks) hear(core, target, "hello");
    say(client, "more");
    hear(core, target, "more");
    close(client);
    hear_end(core, target);
    close(target);
    UNTIL(core, count(core, relay) == 0);
    end(core, relay, &front, &back);
    if (front_address[0] == '/') CHECK(unlink(front_address) == 0);
}

static size_t text_v4(char *ret, int from, int to) {
    return (size_t)sprintf(ret, "PROXY TCP4 127.0.0.1 127.0.0.1 %d %d\r\n", from, to);
}

static size_t text_v6(char *ret, int from, int to) { return (size_t)sprintf(ret, "PROXY TCP6 ::1 ::1 %d %d\r\n", from, to); }

static size_t text_unknown(char *ret, int from, int to) {
    (void)from, (void)to;
    return (size_t)sprintf(ret, "PROXY UNKNOWN\r\n");
}

static size_t binary(char *ret, int family, const void *body, size_t length) {
    const unsigned char head[] = {13, 10, 13, 10, 0, 13, 10, 'Q', 'U', 'I', 'T', 10, 0x21, (unsigned char)family, 0,
                                  (unsigned char)length};
    memcpy(ret, head, sizeof head);
    memcpy(ret + sizeof head, body, length);
    return sizeof head + length;
}

static size_t binary_v4(char *ret, int from, int to) {
    const unsigned char body[] = {127, 0, 0, 1, 127, 0, 0, 1, (unsigned char)(from >> 8), (unsigned char)from,
                                  (unsigned char)(to >> 8), (unsigned char)to};
    return binary(ret, 0x11, body, sizeof body);
}

static size_t binary_v6(char *ret, int from, int to) {
    unsigned char body[36] = {[15] = 1, [31] = 1, [32] = (unsigned char)(from >> 8), [33] = (unsigned char)from,
                              [34] = (unsigned char)(to >> 8), [35] = (unsigned char)to};
    return binary(ret, 0x21, body, sizeof body);
}

static size_t binary_local(char *ret, int from, int to) {
    (void)from, (void)to;
    char body[216] = "";
    snprintf(body + 108, 108, "%s", path_in("front"));
    return binary(ret, 0x31, body, sizeof body);
}

TEST_RELAY(proxy_text, "tells the target the client's address by version 1 of the PROXY protocol, before anything else") {
    for (int speaks = 0; speaks < 2; speaks++) {
        check_header(core, 1, "127.0.0.1", "127.0.0.1", text_v4, speaks);
        check_header(core, 1, "::1", "::1", text_v6, speaks);
        check_header(core, 1, "::", "127.0.0.1", text_v4, speaks);
        check_header(core, 1, path_in("front"), path_in("front"), text_unknown, speaks);
    }
}

TEST_RELAY(proxy_binary, "tells the target the client's address by version 2 of the PROXY protocol, before anything else") {
    for (int speaks = 0; speaks < 2; speaks++) {
        check_header(core, 2, "127.0.0.1", "127.0.0.1", binary_v4, speaks);
        check_header(core, 2, "::1", "::1", binary_v6, speaks);
        check_header(core, 2, "::", "127.0.0.1", binary_v4, speaks);
        check_header(core, 2, path_in("front"), path_in("front"), binary_local, speaks);
    }
}

TEST_RELAY(proxy_later, "tells the client's address once, however often the target had to be dialed") {
    struct place front = place_at("127.0.0.1", 0), back = place_at("127.0.0.1", 0);
    close(back.fd);
    const int64_t relay = relay_between(core, &front, &back, (struct limits){NO_LIMIT, NO_LIMIT, 0, 1});
    const int client = call_place(&front);
    struct stream all = stream_of(3, 500000), wanted = all;
    for (int i = 0; i < 20; i++) {
        stream_send(&all, client, 65536);
        relay_turn(core);
    }
    back = place_at("127.0.0.1", back.port);
    const int target = answer(core, &back);
    char header[128];
    hear_bytes(core, target, header, text_v4(header, port_of(client), front.port));
    for (const int64_t late = relay_now() + 20000; !stream_take(&wanted, target, 65536); relay_turn(core)) {
        CHECK(relay_now() < late);
        stream_send(&all, client, 65536);
    }
    close(client);
    hear_end(core, target);
    close(target);
    end(core, relay, &front, &back);
}
