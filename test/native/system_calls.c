/* system_calls.c: numbers of system calls by name. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include "check.h"

/* The first of the architectures: the one we are compiled for. */
static const char *native(struct ci_core *core) {
    static char name[32];
    int64_t error;
    char *text = op_text(core, &error, NULL, "system_call_architectures");
    CHECK(text != NULL);
    snprintf(name, sizeof name, "%.*s", (int)strcspn(text, " "), text);
    free(text);
    return name;
}

static const char *numbers(struct ci_core *core, const char *architecture, const char *const *names) {
    static char kept[1024];
    int64_t error;
    size_t length;
    char *text = op_text(core, &error, &length, "system_calls", architecture, names);
    if (text) {
        CHECK_INT(length, strlen(text));
        snprintf(kept, sizeof kept, "%s", text);
    } else {
        snprintf(kept, sizeof kept, "%d", (int)error);
    }
    free(text);
    return kept;
}

TEST(own_numbers, "knows the numbers that system calls have here") {
    struct ci_core *core = core_bare(0);
    char wanted[128];
    snprintf(wanted, sizeof wanted, "%d %d %d -1 %d", SYS_execve, SYS_read, SYS_writev, SYS_accept);
    CHECK_TEXT(numbers(core, native(core), LIST("execve", "read", "writev", "no_such_call", "accept")), wanted);
    snprintf(wanted, sizeof wanted, "%d", SYS_exit_group);
    CHECK_TEXT(numbers(core, native(core), LIST("exit_group")), wanted);
    CHECK_TEXT(numbers(core, native(core), LIST("")), "-1");
    CHECK_TEXT(numbers(core, native(core), LIST("Execve", "execve ", "execv_", "zzz")), "-1 -1 -1 -1");
    ci_core_free(core);
}

TEST(younger_calls, "knows calls that are younger than the kernel's headers") {
    struct ci_core *core = core_bare(0);
    CHECK_TEXT(numbers(core, native(core), LIST("clone3", "fchmodat2", "mseal", "futex_wait")), "435 452 462 455");
    ci_core_free(core);
}

TEST(no_names, "answers nothing when nothing is asked") {
    struct ci_core *core = core_bare(0);
    CHECK_TEXT(numbers(core, native(core), LIST(NULL)), "");
    ci_core_free(core);
}

TEST(other_architectures, "knows the 32-bit calls of a 64-bit PC, and no architecture by a wrong name") {
    struct ci_core *core = core_bare(0);
#ifdef __x86_64__
    CHECK_TEXT(native(core), "x86-64");
    CHECK_TEXT(numbers(core, "x86", LIST("execve", "socketcall", "socket", "arch_prctl", "mmap2")), "11 102 359 384 192");
    CHECK_TEXT(numbers(core, "x86-64", LIST("socketcall", "mmap2")), "-1 -1");
#endif
    CHECK_TEXT(numbers(core, "", LIST("execve")), "-22");
    CHECK_TEXT(numbers(core, "x86-6", LIST("execve")), "-22");
    CHECK_TEXT(numbers(core, "vax", LIST("execve")), "-22");
    ci_core_free(core);
}
