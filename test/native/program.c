/* program.c: what the kernel would run a file with. */
#define _GNU_SOURCE
#include <elf.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"

static const char *interpreter(struct ci_core *core, const char *path) {
    static char kept[256];
    int64_t error;
    char *text = op_text(core, &error, NULL, "program_interpreter", path);
    if (text)
        snprintf(kept, sizeof kept, "%s", text);
    else
        snprintf(kept, sizeof kept, "%d", (int)error);
    free(text);
    return kept;
}

static const char *program(const char *name, const void *bytes, size_t length, mode_t mode) {
    const char *path = path_in(name);
    FILE *file = fopen(path, "w");
    CHECK(file != NULL && fwrite(bytes, 1, length, file) == length && fclose(file) == 0);
    CHECK(chmod(path, mode) == 0);
    return path;
}

static const char *script(const char *name, const char *text) { return program(name, text, strlen(text), 0755); }

TEST(scripts, "reads what stands behind #!, however the line ends") {
    struct ci_core *core = core_bare(0);
    CHECK_TEXT(interpreter(core, script("a", "#!/bin/sh\necho\n")), "/bin/sh");
    CHECK_TEXT(interpreter(core, script("b", "#! \t/usr/bin/env  -S node --x \t\n")), "/usr/bin/env  -S node --x");
    CHECK_TEXT(interpreter(core, script("c", "#!/bin/sh")), "/bin/sh");
    CHECK_TEXT(interpreter(core, script("d", "#!/bin/sh\r\n")), "/bin/sh\r");
    CHECK_TEXT(interpreter(core, script("e", "#!  \n/bin/sh")), "-8");
    CHECK_TEXT(interpreter(core, script("f", "#!")), "-8");
    CHECK_TEXT(interpreter(core, script("g", "#!\n")), "-8");
    ci_core_free(core);
}

TEST(programs, "tells a program's dynamic linker, and none of what is no program") {
    struct ci_core *core = core_bare(0);
    const char *linker = interpreter(core, "/bin/sh");
    CHECK(linker[0] == 0 || strstr(linker, "/ld") != NULL);
    CHECK_TEXT(interpreter(core, script("text", "echo\n")), "-8");
    CHECK_TEXT(interpreter(core, script("empty", "")), "-8");
    CHECK_TEXT(interpreter(core, program("plain", "#!/bin/sh\n", 10, 0644)), "-13");
    CHECK_TEXT(interpreter(core, folder()), "-22");
    CHECK_TEXT(interpreter(core, "/dev/null"), "-22");
    CHECK_TEXT(interpreter(core, path_in("gone")), "-2");
    ci_core_free(core);
}

/* A header with one program header behind it, and the path behind that. */
struct image {
    Elf64_Ehdr header;
    Elf64_Phdr segment;
    char path[24];
};

static struct image image(void) {
    struct image image = {.path = "/lib/ld-test.so.1"};
    memcpy(image.header.e_ident, ELFMAG, SELFMAG);
    image.header.e_ident[EI_CLASS] = ELFCLASS64;
    image.header.e_ident[EI_DATA] = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2LSB : ELFDATA2MSB;
    image.header.e_phoff = offsetof(struct image, segment);
    image.header.e_phentsize = sizeof image.segment;
    image.header.e_phnum = 1;
    image.segment.p_type = PT_INTERP;
    image.segment.p_offset = offsetof(struct image, path);
    image.segment.p_filesz = sizeof image.path;
    return image;
}

TEST(headers, "survives headers that lie") {
    struct ci_core *core = core_bare(0);
    struct image one = image();
#define WITH(field, value) (one = image(), one.field = (value), interpreter(core, program("p", &one, sizeof one, 0755)))
    CHECK_TEXT(WITH(header.e_phnum, 1), "/lib/ld-test.so.1");
    CHECK_TEXT(WITH(header.e_phnum, 0), "");
    CHECK_TEXT(WITH(header.e_phnum, 0xffff), "/lib/ld-test.so.1");
    CHECK_TEXT(WITH(segment.p_type, PT_LOAD), "");
    CHECK_TEXT(WITH(header.e_phentsize, 1), "-8");
    CHECK_TEXT(WITH(header.e_phoff, UINT64_MAX - 8), "-8");
    CHECK_TEXT(WITH(header.e_phoff, 1 << 20), "-8");
    CHECK_TEXT(WITH(segment.p_offset, UINT64_MAX), "-8");
    CHECK_TEXT(WITH(segment.p_filesz, UINT64_MAX), "-8");
    CHECK_TEXT(WITH(segment.p_filesz, 4096), "-8");
    CHECK_TEXT(WITH(header.e_ident[EI_CLASS], 9), "-8");
    CHECK_TEXT(WITH(header.e_ident[EI_DATA], 9), "");
#undef WITH
    one = image();
    for (size_t length = 0; length < sizeof one; length++) interpreter(core, program("short", &one, length, 0755));
    ci_core_free(core);
}
