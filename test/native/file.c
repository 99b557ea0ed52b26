/* file.c: the file operations, none of which waits. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"

static int64_t read_error(struct ci_core *core, const char *path, int limit) {
    int64_t error;
    char *text = op_text(core, &error, NULL, "file_read", path, limit);
    if (text) FAIL("%s was read: %s", path, text);
    return error;
}

TEST(reads, "reads a regular file up to its limit, and not a byte more") {
    struct ci_core *core = core_bare(0);
    write_text(path_in("ten"), "123456789\n");
    write_text(path_in("none"), "");
    int64_t error;
    size_t length;
    char *text = op_text(core, &error, &length, "file_read", path_in("ten"), 10);
    CHECK_TEXT(text, "123456789\n");
    CHECK_INT(length, 10);
    free(text);
    CHECK_INT(read_error(core, path_in("ten"), 9), -EFBIG);
    text = op_text(core, &error, &length, "file_read", path_in("none"), 0);
    CHECK_TEXT(text, "");
    free(text);
    CHECK_INT(read_error(core, path_in("gone"), 10), -ENOENT);
    ci_core_free(core);
}

TEST(reads_proc, "reads files of /proc, which say that they are empty, within the limit") {
    struct ci_core *core = core_bare(0);
    int64_t error;
    size_t length;
    char *text = op_text(core, &error, &length, "file_read", "/proc/self/status", 65536);
    CHECK(text != NULL && strncmp(text, "Name:", 5) == 0);
    free(text);
    CHECK_INT(read_error(core, "/proc/self/status", 10), -EFBIG);
    ci_core_free(core);
}

TEST(reads_bytes, "reads large files and NUL bytes as they are") {
    struct ci_core *core = core_bare(0);
    FILE *file = fopen(path_in("large"), "w");
    CHECK(file != NULL);
    for (int i = 0; i < 300000; i++) fputc(i % 256, file);
    fclose(file);
    int64_t error;
    size_t length;
    char *text = op_text(core, &error, &length, "file_read", path_in("large"), 1000000);
    CHECK_INT(length, 300000);
    for (int i = 0; i < 300000; i++) CHECK((unsigned char)text[i] == i % 256);
    free(text);
    ci_core_free(core);
}

TEST(refuses_others, "refuses to read what is no regular file, at once") {
    struct ci_core *core = core_bare(0);
    CHECK(mkfifo(path_in("fifo"), 0644) == 0);
    CHECK_INT(read_error(core, path_in("fifo"), 100), -EINVAL);
    CHECK_INT(read_error(core, folder(), 100), -EINVAL);
    CHECK_INT(read_error(core, "/dev/null", 100), -EINVAL);
    CHECK_INT(read_error(core, "/dev/zero", 100), -EINVAL);
    CHECK(symlink("/dev/null", path_in("mask")) == 0);
    CHECK_INT(read_error(core, path_in("mask"), 100), -EINVAL);
    CHECK(symlink(path_in("loop"), path_in("loop")) == 0);
    CHECK_INT(read_error(core, path_in("loop"), 100), -ELOOP);
    ci_core_free(core);
}

TEST(writes, "creates, truncates, appends, and refuses what exists where it is told to") {
    enum { CREATE = 1, TRUNCATE = 2, APPEND = 4, EXCLUSIVE = 8 };
    struct ci_core *core = core_bare(0);
    umask(022);
    const char *file = path_in("file");
    CHECK_INT(op(core, "file_write", file, "a", 0644, 0), -ENOENT);
    CHECK_INT(op(core, "file_write", file, "abc", 0640, CREATE), 0);
    struct stat status;
    CHECK(stat(file, &status) == 0);
    CHECK_INT(status.st_mode & 0777, 0640);
    CHECK_INT(op(core, "file_write", file, "x", 0644, CREATE), 0);
    CHECK_TEXT(read_text(file), "xbc");
    CHECK_INT(op(core, "file_write", file, "new", 0644, CREATE | TRUNCATE), 0);
    CHECK_INT(op(core, "file_write", file, "er", 0644, APPEND), 0);
    CHECK_TEXT(read_text(file), "newer");
    CHECK_INT(op(core, "file_write", file, "a", 0644, CREATE | EXCLUSIVE), -EEXIST);
    CHECK(mkfifo(path_in("fifo"), 0644) == 0);
    CHECK_INT(op(core, "file_write", path_in("fifo"), "a", 0644, CREATE), -ENXIO);
    ci_core_free(core);
}

TEST(kinds, "tells what a name stands for, a link as a link or as what it leads to") {
    struct ci_core *core = core_bare(0);
    write_text(path_in("file"), "");
    CHECK(symlink(path_in("file"), path_in("link")) == 0);
    CHECK(symlink("/gone", path_in("dangling")) == 0);
    CHECK(mkfifo(path_in("fifo"), 0644) == 0);
    CHECK_INT(open_listener(core, 1, path_in("socket"), 0) >= 0, 1);
    const struct {
        const char *path;
        int kind, followed;
    } cases[] = {{path_in("gone"), 0, 0},     {path_in("file"), 1, 1},   {folder(), 2, 2},
                 {path_in("link"), 3, 1},     {path_in("socket"), 4, 4}, {path_in("fifo"), 5, 5},
                 {"/dev/null", 6, 6},         {"/etc/passwd/x", 0, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CHECK_INT(op(core, "file_kind", cases[i].path, 0), cases[i].kind);
        CHECK_INT(op(core, "file_kind", cases[i].path, 1), cases[i].followed);
    }
    CHECK_INT(op(core, "file_kind", path_in("dangling"), 0), 3);
    CHECK_INT(op(core, "file_kind", path_in("dangling"), 1), 0);
    int64_t error;
    char *text = op_text(core, &error, NULL, "link_read", path_in("dangling"));
    CHECK_TEXT(text, "/gone");
    free(text);
    CHECK(op_text(core, &error, NULL, "link_read", path_in("file")) == NULL);
    CHECK_INT(error, -EINVAL);
    ci_core_free(core);
}

TEST(directories, "makes, lists and removes directories; names come sorted by byte") {
    struct ci_core *core = core_bare(0);
    const char *directory = path_in("d");
    CHECK_INT(op(core, "directory_make", directory, 0755), 0);
    CHECK_INT(op(core, "directory_make", directory, 0755), -EEXIST);
    int64_t error;
    size_t length;
    char *names = op_text(core, &error, &length, "directory_read", directory, 1);
    CHECK(names != NULL);
    CHECK_INT(length, 0);
    free(names);
    const char *const files[] = {"d/b", "d/a", "d/B", "d/.c", "d/\xc3\xa4", "d/a.b"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) write_text(path_in(files[i]), "");
    const char wanted[] = ".c\0B\0a\0a.b\0b\0\xc3\xa4";
    for (int marks = 0; marks < 2; marks++) {
        names = op_text(core, &error, &length, "directory_read", path_in("d"), marks);
        CHECK_INT(length, sizeof wanted);
        CHECK(memcmp(names, wanted, length) == 0);
        free(names);
    }
    CHECK_INT(op(core, "directory_remove", path_in("d")), -ENOTEMPTY);
    CHECK(op_text(core, &error, NULL, "directory_read", path_in("gone"), 0) == NULL);
    CHECK_INT(error, -ENOENT);
    CHECK(op_text(core, &error, NULL, "directory_read", path_in("d/a"), 0) == NULL);
    CHECK_INT(error, -ENOTDIR);
    CHECK_INT(op(core, "file_rename", path_in("d/a"), path_in("d/b")), 0);
    CHECK_INT(op(core, "file_remove", path_in("d/b")), 0);
    CHECK_INT(op(core, "file_remove", path_in("d/b")), -ENOENT);
    ci_core_free(core);
}

TEST(marks, "marks directories and links in a list, without a change to their order, where it is asked to") {
    struct ci_core *core = core_bare(0);
    CHECK_INT(op(core, "directory_make", path_in("d"), 0755), 0);
    CHECK_INT(op(core, "directory_make", path_in("d/a"), 0755), 0);
    write_text(path_in("d/a.b"), "");
    CHECK(symlink("a", path_in("d/b")) == 0);
    CHECK(symlink("/gone", path_in("d/c")) == 0);
    CHECK(mkfifo(path_in("d/d"), 0644) == 0);
    int64_t error;
    size_t length;
    char *names = op_text(core, &error, &length, "directory_read", path_in("d"), 1);
    const char marked[] = "a/\0a.b\0b/@\0c/@\0d";
    CHECK_INT(length, sizeof marked);
    CHECK(memcmp(names, marked, length) == 0);
    free(names);
    names = op_text(core, &error, &length, "directory_read", path_in("d"), 0);
    const char plain[] = "a\0a.b\0b\0c\0d";
    CHECK_INT(length, sizeof plain);
    CHECK(memcmp(names, plain, length) == 0);
    free(names);
    ci_core_free(core);
}

TEST(own, "tells our pid, identity, host name and environment") {
    struct ci_core *core = core_bare(0);
    CHECK_INT(op(core, "own_pid"), getpid());
    CHECK_INT(op(core, "own_uid"), geteuid());
    CHECK_INT(op(core, "own_gid"), getegid());
    char host[256];
    CHECK(gethostname(host, sizeof host) == 0);
    int64_t error;
    size_t length;
    char *text = op_text(core, &error, &length, "hostname");
    CHECK_TEXT(text, host);
    free(text);
    clearenv();
    setenv("A", "1", 1);
    setenv("EMPTY", "", 1);
    text = op_text(core, &error, &length, "environment");
    CHECK_INT(length, 11);
    CHECK(memcmp(text, "A=1\0EMPTY=", 11) == 0);
    free(text);
    clearenv();
    text = op_text(core, &error, &length, "environment");
    CHECK_INT(length, 0);
    free(text);
    ci_core_free(core);
}
