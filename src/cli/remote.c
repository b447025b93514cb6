/* remote: see remote.h. */
#include "cli/remote.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define FDS 4
#define COMMANDS_AT_ONCE 16

struct remote_server {
    struct app *app;
    const struct cli_host *host;
    pthread_t thread;
    int fd, wake[2];
    char path[108];
    _Atomic int running;
};

/* Room for one control message with the four descriptors. */
union control {
    struct cmsghdr align;
    char bytes[CMSG_SPACE(FDS * sizeof(int))];
};

/* In the folder; for a database by URL in the user's own runtime folder, named after the URL. */
static bool socket_address(struct str folder, struct sockaddr_un *ret, struct err *err)
{
    const char *runtime = getenv("XDG_RUNTIME_DIR");
    int n;

    *ret = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (str_find(folder, STR("://"), 0) < 0)
        n = snprintf(ret->sun_path, sizeof ret->sun_path, "%.*s/giaoban.sock", STR_ARG(folder));
    else
        n = snprintf(ret->sun_path, sizeof ret->sun_path, "%s/giaoban-%u-%016llx.sock",
            runtime && *runtime ? runtime : "/tmp", (unsigned)geteuid(),
            (unsigned long long)str_hash(folder));
    if (n < 0 || (size_t)n >= sizeof ret->sun_path)
        return err_set(err, ERR_LIMIT, MSG_err_cli_folder_long, folder);
    return true;
}

static bool send_request(int fd, struct str message, const int fds[FDS])
{
    uint32_t n = (uint32_t)message.n;
    struct iovec iov[2] = {{&n, sizeof n}, {(void *)(uintptr_t)message.p, message.n}};
    union control control = {0};
    struct msghdr h = {.msg_iov = iov,
        .msg_iovlen = 2,
        .msg_control = control.bytes,
        .msg_controllen = sizeof control.bytes};
    struct cmsghdr *c = CMSG_FIRSTHDR(&h);

    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(FDS * sizeof(int));
    memcpy(CMSG_DATA(c), fds, FDS * sizeof(int));
    return sendmsg(fd, &h, MSG_NOSIGNAL) == (ssize_t)(sizeof n + message.n);
}

static struct str build_request(struct command *c, int argc, const struct str *argv)
{
    struct sbuf b;

    sbuf_init(&b, c->arena, REMOTE_MESSAGE_MAX);
    sbuf_put(&b, c->lang == LANG_EN ? "en" : "vi", 3);
    sbuf_str(&b, c->login);
    sbuf_char(&b, '\0');
    for (int i = 0; i < argc; i++) {
        sbuf_str(&b, argv[i]);
        sbuf_char(&b, '\0');
    }
    return sbuf_view(&b);
}

/* Only the server's own user and root may command it, and a caller trusts only such a server. */
static bool peer_may(int fd)
{
    struct ucred peer;
    socklen_t n = sizeof peer;

    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) == 0 &&
           (peer.uid == 0 || peer.uid == geteuid());
}

bool remote_call(
    struct command *c, int argc, const struct str *argv, int *ret_status, struct err *err)
{
    struct sockaddr_un address;
    struct str message = build_request(c, argc, argv);
    unsigned char status;

    if (!message.n)
        return err_set(err, ERR_LIMIT, MSG_err_cli_words);
    if (!socket_address(c->data, &address, err))
        return false;
    int cwd = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int fds[FDS] = {c->in, c->out, c->err_fd, cwd};
    bool ok = cwd >= 0 && fd >= 0 &&
              connect(fd, (struct sockaddr *)&address, sizeof address) == 0 && peer_may(fd) &&
              send_request(fd, message, fds) && recv(fd, &status, 1, MSG_WAITALL) == 1;
    if (cwd >= 0)
        close(cwd);
    if (fd >= 0)
        close(fd);
    if (!ok)
        return err_set(err, ERR_BUSY, MSG_err_cli_server_gone, c->data);
    *ret_status = status;
    return true;
}

struct request {
    struct remote_server *server;
    int fd, fds[FDS];
    char message[REMOTE_MESSAGE_MAX + 1];
    size_t n;
};

