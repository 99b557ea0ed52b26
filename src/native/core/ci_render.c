/* ci_render.c: what a line looks like: as text for pipes and files, with visible control characters and colours for
 * terminals, or as one JSON object. Everything ends up in one buffer of the core, which has room for the longest line. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ci_internal.h"

/* The names of syslog(3), but for 3, which everybody else calls "error". */
static const char level_names[][8] = {"emerg", "alert", "crit", "error", "warning", "notice", "info", "debug"};

static const char reset[] = "\x1b[0m";
/* Neither red nor yellow: those are errors and warnings. */
static const char name_colours[][6] = {"\x1b[36m", "\x1b[32m", "\x1b[35m", "\x1b[34m",
                                       "\x1b[96m", "\x1b[92m", "\x1b[95m", "\x1b[94m"};

/* Grows a line in the core's buffer. What does not fit is left out; callers see to it that all fits. */
struct writer {
    char *at;
    const char *end;
};

static struct writer begin(struct ci_core *core) {
    return (struct writer){core->rendered, core->rendered + sizeof core->rendered};
}

static void put(struct writer *writer, const char *text, size_t length) {
    if (length > (size_t)(writer->end - writer->at)) return;
    memcpy(writer->at, text, length);
    writer->at += length;
}

static void put_text(struct writer *writer, const char *text) { put(writer, text, strlen(text)); }

/* How many bytes the character at `text` has, 0 if it is none that UTF-8 allows. */
static size_t character(const unsigned char *text, size_t left) {
    const unsigned first = text[0];
    if (first < 0x80) return 1;
    const size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || length > left) return 0;
    for (size_t i = 1; i < length; i++)
        if ((text[i] & 0xc0) != 0x80) return 0;
    /* No second spelling of what is shorter, no surrogates, nothing past the last character. */
    if ((first == 0xe0 && text[1] < 0xa0) || (first == 0xed && text[1] > 0x9f)) return 0;
    if ((first == 0xf0 && text[1] < 0x90) || (first == 0xf4 && text[1] > 0x8f)) return 0;
    return length;
}

/* C0, DEL, and C1 in its two bytes of UTF-8. */
static bool is_control(const unsigned char *text, size_t length) {
    return length == 1 ? text[0] < 0x20 || text[0] == 0x7f : length == 2 && text[0] == 0xc2 && text[1] < 0xa0;
}

/* For a terminal: what would move its cursor, or is no character, is spelled out. */
static void put_visible(struct writer *writer, const char *text, size_t length) {
    const unsigned char *bytes = (const unsigned char *)text;
    for (size_t at = 0; at < length;) {
        const size_t size = character(bytes + at, length - at);
        if (size && (bytes[at] == '\t' || !is_control(bytes + at, size))) {
            put(writer, text + at, size);
            at += size;
            continue;
        }
        for (const size_t end = at + (size ? size : 1); at < end; at++) {
            char spelled[5];
            put(writer, spelled, (size_t)snprintf(spelled, sizeof spelled, "\\x%02x", bytes[at]));
        }
    }
}

/* The inside of a JSON string. */
static void put_json(struct writer *writer, const char *text, size_t length) {
    const unsigned char *bytes = (const unsigned char *)text;
    for (size_t at = 0; at < length;) {
        const size_t size = character(bytes + at, length - at);
        if (!size) {
            put(writer, "\xef\xbf\xbd", 3);
            at++;
            continue;
        }
        if (is_control(bytes + at, size)) {
            static const char letters[] = "\bb\ff\nn\rr\tt";
            char escaped[7];
            const char *letter = size == 1 && bytes[at] ? strchr(letters, bytes[at]) : NULL;
            const int used = letter ? snprintf(escaped, sizeof escaped, "\\%c", letter[1])
                                    : snprintf(escaped, sizeof escaped, "\\u%04x", bytes[at + size - 1]);
            put(writer, escaped, (size_t)used);
        } else {
            if (bytes[at] == '"' || bytes[at] == '\\') put(writer, "\\", 1);
            put(writer, text + at, size);
        }
        at += size;
    }
}

static void put_field(struct writer *writer, const char *name, const char *text, size_t length) {
    put(writer, ",\"", 2);
    put_text(writer, name);
    put(writer, "\":\"", 3);
    put_json(writer, text, length);
    put(writer, "\"", 1);
}

