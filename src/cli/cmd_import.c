/* cmd_import: files in, and the demonstration. */
#include "cli/commands.h"

#include "app/import_boundaries.h"
#include "app/import_details.h"
#include "base/csv.h"
#include "base/json.h"

#define IMPORT_FILE_MAX ((size_t)4 << 30)

static bool print_result(
    struct command *c, struct str what, const struct import_result *r, struct err *err)
{
    int format;
    struct sbuf b;
    struct json j;

    if (!option_word(c, "format", "text json", &format, err))
        return false;
    sbuf_init(&b, c->arena, 4000);
    if (format == 1) {
        json_init(&j, &b, 0);
        json_object(&j);
        json_kstr(&j, "import", what);
        json_ki64(&j, "act", r->act.v);
        json_ki64(&j, "rows", r->rows);
        json_ki64(&j, "added", r->added);
        json_ki64(&j, "changed", r->changed);
        json_ki64(&j, "unchanged", r->unchanged);
        json_kbool(&j, "dry_run", option_given(c, "dry-run"));
        json_object_end(&j);
        sbuf_char(&b, '\n');
        return command_print(c, sbuf_view(&b), err);
    }
    struct sbuf n[5];
    int64_t values[5] = {r->rows, r->added, r->changed, r->unchanged, r->act.v};
    struct str args[6] = {what};
    for (int i = 0; i < 5; i++) {
        sbuf_init(&n[i], c->arena, 24);
        sbuf_i64(&n[i], values[i]);
        args[i + 1] = sbuf_view(&n[i]);
    }
    enum msg_key key = option_given(c, "dry-run") ? MSG_cli_import_dry
                       : r->act.v                 ? MSG_cli_import_done
                                                  : MSG_cli_import_same;
    return command_say(c, err, key, args, 6);
}

static struct str known_kinds(struct command *c)
{
    struct sbuf b;

    sbuf_init(&b, c->arena, 2000);
    sbuf_z(&b, "units, figures, boundaries");
    for (size_t i = 0; i < import_kind_count; i++)
        sbuf_printf(&b, ", %s", import_kinds[i].name);
    return sbuf_view(&b);
}

/* A month's last day as an end is most likely meant inclusive: say so. */
static void warn_month_end(struct command *c, struct day to)
{
    struct sbuf b;

    if (to.v == INT32_MAX || day_ymd(day_add(to, 1)).day != 1)
        return;
    sbuf_init(&b, c->arena, 24);
    day_put(&b, to);
    command_warn(c, MSG_cli_import_month_end, (struct str[]){sbuf_view(&b)}, 1);
}

static struct str number(struct command *c, int64_t v)
{
    struct sbuf b;

    sbuf_init(&b, c->arena, 24);
    sbuf_i64(&b, v);
    return sbuf_view(&b);
}

/* Boundaries, and what may be wrong with them. */
static bool boundaries(
    struct command *c, const struct import_file *f, struct import_result *r, struct err *err)
{
    struct boundaries_result b;
    struct day from;

    if (!option_day(c, "from", DAY_MIN, &from, err) ||
        !import_boundaries(c->app, command_actor(c), f, from, &b, err))
        return false;
    *r = b.import;
    if (b.misnamed)
        command_warn(c, MSG_cli_import_misnamed,
            (struct str[]){number(c, b.misnamed), str_of(b.misnamed_code), str_of(b.misnamed_name),
                str_of(b.misnamed_unit)},
            4);
    for (size_t i = 0; i < b.missings; i++)
        command_warn(c, MSG_cli_import_place_missing,
            (struct str[]){c->lang == LANG_EN ? b.missing[i]->name_en : b.missing[i]->name_vi}, 1);
    int format;
    if (!option_word(c, "format", "text json", &format, err))
        return false;
    return format == 1 ||
           command_say_args(c, err, MSG_cli_import_points, number(c, b.points), number(c, b.drawn));
}

static bool import_one(struct command *c, struct str what, const struct import_file *f,
    struct import_result *r, struct err *err)
{
    struct actor who = command_actor(c);

    if (str_is(what, "units")) {
        struct import_units_options o = {.root = option_value(c, "root")};
        if (!option_day(c, "from", DAY_MIN, &o.from, err) ||
            !option_day(c, "to", DAY_MAX, &o.to, err))
            return false;
        warn_month_end(c, o.to);
        return import_units(c->app, who, f, &o, r, err);
    }
    if (str_is(what, "boundaries"))
        return boundaries(c, f, r, err);
    if (str_is(what, "figures"))
        return import_figures(c->app, who, f, option_given(c, "provisional"), r, err);
    for (size_t i = 0; i < import_kind_count; i++)
        if (str_is(what, import_kinds[i].name))
            return import_kinds[i].run(c->app, who, f, r, err);
    return err_set(err, ERR_INVALID, MSG_err_cli_import_kind, what, known_kinds(c));
}

