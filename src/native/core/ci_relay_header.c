/* ci_relay_header.c: the header of the PROXY protocol, versions 1 and 2: what a target is told first, so that it knows the
 * client's address and the one that the client has called (proxy-protocol.txt of HAProxy). */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "ci_relay.h"

/* Version 2 spells the two addresses out behind these sixteen bytes, of which the last two say how long they are. */
static const char signature[] = {'\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'};
enum { VERSION_AND_PROXY = 0x21, TCP4 = 0x11, TCP6 = 0x21, UNIX_STREAM = 0x31, NO_FAMILY = 0 };
#define LOCAL_PATH 108

struct pair {
    union ci_address from, to;
    int family; /* AF_UNSPEC: not known */
};

/* An IPv4 client of an IPv6 listener is one of IPv4. */
static void unmap(struct pair *pair) {
    static const uint8_t prefix[12] = {[10] = 0xff, [11] = 0xff};
    union ci_address *both[] = {&pair->from, &pair->to};
    for (int i = 0; i < 2; i++)
        if (memcmp(&both[i]->v6.sin6_addr, prefix, sizeof prefix)) return;
    for (int i = 0; i < 2; i++) {
        struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = both[i]->v6.sin6_port};
        memcpy(&v4.sin_addr, both[i]->v6.sin6_addr.s6_addr + 12, 4);
        both[i]->v4 = v4;
    }
    pair->family = AF_INET;
}

static struct pair pair_of(const struct ci_relay_client *client) {
    const int fd = client->ends[0].source.fd;
    struct pair pair;
    socklen_t from_length = sizeof pair.from, to_length = sizeof pair.to;
    memset(&pair, 0, sizeof pair);
    if (getpeername(fd, &pair.from.any, &from_length) < 0 || getsockname(fd, &pair.to.any, &to_length) < 0) return pair;
    pair.family = pair.to.any.sa_family;
    if (pair.family == AF_INET6) unmap(&pair);
    return pair;
}

static size_t write_text(const struct pair *pair, char *ret) {
    char from[INET6_ADDRSTRLEN], to[INET6_ADDRSTRLEN];
    int length;
    if (pair->family == AF_INET) {
        inet_ntop(AF_INET, &pair->from.v4.sin_addr, from, sizeof from);
        inet_ntop(AF_INET, &pair->to.v4.sin_addr, to, sizeof to);
        length = snprintf(ret, CI_RELAY_HEADER_MAX, "PROXY TCP4 %s %s %d %d\r\n", from, to,
                          ntohs(pair->from.v4.sin_port), ntohs(pair->to.v4.sin_port));
    } else if (pair->family == AF_INET6) {
        inet_ntop(AF_INET6, &pair->from.v6.sin6_addr, from, sizeof from);
        inet_ntop(AF_INET6, &pair->to.v6.sin6_addr, to, sizeof to);
        length = snprintf(ret, CI_RELAY_HEADER_MAX, "PROXY TCP6 %s %s %d %d\r\n", from, to,
                          ntohs(pair->from.v6.sin6_port), ntohs(pair->to.v6.sin6_port));
    } else {
        length = snprintf(ret, CI_RELAY_HEADER_MAX, "PROXY UNKNOWN\r\n");
    }
    return (size_t)length;
}

static char *add(char *at, const void *bytes, size_t length) {
    memcpy(at, bytes, length);
    return at + length;
}

static size_t write_binary(const struct pair *pair, char *ret) {
    char *at = ret + sizeof signature + 4, *body = at;
    char family = NO_FAMILY;
    if (pair->family == AF_INET) {
        family = TCP4;
        at = add(at, &pair->from.v4.sin_addr, 4);
        at = add(at, &pair->to.v4.sin_addr, 4);
        at = add(at, &pair->from.v4.sin_port, 2);
        at = add(at, &pair->to.v4.sin_port, 2);
    } else if (pair->family == AF_INET6) {
        family = TCP6;
        at = add(at, &pair->from.v6.sin6_addr, 16);
        at = add(at, &pair->to.v6.sin6_addr, 16);
        at = add(at, &pair->from.v6.sin6_port, 2);
        at = add(at, &pair->to.v6.sin6_port, 2);
    } else if (pair->family == AF_UNIX) {
        family = UNIX_STREAM;
        at = add(at, pair->from.local.sun_path, LOCAL_PATH);
        at = add(at, pair->to.local.sun_path, LOCAL_PATH);
    }
    const uint16_t length = htons((uint16_t)(at - body));
    const char head[] = {VERSION_AND_PROXY, family};
    memcpy(ret, signature, sizeof signature);
    memcpy(ret + sizeof signature, head, sizeof head);
    memcpy(ret + sizeof signature + sizeof head, &length, sizeof length);
    return (size_t)(at - ret);
}

size_t ci_relay_header_write(const struct ci_relay_client *client, char *ret) {
    const struct pair pair = pair_of(client);
    return client->relay->header == 1 ? write_text(&pair, ret) : write_binary(&pair, ret);
}
