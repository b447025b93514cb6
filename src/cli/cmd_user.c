/* cmd_user: accounts and their grants. `user list|add|grant|revoke|password|disable|enable LOGIN`.
 */
#include "cli/commands.h"

#include <unistd.h>

#include "app/accounts.h"
#include "base/json.h"

static bool list(struct command *c, struct err *err)
{
    enum { COLUMNS = 4 };
    static const bool right[COLUMNS] = {false};
    struct view v;
    int format;

    if (!option_word(c, "format", "text json", &format, err) || !app_read(c->app, ACT_MAX, &v, err))
        return false;
    struct str *cells = arena_array(c->arena, (v.catalog->accounts + 1) * COLUMNS, sizeof *cells);
    struct sbuf out;
    struct json j;
    sbuf_init(&out, c->arena, 64 << 20);
    json_init(&j, &out, 0);
    json_array(&j);
    for (size_t i = 0; cells && i < v.catalog->accounts; i++) {
        const struct account *x = &v.catalog->account[i];
        struct sbuf roles;
        sbuf_init(&roles, c->arena, 4000);
        for (size_t g = 0; g < x->grants; g++) {
            const struct unit_version *u =
                x->grant[g].unit < 0 ? NULL
                                     : unit_name_on(&v.catalog->units, x->grant[g].unit, v.today);
            sbuf_printf(&roles, "%s%s@%.*s", g ? " " : "", role_name(x->grant[g].role),
                u ? (int)u->code.n : 1, u ? u->code.p : "*");
        }
        struct str row[COLUMNS] = {x->login, x->name, sbuf_view(&roles),
            x->disabled        ? STR("disabled")
            : x->demonstration ? STR("demo")
                               : STR("")};
        memcpy(&cells[(i + 1) * COLUMNS], row, sizeof row);
        json_object(&j);
        json_kstr(&j, "login", x->login);
        json_kstr(&j, "name", x->name);
        json_kstr(&j, "post", x->post);
        json_kstr(&j, "grants", sbuf_view(&roles));
        json_kbool(&j, "disabled", x->disabled);
        json_kbool(&j, "demonstration", x->demonstration);
        json_object_end(&j);
    }
    json_array_end(&j);
    sbuf_char(&out, '\n');
    bool ok = cells != NULL || err_memory(err);
    if (ok) {
        cells[0] = STR("login");
        cells[1] = STR("name");
        cells[2] = STR("grants");
        cells[3] = STR("");
    }
    ok =
        ok && (format == 1 ? command_print(c, sbuf_view(&out), err)
                           : command_table(c, cells, COLUMNS, v.catalog->accounts + 1, right, err));
    app_read_end(c->app, &v);
    return ok;
}

/* From standard input where it is not a terminal; else a random one, shown once. */
static bool password_for(struct command *c, struct str *ret, bool *ret_random, struct err *err)
{
    struct str typed;

    *ret_random = isatty(c->in);
    if (*ret_random) {
        *ret = password_random(c->app, c->arena);
        return true;
    }
    if (!command_read(c, STR("-"), 4096, &typed, err))
        return false;
    *ret = str_trim(typed);
    if (!ret->n) {
        *ret_random = true;
        *ret = password_random(c->app, c->arena);
    }
    return true;
}

static bool grant(struct command *c, struct str login, struct err *err)
{
    struct str role = option_value(c, "role"), line = option_value(c, "line");
    struct grant_request q = {.login = login,
        .unit = option_value(c, "unit"),
        .owner = option_value(c, "owner"),
        .forms = option_value(c, "forms")};

    if (!role.n)
        return true;
    if (!role_parse(role, &q.role))
        return err_set(err, ERR_INVALID, MSG_err_cli_option_word, STR("role"), role,
            STR("viewer reporter checker signer approver compiler leader inspector registrar "
                "publisher administrator"));
    if (line.n && !line_parse(line, &q.line))
        return err_set(err, ERR_INVALID, MSG_err_cli_option_word, STR("line"), line,
            STR("state party front council"));
    if (!q.unit.n)
        q.unit = STR("*");
    return account_grant(c->app, command_actor(c), &q, err);
}

static bool add(struct command *c, struct str login, struct err *err)
{
    struct account_request q = {
        .login = login, .name = option_value(c, "name"), .post = option_value(c, "post")};
    struct str unit = option_value(c, "unit");
    bool random;

    if (!str_is(unit, "*"))
        q.unit = unit;
    if (!password_for(c, &q.password, &random, err) ||
        !account_add(c->app, command_actor(c), &q, err) || !grant(c, login, err))
        return false;
    return random ? command_say_args(c, err, MSG_cli_user_password, login, q.password)
                  : command_say_args(c, err, MSG_cli_user_added, login);
}

static bool password(struct command *c, struct str login, struct err *err)
{
    struct str text;
    bool random;

    if (!password_for(c, &text, &random, err) ||
        !account_password(c->app, command_actor(c), login, text, err))
        return false;
    return random ? command_say_args(c, err, MSG_cli_user_password, login, text)
                  : command_say_args(c, err, MSG_cli_user_changed, login);
}

bool command_user(struct command *c, struct err *err)
{
    struct str verb, login;

    if (!word_needed(c, 0, "list|add|grant|revoke|password|disable|enable", &verb, err))
        return false;
    if (str_is(verb, "list"))
        return list(c, err);
    if (!word_needed(c, 1, "LOGIN", &login, err))
        return false;
    if (str_is(verb, "add"))
        return add(c, login, err);
    if (str_is(verb, "password"))
        return password(c, login, err);
    bool ok;
    if (str_is(verb, "grant")) {
        struct str role;
        ok = option_needed(c, "role", &role, err) && grant(c, login, err);
    } else if (str_is(verb, "revoke")) {
        ok = account_revoke(c->app, command_actor(c), login, err);
    } else if (str_is(verb, "disable") || str_is(verb, "enable")) {
        ok = account_disable(c->app, command_actor(c), login, str_is(verb, "disable"), err);
    } else {
        return err_set(err, ERR_INVALID, MSG_err_cli_word, verb,
            STR("list add grant revoke password disable enable"));
    }
    return ok && command_say_args(c, err, MSG_cli_user_changed, login);
}
