/* relay.c: what a relay carries, and how a connection ends. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "relay.h"

/* A relay with its two places, and one connection through it. */
struct line {
    struct place front, back;
    int64_t relay;
    int client, target;
};

static struct line line_between(struct ci_core *core, const char *front, const char *back) {
    struct line line = {.front = place_at(front, 0), .back = place_at(back, 0)};
    line.relay = relay_between(core, &line.front, &line.back, FREELY);
    line.client = call_place(&line.front);
    line.target = answer(core, &line.back);
    return line;
}

static struct line line_of(struct ci_core *core) { return line_between(core, "127.0.0.1", "127.0.0.1"); }

static void end_line(struct ci_core *core, const struct line *line) {
    CHECK_INT(op(core, "relay_close", (int)line->relay), 0);
    CHECK_INT(op(core, "relay_close", (int)line->relay), -ENOENT);
    close(line->front.fd);
    close(line->back.fd);
}

static int64_t count(struct ci_core *core, const struct line *line) { return op(core, "relay_count", (int)line->relay); }

TEST_RELAY(carries, "carries what client and target say, whoever speaks first, until both have ended") {
    struct line line = line_of(core);
    say(line.target, "welcome");
    hear(core, line.client, "welcome");
    for (int i = 0; i < 50; i++) {
        say(line.client, "question");
        hear(core, line.target, "question");
        say(line.target, "answer");
        hear(core, line.client, "answer");
    }
    CHECK_INT(count(core, &line), 1);
    close(line.client);
    hear_end(core, line.target);
    close(line.target);
    UNTIL(core, count(core, &line) == 0);
    end_line(core, &line);
}

TEST_RELAY(half_client, "passes on that a client says no more, and goes on carrying the answer") {
    struct line line = line_of(core);
    say(line.client, "all of it");
    CHECK(shutdown(line.client, SHUT_WR) == 0);
    hear(core, line.target, "all of it");
    hear_end(core, line.target);
    check_quiet(core, line.client);
    say(line.target, "answer");
    hear(core, line.client, "answer");
    close(line.target);
    hear_end(core, line.client);
    UNTIL(core, count(core, &line) == 0);
    close(line.client);
    end_line(core, &line);
}

TEST_RELAY(half_target, "passes on that a target says no more, and goes on carrying what the client says") {
    struct line line = line_of(core);
    say(line.target, "bye");
    CHECK(shutdown(line.target, SHUT_WR) == 0);
    hear(core, line.client, "bye");
    hear_end(core, line.client);
    say(line.client, "one more");
    hear(core, line.target, "one more");
    close(line.client);
    hear_end(core, line.target);
    UNTIL(core, count(core, &line) == 0);
    close(line.target);
    end_line(core, &line);
}

TEST_RELAY(reset_client, "passes on that a client has broken off, after what it had said") {
    struct line line = line_of(core);
    say(line.client, "before");
    hear(core, line.target, "before");
    reset(line.client);
    hear_reset(core, line.target);
    close(line.target);
    UNTIL(core, count(core, &line) == 0);
    end_line(core, &line);
}

TEST_RELAY(reset_target, "passes on that a target has broken off, after what it had said") {
    struct line line = line_of(core);
    say(line.target, "before");
    hear(core, line.client, "before");
    reset(line.target);
    hear_reset(core, line.client);
    close(line.client);
    UNTIL(core, count(core, &line) == 0);
    end_line(core, &line);
}

TEST_RELAY(last_words, "delivers the last words of a client or a target that breaks off with them") {
    for (int i = 0; i < 20; i++) {
        struct line line = line_of(core);
        const int speaker = i % 2 ? line.client : line.target, hearer = i % 2 ? line.target : line.client;
        /* A client who breaks off while its target is being dialed is dropped. */
        if (i % 4 != 2) {
            say(line.client, "hello");
            hear(core, line.target, "hello");
        }
        say(speaker, "farewell");
        reset(speaker);
        hear(core, hearer, "farewell");
        hear_reset(core, hearer);
        close(hearer);
        UNTIL(core, count(core, &line) == 0);
        end_line(core, &line);
    }
}

TEST_RELAY(reset_half, "passes on that a client which says no more has broken off") {
    struct line line = line_of(core);
    CHECK(shutdown(line.client, SHUT_WR) == 0);
    hear_end(core, line.target);
    reset(line.client);
    UNTIL(core, count(core, &line) == 0);
    UNTIL(core, send(line.target, "x", 1, MSG_NOSIGNAL) < 0);
    close(line.target);
    end_line(core, &line);
}

