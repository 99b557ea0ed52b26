/* fact.c: what conditions ask the kernel. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "check.h"

TEST(mount_points, "tells mount points from other directories, files and links") {
    struct ci_core *core = core_bare(0);
    CHECK_INT(op(core, "mount_point", "/"), 1);
    CHECK_INT(op(core, "mount_point", "/proc"), 1);
    CHECK_INT(op(core, "mount_point", "/proc/self"), 0);
    CHECK_INT(op(core, "mount_point", "/proc/version"), 0);
    CHECK_INT(op(core, "mount_point", folder()), 0);
    write_text(path_in("file"), "");
    CHECK_INT(op(core, "mount_point", path_in("file")), 0);
    CHECK(symlink("/proc", path_in("link")) == 0);
    CHECK_INT(op(core, "mount_point", path_in("link")), 1);
    CHECK_INT(op(core, "mount_point", path_in("gone")), -ENOENT);
    CHECK_INT(op(core, "mount_point", path_in("file/x")), -ENOTDIR);
    ci_core_free(core);
}

TEST(read_only, "tells what can be written to from what nobody can write to") {
    struct ci_core *core = core_bare(0);
    CHECK_INT(op(core, "read_only", folder()), 0);
    write_text(path_in("file"), "");
    CHECK(chmod(path_in("file"), 0444) == 0);
    CHECK_INT(op(core, "read_only", path_in("file")), 0);
    CHECK_INT(op(core, "read_only", path_in("gone")), -ENOENT);
    ci_core_free(core);
}

TEST(kernel_name, "tells the kernel's release and the machine's type") {
    struct ci_core *core = core_bare(0);
    struct utsname name;
    CHECK(uname(&name) == 0);
    int64_t error;
    size_t length;
    char *text = op_text(core, &error, &length, "kernel_name");
    CHECK_INT(length, strlen(name.release) + strlen(name.machine) + 2);
    CHECK_TEXT(text, name.release);
    CHECK_TEXT(text + strlen(name.release) + 1, name.machine);
    free(text);
    ci_core_free(core);
}
