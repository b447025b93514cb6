/* pg_server: see pg_server.h. */
#include "pg_server.h"

#include "../test.h"

#include <ftw.h>
#include <glob.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char dir[64], bin[128], data[96];
static pid_t server;

bool pg_server_installed(void)
{
    glob_t g;
    bool found = glob("/usr/lib/postgresql/*/bin/postgres", 0, NULL, &g) == 0;

    if (found)
        snprintf(bin, sizeof bin, "%.*s", (int)(strlen(g.gl_pathv[g.gl_pathc - 1]) - 9),
            g.gl_pathv[g.gl_pathc - 1]);
    globfree(&g);
    return found;
}

/* Becomes the user postgres where it is root; PostgreSQL refuses to run as root. */
static bool lower(void)
{
    struct passwd *p;

    if (getuid() != 0)
        return true;
    p = getpwnam("postgres");
    return p && setgid(p->pw_gid) == 0 && setuid(p->pw_uid) == 0;
}

static pid_t run(const char *const argv[])
{
    pid_t pid = fork();

    if (pid != 0)
        return pid;
    char log[96];
    snprintf(log, sizeof log, "%s/log", dir);
    /* ends with the tests, however they end */
    if (!lower() || prctl(PR_SET_PDEATHSIG, SIGINT) != 0 || !freopen(log, "a", stdout) ||
        !freopen(log, "a", stderr))
        _exit(126);
    execv(argv[0], (char *const *)argv);
    _exit(127);
}

static bool init_folder(void)
{
    char program[160];
    int status;
    const char *argv[] = {program, "-D", data, "-U", "giaoban", "-A", "trust", "-N", "-E", "UTF8",
        "--locale=C", NULL};

    snprintf(program, sizeof program, "%s/initdb", bin);
    pid_t pid = run(argv);
    return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
           WEXITSTATUS(status) == 0;
}

static bool answers(void)
{
    char url[160];

    pg_url(url, "postgres");
    for (int i = 0; i < 200; i++) {
        PGconn *c = PQconnectdb(url);
        bool ok = PQstatus(c) == CONNECTION_OK;
        PQfinish(c);
        if (ok)
            return true;
        usleep(50000);
    }
    return false;
}

static bool serve(void)
{
    char program[160];
    const char *argv[] = {program, "-D", data, "-k", dir, "-h", "", "-c", "fsync=off", "-c",
        "full_page_writes=off", "-c", "shared_buffers=32MB", "-c", "max_connections=120", NULL};

    snprintf(program, sizeof program, "%s/postgres", bin);
    return (server = run(argv)) > 0 && answers();
}

bool pg_server_start(void)
{
    struct passwd *p = getpwnam("postgres");

    if (!pg_server_installed() || (getuid() == 0 && !p))
        return false;
    strcpy(dir,
        access("/dev/shm", W_OK) == 0 ? "/dev/shm/giaoban-pg-XXXXXX" : "/tmp/giaoban-pg-XXXXXX");
    if (!mkdtemp(dir) || (getuid() == 0 && chown(dir, p->pw_uid, p->pw_gid) != 0))
        return false;
    snprintf(data, sizeof data, "%s/data", dir);
    if (init_folder() && serve())
        return true;
    pg_server_stop();
    fail_msg("PostgreSQL is installed and does not start; see %s/log", dir);
    return false;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st, (void)kind, (void)at;
    return remove(path);
}

void pg_server_restart(void)
{
    kill(server, SIGINT);
    waitpid(server, NULL, 0);
    if (!serve())
        fail_msg("PostgreSQL does not start again; see %s/log", dir);
}

const char *pg_folder(void)
{
    return dir;
}

void pg_server_stop(void)
{
    if (server > 0) {
        kill(server, SIGINT);
        waitpid(server, NULL, 0);
        server = 0;
        nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    }
}

void pg_url(char ret[160], const char *database)
{
    snprintf(ret, 160, "postgresql://giaoban@/%s?host=%s", database, dir);
}

void pg_exec(const char *database, const char *sql)
{
    char url[160];

    pg_url(url, database);
    PGconn *c = PQconnectdb(url);
    PGresult *r = PQexec(c, sql);
    ExecStatusType s = PQresultStatus(r);
    if (s != PGRES_COMMAND_OK && s != PGRES_TUPLES_OK)
        fail_msg("%s: %s", sql, PQerrorMessage(c));
    PQclear(r);
    PQfinish(c);
}

void pg_rows(const char *database, const char *query, struct sbuf *out)
{
    char url[160];

    pg_url(url, database);
    PGconn *c = PQconnectdb(url);
    PGresult *r = PQexec(c, query);
    if (PQresultStatus(r) != PGRES_TUPLES_OK)
        fail_msg("%s: %s", query, PQerrorMessage(c));
    for (int i = 0; i < PQntuples(r); i++)
        sbuf_printf(out, "%s %s\n", PQgetvalue(r, i, 0), PQgetvalue(r, i, 1));
    PQclear(r);
    PQfinish(c);
}