TEST_RELAY(answer_unheard, "delivers the answer of a target that does not listen to the end, and then breaks off") {
    struct line line = line_of(core);
    struct stream question = stream_of(1, 8 << 20), all = stream_of(2, 300000), wanted = all;
    for (int i = 0; i < 50; i++) {
        stream_send(&question, line.client, 65536);
        relay_turn(core);
    }
    UNTIL(core, stream_send(&all, line.target, 65536));
    /* It has unread bytes: closing it is a reset. */
    shutdown(line.target, SHUT_WR);
    UNTIL(core, stream_take(&wanted, line.client, 65536));
    close(line.target);
    UNTIL(core, send(line.client, "x", 1, MSG_NOSIGNAL) < 0 && errno != EAGAIN);
    close(line.client);
    UNTIL(core, count(core, &line) == 0);
    end_line(core, &line);
}

/* Both ways at once, in pieces of changing size, by readers of changing speed. */
static void exchange(struct ci_core *core, int one, int other, size_t length, unsigned seed) {
    struct stream to_other = stream_of(seed, length), to_one = stream_of(seed + 1, length / 2 + 1);
    struct stream at_other = to_other, at_one = to_one;
    const int64_t end = relay_now() + 30000;
    for (; at_other.left || at_one.left; relay_turn(core)) {
        if (relay_now() > end) FAIL("%zu and %zu bytes do not come", at_other.left, at_one.left);
        const size_t most = (size_t)rand_r(&seed) % 70000 + 1;
        for (int i = rand_r(&seed) % 8; i >= 0; i--) stream_send(&to_other, one, most);
        for (int i = rand_r(&seed) % 8; i >= 0; i--) stream_send(&to_one, other, most);
        for (int i = rand_r(&seed) % 8; i > 0; i--) stream_take(&at_other, other, most);
        for (int i = rand_r(&seed) % 8; i > 0; i--) stream_take(&at_one, one, most);
    }
}

static void exchange_all(struct ci_core *core, const char *front, const char *back) {
    static const size_t lengths[] = {1, 1000, 65535, 65536, 65537, 200000, 6000000};
    for (unsigned i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        struct line line = line_between(core, front, back);
        exchange(core, line.client, line.target, lengths[i], 10 * i + 3);
        close(line.client);
        hear_end(core, line.target);
        close(line.target);
        UNTIL(core, count(core, &line) == 0);
        end_line(core, &line);
        if (front[0] == '/') CHECK(unlink(front) == 0);
        if (back[0] == '/') CHECK(unlink(back) == 0);
    }
}

TEST_RELAY(bytes_tcp, "carries exactly the bytes, few or millions, both ways at once, over TCP") {
    exchange_all(core, "127.0.0.1", "::1");
}

TEST_RELAY(bytes_out, "carries exactly the bytes from a path to TCP") {
    exchange_all(core, path_in("front"), "127.0.0.1");
}

TEST_RELAY(bytes_in, "carries exactly the bytes from TCP to an abstract address") {
    char abstract[64];
    snprintf(abstract, sizeof abstract, "@relay-tests-%d", own_number());
    exchange_all(core, "::1", abstract);
}

TEST_RELAY(bytes_local, "carries exactly the bytes between paths") {
    exchange_all(core, path_in("front"), path_in("back"));
}

TEST_RELAY(many, "carries the bytes of many clients, each its own") {
    enum { CLIENTS = 60 };
    struct place front = place_at("127.0.0.1", 0), back = place_at("127.0.0.1", 0);
    const int64_t relay = relay_between(core, &front, &back, FREELY);
    int clients[CLIENTS], targets[CLIENTS];
    for (int i = 0; i < CLIENTS; i++) {
        clients[i] = call_place(&front);
        targets[i] = answer(core, &back);
    }
    CHECK_INT(op(core, "relay_count", (int)relay), CLIENTS);
    for (unsigned i = 0; i < CLIENTS; i++) exchange(core, clients[i], targets[i], 100000 + i, i);
    for (int i = 0; i < CLIENTS; i++) close(i % 2 ? clients[i] : targets[i]);
    for (int i = 0; i < CLIENTS; i++) {
        hear_end(core, i % 2 ? targets[i] : clients[i]);
        close(i % 2 ? targets[i] : clients[i]);
    }
    UNTIL(core, op(core, "relay_count", (int)relay) == 0);
    CHECK_INT(op(core, "relay_close", (int)relay), 0);
    close(front.fd);
    close(back.fd);
}

