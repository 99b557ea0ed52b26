/* ci_program.c: what the kernel would run a file with, told without running it. */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ci_internal.h"

/* As much of a file as the kernel looks at for a `#!` line. */
#define HEAD 256
/* Program headers beyond these are no program of this world. */
#define MOST_HEADERS 128

/* What is common to the headers of 32 and 64 bits. */
struct segments {
    uint64_t offset;
    size_t count, size;
    bool wide;
};

static int give(struct ci_result *result, const char *text, size_t length) {
    result->text = malloc(length + 1);
    if (!result->text) return -ENOMEM;
    memcpy(result->text, text, length);
    result->length = length;
    return 0;
}

/* What stands behind `#!`, up to the end of the line, without blanks around it. */
static int script(const char *head, size_t length, struct ci_result *result) {
    size_t start = 2, end = 2;
    while (start < length && (head[start] == ' ' || head[start] == '\t')) start++;
    for (end = start; end < length && head[end] != '\n' && head[end] != 0;) end++;
    while (end > start && (head[end - 1] == ' ' || head[end - 1] == '\t')) end--;
    return end == start ? -ENOEXEC : give(result, head + start, end - start);
}

static const unsigned char own_data = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2LSB : ELFDATA2MSB;

/* -ENOEXEC for what is no ELF program; none in `ret` for a program of the other byte order, which is not ours to judge. */
static int find_segments(const char *head, size_t length, struct segments *ret) {
    if (length < EI_NIDENT || memcmp(head, ELFMAG, SELFMAG)) return -ENOEXEC;
    *ret = (struct segments){0};
    if ((unsigned char)head[EI_DATA] != own_data) return 0;
    if (head[EI_CLASS] == ELFCLASS64 && length >= sizeof(Elf64_Ehdr)) {
        Elf64_Ehdr header;
        memcpy(&header, head, sizeof header);
        *ret = (struct segments){header.e_phoff, header.e_phnum, header.e_phentsize, true};
        return ret->size == sizeof(Elf64_Phdr) ? 0 : -ENOEXEC;
    }
    if (head[EI_CLASS] == ELFCLASS32 && length >= sizeof(Elf32_Ehdr)) {
        Elf32_Ehdr header;
        memcpy(&header, head, sizeof header);
        *ret = (struct segments){header.e_phoff, header.e_phnum, header.e_phentsize, false};
        return ret->size == sizeof(Elf32_Phdr) ? 0 : -ENOEXEC;
    }
    return -ENOEXEC;
}

/* Where the text of PT_INTERP lies; a size of 0 where there is none. */
static int find_interpreter(int fd, const struct segments *segments, uint64_t *ret_offset, uint64_t *ret_size) {
    *ret_offset = *ret_size = 0;
    for (size_t i = 0; i < segments->count && i < MOST_HEADERS; i++) {
        union {
            Elf64_Phdr wide;
            Elf32_Phdr narrow;
        } one;
        const uint64_t at = segments->offset + i * segments->size;
        if (at > INT64_MAX || pread(fd, &one, segments->size, (off_t)at) != (ssize_t)segments->size) return -ENOEXEC;
        if ((segments->wide ? one.wide.p_type : one.narrow.p_type) != PT_INTERP) continue;
        *ret_offset = segments->wide ? one.wide.p_offset : one.narrow.p_offset;
        *ret_size = segments->wide ? one.wide.p_filesz : one.narrow.p_filesz;
        return 0;
    }
    return 0;
}

static int binary(int fd, const char *head, size_t length, struct ci_result *result) {
    struct segments segments;
    uint64_t offset, size;
    int error = find_segments(head, length, &segments);
    if (error == 0) error = find_interpreter(fd, &segments, &offset, &size);
    if (error < 0) return error;
    if (size == 0) return give(result, "", 0);
    char path[PATH_MAX];
    if (size > sizeof path || offset > INT64_MAX || pread(fd, path, size, (off_t)offset) != (ssize_t)size) return -ENOEXEC;
    return give(result, path, strnlen(path, size));
}

static int judge(const struct stat *status) {
    if (!S_ISREG(status->st_mode)) return -EINVAL;
    return status->st_mode & (S_IXUSR | S_IXGRP | S_IXOTH) ? 0 : -EACCES;
}

void ci_op_program_interpreter(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    (void)core;
    const char *path = a[0].string.text;
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) {
        /* What may not be read may still be run. */
        int error = -errno;
        if (error == -EACCES && stat(path, &status) == 0) error = judge(&status);
        result->number = error < 0 ? error : give(result, "", 0);
        return;
    }
    char head[HEAD];
    ssize_t length = 0;
    int error = fstat(fd, &status) < 0 ? -errno : judge(&status);
    if (error == 0 && (length = pread(fd, head, sizeof head, 0)) < 0) error = -errno;
    if (error == 0) {
        const size_t got = (size_t)length;
        error = got > 2 && head[0] == '#' && head[1] == '!' ? script(head, got, result) : binary(fd, head, got, result);
    }
    close(fd);
    result->number = error;
}
