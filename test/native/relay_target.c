/* relay_target.c: clients of a relay whose target is not there yet, or no more. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "relay.h"

static int64_t count(struct ci_core *core, int64_t relay) { return op(core, "relay_count", (int)relay); }

/* A place where nobody listens any more. */
static struct place place_of_nobody(void) {
    struct place place = place_at("127.0.0.1", 0);
    close(place.fd);
    return place;
}

static void end(struct ci_core *core, int64_t relay, struct place *front, struct place *back) {
    CHECK_INT(op(core, "relay_close", (int)relay), 0);
    close(front->fd);
    if (back) close(back->fd);
}

TEST_RELAY(later, "serves every client once the target comes up, with what each has said meanwhile, and in their order") {
    enum { CLIENTS = 20 };
    struct place front = place_at("127.0.0.1", 0), nobody = place_of_nobody();
    const int64_t relay = relay_between(core, &front, &nobody, FREELY);
    int clients[CLIENTS];
    for (int i = 0; i < CLIENTS; i++) {
        char text[16];
        snprintf(text, sizeof text, "%02d", i);
        clients[i] = call_place(&front);
        say(clients[i], text);
        UNTIL(core, count(core, relay) == i + 1);
    }
    CHECK(shutdown(clients[1], SHUT_WR) == 0);
    check_quiet(core, clients[0]);
    struct place back = place_at("127.0.0.1", nobody.port);
    for (int i = 0; i < CLIENTS; i++) {
        char text[16];
        snprintf(text, sizeof text, "%02d", i);
        const int target = answer(core, &back);
        if (i == 0) hear(core, target, text);
        say(target, "hello");
        if (i == 0) hear(core, clients[0], "hello");
        close(target);
    }
    for (int i = 1; i < CLIENTS; i++) hear(core, clients[i], "hello");
    for (int i = 0; i < CLIENTS; i++) close(clients[i]);
    UNTIL(core, count(core, relay) == 0);
    end(core, relay, &front, &back);
}

TEST_RELAY(later_path, "serves a client once its target's path is there") {
    struct place front = place_at(path_in("front"), 0), nobody = {.port = 0};
    snprintf(nobody.address, sizeof nobody.address, "%s", path_in("back"));
    const int64_t relay = relay_between(core, &front, &nobody, FREELY);
    const int client = call_place(&front);
    say(client, "hello");
    relay_rest(core);
    struct place back = place_at(nobody.address, 0);
    const int target = answer(core, &back);
    hear(core, target, "hello");
    close(client);
    hear_end(core, target);
    close(target);
    end(core, relay, &front, &back);
}

TEST_RELAY(again, "serves clients of a target that goes down and comes up again") {
    struct place front = place_at("127.0.0.1", 0), back = place_at("127.0.0.1", 0);
    const int64_t relay = relay_between(core, &front, &back, FREELY);
    for (int i = 0; i < 5; i++) {
        const int client = call_place(&front);
        say(client, "hello");
        if (i) {
            relay_rest(core);
            back = place_at("127.0.0.1", back.port);
        }
        const int target = answer(core, &back);
        hear(core, target, "hello");
        close(back.fd);
        reset(target);
        hear_reset(core, client);
        close(client);
    }
    UNTIL(core, count(core, relay) == 0);
    end(core, relay, &front, NULL);
}

TEST_RELAY(timeout, "refuses a client whose target cannot be reached in time, and says so once for many") {
    struct place front = place_at("127.0.0.1", 0), nobody = place_of_nobody();
    const int64_t relay = relay_between(core, &front, &nobody, (struct limits){50, NO_LIMIT, 0, 0});
    int clients[3];
    for (int i = 0; i < 3; i++) clients[i] = call_place(&front);
    for (int i = 0; i < 3; i++) hear_reset(core, clients[i]);
    CHECK_INT(await_relay(core, relay, 2).c, ECONNREFUSED);
    CHECK(!has_told(core, relay));
    CHECK_INT(count(core, relay), 0);
    for (int i = 0; i < 3; i++) close(clients[i]);
    end(core, relay, &front, NULL);
}

