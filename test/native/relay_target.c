/* relay_target.c: clients of a relay whose target is not there yet, or no more. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "relay.h"

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
        UNTIL(core, relay_clients(core, relay) == i + 1);
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
    UNTIL(core, relay_clients(core, relay) == 0);
    end_relay(core, relay, &front, &back);
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
    end_relay(core, relay, &front, &back);
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
    UNTIL(core, relay_clients(core, relay) == 0);
    end_relay(core, relay, &front, NULL);
}

TEST_RELAY(timeout, "refuses a client whose target cannot be reached in time, and says so once for many") {
    struct place front = place_at("127.0.0.1", 0), nobody = place_of_nobody();
    const int64_t relay = relay_between(core, &front, &nobody, (struct limits){50, NO_LIMIT, 0, 0});
    int clients[3];
    for (int i = 0; i < 3; i++) clients[i] = call_place(&front);
    for (int i = 0; i < 3; i++) hear_reset(core, clients[i]);
    CHECK_INT(await_relay(core, relay, 2).c, ECONNREFUSED);
    CHECK(!has_told(core, relay));
    CHECK_INT(relay_clients(core, relay), 0);
    for (int i = 0; i < 3; i++) close(clients[i]);
    end_relay(core, relay, &front, NULL);
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
    end_relay(core, relay, &front, &back);
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
    UNTIL(core, relay_clients(core, relay) == 10);
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
    UNTIL(core, relay_clients(core, relay) == 0);
    end_relay(core, relay, &front, &back);
}

TEST_RELAY(leaves, "forgets a client that breaks off while it waits, and keeps one that only says no more") {
    struct place front = place_at("127.0.0.1", 0), nobody = place_of_nobody();
    const int64_t relay = relay_between(core, &front, &nobody, FREELY);
    const int goes = call_place(&front), stays = call_place(&front);
    UNTIL(core, relay_clients(core, relay) == 2);
    say(stays, "question");
    CHECK(shutdown(stays, SHUT_WR) == 0);
    reset(goes);
    UNTIL(core, relay_clients(core, relay) == 1);
    relay_rest(core);
    CHECK_INT(relay_clients(core, relay), 1);
    struct place back = place_at("127.0.0.1", nobody.port);
    const int target = answer(core, &back);
    hear(core, target, "question");
    hear_end(core, target);
    say(target, "answer");
    hear(core, stays, "answer");
    close(target);
    hear_end(core, stays);
    close(stays);
    end_relay(core, relay, &front, &back);
}

TEST_RELAY(leaves_local, "delivers what a client of a path has said before it went, and forgets one that said nothing") {
    struct place front = place_at(path_in("front"), 0), nobody = place_of_nobody();
    const int64_t relay = relay_between(core, &front, &nobody, FREELY);
    const int silent = call_place(&front), client = call_place(&front);
    UNTIL(core, relay_clients(core, relay) == 2);
    close(silent);
    UNTIL(core, relay_clients(core, relay) == 1);
    say(client, "log this");
    close(client);
    relay_rest(core);
    struct place back = place_at("127.0.0.1", nobody.port);
    const int target = answer(core, &back);
    hear(core, target, "log this");
    hear_end(core, target);
    /* Nobody is there to take an answer. */
    UNTIL(core, relay_clients(core, relay) == 0);
    close(target);
    end_relay(core, relay, &front, &back);
}

TEST_RELAY(off, "leaves clients to the backlog while it does not accept, and carries on the others") {
    struct place front = place_at("127.0.0.1", 0), back = place_at("127.0.0.1", 0);
    const int64_t relay = relay_between(core, &front, &back, FREELY);
    const int client = call_place(&front), target = answer(core, &back);
    say(target, "hello");
    hear(core, client, "hello");
    CHECK_INT(op(core, "relay_accept", (int)relay, 0), 0);
    say(client, "still");
    hear(core, target, "still");
    const int later = call_place(&front);
    say(later, "later");
    check_quiet(core, later);
    CHECK_INT(relay_clients(core, relay), 1);
    CHECK_INT(op(core, "relay_accept", (int)relay, 1), 0);
    const int other = answer(core, &back);
    hear(core, other, "later");
    close(client);
    close(later);
    hear_end(core, target);
    hear_end(core, other);
    close(target);
    close(other);
    UNTIL(core, relay_clients(core, relay) == 0);
    end_relay(core, relay, &front, &back);
}

