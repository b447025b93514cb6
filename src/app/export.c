/* export: see export.h. */
#include "app/export.h"

#include "app/import_common.h"
#include "app/table.h"
#include "base/csv.h"

struct exporting {
    struct app *app;
    const struct view *v;
    const struct catalog *c;
    struct actor who;
    struct arena *a;
    struct sbuf *out;
    bool first;
};

static void head(struct exporting *x, const char *columns)
{
    sbuf_z(x->out, columns);
    sbuf_char(x->out, '\n');
    x->first = true;
}

static void cell(struct exporting *x, struct str s)
{
    csv_put(x->out, s, x->first, true);
    x->first = false;
}

static void end(struct exporting *x)
{
    csv_end(x->out);
    x->first = true;
}

static void day_cell(struct exporting *x, struct day d)
{
    struct sbuf b;

    sbuf_init(&b, x->a, 16);
    if (d.v != INT32_MIN && d.v != INT32_MAX)
        day_put(&b, d);
    cell(x, sbuf_view(&b));
}

static void dec_cell(struct exporting *x, struct dec d)
{
    struct sbuf b;

    sbuf_init(&b, x->a, 40);
    dec_put(&b, d);
    cell(x, sbuf_view(&b));
}

/* One row per stretch in which attributes and parent stay the same, and per line. */
static void unit_rows(struct exporting *x, int u)
{
    const struct unit *unit = &x->c->units.p[u];

    for (size_t i = 0; i < unit->versions; i++)
        for (size_t k = 0; k < unit->parents; k++) {
            const struct unit_version *v = &unit->version[i];
            const struct unit_parent *p = &unit->parent[k];
            struct day from = v->from.v > p->from.v ? v->from : p->from;
            struct day to = v->to.v < p->to.v ? v->to : p->to;
            if (from.v >= to.v || !v->code.n)
                continue;
            cell(x, v->code);
            cell(x, v->name);
            cell(x, x->c->units.kinds.p[v->kind].key);
            cell(x, p->parent < 0 ? STR("") : unit_label(x->c, p->parent, from));
            day_cell(x, from);
            day_cell(x, to);
            cell(x, str_of(line_name(p->line)));
            end(x);
        }
}

static void indicator_rows(struct exporting *x)
{
    head(x, "code,name,unit_of_measure,decimals,direction,frequency,over_units,over_time,formula,"
            "weight,value_type,entered,reported_by,line,family,basis,class");
    for (size_t i = 0; i < x->c->indicators; i++) {
        const struct indicator *d = &x->c->indicator[i];
        struct indicator_row r = indicator_row_of(x->a, x->c, d);
        cell(x, r.code);
        cell(x, r.name);
        cell(x, r.unit_of_measure);
        dec_cell(x, (struct dec){r.decimals, 0});
        cell(x, str_of(direction_name(r.direction)));
        cell(x, str_of(frequency_name(r.frequency)));
        cell(x, str_of(over_units_name(r.over_units)));
        cell(x, str_of(over_time_name(r.over_time)));
        cell(x, r.formula);
        cell(x, r.weight);
        cell(x, str_of(value_type_name(r.value_type)));
        cell(x, str_of(entered_name(r.entered)));
        cell(x, r.reported_by);
        cell(x, str_of(line_name(r.line)));
        cell(x, r.family);
        cell(x, str_of(share_basis_name(r.basis)));
        cell(x, str_of(privacy_name(r.privacy)));
        end(x);
    }
}

static void set_rows(struct exporting *x)
{
    head(x, "set,name,unit,giver,start,end");
    for (size_t i = 0; i < x->c->sets; i++) {
        const struct target_set *s = &x->c->set[i];
        cell(x, s->code);
        cell(x, s->name);
        cell(x, unit_label(x->c, s->unit, s->start));
        cell(x, s->giver);
        day_cell(x, s->start);
        day_cell(x, day_add(s->end, -1));
        end(x);
    }
}

static struct str value_of(struct exporting *x, const struct target *t)
{
    struct sbuf b;

