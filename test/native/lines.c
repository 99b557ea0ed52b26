/* lines.c: what the lines of services and our own look like: on terminals, as JSON, with levels. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "check.h"

/* Puts a terminal in the place of our stdout or stderr; answers the side of its reader. */
static int capture_terminal(int descriptor) {
    struct termios modes;
    char name[64];
    const int reader = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    CHECK(reader >= 0);
    CHECK(grantpt(reader) == 0 && unlockpt(reader) == 0);
    CHECK(ptsname_r(reader, name, sizeof name) == 0);
    const int own = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
    CHECK(own >= 0);
    /* What is read is what was written. */
    CHECK(tcgetattr(own, &modes) == 0);
    modes.c_oflag &= ~(tcflag_t)OPOST;
    CHECK(tcsetattr(own, TCSANOW, &modes) == 0);
    CHECK(dup2(own, descriptor) == descriptor);
    setenv("TERM", "xterm", 1);
    unsetenv("NO_COLOR");
    return reader;
}

static void say_output(const char *name, const char *script) {
    struct ci_core *core = core_of_host();
    int64_t pid = SPAWN(core, SHELL(script), .name = name, .stdio = INTS(-1, -2, -2));
    CHECK_INT(await_exit(core, pid), 0);
    ci_core_free(core);
}

/* Of a line `\x1b[..m[name]\x1b[0m text`: the colour, in a buffer of its own. */
static const char *colour_in(const char *text, const char *name) {
    static char colour[16];
    char rest[64];
    const char *end = strchr(text, 'm');
    CHECK(strncmp(text, "\x1b[", 2) == 0 && end != NULL);
    snprintf(colour, sizeof colour, "%.*s", (int)(end - text + 1), text);
    snprintf(rest, sizeof rest, "[%s]\x1b[0m ", name);
    CHECK(strncmp(end + 1, rest, strlen(rest)) == 0);
    return colour;
}

TEST(terminal_colour, "colours the name on a terminal, always the same name in the same colour") {
    char first[16];
    int out = capture_terminal(1);
    say_output("web.service", "echo hello");
    const char *text = captured(out);
    snprintf(first, sizeof first, "%s", colour_in(text, "web"));
    CHECK_TEXT(strchr(text, ' '), " hello\n");
    say_output("web.service", "echo hello");
    CHECK_TEXT(colour_in(captured(out), "web"), first);
    say_output("worker.service", "echo hello");
    CHECK(strcmp(colour_in(captured(out), "worker"), first) != 0);
}

TEST(no_colour, "has no colours where NO_COLOR is set, or TERM is dumb, and spells control characters out all the same") {
    int out = capture_terminal(1);
    setenv("NO_COLOR", "1", 1);
    say_output("web.service", "printf '\\033[2Jgone\\n'");
    CHECK_TEXT(captured(out), "[web] \\x1b[2Jgone\n");
    unsetenv("NO_COLOR");
    setenv("TERM", "dumb", 1);
    say_output("web.service", "printf 'a\\tb\\r\\0\\177\\n'");
    CHECK_TEXT(captured(out), "[web] a\tb\\x0d\\x00\\x7f\n");
}

TEST(terminal_characters, "passes characters on to a terminal, and spells out bytes that are none, and the control characters of C1") {
    int out = capture_terminal(1);
    setenv("NO_COLOR", "1", 1);
    say_output("web.service", "printf '\\303\\244 \\342\\202\\254 \\360\\237\\230\\200 \\377 \\302\\233 \\300\\257 \\355\\240\\200 \\303\\n'");
    CHECK_TEXT(captured(out), "[web] \xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80 \\xff \\xc2\\x9b \\xc0\\xaf \\xed\\xa0\\x80 \\xc3\n");
}

TEST(own_colours, "colours its own warnings and errors on a terminal, and nothing else of its own") {
    int err = capture_terminal(2);
    struct ci_core *core = core_of_host();
    op(core, "say", 6, "web.service", "started");
    CHECK_TEXT(captured(err), "container-init: web.service: started\n");
    op(core, "say", 4, "web.service", "says: \x1b[2J");
    CHECK_TEXT(captured(err), "\x1b[33mcontainer-init: warning: web.service: says: \\x1b[2J\x1b[0m\n");
    op(core, "say", 3, "", "the end");
    CHECK_TEXT(captured(err), "\x1b[31mcontainer-init: error: the end\x1b[0m\n");
    ci_core_free(core);
}

TEST(own_plain, "writes its own lines as they are where no terminal reads") {
    int err = capture(2);
    struct ci_core *core = core_of_host();
    op(core, "say", 4, "web.service", "says: \x1b[2J");
    op(core, "say", 3, "", "the end");
    CHECK_TEXT(captured(err), "container-init: warning: web.service: says: \x1b[2J\ncontainer-init: error: the end\n");
    ci_core_free(core);
}

