/* http: asks a server and says how long the answers took.
 *
 *     bench_http [-p PID,...] PORT PATH COOKIE CONNECTIONS SECONDS [RATE]
 *     bench_http -a FILE PORT COOKIE FOLDER
 *
 * PATH is one address, or @FILE with one on each line, asked in turn. Without RATE each connection
 * asks as soon as it was answered. With RATE so many requests a second arrive whether or not the
 * server keeps up: each has its time, and what it waits for a free connection counts. Prints
 * requests per second, bytes of an answer, the median, 99 of 100 and longest latency in
 * milliseconds, and microseconds of processor time per request of the processes named (-). An
 * answer other than 200 ends it. One thread with epoll for all connections, so that most of the
 * machine is the server's.
 *
 * With -a each line of FILE is a report that waits: the address of its approval, a tab, the address
 * of the JSON with the top's total, a tab, what the total must be then. Each is approved (form with
 * token, as a browser sends it) and the total read and checked; between them 4 KB are written to a
 * file in FOLDER with fdatasync. Prints medians in microseconds: approval until read, bare write.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define ANSWERS_MAX (1 << 22)
#define ROOM (4u << 20)
#define HEAD_MAX 4096

struct connection {
    int fd;
    bool busy;
    double from;         /* when the request came */
    size_t n, want;      /* bytes of the answer, and how many there will be; 0: not known yet */
    char head[HEAD_MAX]; /* its beginning */
};

static struct {
    int port, poll;
    char **request;
    size_t *length, requests, next_request;
    double begin, end, rate;
    int64_t arrived; /* of the open loop */
    struct connection *connection, **idle;
    size_t connections, idles;
    size_t bytes;
    float *latency;
    size_t answers;
    char *room;
} g;

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

