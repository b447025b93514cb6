/* main: wires the rooms together. The only place where adapters meet: store, sys, office, web
 * behind the command line's host. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>

#include "cli/cli.h"
#include "main/host.h"
#include "store/store_move.h"
#include "store/store_open.h"
#include "sys/real.h"

#include "demo_files.h"
#include "rule_files.h"

#define VERSION "0.1.0"

/* Copies a text into a C string of the caller; false where it is too long. */
static bool as_path(struct str s, char path[4096], struct err *err)
{
    if (s.n >= 4096)
        return err_set(err, ERR_LIMIT, MSG_err_cli_folder_long, s);
    memcpy(path, s.p, s.n);
    path[s.n] = '\0';
    return true;
}

static struct store *open_store(struct str where, struct err *err)
{
    char path[4096];

    return as_path(where, path, err) ? store_open(path, (struct store_options){0}, err) : NULL;
}

static struct store *view_store(struct str where, struct err *err)
{
    char path[4096];

    return as_path(where, path, err)
               ? store_open(path, (struct store_options){.read_only = true}, err)
               : NULL;
}

static bool create_store(struct str where, struct err *err)
{
    char path[4096];

    return as_path(where, path, err) && store_create(path, (struct store_options){0}, err);
}

static bool archive_store(struct store *s, struct str file, struct err *err)
{
    char path[4096];

    return as_path(file, path, err) && store_archive(s, path, NULL, NULL, err);
}

static bool restore_store(struct str archive, struct str where, struct err *err)
{
    char from[4096], to[4096];

    return as_path(archive, from, err) && as_path(where, to, err) &&
           store_restore(from, to, NULL, NULL, err);
}

static bool move_store(struct str from, struct str to, struct err *err)
{
    char a[4096], b[4096];

    return as_path(from, a, err) && as_path(to, b, err) && store_move(a, b, NULL, NULL, err);
}

static bool load_calendar(struct arena *a, struct calendar *ret, struct err *err)
{
    calendar_init(ret, a);
    for (int i = 0; i < CALENDAR_PACKS; i++) {
        const char *file = calendar_pack_file((enum calendar_pack)i);
        const struct embedded *e = embedded_find(rule_files, str_of(file));
        if (!e || !calendar_add(ret, (enum calendar_pack)i, str_of(file), embedded_text(e), err))
            return false;
    }
    return true;
}

static size_t demo_list(struct cli_file *list, size_t max)
{
    size_t n = 0;

    for (const struct embedded *e = demo_files; e->name && n < max; e++)
        list[n++] = (struct cli_file){str_of(e->name), embedded_text(e)};
    return n;
}

int main(int argc, char **argv)
{
    ARENA_AUTO arena;
    struct err e = ERR_INIT;
    struct calendar calendar;
    struct assessment_rules rules;
    struct finding_rules findings;
    struct forecast_rules forecasts;
    struct map_places places;
    static struct cli_file demo[256];
    const struct embedded *kinds = embedded_find(rule_files, STR("kinds.csv"));
    const struct embedded *assessment = embedded_find(rule_files, STR("assessment.csv"));
    const struct embedded *finding = embedded_find(rule_files, STR("findings.csv"));
    const struct embedded *forecast = embedded_find(rule_files, STR("forecast.csv"));
    const struct embedded *place = embedded_find(rule_files, STR("map_places.csv"));

    signal(SIGPIPE, SIG_IGN);
    arena_init(&arena, 64u << 20);
    if (!sys_start(&e) || !load_calendar(&arena, &calendar, &e) ||
        !assessment_rules_parse(&arena, embedded_text(assessment), &rules, &e) ||
        !finding_rules_parse(&arena, embedded_text(finding), &findings, &e) ||
        !forecast_rules_parse(&arena, embedded_text(forecast), &forecasts, &e) ||
        !map_places_parse(&arena, embedded_text(place), &places, &e)) {
        struct sbuf b;
        sbuf_init(&b, &arena, 4096);
        err_text(&e, LANG_EN, &b);
        fprintf(stderr, "giaoban: %s\n", sbuf_cstr(&b));
        return 1;
    }
    struct cli_host host = {.sys = sys_real(),
        .kinds_csv = embedded_text(kinds),
        .assessment = &rules,
        .findings = &findings,
        .forecasts = &forecasts,
        .map_places = &places,
        .calendar = &calendar,
        .demo = demo,
        .demos = demo_list(demo, sizeof demo / sizeof *demo),
        .version = VERSION,
        .store_open = open_store,
        .store_view = view_store,
        .store_create = create_store,
        .store_archive = archive_store,
        .store_restore = restore_store,
        .store_move = move_store,
        .serve = host_serve,
        .read = host_read};
    return cli_main(&host, argc, argv);
}