TEST_RELAY(off_reached, "keeps those that wait, for the next time, if it is told to accept no more after the target was reached") {
    struct place front = place_at("127.0.0.1", 0), back = place_at("127.0.0.1", 0);
    const int64_t relay = relay_between(core, &front, &back, FREELY);
    const int client = call_place(&front), target = answer(core, &back);
    say(target, "hello");
    hear(core, client, "hello");
    close(back.fd);
    const int waiting = call_place(&front);
    say(waiting, "again");
    UNTIL(core, relay_clients(core, relay) == 2);
    CHECK_INT(op(core, "relay_accept", (int)relay, 0), 1);
    back = place_at("127.0.0.1", back.port);
    check_quiet(core, waiting);
    CHECK(accept(back.fd, NULL, NULL) < 0);
    CHECK_INT(op(core, "relay_accept", (int)relay, 1), 0);
    const int other = answer(core, &back);
    hear(core, other, "again");
    close(client);
    close(waiting);
    hear_end(core, target);
    hear_end(core, other);
    close(target);
    close(other);
    UNTIL(core, relay_clients(core, relay) == 0);
    end_relay(core, relay, &front, &back);
}

TEST_RELAY(off_unreached, "refuses those that wait if it is told to accept no more before the target was reached, and serves the next") {
    struct place front = place_at("127.0.0.1", 0), nobody = place_of_nobody();
    const int64_t relay = relay_between(core, &front, &nobody, FREELY);
    for (int i = 0; i < 3; i++) {
        const int waiting = call_place(&front);
        UNTIL(core, relay_clients(core, relay) == 1);
        CHECK_INT(op(core, "relay_accept", (int)relay, 0), 0);
        hear_reset(core, waiting);
        close(waiting);
        CHECK_INT(op(core, "relay_accept", (int)relay, 1), 0);
    }
    const int client = call_place(&front);
    say(client, "hello");
    relay_rest(core);
    struct place back = place_at("127.0.0.1", nobody.port);
    const int target = answer(core, &back);
    hear(core, target, "hello");
    close(client);
    hear_end(core, target);
    close(target);
    UNTIL(core, relay_clients(core, relay) == 0);
    end_relay(core, relay, &front, &back);
}

TEST_RELAY(paused_unreached, "keeps those that wait if it is paused before the target was reached, and serves them later") {
    struct place front = place_at("127.0.0.1", 0), nobody = place_of_nobody();
    const int64_t relay = relay_between(core, &front, &nobody, FREELY);
    const int client = call_place(&front);
    say(client, "hello");
    UNTIL(core, relay_clients(core, relay) == 1);
    CHECK_INT(op(core, "relay_accept", (int)relay, 2), 1);
    /* Nobody more is accepted: who comes now is in the backlog. */
    const int later = call_place(&front);
    relay_rest(core);
    CHECK_INT(relay_clients(core, relay), 1);
    struct place back = place_at("127.0.0.1", nobody.port);
    CHECK_INT(op(core, "relay_accept", (int)relay, 1), 0);
    const int target = answer(core, &back);
    hear(core, target, "hello");
    const int other = answer(core, &back);
    close(client);
    close(later);
    hear_end(core, target);
    hear_end(core, other);
    close(target);
    close(other);
    UNTIL(core, relay_clients(core, relay) == 0);
    end_relay(core, relay, &front, &back);
}

TEST_RELAY(closed_waiting, "refuses those that wait when it is closed") {
    struct place front = place_at("127.0.0.1", 0), nobody = place_of_nobody();
    const int64_t relay = relay_between(core, &front, &nobody, FREELY);
    const int client = call_place(&front);
    UNTIL(core, relay_clients(core, relay) == 1);
    end_relay(core, relay, &front, NULL);
    hear_reset(core, client);
    close(client);
}
