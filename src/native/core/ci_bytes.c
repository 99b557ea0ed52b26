/* ci_bytes.c: files that are not text, for a JavaScript that gets text only. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>

#include "ci_internal.h"

void ci_op_file_read_hex(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    static const char digits[] = "0123456789abcdef";
    struct ci_result bytes = {0};
    ci_op_file_read(core, a, &bytes);
    result->number = bytes.number;
    if (bytes.number < 0) return;
    char *text = malloc(bytes.length * 2 + 1);
    if (text) {
        for (size_t i = 0; i < bytes.length; i++) {
            const unsigned char byte = (unsigned char)bytes.text[i];
            text[i * 2] = digits[byte >> 4];
            text[i * 2 + 1] = digits[byte & 15];
        }
        result->text = text;
        result->length = bytes.length * 2;
    } else {
        result->number = -ENOMEM;
    }
    free(bytes.text);
}