static void *zalloc(size_t n, size_t size)
{
    void *p = calloc(n ? n : 1, size);

    if (!p)
        fail("memory");
    return p;
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

static void add_request(const char *path, const char *cookie)
{
    char text[4096];
    int n = snprintf(text, sizeof text,
        "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUser-Agent: bench\r\n%s%s%s\r\n", path, g.port,
        *cookie ? "Cookie: " : "", cookie, *cookie ? "\r\n" : "");

    g.request = realloc(g.request, (g.requests + 1) * sizeof *g.request);
    g.length = realloc(g.length, (g.requests + 1) * sizeof *g.length);
    if (!g.request || !g.length || n >= (int)sizeof text)
        fail("a long address");
    g.request[g.requests] = strdup(text);
    g.length[g.requests++] = (size_t)n;
}

static void read_paths(const char *path, const char *cookie)
{
    char line[2048];
    FILE *f;

    if (*path != '@') {
        add_request(path, cookie);
        return;
    }
    f = fopen(path + 1, "r");
    while (f && fgets(line, sizeof line, f)) {
        line[strcspn(line, "\r\n")] = '\0';
        if (*line)
            add_request(line, cookie);
    }
    if (!g.requests)
        fail("no addresses");
    fclose(f);
}

/* How long the whole answer will be, once its head is there. */
static size_t length_of(const char *head, size_t n)
{
    const char *body = memmem(head, n, "\r\n\r\n", 4);

    if (!body)
        return 0;
    const char *length = strcasestr(head, "\r\nContent-Length:");
    if (strncmp(head, "HTTP/1.1 200", 12) != 0 || !length || length > body)
        fail("an answer other than 200 with its length");
    return (size_t)(body + 4 - head) + (size_t)strtoul(length + 17, NULL, 10);
}

static void ask(struct connection *c, double from)
{
    size_t i = g.next_request;

    g.next_request = i + 1 == g.requests ? 0 : i + 1;
    c->busy = true;
    c->from = from;
    c->n = c->want = 0;
    if (write(c->fd, g.request[i], g.length[i]) != (ssize_t)g.length[i])
        fail("cannot write");
}

/* What has come of an answer; true: all of it. */
static bool take(struct connection *c)
{
    ssize_t got = recv(c->fd, g.room, ROOM, MSG_DONTWAIT);

    if (got <= 0)
        fail("the connection was closed");
    if (!c->want) {
        size_t part = (size_t)got < HEAD_MAX - 1 - c->n ? (size_t)got : HEAD_MAX - 1 - c->n;
        memcpy(c->head + c->n, g.room, part);
        c->head[c->n + part] = '\0';
        c->want = length_of(c->head, c->n + part);
    }
    c->n += (size_t)got;
    return c->want && c->n >= c->want;
}

static void note(struct connection *c, double now)
{
    if (g.answers == ANSWERS_MAX)
        fail("too many answers");
    g.latency[g.answers++] = (float)(now - c->from);
    g.bytes = c->want;
    c->busy = false;
}

/* Those that have arrived by now go out, as long as a connection is free. */
static void send_due(double now)
{
    while (g.idles) {
        double from = g.rate > 0 ? g.begin + (double)g.arrived / g.rate : now;
        if (from > now || from >= g.end)
            return;
        g.arrived++;
        ask(g.idle[--g.idles], from);
    }
}

static void wait_until(double at, struct epoll_event *event, int *ret_n)
{
    double left = at - now_s();
    struct timespec t = {0, 0};

    if (left > 0)
        t = (struct timespec){(time_t)left, (long)((left - (double)(time_t)left) * 1e9)};
    *ret_n = epoll_pwait2(g.poll, event, 256, &t, NULL);
}

static void run(void)
{
    struct epoll_event event[256];

    for (;;) {
        double now = now_s(), until = g.end + 10;
        int n;
        if (now >= g.end && g.idles == g.connections)
            return;
        send_due(now);
        if (g.rate > 0 && g.idles && now < g.end)
            until = g.begin + (double)g.arrived / g.rate;
        if (now >= g.end + 10)
            fail("no answer within ten seconds");
        wait_until(until < g.end || now >= g.end ? until : g.end, event, &n);
        now = now_s();
        for (int i = 0; i < n; i++) {
            struct connection *c = event[i].data.ptr;
            if (!take(c))
                continue;
            note(c, now);
            if (g.rate <= 0 && now < g.end)
                ask(c, now);
            else
                g.idle[g.idles++] = c;
        }
    }
}

static int by_value(const void *x, const void *y)
{
    float a = *(const float *)x, b = *(const float *)y;

    return (a > b) - (a < b);
}

/* Seconds of processor time of all the processes. */
static double processor_s(const char *pids)
{
    double sum = 0;
    char path[64], text[1024];

    for (const char *p = pids; p && *p; p += strcspn(p, ",") + (p[strcspn(p, ",")] == ',')) {
        unsigned long user, system;
        snprintf(path, sizeof path, "/proc/%ld/stat", strtol(p, NULL, 10));
        FILE *f = fopen(path, "r");
        if (!f)
            continue;
        size_t n = fread(text, 1, sizeof text - 1, f);
        fclose(f);
        text[n] = '\0';
        const char *behind = strrchr(text, ')');
        if (behind && sscanf(behind + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu",
                          &user, &system) == 2)
            sum += (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
    }
    return sum;
}

static void measure(int argc, char **argv, const char *pids)
{
    if (argc < 5)
        fail("usage: bench_http [-p PID,...] PORT PATH COOKIE CONNECTIONS SECONDS [RATE]");
    g.port = atoi(argv[0]);
    read_paths(argv[1], argv[2]);
    g.connections = (size_t)strtoul(argv[3], NULL, 10);
    g.rate = argc > 5 ? atof(argv[5]) : 0;
    g.poll = epoll_create1(0);
    g.connection = zalloc(g.connections, sizeof *g.connection);
    g.idle = zalloc(g.connections, sizeof(struct connection *));
    g.latency = zalloc(ANSWERS_MAX, sizeof *g.latency);
    for (size_t i = 0; i < g.connections; i++) {
        struct connection *c = g.idle[g.idles++] = &g.connection[i];
        struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};
        c->fd = dial();
        if (epoll_ctl(g.poll, EPOLL_CTL_ADD, c->fd, &e) != 0)
            fail("epoll");
    }
    double processor = processor_s(pids);
    g.begin = now_s();
    g.end = g.begin + atof(argv[4]);
    run();
    double took = now_s() - g.begin;
    if (!g.answers)
        fail("no answers");
    processor = processor_s(pids) - processor;
    qsort(g.latency, g.answers, sizeof *g.latency, by_value);
    printf("%.0f %zu %.3f %.3f %.3f", (double)g.answers / took, g.bytes,
        (double)g.latency[g.answers / 2] * 1e3, (double)g.latency[g.answers * 99 / 100] * 1e3,
        (double)g.latency[g.answers - 1] * 1e3);
    printf(pids ? " %.1f\n" : " -\n", processor / (double)g.answers * 1e6);
}

/* ---- approval until read ---- */

static size_t exchange(int fd, const char *request, size_t n)
{
    size_t got = 0, want = 0;

    if (write(fd, request, n) != (ssize_t)n)
        fail("cannot write");
    while (!want || got < want) {
        ssize_t more = read(fd, g.room + got, ROOM - 1 - got);
        if (more <= 0)
            fail("the connection was closed");
        got += (size_t)more;
        g.room[got] = '\0';
        const char *body = strstr(g.room, "\r\n\r\n"),
                   *length = strcasestr(g.room, "\r\nContent-Length:");
        if (body)
            want = (size_t)(body + 4 - g.room) +
                   (length && length < body ? (size_t)strtoul(length + 17, NULL, 10) : 0);
    }
    return got;
}

/* The token of the form that asks whether to approve. */
static void token_of(int fd, const char *path, const char *cookie, char *ret, size_t size)
{
    char request[2048];
    int n = snprintf(request, sizeof request,
        "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nCookie: %s\r\n\r\n", path, g.port, cookie);
    exchange(fd, request, (size_t)n);
    const char *at = strstr(g.room, "name=\"csrf\" value=\"");

    if (!at)
        fail("no form to approve");
    snprintf(ret, size, "%.*s", (int)strcspn(at + 19, "\""), at + 19);
}

static double approve(int fd, char *line, const char *cookie)
{
    char post[4096], get[2048], form[512], token[256];
    char *step = strtok(line, "\t"), *total = strtok(NULL, "\t"), *value = strtok(NULL, "\t\n");

    if (!step || !total || !value)
        fail("a line of the file");
    token_of(fd, step, cookie, token, sizeof token);
    snprintf(form, sizeof form, "csrf=%s&reason=&number=&signer=&day=&seen=", token);
    int n = snprintf(post, sizeof post,
        "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nCookie: %s\r\nContent-Type: "
        "application/x-www-form-urlencoded\r\nContent-Length: %zu\r\n\r\n%s",
        step, g.port, cookie, strlen(form), form);
    int m = snprintf(get, sizeof get, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nCookie: %s\r\n\r\n",
        total, g.port, cookie);
    double from = now_s();
    exchange(fd, post, (size_t)n);
    if (strncmp(g.room, "HTTP/1.1 303", 12) != 0)
        fail("an approval was refused");
    exchange(fd, get, (size_t)m);
    double took = now_s() - from;
    const char *at = strstr(g.room, "\"value\":{\"value\":\"");
    if (!at || strtoll(at + 18, NULL, 10) != strtoll(value, NULL, 10))
        fail("the total is not the one with the report that was approved");
    return took;
}

static double bare(int fd, int i)
{
    static char block[4096];
    double from = now_s();

    if (pwrite(fd, block, sizeof block, (off_t)i * 4096) < 0 || fdatasync(fd) != 0)
        fail("a bare write");
    return now_s() - from;
}

static void measure_approvals(const char *list, int argc, char **argv)
{
    static float took[10000], sync[10000];
    char line[2048], path[1024];
    size_t n = 0;
    FILE *f = fopen(list, "r");

    if (argc < 3 || !f)
        fail("usage: bench_http -a FILE PORT COOKIE FOLDER");
    g.port = atoi(argv[0]);
    snprintf(path, sizeof path, "%s/bare", argv[2]);
    int fd = dial(), file = open(path, O_RDWR | O_CREAT, 0600);
    while (n < 10000 && fgets(line, sizeof line, f)) {
        sync[n] = (float)bare(file, (int)n);
        took[n++] = (float)approve(fd, line, argv[1]);
    }
    unlink(path);
    fclose(f);
    if (!n)
        fail("no reports");
    qsort(took, n, sizeof *took, by_value);
    qsort(sync, n, sizeof *sync, by_value);
    printf("%.0f %.0f %zu\n", (double)took[n / 2] * 1e6, (double)sync[n / 2] * 1e6, n);
}

int main(int argc, char **argv)
{
    const char *pids = NULL, *list = NULL;

    argv++, argc--;
    for (; argc > 1 && argv[0][0] == '-' && argv[0][1]; argv += 2, argc -= 2)
        *(argv[0][1] == 'a' ? &list : &pids) = argv[1];
    g.room = zalloc(ROOM, 1);
    if (list)
        measure_approvals(list, argc, argv);
    else
        measure(argc, argv, pids);
    return 0;
}
