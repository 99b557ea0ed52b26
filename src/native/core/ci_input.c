/* ci_input.c: StandardInputText= and StandardInputData= of systemd.exec(5): a file in memory that a child reads from. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ci_internal.h"

static int digit(char letter) {
    if (letter >= 'A' && letter <= 'Z') return letter - 'A';
    if (letter >= 'a' && letter <= 'z') return letter - 'a' + 26;
    if (letter >= '0' && letter <= '9') return letter - '0' + 52;
    return letter == '+' ? 62 : letter == '/' ? 63 : -1;
}

/* Answers how many bytes there are, -EINVAL if the text is no base64. `ret` has room for three of every four letters. */
static ssize_t decode(const char *text, char *ret) {
    size_t length = strlen(text), used = 0;
    if (length % 4) return -EINVAL;
    for (int pads = 0; pads < 2 && length && text[length - 1] == '='; pads++) length--;
    unsigned bits = 0;
    for (size_t at = 0; at < length; at++) {
        const int value = digit(text[at]);
        if (value < 0) return -EINVAL;
        bits = (bits << 6 | (unsigned)value) & 0xffffff;
        if (at % 4 == 1) ret[used++] = (char)(bits >> 4);
        if (at % 4 == 2) ret[used++] = (char)(bits >> 2);
        if (at % 4 == 3) ret[used++] = (char)bits;
    }
    return (ssize_t)used;
}

static int fill(int fd, const struct ci_strings *pieces) {
    for (size_t i = 0; i < pieces->count; i++) {
        char *bytes = malloc(strlen(pieces->items[i]) + 1);
        if (!bytes) return -ENOMEM;
        const ssize_t length = decode(pieces->items[i], bytes);
        const ssize_t written = length <= 0 ? length : write(fd, bytes, (size_t)length);
        const int error = written == length ? 0 : written < 0 ? -errno : -ENOSPC;
        free(bytes);
        if (length < 0) return (int)length;
        if (error < 0) return error;
    }
    return lseek(fd, 0, SEEK_SET) < 0 ? -errno : 0;
}

void ci_op_input_data(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    (void)core;
    const int fd = memfd_create("input", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0) {
        result->number = -errno;
        return;
    }
    const int error = fill(fd, &a[0].list);
    /* Who reads it has no business to change it. */
    fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
    if (error < 0) close(fd);
    result->number = error < 0 ? error : fd;
}
