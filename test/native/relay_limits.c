/* relay_limits.c: when a relay accepts nobody, and what it refuses to be. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "relay.h"

TEST_RELAY(idle, "stops accepting and says so once it had no client for its idle time, and only then") {
    struct place front = place_at("127.0.0.1", 0), back = place_at("127.0.0.1", 0);
    const int64_t relay = relay_between(core, &front, &back, (struct limits){NO_LIMIT, 40, 0, 0});
    int client = call_place(&front), target = answer(core, &back);
    for (int i = 0; i < 4; i++) relay_rest(core);
    CHECK(!has_told(core, relay));
    close(client);
    hear_end(core, target);
    close(target);
    await_relay(core, relay, 1);
    client = call_place(&front);
    say(client, "hello");
    check_quiet(core, client);
    CHECK_INT(relay_clients(core, relay), 0);
    for (int i = 0; i < 4; i++) relay_rest(core);
    CHECK(!has_told(core, relay));
    CHECK_INT(op(core, "relay_accept", (int)relay, 1), 0);
    target = answer(core, &back);
    hear(core, target, "hello");
    close(client);
    close(target);
    await_relay(core, relay, 1);
    end_relay(core, relay, &front, &back);
}

TEST_RELAY(cap, "accepts no more clients than it may have at once, and says so") {
    struct place front = place_at("127.0.0.1", 0), back = place_at("127.0.0.1", 0);
    const int64_t relay = relay_between(core, &front, &back, (struct limits){NO_LIMIT, NO_LIMIT, 2, 0});
    int clients[3], targets[3];
    for (int i = 0; i < 3; i++) clients[i] = call_place(&front);
    for (int i = 0; i < 2; i++) targets[i] = answer(core, &back);
    await_relay(core, relay, 4);
    relay_rest(core);
    CHECK_INT(relay_clients(core, relay), 2);
    CHECK(accept(back.fd, NULL, NULL) < 0 && errno == EAGAIN);
    close(clients[0]);
    hear_end(core, targets[0]);
    close(targets[0]);
    targets[2] = answer(core, &back);
    say(clients[2], "hello");
    hear(core, targets[2], "hello");
    for (int i = 1; i < 3; i++) {
        close(clients[i]);
        hear_end(core, targets[i]);
        close(targets[i]);
    }
    end_relay(core, relay, &front, &back);
}

/* A target in a process of its own, so that our limit is not its. */
static void serve(int listener) {
    if (fork()) return;
    if (dup2(listener, 3) < 0 || syscall(SYS_close_range, 4, ~0u, 0) < 0) _exit(1);
    fcntl(3, F_SETFL, 0);
    for (;;) {
        char byte;
        const int fd = accept(3, NULL, NULL);
        if (fd < 0) _exit(0);
        if (read(fd, &byte, 1) == 1) send(fd, &byte, 1, MSG_NOSIGNAL);
        close(fd);
    }
}

static void limit_descriptors(rlim_t most) {
    struct rlimit limit;
    CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0);
    limit.rlim_cur = most ? most : limit.rlim_max;
    CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
}

TEST_RELAY(descriptors, "loses nobody when descriptors run out, says so once, and leaves some for everything else") {
    enum { CLIENTS = 40 };
    struct place front = place_at("127.0.0.1", 0), back = place_at("127.0.0.1", 0);
    serve(back.fd);
    const int64_t relay = op(core, "relay_open", INTS(front.fd), back.address, back.port, INTS(-1, -1, 0, 0));
    int clients[CLIENTS];
    for (int i = 0; i < CLIENTS; i++) {
        clients[i] = call_place(&front);
        /* Every second one keeps its connection until the others are served. */
        if (i % 2) say(clients[i], "x");
    }
    const int most = clients[CLIENTS - 1] + 40;
    limit_descriptors((rlim_t)most);
    CHECK_INT(op(core, "relay_accept", (int)relay, 1), 0);
    await_relay(core, relay, 3);
    int left = CLIENTS;
    for (int round = 0; left; round++) {
        CHECK(round < 2000);
        for (int i = 0; i < CLIENTS; i++) {
            char byte;
            if (clients[i] < 0 || recv(clients[i], &byte, 1, 0) != 1) continue;
            hear_end(core, clients[i]);
            close(clients[i]);
            clients[i] = -1;
            left--;
        }
        for (int i = 0; i < CLIENTS; i++)
            if (i % 2 == 0 && round == 5 * i) say(clients[i], "x");
        relay_turn(core);
        const int free_one = dup(0);
        CHECK(free_one >= 0);
        close(free_one);
        sleep_ms(2);
    }
    UNTIL(core, relay_clients(core, relay) == 0);
    limit_descriptors(0);
    end_relay(core, relay, &front, &back);
}

