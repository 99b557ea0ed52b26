/* relay_header.c: what a relay tells a target about its client. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "relay.h"

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
    UNTIL(core, relay_clients(core, relay) == 0);
    end_relay(core, relay, &front, &back);
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
    end_relay(core, relay, &front, &back);
}
