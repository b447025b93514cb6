/* import_forms: forms with their sections, lines and checks. Sections, lines and rules of a form
 * are replaced as a whole by the file that holds them. The indicators of a form's lines are owned
 * by the form unless another one owns them already. */
#include "app/import_forms.h"

#include <stdio.h>

#include "domain/formula.h"

/* ---- forms ---- */

enum {
    F_FORM,
    F_NAME_VI,
    F_NAME_EN,
    F_FREQUENCY,
    F_LINE,
    F_ASKED_OF,
    F_ASKED_BY,
    F_CUTOFF,
    F_DUE,
    F_CLOSE,
    F_FROM,
    F_TO,
    F_CHECK,
    F_SIGN,
    F_COUNT
};
static const struct csv_column form_columns[F_COUNT] = {{"form", true, NULL},
    {"name_vi", true, NULL}, {"name_en", false, NULL}, {"frequency", true, NULL},
    {"line", false, NULL}, {"asked_of", false, NULL}, {"asked_by", false, NULL},
    {"cutoff_day", false, NULL}, {"due_day", false, NULL}, {"close_day", false, NULL},
    {"valid_from", false, NULL}, {"valid_to", false, NULL}, {"needs_check", false, NULL},
    {"needs_sign", false, NULL}};

/* The first day from the form's beginning on which the code is borne. */
static int unit_from(const struct units *us, struct str code, struct day from, struct err *err)
{
    struct err e = ERR_INIT;
    uint64_t link;
    struct day best = DAY_MAX;
    int unit = units_find(us, code, from, &e);

    if (unit >= 0 || !smap_get(&us->by_code, code, &link)) {
        if (unit < 0 && err)
            *err = e;
        return unit;
    }
    for (int i = (int)link; i >= 0; i = us->chain[i].next) {
        const struct unit *u = &us->p[us->chain[i].unit];
        for (size_t k = 0; k < u->versions; k++)
            if (str_eq(u->version[k].code, code) && u->version[k].from.v >= from.v &&
                u->version[k].from.v < best.v) {
                best = u->version[k].from;
                unit = us->chain[i].unit;
            }
    }
    if (unit < 0 && err)
        *err = e;
    return unit;
}

static bool read_askers(struct importing *im, struct form_row *r)
{
    struct str all, one;
    struct sbuf b;

    if (!cell_text(im, F_ASKED_BY, &all))
        return false;
    sbuf_init(&b, im->w->arena, 4000);
    for (struct str rest = all; all.n && str_cut(&rest, '|', &one);) {
        int u = unit_from(&im->w->catalog->units, str_trim(one), r->from, im->err);
        if (u < 0)
            return cell_err(im, F_ASKED_BY);
        if (b.n)
            sbuf_char(&b, '|');
        sbuf_i64(&b, im->w->catalog->units.p[u].id.v);
    }
    r->asked_by = sbuf_view(&b);
    return true;
}

static bool form_line_of_file(struct importing *im)
{
    struct write *w = im->w;
    struct form_row r = {.frequency = FREQUENCY_QUARTER};
    struct str frequency, line;

    if (!cell_needed(im, F_FORM, &r.code) || !cell_needed(im, F_NAME_VI, &r.name_vi) ||
        !cell_text(im, F_NAME_EN, &r.name_en) || !cell_needed(im, F_FREQUENCY, &frequency) ||
        !cell_text(im, F_LINE, &line) || !cell_text(im, F_ASKED_OF, &r.asked_of) ||
        !cell_int(im, F_CUTOFF, -31, 31, 0, &r.cutoff_day) ||
        !cell_int(im, F_DUE, -31, 31, 0, &r.due_day) ||
        !cell_int(im, F_CLOSE, -31, 31, 0, &r.close_day) ||
        !cell_day(im, F_FROM, DAY_MIN, &r.from) || !cell_day(im, F_TO, DAY_MAX, &r.to) ||
        !cell_yes(im, F_CHECK, &r.needs_check) || !cell_yes(im, F_SIGN, &r.needs_sign) ||
        !read_askers(im, &r))
        return false;
    if (!frequency_parse(frequency, &r.frequency))
        return cell_word_err(im, F_FREQUENCY, "week, month, quarter, half, year");
    if (line.n && !line_parse(line, &r.line))
        return cell_word_err(im, F_LINE, "state, party, front, council");
    if (!r.name_en.n)
        r.name_en = r.name_vi;
    int i = catalog_form(w->catalog, r.code, NULL);
    if (!importing_act(im, ACT_IMPORT_FORMS, "forms"))
        return false;
    if (i >= 0) {
        r.id = w->catalog->form[i].id;
        r.uid = w->catalog->form[i].uid;
    } else {
        r.uid = write_uid(w);
        if (!w->ops->new_id(w->store, "form", &r.id.v, im->err))
            return false;
    }
    im->result->added += i < 0;
    im->result->changed += i >= 0;
    return w->ops->form_put(w->store, &r, w->act.no, im->err);
}

struct rows_job {
    const struct import_file *file;
    const struct csv_column *columns;
    size_t n;
    import_row *row;
    struct import_result *result;
};