static bool undo(struct command *c, struct err *err)
{
    struct import_result r;
    struct act_no act;

    if (!str_to_i64(option_value(c, "undo"), &act.v) || act.v <= 0)
        return err_set(err, ERR_INVALID, MSG_err_number_syntax, option_value(c, "undo"));
    return import_undo(c->app, command_actor(c), act, option_given(c, "dry-run"), &r, err) &&
           print_result(c, STR("undo"), &r, err);
}

bool command_import(struct command *c, struct err *err)
{
    struct import_file f = {.dry_run = option_given(c, "dry-run"),
        .map = {option_value(c, "columns"), option_value(c, "ignore"), option_value(c, "default"),
            option_value(c, "words")}};
    struct import_result r;
    struct str what;

    if (option_given(c, "undo"))
        return undo(c, err);
    if (!word_needed(c, 0, "KIND", &what, err) || !word_needed(c, 1, "FILE", &f.name, err) ||
        !command_read(c, f.name, IMPORT_FILE_MAX, &f.text, err))
        return false;
    return import_one(c, what, &f, &r, err) && print_result(c, what, &r, err);
}

static const struct cli_file *demo_file(const struct cli_host *h, struct str name)
{
    for (size_t i = 0; i < h->demos; i++)
        if (str_eq(h->demo[i].name, name))
            return &h->demo[i];
    return NULL;
}

enum { M_STEP, M_COMMAND, M_FILE, M_OPTIONS, M_NOTE, M_COUNT };

static bool demo_step(
    struct command *c, const struct csv_header *h, const struct csv_record *r, struct err *err)
{
    struct str name = csv_get(h, r, M_FILE), rest = csv_get(h, r, M_OPTIONS), one;
    const struct cli_file *file = demo_file(c->host, name);
    struct command step = {.def = c->def,
        .host = c->host,
        .app = c->app,
        .arena = c->arena,
        .lang = c->lang,
        .login = c->login,
        .cwd = c->cwd,
        .out = c->out,
        .err_fd = c->err_fd};
    static const struct option_def provisional = {"provisional", false, MSG_opt_provisional};
    struct import_result result;

    if (!file)
        return err_set(err, ERR_NOT_FOUND, MSG_err_file_missing, name);
    while (rest.n && str_cut(&rest, ' ', &one))
        if (str_is(one, "--provisional")) {
            step.option[step.options].def = &provisional;
            step.option[step.options++].value = STR("yes");
        }
    struct import_file f = {.name = file->name, .text = file->text};
    return import_one(&step, csv_get(h, r, M_COMMAND), &f, &result, err);
}

bool demo_day(struct command *c, struct day *ret, struct err *err)
{
    static const struct csv_column columns[] = {{"key", true, NULL}, {"value", true, NULL}};
    const struct cli_file *file = demo_file(c->host, STR("settings.csv"));
    struct csv csv;
    struct csv_header h;
    struct csv_record r;
    bool end = false;

    if (!file)
        return err_set(err, ERR_NOT_FOUND, MSG_err_file_missing, STR("settings.csv"));
    csv_open(&csv, file->text, file->name);
    if (!csv_read_header(&csv, c->arena, columns, 2, &h, err))
        return false;
    while (csv_next(&csv, c->arena, &r, &end, err))
        if (str_is(csv_get(&h, &r, 0), "demonstration.day"))
            return day_parse(csv_get(&h, &r, 1), ret, err);
    return end && err_set(err, ERR_NOT_FOUND, MSG_err_file_missing, STR("demonstration.day"));
}

bool demo_load(struct command *c, struct err *err)
{
    static const struct csv_column columns[M_COUNT] = {{"step", true, NULL},
        {"command", true, NULL}, {"file", true, NULL}, {"options", false, NULL},
        {"note", false, NULL}};
    const struct cli_file *manifest = demo_file(c->host, STR("manifest.csv"));
    struct csv csv;
    struct csv_header h;
    struct csv_record r;
    bool end = false;

    if (!manifest)
        return err_set(err, ERR_NOT_FOUND, MSG_err_file_missing, STR("manifest.csv"));
    csv_open(&csv, manifest->text, manifest->name);
    if (!csv_read_header(&csv, c->arena, columns, M_COUNT, &h, err))
        return false;
    while (csv_next(&csv, c->arena, &r, &end, err))
        if (!demo_step(c, &h, &r, err))
            return false;
    return end;
}