TEST_RELAY(back_pressure, "reads no more than the other side takes") {
    struct line line = line_of(core);
    struct stream stream = stream_of(5, (size_t)1 << 30);
    const struct stream all = stream;
    /* Until nothing moves any more. */
    for (size_t before = 0; before != stream.left;) {
        before = stream.left;
        for (int i = 0; i < 30; i++) {
            stream_send(&stream, line.client, 65536);
            relay_turn(core);
        }
    }
    const size_t taken = all.left - stream.left;
    if (taken > (size_t)64 << 20) FAIL("%zu bytes were taken from a client whose target takes none", taken);
    struct stream wanted = all;
    wanted.left = taken;
    UNTIL(core, stream_take(&wanted, line.target, 65536));
    close(line.client);
    hear_end(core, line.target);
    close(line.target);
    UNTIL(core, count(core, &line) == 0);
    end_line(core, &line);
}

TEST_RELAY(urgent, "carries urgent data of TCP along with the rest") {
    struct line line = line_of(core);
    say(line.client, "a");
    hear(core, line.target, "a");
    CHECK(send(line.client, "bc", 2, MSG_OOB) == 2);
    CHECK(send(line.client, "def", 3, 0) == 3);
    hear(core, line.target, "bcdef");
    close(line.client);
    hear_end(core, line.target);
    close(line.target);
    UNTIL(core, count(core, &line) == 0);
    end_line(core, &line);
}

TEST_RELAY(asleep, "sleeps while a connection is idle, be it half closed") {
    struct line line = line_of(core);
    CHECK(shutdown(line.client, SHUT_WR) == 0);
    hear_end(core, line.target);
    relay_rest(core);
    int woken = 0;
    for (int i = 0; i < 10; i++) woken += ci_core_dispatch(core, 10);
    CHECK_INT(woken, 0);
    close(line.target);
    hear_end(core, line.client);
    close(line.client);
    end_line(core, &line);
}

TEST_RELAY(close_ended, "delivers what a target has said and ended before its relay was closed, and cuts off all others") {
    struct line line = line_of(core);
    const int client = call_place(&line.front), target = answer(core, &line.back);
    struct stream all = stream_of(7, 1500000), wanted = all;
    /* Sent in full while the client reads nothing: in the end the target is gone. */
    UNTIL(core, stream_send(&all, line.target, 65536));
    close(line.target);
    CHECK_INT(op(core, "relay_close", (int)line.relay), 0);
    UNTIL(core, stream_take(&wanted, line.client, 65536));
    hear_end(core, line.client);
    close(line.client);
    hear_reset(core, client);
    hear_reset(core, target);
    close(client);
    close(target);
    close(line.front.fd);
    close(line.back.fd);
}

TEST_RELAY(close_stuck, "does not wait for ever for a client to take what its target has said") {
    struct line line = line_of(core);
    struct stream all = stream_of(7, (size_t)1 << 30);
    for (int i = 0; i < 2000; i++) {
        stream_send(&all, line.target, 65536);
        if (i % 50 == 0) relay_turn(core);
    }
    close(line.target);
    CHECK_INT(op(core, "relay_close", (int)line.relay), 0);
    close(line.front.fd);
    close(line.back.fd);
    /* relay_case() waits for the descriptors of the relay to go. */
    static char bytes[65536];
    ssize_t got = 1;
    relay_rest(core);
    UNTIL(core, send(line.client, "x", 1, MSG_NOSIGNAL) < 0 && errno != EAGAIN);
    while ((got = recv(line.client, bytes, sizeof bytes, 0)) > 0) {}
    close(line.client);
}

/* With a connection in each state. */
static void free_core(unsigned flags) {
    const int before = count_descriptors();
    struct ci_core *core = core_bare(flags);
    struct line line = line_of(core);
    close(line.back.fd);
    const int waiting = call_place(&line.front);
    UNTIL(core, count(core, &line) == 2);
    struct stream all = stream_of(1, 1 << 20);
    for (int i = 0; i < 20; i++) {
        stream_send(&all, line.client, 65536);
        relay_turn(core);
    }
    ci_core_free(core);
    close(line.front.fd);
    close(line.client);
    close(line.target);
    close(waiting);
    CHECK_INT(count_descriptors(), before);
}

TEST(free_host, "cuts off everybody when the core is freed") { free_core(0); }

TEST(free_thread, "cuts off everybody and ends the thread when the core is freed") { free_core(CI_CORE_RELAY_THREAD); }
