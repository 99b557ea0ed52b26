/* ci_notify.c: the sockets of sd_notify(3). Whoever knows the address may send to one: who it was is what the kernel
 * says, and every descriptor that comes along is either handed on or closed. */
#define _GNU_SOURCE
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "ci_internal.h"

/* As systemd has it: PIPE_BUF bytes of text, more is no notification. */
#define TEXT_MAX 4096
#define DESCRIPTORS_MAX 64
#define RECEIVE_BUFFER (8 * 1024 * 1024)

/* struct ucred of unix(7). */
struct sender {
    int32_t pid;
    uint32_t uid, gid;
};

/* At the path, in the place of what an earlier one has left there; or nameless: the kernel chooses an abstract name then,
 * unix(7), "Autobind feature". */
static int bind_socket(int fd, const struct ci_string *path) {
    union ci_address address = {.local = {.sun_family = AF_UNIX}};
    int length = (int)sizeof address.local.sun_family;
    if (path->length) {
        length = ci_address_parse(path, 0, &address);
        if (length < 0) return length;
        unlink(address.local.sun_path);
    }
    if (bind(fd, &address.any, (socklen_t)length) < 0) return -errno;
    return path->length && chmod(address.local.sun_path, 0666) < 0 ? -errno : 0;
}

static int open_socket(const struct ci_string *path) {
    const int on = 1, size = RECEIVE_BUFFER;
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return -errno;
    /* More than the system's limit only for those who may. */
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) < 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    int error = setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof on) < 0 ? -errno : bind_socket(fd, path);
    if (error < 0) close(fd);
    return error < 0 ? error : fd;
}

void ci_op_notify_open(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    (void)core;
    result->number = open_socket(&a[0].string);
}

void ci_op_notify_address(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    (void)core;
    struct sockaddr_un address;
    socklen_t length = sizeof address;
    if (getsockname((int)a[0].number, (struct sockaddr *)&address, &length) < 0) {
        result->number = -errno;
        return;
    }
    const size_t head = offsetof(struct sockaddr_un, sun_path);
    if (address.sun_family != AF_UNIX || length <= head + 1 || address.sun_path[0]) {
        result->number = -EINVAL;
        return;
    }
    address.sun_path[0] = '@';
    ci_result_text(result, address.sun_path, length - head);
}

/* What came beside the text. */
struct attached {
    struct sender sender;
    int descriptors[DESCRIPTORS_MAX];
    size_t count;
};

static void close_all(struct attached *attached) {
    for (size_t i = 0; i < attached->count; i++) close(attached->descriptors[i]);
    attached->count = 0;
}

/* The C libraries' own macro mixes signs. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wsign-conversion"
static struct cmsghdr *next_part(struct msghdr *message, struct cmsghdr *part) { return CMSG_NXTHDR(message, part); }
#pragma GCC diagnostic pop

static void collect(struct msghdr *message, struct attached *attached) {
    for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part; part = next_part(message, part)) {
        if (part->cmsg_level != SOL_SOCKET) continue;
        const size_t size = part->cmsg_len - CMSG_LEN(0);
        if (part->cmsg_type == SCM_CREDENTIALS && size == sizeof attached->sender)
            memcpy(&attached->sender, CMSG_DATA(part), sizeof attached->sender);
        if (part->cmsg_type != SCM_RIGHTS) continue;
        for (size_t at = 0; at + sizeof(int) <= size; at += sizeof(int)) {
            int fd;
            memcpy(&fd, CMSG_DATA(part) + at, sizeof fd);
            if (attached->count < DESCRIPTORS_MAX)
                attached->descriptors[attached->count++] = fd;
            else
                close(fd);
        }
    }
}

/* `pid uid gid lost` and the descriptors; the buffer has room for all of them. */
static size_t write_head(char *text, const struct attached *attached, int lost) {
    size_t length = (size_t)sprintf(text, "%d %u %u %d", (int)attached->sender.pid, attached->sender.uid,
                                    attached->sender.gid, lost);
    for (size_t i = 0; i < attached->count; i++)
        length += (size_t)sprintf(text + length, " %d", attached->descriptors[i]);
    text[length++] = '\n';
    return length;
}

void ci_op_notify_receive(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    union {
        struct cmsghdr aligned;
        char bytes[CMSG_SPACE(sizeof(struct sender)) + CMSG_SPACE(DESCRIPTORS_MAX * sizeof(int))];
    } control;
    struct iovec part = {core->scratch, TEXT_MAX};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control,
                             .msg_controllen = sizeof control};
    ssize_t length;
    do length = recvmsg((int)a[0].number, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    while (length < 0 && errno == EINTR);
    if (length < 0) {
        result->number = -errno;
        return;
    }
    struct attached attached = {{0, UINT32_MAX, UINT32_MAX}, {0}, 0};
    collect(&message, &attached);
    const int lost = message.msg_flags & MSG_TRUNC ? 1 : message.msg_flags & MSG_CTRUNC ? 2 : 0;
    if (lost) {
        close_all(&attached);
        length = 0;
    }
    /* Four numbers and the descriptors, eleven characters and a space each at most. */
    char *text = malloc((4 + attached.count) * 12 + 1 + (size_t)length);
    if (!text) {
        close_all(&attached);
        result->number = -ENOMEM;
        return;
    }
    const size_t head = write_head(text, &attached, lost);
    memcpy(text + head, core->scratch, (size_t)length);
    result->text = text;
    result->length = head + (size_t)length;
    result->number = 0;
}

void ci_op_notify_send(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    (void)core;
    const struct ci_string text = a[1].string;
    union ci_address address;
    int length = ci_address_parse(&a[0].string, 0, &address);
    if (length < 0 || address.any.sa_family != AF_UNIX) {
        result->number = length < 0 ? length : -EAFNOSUPPORT;
        return;
    }
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        result->number = -errno;
        return;
    }
    ssize_t sent = sendto(fd, text.text, text.length, MSG_NOSIGNAL, &address.any, (socklen_t)length);
    result->number = sent < 0 ? -errno : 0;
    close(fd);
}