static bool rows_job(struct write *w, void *ctx, struct err *err)
{
    struct rows_job *j = ctx;
    struct importing im;
    bool end = false;

    if (!importing_begin(&im, w, j->file, j->columns, j->n, j->result, err))
        return false;
    while (importing_next(&im, &end))
        if (!j->row(&im))
            return false;
    return end;
}

bool import_definitions(struct app *a, struct actor who, const struct import_file *f,
    const struct csv_column *columns, size_t n, import_row *row, struct import_result *ret,
    struct err *err)
{
    struct rows_job j = {f, columns, n, row, ret};

    return import_run(a, who, f, true, rows_job, &j, ret, err);
}

bool import_forms(struct app *a, struct actor who, const struct import_file *f,
    struct import_result *ret, struct err *err)
{
    return import_definitions(a, who, f, form_columns, F_COUNT, form_line_of_file, ret, err);
}

bool cell_form(struct importing *im, size_t i, int *ret)
{
    struct str code;

    if (!cell_needed(im, i, &code))
        return false;
    *ret = catalog_form(im->w->catalog, code, im->err);
    return *ret >= 0 || cell_err(im, i);
}

bool cell_indicator(struct importing *im, size_t i, int *ret)
{
    struct str code;

    if (!cell_needed(im, i, &code))
        return false;
    *ret = catalog_indicator(im->w->catalog, code, im->err);
    return *ret >= 0 || cell_err(im, i);
}

/* ---- sections ---- */

enum { S_FORM, S_SECTION, S_TITLE_VI, S_TITLE_EN, S_AXIS, S_COUNT };
static const struct csv_column section_columns[S_COUNT] = {{"form", true, NULL},
    {"section", true, NULL}, {"title_vi", true, NULL}, {"title_en", false, NULL},
    {"axis", false, NULL}};

static bool section_row(struct importing *im)
{
    struct form_section_row r = {.position = (int)im->result->rows};
    int form;

    if (!cell_form(im, S_FORM, &form) || !cell_needed(im, S_SECTION, &r.key) ||
        !cell_needed(im, S_TITLE_VI, &r.title_vi) || !cell_text(im, S_TITLE_EN, &r.title_en) ||
        !importing_act(im, ACT_IMPORT_FORMS, "form-sections"))
        return false;
    r.form = im->w->catalog->form[form].id;
    if (!r.title_en.n)
        r.title_en = r.title_vi;
    im->result->added++;
    return im->w->ops->form_section_put(im->w->store, &r, im->w->act.no, im->err);
}

bool import_form_sections(struct app *a, struct actor who, const struct import_file *f,
    struct import_result *ret, struct err *err)
{
    return import_definitions(a, who, f, section_columns, S_COUNT, section_row, ret, err);
}

/* ---- lines ---- */

enum { L_FORM, L_SECTION, L_LINE, L_INDICATOR, L_OWNER, L_PART_OF, L_NIL, L_REQUIRED, L_COUNT };
static const struct csv_column line_columns[L_COUNT] = {{"form", true, NULL},
    {"section", true, NULL}, {"line", true, NULL}, {"indicator", true, NULL},
    {"owner", false, NULL}, {"part_of", false, NULL}, {"confirm_nil", false, NULL},
    {"required", false, NULL}};

/* Names of an owner body come from the settings that import_owners wrote. */
static bool owner_names(struct importing *im, struct form_line_row *r)
{
    struct write *w = im->w;
    struct sbuf key;
    bool found;

    r->owner_name_vi = r->owner_name_en = r->owner;
    if (!r->owner.n)
        return true;
    for (int en = 0; en < 2; en++) {
        struct str name;
        sbuf_init(&key, w->arena, 200);
        sbuf_printf(&key, "owner.%.*s.%s", STR_ARG(r->owner), en ? "en" : "vi");
        if (!w->ops->setting(w->store, sbuf_view(&key), w->arena, &name, &found, im->err))
            return false;
        if (found && en)
            r->owner_name_en = name;
        else if (found)
            r->owner_name_vi = name;
    }
    return true;
}

/* The form owns the indicator of its line, and the body that enters it is noted with it. */
static bool own_indicator(struct importing *im, int form, int indicator, struct str owner)
{
    struct write *w = im->w;
    const struct indicator *x = &w->catalog->indicator[indicator];
    bool other = x->form >= 0 && x->form != form;

    if (other || x->source != SOURCE_REPORTED || (x->form == form && str_eq(x->owner, owner)))
        return true;
    struct indicator_row r = indicator_row_of(w->arena, w->catalog, x);
    r.form = w->catalog->form[form].id;
    r.owner = owner;
    return w->ops->indicator_put(w->store, &r, w->act.no, im->err);
}

