/* ci_accept.c: takes one connection of a listener whose connections each get a service of their own, and says who it is. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "ci_internal.h"

/* An IPv6 address with its interface, `PORT` behind it, and both a little more than that. */
#define HOST_MAX (INET6_ADDRSTRLEN + IF_NAMESIZE + 16)
#define ANSWER_MAX (sizeof(struct sockaddr_un) + 2 * HOST_MAX + 64)
/* So many who have gone again are passed over in one go. */
#define GONE_MAX 64

/* Those of accept(2) that are about the one who came, or that the network lets pass by: the next one may do better. */
static bool is_passing(int error) {
    switch (error) {
    case ECONNABORTED:
    case EINTR:
    case EPERM:
    case EPROTO:
    case ENETDOWN:
    case ENOPROTOOPT:
    case EHOSTDOWN:
    case ENONET:
    case EHOSTUNREACH:
    case EOPNOTSUPP:
    case ENETUNREACH:
        return true;
    default:
        return false;
    }
}

/* The service gets it as it is, and expects one that blocks: what is set here holds for the listener alone. */
static int set_nonblocking(int fd) {
    const int flags = fcntl(fd, F_GETFL);
    if (flags < 0) return -errno;
    return (flags & O_NONBLOCK) || fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0 ? 0 : -errno;
}

static int take(int listener, union ci_address *ret_peer, socklen_t *ret_length) {
    for (int gone = 0; gone < GONE_MAX; gone++) {
        *ret_length = sizeof *ret_peer;
        memset(ret_peer, 0, sizeof *ret_peer);
        const int fd = accept4(listener, &ret_peer->any, ret_length, SOCK_CLOEXEC);
        if (fd >= 0) return fd;
        if (!is_passing(errno)) return -errno;
    }
    return -EAGAIN;
}

static void write_v4(char *ret, const void *address, in_port_t port) {
    char host[INET_ADDRSTRLEN] = "";
    inet_ntop(AF_INET, address, host, sizeof host);
    snprintf(ret, HOST_MAX, "%s %d", host, ntohs(port));
}

static void write_v6(char *ret, const struct sockaddr_in6 *address) {
    char host[INET6_ADDRSTRLEN] = "", name[IF_NAMESIZE];
    inet_ntop(AF_INET6, &address->sin6_addr, host, sizeof host);
    const unsigned scope = address->sin6_scope_id;
    if (!scope)
        snprintf(ret, HOST_MAX, "%s %d", host, ntohs(address->sin6_port));
    else if (if_indextoname(scope, name))
        snprintf(ret, HOST_MAX, "%s%%%s %d", host, name, ntohs(address->sin6_port));
    else
        snprintf(ret, HOST_MAX, "%s%%%u %d", host, scope, ntohs(address->sin6_port));
}

/* IPv4 that came through a listener of IPv6 is told as what it is. */
static bool is_mapped(const union ci_address *address) { return IN6_IS_ADDR_V4MAPPED(&address->v6.sin6_addr); }

/* `PID UID NAME`: nobody has to have a name. A name without a file may hold anything, even NUL, which becomes `@` as in
 * /proc/net/unix. Of a peer that this namespace does not know the pid is 0. */
static size_t write_local(char *ret, int fd, const union ci_address *peer, socklen_t length) {
    struct ucred who = {.uid = (uid_t)-1};
    socklen_t size = sizeof who;
    (void)getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size);
    size_t at = (size_t)sprintf(ret, "unix %d %u ", (int)who.pid, who.uid);
    const size_t head = offsetof(struct sockaddr_un, sun_path);
    size_t name = length > head ? length - head : 0;
    if (name > sizeof peer->local.sun_path) name = sizeof peer->local.sun_path;
    /* The NUL behind a path is no part of it. */
    if (name && peer->local.sun_path[0]) name = strnlen(peer->local.sun_path, name);
    for (size_t i = 0; i < name; i++) ret[at++] = peer->local.sun_path[i] ? peer->local.sun_path[i] : '@';
    return at;
}

/* 0 if that cannot be told. */
static size_t describe(char *ret, int fd, const union ci_address *peer, socklen_t peer_length) {
    union ci_address own;
    socklen_t length = sizeof own;
    char here[HOST_MAX], there[HOST_MAX];
    const char *family = "inet";
    memset(&own, 0, sizeof own);
    if (getsockname(fd, &own.any, &length) < 0) return 0;
    switch (own.any.sa_family) {
    case AF_UNIX:
        return write_local(ret, fd, peer, peer_length);
    case AF_INET:
        write_v4(here, &own.v4.sin_addr, own.v4.sin_port);
        write_v4(there, &peer->v4.sin_addr, peer->v4.sin_port);
        break;
    case AF_INET6:
        if (is_mapped(&own) && is_mapped(peer)) {
            write_v4(here, own.v6.sin6_addr.s6_addr + 12, own.v6.sin6_port);
            write_v4(there, peer->v6.sin6_addr.s6_addr + 12, peer->v6.sin6_port);
        } else {
            family = "inet6";
            write_v6(here, &own.v6);
            write_v6(there, &peer->v6);
        }
        break;
    default:
        return 0;
    }
    return (size_t)sprintf(ret, "%s %s %s", family, here, there);
}

void ci_op_socket_accept(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    (void)core;
    const int listener = (int)a[0].number;
    union ci_address peer;
    socklen_t length;
    char answer[ANSWER_MAX], refused[512];
    const int error = set_nonblocking(listener);
    const int fd = error < 0 ? error : take(listener, &peer, &length);
    result->number = fd;
    if (fd < 0) return;
    int kind = SOCK_STREAM;
    socklen_t size = sizeof kind;
    (void)getsockopt(fd, SOL_SOCKET, SO_TYPE, &kind, &size);
    /* What is refused was refused to the listener, too. */
    (void)ci_socket_options(fd, peer.any.sa_family, kind, a[1].ints, refused, sizeof refused);
    size_t at = (size_t)sprintf(answer, "%d ", fd);
    const size_t described = describe(answer + at, fd, &peer, length);
    if (described) ci_result_text(result, answer, at + described);
    if (result->text) return;
    if (!described) result->number = -EAGAIN;
    close(fd);
}