/* `{"time":"..."`, in UTC; the second is worked out once for all lines in it. */
static void put_time(struct ci_core *core, struct writer *writer) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (now.tv_sec != core->second || !core->second_text[0]) {
        struct tm parts;
        core->second = now.tv_sec;
        gmtime_r(&now.tv_sec, &parts);
        strftime(core->second_text, sizeof core->second_text, "%Y-%m-%dT%H:%M:%S", &parts);
    }
    put_text(writer, "{\"time\":\"");
    put_text(writer, core->second_text);
    char fraction[12];
    put(writer, fraction, (size_t)snprintf(fraction, sizeof fraction, ".%06ldZ\"", now.tv_nsec / 1000 % 1000000));
}

static struct ci_string finish(struct ci_core *core, struct writer *writer) {
    return (struct ci_string){core->rendered, (size_t)(writer->at - core->rendered)};
}

/* The same colour for the same name, here and in the next container. */
static const char *colour_of(const char *name, size_t length) {
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < length; i++) hash = (hash ^ (unsigned char)name[i]) * 16777619u;
    return name_colours[(hash ^ hash >> 16) % (sizeof name_colours / sizeof *name_colours)];
}

void ci_render_setup(struct ci_stream *stream) {
    stream->is_terminal = isatty(stream->writable.fd) == 1;
    const char *refused = getenv("NO_COLOR"), *kind = getenv("TERM");
    stream->has_colour = stream->is_terminal && !(refused && *refused) && !(kind && strcmp(kind, "dumb") == 0);
}

bool ci_render_is_plain(const struct ci_core *core, const struct ci_stream *stream) {
    return !core->says_json && !stream->is_terminal;
}

struct ci_string ci_render_line(struct ci_core *core, const struct ci_stream *stream, const struct ci_line *line) {
    struct writer writer = begin(core);
    if (core->says_json) {
        put_time(core, &writer);
        put_field(&writer, "unit", line->unit.text, line->unit.length);
        if (line->has_identifier) put_field(&writer, "identifier", line->name.text, line->name.length);
        put_text(&writer, stream == &core->streams[0] ? ",\"stream\":\"stdout\"" : ",\"stream\":\"stderr\"");
        put_field(&writer, "level", level_names[line->level], strlen(level_names[line->level]));
        put_field(&writer, "message", line->text.text, line->text.length);
        if (line->goes_on) put_text(&writer, ",\"partial\":true");
        put(&writer, "}\n", 2);
        return finish(core, &writer);
    }
    if (stream->has_colour) put_text(&writer, colour_of(line->name.text, line->name.length));
    put(&writer, "[", 1);
    put_visible(&writer, line->name.text, line->name.length);
    put(&writer, "]", 1);
    if (stream->has_colour) put_text(&writer, reset);
    put(&writer, " ", 1);
    put_visible(&writer, line->text.text, line->text.length);
    put(&writer, "\n", 1);
    return finish(core, &writer);
}

struct ci_string ci_render_own(struct ci_core *core, int level, const char *unit, const char *text, size_t length) {
    struct writer writer = begin(core);
    const struct ci_stream *stream = &core->streams[1];
    if (level < 0 || level > 7) level = 6;
    if (length > CI_LINE_MAX) length = ci_render_cut(text);
    if (core->says_json) {
        put_time(core, &writer);
        if (*unit) put_field(&writer, "unit", unit, strlen(unit));
        put_text(&writer, ",\"source\":\"container-init\"");
        put_field(&writer, "level", level_names[level], strlen(level_names[level]));
        put_field(&writer, "message", text, length);
        put(&writer, "}\n", 2);
        return finish(core, &writer);
    }
    const char *colour = !stream->has_colour ? "" : level <= 3 ? "\x1b[31m" : level == 4 ? "\x1b[33m" : "";
    put_text(&writer, colour);
    put_text(&writer, "container-init: ");
    put_text(&writer, level <= 3 ? "error: " : level == 4 ? "warning: " : "");
    if (*unit) {
        put_text(&writer, unit);
        put(&writer, ": ", 2);
    }
    if (stream->is_terminal)
        put_visible(&writer, text, length);
    else
        put(&writer, text, length);
    if (*colour) put_text(&writer, reset);
    put(&writer, "\n", 1);
    return finish(core, &writer);
}

size_t ci_render_cut(const char *text) {
    size_t size = CI_LINE_MAX;
    while (size > CI_LINE_MAX - 4 && (text[size] & 0xc0) == 0x80) size--;
    return size > CI_LINE_MAX - 4 ? size : CI_LINE_MAX;
}