TEST_RELAY(hanging, "refuses a client whose dial is not answered in time") {
    struct place front = place_at("127.0.0.1", 0), back = place_at("127.0.0.1", 0);
    /* Once nobody more fits into the backlog, who dials is not answered. */
    CHECK(listen(back.fd, 0) == 0);
    const int filler = call_place(&back);
    const int64_t relay = relay_between(core, &front, &back, (struct limits){100, NO_LIMIT, 0, 0});
    const int client = call_place(&front);
    say(client, "hello");
    CHECK_INT(await_relay(core, relay, 2).c, ETIMEDOUT);
    hear_reset(core, client);
    close(client);
    close(filler);
    end(core, relay, &front, &back);
}

TEST_RELAY(crowded, "serves every client of a target whose backlog is full at first") {
    struct place front = place_at(path_in("front"), 0), back = place_at(path_in("back"), 0);
    CHECK(listen(back.fd, 0) == 0);
    const int64_t relay = relay_between(core, &front, &back, FREELY);
    int clients[10];
    for (int i = 0; i < 10; i++) {
        clients[i] = call_place(&front);
        say(clients[i], "hello");
    }
    UNTIL(core, count(core, relay) == 10);
    relay_rest(core);
    for (int i = 0; i < 10; i++) {
        const int target = answer(core, &back);
        hear(core, target, "hello");
        close(target);
    }
    for (int i = 0; i < 10; i++) {
        hear_end(core, clients[i]);
        close(clients[i]);
    }
    UNTIL(core, count(core, relay) == 0);
    end(core, relay, &front, &back);
}

TEST_RELAY(leaves, "forgets a client that breaks off while it waits, and keeps one that only says no more") {
    struct place front = place_at("127.0.0.1", 0), nobody = place_of_nobody();
    const int64_t relay = relay_between(core, &front, &nobody, FREELY);
    const int goes = call_place(&front), stays = call_place(&front);
    UNTIL(core, count(core, relay) == 2);
    say(stays, "question");
    CHECK(shutdown(stays, SHUT_WR) == 0);
    reset(goes);
    UNTIL(core, count(core, relay) == 1);
    relay_rest(core);
    CHECK_INT(count(core, relay), 1);
    struct place back = place_at("127.0.0.1", nobody.port);
    const int target = answer(core, &back);
    hear(core, target, "question");
    hear_end(core, target);
    say(target, "answer");
    hear(core, stays, "answer");
    close(target);
    hear_end(core, stays);
    close(stays);
    end(core, relay, &front, &back);
}

TEST_RELAY(leaves_local, "delivers what a client of a path has said before it went, and forgets one that said nothing") {
    struct place front = place_at(path_in("front"), 0), nobody = place_of_nobody();
    const int64_t relay = relay_between(core, &front, &nobody, FREELY);
    const int silent = call_place(&front), client = call_place(&front);
    UNTIL(core, count(core, relay) == 2);
    close(silent);
    UNTIL(core, count(core, relay) == 1);
    say(client, "log this");
    close(client);
    relay_rest(core);
    struct place back = place_at("127.0.0.1", nobody.port);
    const int target = answer(core, &back);
    hear(core, target, "log this");
    hear_end(core, target);
    /* Nobody is there to take an answer. */
    UNTIL(core, count(core, relay) == 0);
    close(target);
    end(core, relay, &front, &back);
}