static bool line_row(struct importing *im)
{
    struct write *w = im->w;
    struct form_line_row r = {.position = (int)im->result->rows};
    struct str part_of;
    int form, indicator;

    if (!cell_form(im, L_FORM, &form) || !cell_needed(im, L_SECTION, &r.section) ||
        !cell_int(im, L_LINE, 1, 9999, (int)im->result->rows, &r.number) ||
        !cell_indicator(im, L_INDICATOR, &indicator) || !cell_text(im, L_OWNER, &r.owner) ||
        !cell_text(im, L_PART_OF, &part_of) || !cell_yes(im, L_NIL, &r.confirm_nil) ||
        !cell_yes(im, L_REQUIRED, &r.required) || !owner_names(im, &r) ||
        !importing_act(im, ACT_IMPORT_FORMS, "form-lines"))
        return false;
    const struct indicator *x = &w->catalog->indicator[indicator];
    r.form = w->catalog->form[form].id;
    r.indicator = x->id;
    if (!smap_put(&im->seen, x->code, (uint64_t)r.number))
        return err_memory(im->err);
    uint64_t whole = 0;
    if (part_of.n && !smap_get(&im->seen, part_of, &whole)) {
        err_set(im->err, ERR_INVALID, MSG_err_forms_part_of, part_of);
        return cell_err(im, L_PART_OF);
    }
    r.part_of = (int)whole;
    im->result->added++;
    return w->ops->form_line_put(w->store, &r, w->act.no, im->err) &&
           own_indicator(im, form, indicator, r.owner);
}

bool import_form_lines(struct app *a, struct actor who, const struct import_file *f,
    struct import_result *ret, struct err *err)
{
    return import_definitions(a, who, f, line_columns, L_COUNT, line_row, ret, err);
}

/* ---- checks ---- */

enum { R_FORM, R_LEVEL, R_LINE, R_RULE, R_VI, R_EN, R_COUNT };
static const struct csv_column rule_columns[R_COUNT] = {{"form", true, NULL}, {"level", true, NULL},
    {"line", false, NULL}, {"rule", true, NULL}, {"message_vi", true, NULL},
    {"message_en", false, NULL}};

static int number_of_line(const struct catalog *c, int form, struct str indicator)
{
    const struct form *f = &c->form[form];

    for (int i = f->first_line; i < f->first_line + f->lines; i++)
        if (str_eq(c->indicator[c->form_line[i].indicator].code, indicator))
            return c->form_line[i].number;
    return 0;
}

static bool rule_row(struct importing *im)
{
    struct form_rule_row r = {.position = (int)im->result->rows};
    struct str level, line;
    struct formula f;
    int form;

    if (!cell_form(im, R_FORM, &form) || !cell_needed(im, R_LEVEL, &level) ||
        !cell_text(im, R_LINE, &line) || !cell_needed(im, R_RULE, &r.text) ||
        !cell_needed(im, R_VI, &r.message_vi) || !cell_text(im, R_EN, &r.message_en))
        return false;
    if (!str_is(level, "error") && !str_is(level, "warning"))
        return cell_word_err(im, R_LEVEL, "error, warning");
    r.level = str_is(level, "error") ? RULE_ERROR : RULE_WARNING;
    r.line = line.n ? number_of_line(im->w->catalog, form, line) : 0;
    if (line.n && !r.line) {
        err_set(im->err, ERR_NOT_FOUND, MSG_err_forms_line, line);
        return cell_err(im, R_LINE);
    }
    if (!formula_parse(im->w->arena, r.text, &f, im->err))
        return cell_err(im, R_RULE);
    if (!importing_act(im, ACT_IMPORT_FORMS, "form-rules"))
        return false;
    r.form = im->w->catalog->form[form].id;
    if (!r.message_en.n)
        r.message_en = r.message_vi;
    im->result->added++;
    return im->w->ops->form_rule_put(im->w->store, &r, im->w->act.no, im->err);
}

bool import_form_rules(struct app *a, struct actor who, const struct import_file *f,
    struct import_result *ret, struct err *err)
{
    return import_definitions(a, who, f, rule_columns, R_COUNT, rule_row, ret, err);
}

/* ---- bodies that enter lines: settings owner.KEY.vi and .en ---- */

enum { O_OWNER, O_VI, O_EN, O_KIND, O_COUNT };
static const struct csv_column owner_columns[O_COUNT] = {{"owner", true, NULL},
    {"name_vi", true, NULL}, {"name_en", false, NULL}, {"kind", false, NULL}};

static bool owner_row(struct importing *im)
{
    struct write *w = im->w;
    struct str owner, name[2];
    struct sbuf key;

    if (!cell_needed(im, O_OWNER, &owner) || !cell_needed(im, O_VI, &name[0]) ||
        !cell_text(im, O_EN, &name[1]) || !importing_act(im, ACT_IMPORT_OTHER, "owners"))
        return false;
    if (!name[1].n)
        name[1] = name[0];
    for (int en = 0; en < 2; en++) {
        sbuf_init(&key, w->arena, 200);
        sbuf_printf(&key, "owner.%.*s.%s", STR_ARG(owner), en ? "en" : "vi");
        if (!w->ops->setting_put(w->store, sbuf_view(&key), name[en], w->act.no, im->err))
            return false;
    }
    im->result->added++;
    return true;
}

bool import_owners(struct app *a, struct actor who, const struct import_file *f,
    struct import_result *ret, struct err *err)
{
    return import_definitions(a, who, f, owner_columns, O_COUNT, owner_row, ret, err);
}
