/* finding_words: the sentences of findings and their rule pack; see finding.h. */
#include "base/vec.h"
#include "domain/finding.h"
#include "domain/rule_pack.h"
#include "domain/words.h"

static const struct {
    const char *name;
    enum msg_key label;
} kinds[FINDING_KINDS] = {
    [FINDING_RULE] = {"rule", MSG_finding_rule},
    [FINDING_PART] = {"part", MSG_finding_part},
    [FINDING_PARTS] = {"parts", MSG_finding_parts},
    [FINDING_JUMP] = {"jump", MSG_finding_jump},
    [FINDING_COPIED] = {"copied", MSG_finding_copied},
    [FINDING_NIL] = {"nil", MSG_finding_nil},
    [FINDING_MISSING] = {"missing", MSG_finding_missing},
};

const char *finding_kind_name(enum finding_kind k)
{
    return kinds[k].name;
}

enum msg_key finding_kind_label(enum finding_kind k)
{
    return kinds[k].label;
}

/* ---- sentences ---- */

enum { NUMBER, NAME, FIRST, SECOND, PERCENT, COUNT, OF, LINES, TEXT, BEFORE, ARGS };

static enum msg_key sentence_of(const struct finding *f)
{
    switch (f->kind) {
    case FINDING_RULE:
        if (f->line < 0)
            return MSG_finding_sentence_rule_whole;
        return f->has_sides ? MSG_finding_sentence_rule_sides : MSG_finding_sentence_rule;
    case FINDING_PART:
        return MSG_finding_sentence_part;
    case FINDING_PARTS:
        return MSG_finding_sentence_parts;
    case FINDING_JUMP:
        return f->percent.m < 0 ? MSG_finding_sentence_jump_down : MSG_finding_sentence_jump_up;
    case FINDING_COPIED:
        return MSG_finding_sentence_copied;
    case FINDING_NIL:
        return MSG_finding_sentence_nil;
    default:
        return MSG_finding_sentence_missing;
    }
}

/* "quý trước" for the indicator's own rhythm. */
static struct str period_before(enum lang lang, enum frequency f)
{
    static const enum msg_key keys[] = {[FREQUENCY_WEEK] = MSG_finding_before_week,
        [FREQUENCY_MONTH] = MSG_finding_before_month,
        [FREQUENCY_QUARTER] = MSG_finding_before_quarter,
        [FREQUENCY_HALF] = MSG_finding_before_half,
        [FREQUENCY_YEAR] = MSG_finding_before_year};

    return msg_text(lang, keys[f]);
}

static void put_line(struct sbuf b[ARGS], enum lang lang, const struct catalog *c, int line)
{
    const struct form_line *l = &c->form_line[line];

    sbuf_i64(&b[NUMBER], l->number);
    sbuf_str(&b[NAME], c->indicator[l->indicator].name);
    sbuf_str(&b[BEFORE], period_before(lang, c->indicator[l->indicator].frequency));
}

void finding_put(struct sbuf *out, enum lang lang, const struct catalog *c, const struct finding *f)
{
    struct sbuf b[ARGS];
    struct str args[ARGS];
    struct dec percent = {f->percent.m < 0 ? -f->percent.m : f->percent.m, f->percent.scale};

    for (int i = 0; i < ARGS; i++)
        sbuf_init(&b[i], out->arena, 8192);
    if (f->line >= 0)
        put_line(b, lang, c, f->line);
    if (f->has_sides) {
        dec_put_people(&b[FIRST], lang, f->side[0]);
        dec_put_people(&b[SECOND], lang, f->side[1]);
    }
    dec_put_people(&b[PERCENT], lang, percent);
    sbuf_i64(&b[COUNT], f->count);
    sbuf_i64(&b[OF], f->of);
    for (size_t i = 0; i < f->relateds; i++)
        sbuf_printf(&b[LINES], "%s%d", i ? ", " : "", c->form_line[f->related[i]].number);
    if (f->rule)
        sbuf_str(&b[TEXT], lang == LANG_EN ? f->rule->message_en : f->rule->message_vi);
    for (int i = 0; i < ARGS; i++) {
        args[i] = sbuf_view(&b[i]);
        out->failed = out->failed || b[i].failed;
    }
    msg_format(out, lang, sentence_of(f), args, ARGS);
}

/* ---- the rule pack ---- */

enum { FROM, TO, KIND, PERCENT_OF, LEAST, SOURCE, CONFIDENCE, NOTE, COLUMNS };
static const struct csv_column columns[COLUMNS] = {{"valid_from", true, NULL},
    {"valid_to", true, NULL}, {"kind", true, NULL}, {"percent", true, NULL}, {"least", true, NULL},
    {"source", false, NULL}, {"confidence", false, NULL}, {"note", false, NULL}};
static const char *const rule_kinds[] = {"jump_up", "jump_down", "copied"};
enum { JUMP_UP, JUMP_DOWN, COPIED };

struct reading {
    struct arena *a;
    VEC(struct finding_rule) rules;
};

static bool read_rule(void *ctx, const struct rule_row *row, size_t *ret_column, struct err *err)
{
    struct reading *reading = ctx;
    struct finding_rule x = {.from = row->from, .to = row->to};
    struct str kind = csv_get(row->header, row->record, KIND),
               percents = csv_get(row->header, row->record, PERCENT_OF),
               least = csv_get(row->header, row->record, LEAST);
    int64_t percent;

    *ret_column = KIND;
    if (!words_find(rule_kinds, 3, kind, &x.kind))
        return err_set(err, ERR_INVALID, MSG_err_rules_finding_kind, kind);
    *ret_column = PERCENT_OF;
    if (!str_to_i64(percents, &percent) || percent < 1 || percent > 10000)
        return err_set(err, ERR_INVALID, MSG_err_rules_finding_percent, percents);
    x.percent = (int)percent;
    *ret_column = LEAST;
    if (!dec_parse(least, &x.least, err))
        return false;
    if (x.least.m < 0 || (x.kind == COPIED && (x.least.scale != 0 || x.least.m > 10000)))
        return err_set(err, ERR_INVALID, MSG_err_rules_finding_least, least);
    return vec_push(&reading->rules, reading->a, x) || err_memory(err);
}

bool finding_rules_parse(
    struct arena *a, struct str csv, struct finding_rules *ret, struct err *err)
{
    struct reading reading = {.a = a};

    if (!rule_pack_read(
            a, csv, STR("rules/findings.csv"), columns, COLUMNS, read_rule, &reading, err))
        return false;
    *ret = (struct finding_rules){reading.rules.p, reading.rules.n};
    return true;
}

struct finding_limits finding_limits_on(const struct finding_rules *r, struct day day)
{
    struct finding_limits lim = {0};

    for (size_t i = 0; i < r->n; i++) {
        const struct finding_rule *x = &r->p[i];
        if (!day_in(day, x->from, x->to))
            continue;
        if (x->kind == JUMP_UP) {
            lim.has_up = true;
            lim.up_percent = x->percent;
            lim.up_least = x->least;
        } else if (x->kind == JUMP_DOWN) {
            lim.has_down = true;
            lim.down_percent = x->percent;
            lim.down_least = x->least;
        } else {
            lim.has_copied = true;
            lim.copied_percent = x->percent;
            lim.copied_least = (int)x->least.m;
        }
    }
    return lim;
}