static bool receive(struct request *r)
{
    uint32_t n = 0;
    union control control;
    struct iovec iov = {&n, sizeof n};
    struct msghdr h = {.msg_iov = &iov,
        .msg_iovlen = 1,
        .msg_control = control.bytes,
        .msg_controllen = sizeof control.bytes};

    if (recvmsg(r->fd, &h, MSG_CMSG_CLOEXEC | MSG_WAITALL) != sizeof n)
        return false;
    struct cmsghdr *c = CMSG_FIRSTHDR(&h);
    if (!c || c->cmsg_type != SCM_RIGHTS || c->cmsg_len != CMSG_LEN(FDS * sizeof(int)))
        return false;
    memcpy(r->fds, CMSG_DATA(c), sizeof r->fds);
    if (n == 0 || n > REMOTE_MESSAGE_MAX || recv(r->fd, r->message, n, MSG_WAITALL) != (ssize_t)n ||
        r->message[n - 1])
        return false;
    r->n = n;
    return true;
}

static void answer(struct request *r)
{
    struct str rest = str_make(r->message, r->n - 1), lang_word, login, args[ARGS_MAX * 2];
    enum lang lang = LANG_VI;
    int argc = 0;

    if (!str_cut(&rest, '\0', &lang_word) || !str_cut(&rest, '\0', &login))
        return;
    lang_parse(lang_word, &lang);
    while (argc < ARGS_MAX * 2 && str_cut(&rest, '\0', &args[argc]))
        argc++;
    unsigned char status = (unsigned char)cli_serve_command(r->server->app, r->server->host, login,
        lang, argc, args, r->fds[0], r->fds[1], r->fds[2], r->fds[3]);
    send(r->fd, &status, 1, MSG_NOSIGNAL);
}

static void *request_main(void *arg)
{
    struct request *r = arg;

    for (int i = 0; i < FDS; i++)
        r->fds[i] = -1;
    if (peer_may(r->fd) && receive(r))
        answer(r);
    for (int i = 0; i < FDS; i++)
        if (r->fds[i] >= 0)
            close(r->fds[i]);
    close(r->fd);
    r->server->running--;
    free(r);
    return NULL;
}

static void take(struct remote_server *s)
{
    struct timeval limit = {.tv_sec = 10};
    pthread_t thread;
    int fd = accept4(s->fd, NULL, NULL, SOCK_CLOEXEC);

    if (fd < 0)
        return;
    struct request *r = s->running < COMMANDS_AT_ONCE ? calloc(1, sizeof *r) : NULL;
    if (!r) {
        close(fd);
        return;
    }
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    r->server = s;
    r->fd = fd;
    s->running++;
    if (pthread_create(&thread, NULL, request_main, r) == 0) {
        pthread_detach(thread);
        return;
    }
    s->running--;
    close(fd);
    free(r);
}

static void *listen_main(void *arg)
{
    struct remote_server *s = arg;

    for (;;) {
        struct pollfd p[2] = {{s->fd, POLLIN, 0}, {s->wake[0], POLLIN, 0}};
        if (poll(p, 2, -1) < 0 && errno != EINTR)
            break;
        if (p[1].revents)
            break;
        if (p[0].revents)
            take(s);
    }
    return NULL;
}

struct remote_server *remote_listen(
    struct str folder, struct app *app, const struct cli_host *host, struct err *err)
{
    struct sockaddr_un address;
    struct remote_server *s = calloc(1, sizeof *s);

    if (!s) {
        err_memory(err);
        return NULL;
    }
    *s = (struct remote_server){.app = app, .host = host, .fd = -1, .wake = {-1, -1}};
    if (!socket_address(folder, &address, err)) {
        free(s);
        return NULL;
    }
    memcpy(s->path, address.sun_path, sizeof s->path);
    unlink(s->path); /* the store's lock is ours, so no other server can be listening */
    s->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    mode_t before = umask(0077);
    bool ok = s->fd >= 0 && bind(s->fd, (struct sockaddr *)&address, sizeof address) == 0;
    umask(before);
    ok = ok && listen(s->fd, 16) == 0 && pipe2(s->wake, O_CLOEXEC) == 0;
    ok = ok && (errno = pthread_create(&s->thread, NULL, listen_main, s)) == 0;
    if (!ok) {
        err_errno(err, errno, str_of(s->path));
        if (s->fd >= 0)
            close(s->fd);
        free(s);
        return NULL;
    }
    return s;
}

void remote_stop(struct remote_server *s)
{
    if (!s)
        return;
    ssize_t n = write(s->wake[1], "x", 1);
    (void)n;
    pthread_join(s->thread, NULL);
    while (s->running > 0)
        usleep(10000);
    unlink(s->path);
    close(s->fd);
    close(s->wake[0]);
    close(s->wake[1]);
    free(s);
}