    sbuf_init(&b, x->a, 100);
    if (t->versions && t->basis != TARGET_DONE)
        dec_put(&b, t->version[0].value);
    if (t->versions && t->basis == TARGET_COUNT) {
        sbuf_printf(&b, "@%s", comparator_name(t->version[0].threshold_cmp));
        dec_put(&b, t->version[0].threshold);
    }
    return sbuf_view(&b);
}

static void target_rows(struct exporting *x)
{
    head(x, "set,code,indicator,unit,comparator,value,basis,start,deadline,value_to,baseline,"
            "compensating,weight");
    for (size_t i = 0; i < x->c->targets; i++) {
        const struct target *t = &x->c->target[i];
        struct target_row r = target_row_of(x->a, x->c, t);
        cell(x, x->c->set[t->set].code);
        cell(x, t->code);
        cell(x, t->indicator < 0 ? STR("") : x->c->indicator[t->indicator].code);
        cell(x, unit_label(x->c, t->unit, t->start));
        cell(x, str_of(comparator_name(t->comparator)));
        cell(x, value_of(x, t));
        cell(x, str_of(target_basis_name(t->basis)));
        day_cell(x, t->start);
        day_cell(x, t->deadline);
        if (t->comparator == CMP_BETWEEN && t->versions)
            dec_cell(x, t->version[0].value_to);
        else
            cell(x, STR(""));
        cell(x, r.baseline);
        cell(x, t->compensating ? STR("yes") : STR(""));
        cell(x, r.weight);
        end(x);
    }
}

static bool figure_row_out(void *ctx, const struct figure_row *f)
{
    struct exporting *x = ctx;
    int s = catalog_series_id(x->c, f->key.series), u = units_find_id(&x->c->units, f->key.unit);
    struct period p;
    struct sbuf name, period, note;

    if (s < 0 || u < 0 || !period_from_code(f->key.period, &p) ||
        (f->version.flags & FIGURE_CLEARED))
        return true;
    const struct indicator *d = &x->c->indicator[x->c->series[s].indicator];
    if (d->privacy == PRIVACY_PERSONAL || d->privacy == PRIVACY_SEALED)
        return true;
    sbuf_init(&name, x->a, 200);
    sbuf_str(&name, d->code);
    if (x->c->series[s].key.n)
        sbuf_printf(&name, ":%.*s", STR_ARG(x->c->series[s].key));
    sbuf_init(&period, x->a, 40);
    period_put(&period, p);
    sbuf_init(&note, x->a, 4000);
    if (f->version.flags & FIGURE_MADE_UP)
        sbuf_z(&note, f->note.n ? "[minh họa] " : "[minh họa]");
    sbuf_str(&note, f->note);
    cell(x, sbuf_view(&name));
    cell(x, unit_label(x->c, u, period_last_day(p)));
    cell(x, sbuf_view(&period));
    dec_cell(x, (struct dec){f->version.value, (uint8_t)d->decimals});
    cell(x, str_of(figure_status_name(f->version.flags & FIGURE_STATUS)));
    cell(x, f->approx);
    cell(x, sbuf_view(&note));
    end(x);
    return !x->out->failed;
}

bool export_csv(struct app *app, const struct view *v, struct actor who, struct str what,
    struct arena *a, struct sbuf *out, struct err *err)
{
    struct exporting x = {app, v, v->catalog, who, a, out, true};
    struct store *s = app_store(app);

    if (!must(v->catalog, v->today, who, RIGHT_READ, -1, v->today, STR(""), STR(""), err))
        return false;
    if (str_is(what, "units")) {
        head(&x, "code,name,kind,parent_code,valid_from,valid_to,line");
        for (size_t u = 0; u < v->catalog->units.n; u++)
            unit_rows(&x, (int)u);
    } else if (str_is(what, "indicators")) {
        indicator_rows(&x);
    } else if (str_is(what, "sets")) {
        set_rows(&x);
    } else if (str_is(what, "targets")) {
        target_rows(&x);
    } else if (str_is(what, "figures")) {
        head(&x, "indicator,unit,period,value,status,approx,note");
        if (!s->ops->figures(s, (struct series_id){0}, 0, 0, figure_row_out, &x, err))
            return false;
    } else {
        return err_set(
            err, ERR_INVALID, MSG_err_cli_word, what, STR("units indicators sets targets figures"));
    }
    return !out->failed || err_memory(err);
}
