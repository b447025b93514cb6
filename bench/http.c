/* http: asks a server for one address, again and again, and says how long the answers took.
 *
 *     bench_http PORT PATH COOKIE CONNECTIONS SECONDS [RATE]
 *
 * Without RATE each connection asks as soon as it was answered. With RATE so many requests a second
 * arrive whether or not the server keeps up: each has its time, and what it waits for a free
 * connection counts. Prints requests per second, bytes of an answer, and the median, 99 of 100 and
 * longest latency in milliseconds. An answer other than 200 ends it.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define ANSWERS_MAX (1 << 22)

static struct {
    int port;
    char request[2048];
    size_t length;
    double begin, end, rate;
    int64_t next; /* of the open loop */
    size_t bytes;
} g;
struct asking {
    pthread_t thread;
    float *latency;
    size_t n, cap;
};

static double now_s(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void fail(const char *what)
{
    fprintf(stderr, "bench_http: %s\n", what);
    exit(1);
}

static int dial(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)g.port)};
    int fd = socket(AF_INET, SOCK_STREAM, 0), yes = 1;

    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof a) != 0)
        fail("cannot connect");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    return fd;
}

/* One request and the whole of its answer. */
static void ask(int fd, char *buffer, size_t room)
{
    size_t n = 0, want = SIZE_MAX;

    if (write(fd, g.request, g.length) != (ssize_t)g.length)
        fail("cannot write");
    while (n < want) {
        ssize_t got = n < room - 1 ? read(fd, buffer + n, room - 1 - n) : 0;
        if (got <= 0)
            fail("the connection was closed");
        n += (size_t)got;
        buffer[n] = 0;
        char *body = want == SIZE_MAX ? strstr(buffer, "\r\n\r\n") : NULL;
        if (!body)
            continue;
        char *length = strcasestr(buffer, "\r\nContent-Length:");
        if (strncmp(buffer, "HTTP/1.1 200", 12) != 0 || !length || length > body)
            fail("an answer other than 200 with its length");
        want = (size_t)(body + 4 - buffer) + (size_t)strtoul(length + 17, NULL, 10);
    }
    __atomic_store_n(&g.bytes, n, __ATOMIC_RELAXED);
}

static void sleep_until(double at)
{
    struct timespec t = {(time_t)at, (long)((at - (double)(time_t)at) * 1e9)};

    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
}

static void *run(void *arg)
{
    static const size_t room = 4u << 20;
    struct asking *a = arg;
    char *buffer = malloc(room);
    int fd = dial();

    if (!buffer)
        fail("memory");
    for (;;) {
        double from = now_s();
        if (g.rate > 0) {
            from = g.begin + (double)__atomic_fetch_add(&g.next, 1, __ATOMIC_RELAXED) / g.rate;
            if (from < g.end)
                sleep_until(from);
        }
        if (from >= g.end || a->n == a->cap)
            break;
        ask(fd, buffer, room);
        a->latency[a->n++] = (float)(now_s() - from);
    }
    close(fd);
    free(buffer);
    return NULL;
}

static int by_value(const void *x, const void *y)
{
    float a = *(const float *)x, b = *(const float *)y;

    return (a > b) - (a < b);
}

int main(int argc, char **argv)
{
    if (argc < 6)
        fail("usage: bench_http PORT PATH COOKIE CONNECTIONS SECONDS [RATE]");
    int connections = atoi(argv[4]);
    g.port = atoi(argv[1]);
    g.rate = argc > 6 ? atof(argv[6]) : 0;
    g.length = (size_t)snprintf(g.request, sizeof g.request,
        "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUser-Agent: bench\r\n%s%s%s\r\n", argv[2], g.port,
        *argv[3] ? "Cookie: " : "", argv[3], *argv[3] ? "\r\n" : "");
    struct asking *a = calloc((size_t)connections, sizeof *a);
    float *all = malloc((size_t)ANSWERS_MAX * sizeof *all);
    if (!a || !all || connections < 1 || g.length >= sizeof g.request)
        fail("usage");
    g.begin = now_s() + 0.05;
    g.end = g.begin + atof(argv[5]);
    for (int i = 0; i < connections; i++) {
        a[i].cap = ANSWERS_MAX / (size_t)connections;
        a[i].latency = malloc(a[i].cap * sizeof *a[i].latency);
        if (!a[i].latency || pthread_create(&a[i].thread, NULL, run, &a[i]) != 0)
            fail("threads");
    }
    size_t n = 0;
    for (int i = 0; i < connections; i++) {
        pthread_join(a[i].thread, NULL);
        memcpy(all + n, a[i].latency, a[i].n * sizeof *all);
        n += a[i].n;
    }
    double took = now_s() - g.begin;
    if (!n)
        fail("no answers");
    qsort(all, n, sizeof *all, by_value);
    printf("%.0f %zu %.3f %.3f %.3f\n", (double)n / took, g.bytes, (double)all[n / 2] * 1e3,
        (double)all[n * 99 / 100] * 1e3, (double)all[n - 1] * 1e3);
    return 0;
}
