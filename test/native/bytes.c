/* bytes.c: files that are not text. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

TEST(bytes, "reads any bytes as two digits each, with the refusals of a text") {
    struct ci_core *core = core_bare(0);
    FILE *file = fopen(path_in("bytes"), "w");
    CHECK(file != NULL);
    for (int i = 0; i < 256; i++) fputc(i, file);
    fclose(file);
    int64_t error;
    size_t length;
    char *text = op_text(core, &error, &length, "file_read_hex", path_in("bytes"), 256);
    CHECK_INT(length, 512);
    for (int i = 0; i < 256; i++) {
        char digits[3];
        snprintf(digits, sizeof digits, "%02x", i);
        CHECK(memcmp(text + i * 2, digits, 2) == 0);
    }
    free(text);
    write_text(path_in("none"), "");
    text = op_text(core, &error, &length, "file_read_hex", path_in("none"), 0);
    CHECK_TEXT(text, "");
    free(text);
    CHECK(op_text(core, &error, NULL, "file_read_hex", path_in("bytes"), 255) == NULL);
    CHECK_INT(error, -EFBIG);
    CHECK(op_text(core, &error, NULL, "file_read_hex", folder(), 255) == NULL);
    CHECK_INT(error, -EINVAL);
    ci_core_free(core);
}