/* Checks that the line begins with a time as RFC 3339 has it, and answers what follows it. */
static const char *behind_time(const char *line) {
    static const char shape[] = "{\"time\":\"####-##-##T##:##:##.######Z\",";
    for (size_t i = 0; shape[i]; i++)
        if (shape[i] == '#' ? line[i] < '0' || line[i] > '9' : line[i] != shape[i]) FAIL("no time: %s", line);
    return line + strlen(shape);
}

static struct ci_core *core_of_json(void) {
    struct ci_core *core = core_of_host();
    CHECK_INT(op(core, "log_format", 1), 0);
    return core;
}

TEST(json, "writes an object a line, with time, unit, stream, level and message") {
    int out = capture(1), err = capture(2);
    struct ci_core *core = core_of_json();
    int64_t pid = SPAWN(core, SHELL("echo out; printf '<3>err' >&2"), .name = "web.service", .stdio = INTS(-1, -2, -2));
    CHECK_INT(await_exit(core, pid), 0);
    CHECK_TEXT(behind_time(captured(out)),
               "\"unit\":\"web.service\",\"stream\":\"stdout\",\"level\":\"info\",\"message\":\"out\"}\n");
    CHECK_TEXT(behind_time(captured(err)),
               "\"unit\":\"web.service\",\"stream\":\"stderr\",\"level\":\"error\",\"message\":\"err\"}\n");
    op(core, "say", 4, "web.service", "exited with \"code\" 3");
    CHECK_TEXT(behind_time(captured(err)), "\"unit\":\"web.service\",\"source\":\"container-init\",\"level\":\"warning\","
                                           "\"message\":\"exited with \\\"code\\\" 3\"}\n");
    op(core, "say", 6, "", "two\nlines");
    CHECK_TEXT(behind_time(captured(err)),
               "\"source\":\"container-init\",\"level\":\"info\",\"message\":\"two\\nlines\"}\n");
    ci_core_free(core);
}

static void check_json(const char *script, const char *message) {
    char wanted[512];
    int out = capture(1);
    struct ci_core *core = core_of_json();
    int64_t pid = SPAWN(core, SHELL(script), .name = "u", .stdio = INTS(-1, -2, -1));
    CHECK_INT(await_exit(core, pid), 0);
    snprintf(wanted, sizeof wanted, "\"unit\":\"u\",\"stream\":\"stdout\",\"level\":\"info\",\"message\":\"%s\"}\n", message);
    CHECK_TEXT(behind_time(captured(out)), wanted);
    ci_core_free(core);
}

TEST(json_escapes, "escapes what JSON cannot hold, and control characters") {
    check_json("printf '\"\\\\ \\b\\f\\r\\t \\033\\000\\177 \\302\\205\\n'", "\\\"\\\\ \\b\\f\\r\\t \\u001b\\u0000\\u007f \\u0085");
}

TEST(json_characters, "keeps characters, and puts U+FFFD in the place of bytes that are none") {
    check_json("printf '\\303\\244\\360\\237\\230\\200 \\377 \\303\\n'", "\xc3\xa4\xf0\x9f\x98\x80 \xef\xbf\xbd \xef\xbf\xbd");
}

TEST(json_cut, "makes an object of each piece of a line that is cut, says that it goes on, and cuts no character") {
    int out = capture(1);
    CHECK(fcntl(out, F_SETPIPE_SZ, 1 << 20) > 0);
    struct ci_core *core = core_of_json();
    /* The character lies across the limit of 16384. */
    int64_t pid = SPAWN(core, SHELL("printf '<4>'; head -c 16380 /dev/zero | tr '\\0' x; printf '\\303\\244y\\n'"), .name = "u",
                        .stdio = INTS(-1, -2, -1));
    CHECK_INT(await_exit(core, pid), 0);
    const char *text = captured(out), *second = strchr(text, '\n') + 1;
    CHECK(strncmp(second - 24, "xxxxx\",\"partial\":true}\n", 23) == 0 || strstr(text, "x\",\"partial\":true}\n{") != NULL);
    CHECK_TEXT(behind_time(second),
               "\"unit\":\"u\",\"stream\":\"stdout\",\"level\":\"warning\",\"message\":\"\xc3\xa4y\"}\n");
    ci_core_free(core);
}

TEST(json_longest, "has room for the longest line in its longest spelling") {
    int out = capture(1);
    CHECK(fcntl(out, F_SETPIPE_SZ, 1 << 20) > 0);
    struct ci_core *core = core_of_json();
    int64_t pid = SPAWN(core, SHELL("head -c 16384 /dev/zero; echo"), .name = "u", .stdio = INTS(-1, -2, -1));
    CHECK_INT(await_exit(core, pid), 0);
    const char *text = captured(out);
    size_t zeros = 0;
    for (const char *at = text; (at = strstr(at, "\\u0000")); at += 6) zeros++;
    CHECK_INT(zeros, 16384);
    CHECK_TEXT(text + strlen(text) - 9, "\\u0000\"}\n");
    ci_core_free(core);
}