TEST_RELAY(thousands, "has nothing left of thousands of clients") {
    struct place front = place_at("127.0.0.1", 0), back = place_at("127.0.0.1", 0);
    serve(back.fd);
    const int64_t relay = relay_between(core, &front, &back, FREELY);
    const int before = count_descriptors();
    for (int i = 0; i < 3000; i++) {
        const int client = call_place(&front);
        say(client, "x");
        if (i % 3) hear(core, client, "x");
        if (i % 5)
            close(client);
        else
            reset(client);
    }
    UNTIL(core, relay_clients(core, relay) == 0);
    CHECK_INT(count_descriptors(), before);
    end_relay(core, relay, &front, &back);
}

TEST_RELAY(refused, "refuses what is no listener of streams, and addresses that are none") {
    struct place front = place_at("127.0.0.1", 0);
    const int pair = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), packets = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const struct ci_ints *freely = INTS(-1, -1, 0, 0);
    CHECK_INT(op(core, "relay_open", NO_INTS, "127.0.0.1", 1, freely), -EINVAL);
    CHECK_INT(op(core, "relay_open", INTS(front.fd, 999), "127.0.0.1", 1, freely), -EBADF);
    CHECK_INT(op(core, "relay_open", INTS(front.fd, packets), "127.0.0.1", 1, freely), -ESOCKTNOSUPPORT);
    CHECK_INT(op(core, "relay_open", INTS(front.fd, pair), "127.0.0.1", 1, freely), -EINVAL);
    CHECK_INT(op(core, "relay_open", INTS(front.fd), "localhost", 1, freely), -EINVAL);
    CHECK_INT(op(core, "relay_open", INTS(front.fd), "127.0.0.1", 70000, freely), -EINVAL);
    CHECK_INT(op(core, "relay_open", INTS(front.fd), "127.0.0.1", 1, INTS(-1, -1, 0, 3)), -EINVAL);
    CHECK_INT(op(core, "relay_open", INTS(front.fd), "127.0.0.1", 1, INTS(-1, -1, 0)), -EINVAL);
    CHECK_INT(op(core, "relay_accept", 1, 1), -ENOENT);
    CHECK_INT(op(core, "relay_count", 1), -ENOENT);
    CHECK_INT(op(core, "relay_close", 1), -ENOENT);
    close(front.fd);
    close(pair);
    close(packets);
}

TEST_RELAY(handed_back, "leaves a listener as it was found, for whoever gets it next") {
    struct place front = place_at("127.0.0.1", 0), back = place_at("127.0.0.1", 0);
    CHECK(fcntl(front.fd, F_SETFL, 0) == 0);
    const int64_t relay = relay_between(core, &front, &back, FREELY);
    CHECK_INT(op(core, "relay_close", (int)relay), 0);
    CHECK_INT(fcntl(front.fd, F_GETFL) & O_NONBLOCK, 0);
    int value = -1;
    socklen_t length = sizeof value;
    CHECK(getsockopt(front.fd, IPPROTO_TCP, TCP_NODELAY, &value, &length) == 0);
    CHECK_INT(value, 0);
    close(front.fd);
    close(back.fd);
}

TEST_RELAY(two_doors, "accepts from each of its listeners, next to other relays") {
    struct place fronts[] = {place_at("127.0.0.1", 0), place_at("::1", 0)}, front = place_at("127.0.0.1", 0);
    struct place back = place_at("127.0.0.1", 0), other_back = place_at("127.0.0.1", 0);
    const int64_t relay = op(core, "relay_open", INTS(fronts[0].fd, fronts[1].fd), back.address, back.port,
                             INTS(-1, -1, 0, 0));
    const int64_t other = relay_between(core, &front, &other_back, FREELY);
    CHECK(other != relay);
    CHECK_INT(op(core, "relay_accept", (int)relay, 1), 0);
    for (int i = 0; i < 3; i++) {
        const int client = call_place(i < 2 ? &fronts[i] : &front), target = answer(core, i < 2 ? &back : &other_back);
        say(client, "hello");
        hear(core, target, "hello");
        close(target);
        hear_end(core, client);
        close(client);
        if (i == 1) end_relay(core, relay, &fronts[0], &back);
    }
    close(fronts[1].fd);
    end_relay(core, other, &front, &other_back);
}

TEST(waited_for, "has something to wait for while a relay accepts, and nothing while it does not") {
    struct ci_core *core = core_bare(0);
    struct place front = place_at("127.0.0.1", 0), back = place_at("127.0.0.1", 0);
    const int64_t relay = op(core, "relay_open", INTS(front.fd), back.address, back.port, INTS(-1, -1, 0, 0));
    CHECK(ci_core_is_idle(core));
    CHECK_INT(op(core, "relay_accept", (int)relay, 1), 0);
    CHECK(!ci_core_is_idle(core));
    CHECK_INT(op(core, "relay_accept", (int)relay, 0), 0);
    CHECK(ci_core_is_idle(core));
    end_relay(core, relay, &front, &back);
    ci_core_free(core);
}
