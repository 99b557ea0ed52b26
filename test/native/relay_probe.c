/* relay_probe.c: how a relay asks for a target that is down, in a network where that can be counted. */
#define _GNU_SOURCE
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "relay.h"

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
    UNTIL(core, relay_clients(core, relay) == 0);
    end_relay(core, relay, &front, &back);
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
    UNTIL(core, relay_clients(core, relay) == CLIENTS);
    const int before = refusals();
    const int64_t began = relay_now();
    while (relay_now() < began + 300) relay_turn(core);
    const int probes = refusals() - before;
    const int64_t most = 2 + (relay_now() - began) / 4;
    if (probes < 2 || probes > most) FAIL("%d probes, not 2 to %d", probes, (int)most);
    for (int i = 0; i < CLIENTS; i++) close(clients[i]);
    UNTIL(core, relay_clients(core, relay) == 0);
    end_relay(core, relay, &front, NULL);
}