TEST(level_mark, "takes the level off the beginning of a line, once, and only where it is one") {
    int out = capture(1);
    struct ci_core *core = core_of_host();
    int64_t pid = SPAWN(core, SHELL("printf '<3>a\\n<8>b\\n<a>c\\n<12>d\\n <3>e\\n<3><4>f\\n<3>\\n<3'"), .name = "u",
                        .stdio = INTS(-1, -2, -1));
    CHECK_INT(await_exit(core, pid), 0);
    CHECK_TEXT(captured(out), "[u] a\n[u] <8>b\n[u] <a>c\n[u] <12>d\n[u]  <3>e\n[u] <4>f\n[u] \n[u] <3\n");
    ci_core_free(core);
}

TEST(level_kept, "leaves the mark of a level where it is if it is told to") {
    int out = capture(1);
    struct ci_core *core = core_of_host();
    int64_t pid = SPAWN(core, SHELL("echo '<3>a'"), .name = "u", .lines = 6 + 7 * 16, .stdio = INTS(-1, -2, -1));
    CHECK_INT(await_exit(core, pid), 0);
    CHECK_TEXT(captured(out), "[u] <3>a\n");
    ci_core_free(core);
}

TEST(level_max, "drops lines of less important levels, every piece of them, and no others") {
    int out = capture(1);
    CHECK(fcntl(out, F_SETPIPE_SZ, 1 << 20) > 0);
    struct ci_core *core = core_of_host();
    const char *script = "printf '<4>kept\\nplain is info\\n<5>gone\\n<0>kept too\\n<6>'; "
                         "head -c 40000 /dev/zero | tr '\\0' x; printf '\\n<3>last'";
    int64_t pid = SPAWN(core, SHELL(script), .name = "u", .lines = 6 + 4 * 16 + 256, .stdio = INTS(-1, -2, -1));
    CHECK_INT(await_exit(core, pid), 0);
    CHECK_TEXT(captured(out), "[u] kept\n[u] kept too\n[u] last\n");
    pid = SPAWN(core, SHELL("echo '<5>gone'; echo 'plain is error'"), .name = "u", .lines = 3 + 4 * 16 + 256,
                .stdio = INTS(-1, -2, -1));
    CHECK_INT(await_exit(core, pid), 0);
    CHECK_TEXT(captured(out), "[u] plain is error\n");
    ci_core_free(core);
}

TEST(names, "calls lines by the unit's name without its suffix, or by the identifier; JSON has both") {
    int out = capture(1);
    struct ci_core *core = core_of_host();
    await_exit(core, SPAWN(core, SHELL("echo a"), .name = "a.b@c.d.service", .stdio = INTS(-1, -2, -1)));
    CHECK_TEXT(captured(out), "[a.b@c.d] a\n");
    await_exit(core, SPAWN(core, SHELL("echo a"), .name = "web.service", .identifier = "my.web", .stdio = INTS(-1, -2, -1)));
    CHECK_TEXT(captured(out), "[my.web] a\n");
    op(core, "log_format", 1);
    await_exit(core, SPAWN(core, SHELL("echo a"), .name = "web.service", .identifier = "my.web", .stdio = INTS(-1, -2, -1)));
    CHECK_TEXT(behind_time(captured(out)), "\"unit\":\"web.service\",\"identifier\":\"my.web\",\"stream\":\"stdout\","
                                           "\"level\":\"info\",\"message\":\"a\"}\n");
    ci_core_free(core);
}

TEST(json_stalled, "writes no half object, and loses nothing, while a reader of JSON is slow") {
    int out = capture(1);
    struct ci_core *core = core_of_json();
    int64_t pid = SPAWN(core, SHELL("seq 5000"), .name = "u", .stdio = INTS(-1, -2, -1));
    char *all = calloc(1, 2 << 20);
    CHECK(all != NULL);
    struct event event;
    for (bool ended = false; !ended;) {
        ended = take_event(core, CI_EVENT_EXITED, pid, &event);
        ci_core_dispatch(core, 5);
        strcat(all, captured(out));
    }
    for (size_t before = 0; strlen(all) > before;) {
        before = strlen(all);
        op(core, "drain", 100);
        strcat(all, captured(out));
    }
    int next = 1;
    for (char *line = strtok(all, "\n"); line; line = strtok(NULL, "\n"), next++) {
        char wanted[128];
        snprintf(wanted, sizeof wanted,
                 "\"unit\":\"u\",\"stream\":\"stdout\",\"level\":\"info\",\"message\":\"%d\"}", next);
        CHECK_TEXT(behind_time(line), wanted);
    }
    CHECK_INT(next, 5001);
    free(all);
    ci_core_free(core);
}