TEST_RELAY(off, "leaves clients to the backlog while it does not accept, refuses those that wait, and carries on the others") {
    struct place front = place_at("127.0.0.1", 0), back = place_at("127.0.0.1", 0);
    const int64_t relay = relay_between(core, &front, &back, FREELY);
    const int client = call_place(&front), target = answer(core, &back);
    close(back.fd);
    const int waiting = call_place(&front);
    UNTIL(core, count(core, relay) == 2);
    CHECK_INT(op(core, "relay_accept", (int)relay, 0), 0);
    hear_reset(core, waiting);
    close(waiting);
    CHECK_INT(count(core, relay), 1);
    say(client, "still");
    hear(core, target, "still");
    const int later = call_place(&front);
    say(later, "later");
    check_quiet(core, later);
    CHECK_INT(count(core, relay), 1);
    back = place_at("127.0.0.1", back.port);
    CHECK_INT(op(core, "relay_accept", (int)relay, 1), 0);
    const int other = answer(core, &back);
    hear(core, other, "later");
    close(client);
    close(later);
    hear_end(core, target);
    hear_end(core, other);
    close(target);
    close(other);
    UNTIL(core, count(core, relay) == 0);
    end(core, relay, &front, &back);
}

TEST_RELAY(closed_waiting, "refuses those that wait when it is closed") {
    struct place front = place_at("127.0.0.1", 0), nobody = place_of_nobody();
    const int64_t relay = relay_between(core, &front, &nobody, FREELY);
    const int client = call_place(&front);
    UNTIL(core, count(core, relay) == 1);
    end(core, relay, &front, NULL);
    hear_reset(core, client);
    close(client);
}

/* A network of our own, where the kernel has these few ports to dial from. */
static void enter_network(int from, int to) {
    need_root();
    CHECK(unshare(CLONE_NEWNET) == 0);
    struct ifreq request = {.ifr_name = "lo"};
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    CHECK(ioctl(fd, SIOCGIFFLAGS, &request) == 0);
    request.ifr_flags |= IFF_UP;
    CHECK(ioctl(fd, SIOCSIFFLAGS, &request) == 0);
    close(fd);
    char text[32];
    snprintf(text, sizeof text, "%d %d", from, to);
    write_text("/proc/sys/net/ipv4/ip_local_port_range", text);
}

TEST_RELAY(itself, "never takes itself for its target, though it may dial from the target's port") {
    enter_network(40000, 40003);
    struct place front = place_at(path_in("front"), 0);
    const struct place nobody = {.address = "127.0.0.1", .port = 40000};
    const int64_t relay = relay_between(core, &front, &nobody, FREELY);
    const int client = call_place(&front);
    say(client, "hello");
    for (int i = 0; i < 5; i++) check_quiet(core, client);
    struct place back = place_at("127.0.0.1", 40000);
    const int target = answer(core, &back);
    hear(core, target, "hello");
    close(client);
    hear_end(core, target);
    close(target);
    UNTIL(core, count(core, relay) == 0);
    end(core, relay, &front, &back);
}

/* How often a dial was refused in our network: the seventh number of its line. */
static int refusals(void) {
    const char *names = strstr(read_text("/proc/self/net/snmp"), "Tcp: "), *line = strstr(names + 5, "Tcp: ");
    int failed;
    CHECK(sscanf(line, "Tcp: %*s %*s %*s %*s %*s %*s %d", &failed) == 1);
    return failed;
}

TEST_RELAY(one_probe, "asks for a target that is down once for all its clients") {
    enum { CLIENTS = 40 };
    enter_network(40000, 50000);
    struct place front = place_at(path_in("front"), 0), nobody = place_of_nobody();
    const int64_t relay = relay_between(core, &front, &nobody, FREELY);
    int clients[CLIENTS];
    for (int i = 0; i < CLIENTS; i++) clients[i] = call_place(&front);
    UNTIL(core, count(core, relay) == CLIENTS);
    const int before = refusals();
    const int64_t began = relay_now();
    while (relay_now() < began + 300) relay_turn(core);
    const int probes = refusals() - before;
    const int64_t most = 2 + (relay_now() - began) / 4;
    if (probes < 2 || probes > most) FAIL("%d probes, not 2 to %d", probes, (int)most);
    for (int i = 0; i < CLIENTS; i++) close(clients[i]);
    UNTIL(core, count(core, relay) == 0);
    end(core, relay, &front, NULL);
}
