/* ci_address.c: where a socket listens, from text and into text. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "ci_internal.h"

/* The interface of `address%interface`, by name or number; 0 where there is none of this name. */
static unsigned scope_of(const char *name) {
    char *end;
    const unsigned long number = strtoul(name, &end, 10);
    return *name && !*end ? (unsigned)number : if_nametoindex(name);
}

static int parse_v6(const char *text, int port, struct sockaddr_in6 *ret) {
    char address[INET6_ADDRSTRLEN];
    const size_t length = strcspn(text, "%");
    if (length >= sizeof address) return -EINVAL;
    memcpy(address, text, length);
    address[length] = 0;
    if (inet_pton(AF_INET6, address, &ret->sin6_addr) != 1) return -EINVAL;
    if (text[length] && !(ret->sin6_scope_id = scope_of(text + length + 1))) return -ENODEV;
    ret->sin6_family = AF_INET6;
    ret->sin6_port = htons((uint16_t)port);
    return (int)sizeof *ret;
}

/* What stands behind the word, as a number of 32 bits. */
static bool number_behind(const char *text, const char *word, uint32_t *ret) {
    const size_t length = strlen(word);
    char *end;
    if (strncmp(text, word, length) != 0 || !text[length]) return false;
    errno = 0;
    const unsigned long long number = strtoull(text + length, &end, 10);
    *ret = (uint32_t)number;
    return !*end && !errno && number <= UINT32_MAX && text[length] != '-';
}

int ci_address_parse(const struct ci_string *text, int64_t port, union ci_address *ret) {
    memset(ret, 0, sizeof *ret);
    if (text->length && (text->text[0] == '/' || text->text[0] == '@')) {
        if (text->length >= sizeof ret->local.sun_path) return -ENAMETOOLONG;
        ret->local.sun_family = AF_UNIX;
        memcpy(ret->local.sun_path, text->text, text->length);
        if (text->text[0] == '@') ret->local.sun_path[0] = 0;
        return (int)(offsetof(struct sockaddr_un, sun_path) + text->length + (text->text[0] == '/' ? 1 : 0));
    }
    if (number_behind(text->text, "vsock:", &ret->vsock.cid)) {
        ret->vsock.family = CI_AF_VSOCK;
        ret->vsock.port = (uint32_t)port;
        return (int)sizeof ret->vsock;
    }
    if (number_behind(text->text, "netlink:", &ret->netlink.groups)) {
        ret->netlink.family = AF_NETLINK;
        return (int)sizeof ret->netlink;
    }
    if (port < 0 || port > 65535) return -EINVAL;
    if (inet_pton(AF_INET, text->text, &ret->v4.sin_addr) == 1) {
        ret->v4.sin_family = AF_INET;
        ret->v4.sin_port = htons((uint16_t)port);
        return (int)sizeof ret->v4;
    }
    return parse_v6(text->text, (int)port, &ret->v6);
}

/* What is in no file system has a name with a length, and any bytes in it. */
static void format_local(const struct sockaddr_un *local, socklen_t length, char *ret, size_t size) {
    const size_t count = length > offsetof(struct sockaddr_un, sun_path) ? length - offsetof(struct sockaddr_un, sun_path) : 0;
    if (count == 0)
        snprintf(ret, size, "a Unix socket without a name");
    else if (local->sun_path[0])
        snprintf(ret, size, "%.*s", (int)count, local->sun_path);
    else
        snprintf(ret, size, "@%.*s", (int)count - 1, local->sun_path + 1);
}

void ci_address_format(const union ci_address *address, socklen_t length, char *ret, size_t size) {
    char host[INET6_ADDRSTRLEN], interface[IF_NAMESIZE];
    switch (address->any.sa_family) {
    case AF_UNIX:
        return format_local(&address->local, length, ret, size);
    case AF_INET:
        inet_ntop(AF_INET, &address->v4.sin_addr, host, sizeof host);
        snprintf(ret, size, "%s:%d", host, ntohs(address->v4.sin_port));
        return;
    case AF_INET6: {
        const unsigned scope = address->v6.sin6_scope_id;
        const bool named = scope && if_indextoname(scope, interface);
        inet_ntop(AF_INET6, &address->v6.sin6_addr, host, sizeof host);
        snprintf(ret, size, "[%s]:%d%s%s", host, ntohs(address->v6.sin6_port), named ? "%" : "", named ? interface : "");
        return;
    }
    case CI_AF_VSOCK:
        if (address->vsock.cid == UINT32_MAX) snprintf(ret, size, "vsock::%u", address->vsock.port);
        else snprintf(ret, size, "vsock:%u:%u", address->vsock.cid, address->vsock.port);
        return;
    default:
        snprintf(ret, size, "a socket of family %d", address->any.sa_family);
    }
}

bool ci_address_equals(const union ci_address *one, socklen_t one_length, const union ci_address *other, socklen_t length) {
    if (one->any.sa_family != other->any.sa_family) return false;
    switch (one->any.sa_family) {
    case AF_INET:
        return one->v4.sin_port == other->v4.sin_port && one->v4.sin_addr.s_addr == other->v4.sin_addr.s_addr;
    case AF_INET6:
        return one->v6.sin6_port == other->v6.sin6_port &&
               !memcmp(&one->v6.sin6_addr, &other->v6.sin6_addr, sizeof one->v6.sin6_addr) &&
               one->v6.sin6_scope_id == other->v6.sin6_scope_id;
    case CI_AF_VSOCK:
        return one->vsock.cid == other->vsock.cid && one->vsock.port == other->vsock.port;
    case AF_UNIX:
        /* Whether the final NUL of a path is counted is up to whoever has bound it. */
        return one->local.sun_path[0] ? !strncmp(one->local.sun_path, other->local.sun_path, sizeof one->local.sun_path)
                                      : one_length == length && !memcmp(one, other, length);
    default:
        return false;
    }
}
