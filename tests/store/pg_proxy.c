/* pg_proxy: see pg_proxy.h. */
#include "pg_proxy.h"

#include "../test.h"
#include "pg_server.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define PORT 7000
#define PAIRS 32

static pthread_t thread;
static int listener = -1, wake[2];
static atomic_int mode;
static struct pair {
    int client, server;
    bool swallow; /* what the server answers from now on ends the connection */
} pair[PAIRS];
static int pairs;

static struct sockaddr_un address_of(int port)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};

    snprintf(a.sun_path, sizeof a.sun_path, "%s/.s.PGSQL.%d", pg_folder(), port);
    return a;
}

static void let_in(void)
{
    struct sockaddr_un a = address_of(5432);
    int client = accept(listener, NULL, NULL), server = -1;
    enum pg_proxy_mode m = (enum pg_proxy_mode)mode;

    if (client >= 0 && m != PROXY_REFUSE && pairs < PAIRS &&
        (server = socket(AF_UNIX, SOCK_STREAM, 0)) >= 0 &&
        connect(server, (struct sockaddr *)&a, sizeof a) == 0) {
        pair[pairs++] = (struct pair){client, server, false};
        return;
    }
    if (server >= 0)
        close(server);
    if (client >= 0)
        close(client);
}

static bool pass(int from, int to, char *buffer, size_t size, ssize_t *ret_n)
{
    *ret_n = recv(from, buffer, size, 0);
    if (*ret_n <= 0)
        return false;
    for (ssize_t done = 0; to >= 0 && done < *ret_n;) {
        ssize_t n = send(to, buffer + done, (size_t)(*ret_n - done), MSG_NOSIGNAL);
        if (n <= 0)
            return false;
        done += n;
    }
    return true;
}

/* False: the connection is to break. */
static bool from_client(struct pair *p)
{
    char buffer[65536];
    ssize_t n;

    if (mode == PROXY_PASS || mode == PROXY_REFUSE)
        return pass(p->client, p->server, buffer, sizeof buffer, &n);
    n = recv(p->client, buffer, sizeof buffer, MSG_PEEK);
    if (n <= 0)
        return false;
    if (!memmem(buffer, (size_t)n, "COMMIT", 6))
        return pass(p->client, p->server, buffer, sizeof buffer, &n);
    int m = atomic_exchange(&mode, mode == PROXY_COMMIT_ALONE ? PROXY_REFUSE : PROXY_PASS);
    p->swallow = true;
    return m != PROXY_COMMIT_LOST && pass(p->client, p->server, buffer, sizeof buffer, &n);
}

static bool from_server(struct pair *p)
{
    char buffer[65536];
    ssize_t n;

    return pass(p->server, p->swallow ? -1 : p->client, buffer, sizeof buffer, &n) && !p->swallow;
}

static void *run(void *arg)
{
    (void)arg;
    for (;;) {
        struct pollfd p[2 + 2 * PAIRS] = {{listener, POLLIN, 0}, {wake[0], POLLIN, 0}};
        int n = pairs;
        for (int i = 0; i < n; i++) {
            p[2 + 2 * i] = (struct pollfd){pair[i].client, POLLIN, 0};
            p[3 + 2 * i] = (struct pollfd){pair[i].server, POLLIN, 0};
        }
        if (poll(p, (nfds_t)(2 + 2 * n), -1) < 0 && errno != EINTR)
            return NULL;
        if (p[1].revents)
            return NULL;
        for (int i = n; i-- > 0;) {
            bool ok = (!p[2 + 2 * i].revents || from_client(&pair[i])) &&
                      (!p[3 + 2 * i].revents || from_server(&pair[i]));
            if (ok)
                continue;
            close(pair[i].client);
            close(pair[i].server);
            pair[i] = pair[--pairs];
        }
        if (p[0].revents)
            let_in();
    }
}

void pg_proxy_start(void)
{
    struct sockaddr_un a = address_of(PORT);

    mode = PROXY_PASS;
    unlink(a.sun_path);
    listener = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_true(listener >= 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&a, sizeof a), 0);
    assert_int_equal(listen(listener, 16), 0);
    assert_int_equal(pipe(wake), 0);
    assert_int_equal(pthread_create(&thread, NULL, run, NULL), 0);
}

void pg_proxy_stop(void)
{
    assert_int_equal(write(wake[1], "x", 1), 1);
    pthread_join(thread, NULL);
    while (pairs > 0) {
        close(pair[--pairs].client);
        close(pair[pairs].server);
    }
    close(listener);
    close(wake[0]);
    close(wake[1]);
}

void pg_proxy_set(enum pg_proxy_mode m)
{
    mode = m;
}

void pg_proxy_url(char ret[160], const char *database)
{
    snprintf(ret, 160, "postgresql://giaoban@/%s?host=%s&port=%d", database, pg_folder(), PORT);
}
