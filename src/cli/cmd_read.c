/* cmd_read: see cmd_read.h. */
#include "cli/cmd_read.h"

#include "base/arena.h"
#include "base/text.h"
#include "reading/read.h"

#define OUTPUT_MAX ((size_t)1 << 30)

enum { FORMAT_JSONL, FORMAT_TEXT };

struct job {
    struct command *c;
    const struct documents *documents;
    const struct reading_words *words;
    int format;
    bool contradictions;
};

/* One file that was read. */
struct read_file {
    struct str name; /* without folder */
    struct document doc;
    struct reading reading;
};

static struct str base_name(struct str path)
{
    size_t from = path.n;

    while (from > 0 && path.p[from - 1] != '/')
        from--;
    return str_slice(path, from, path.n);
}

/* The reader saw the text with lines joined; what is printed is the text as it stands. */
static struct str as_written(const struct document *d, struct str s)
{
    if (s.p < d->flow.p || s.p + s.n > d->flow.p + d->flow.n)
        return s;
    return str_make(d->text.p + (s.p - d->flow.p), s.n);
}

static void restore_lines(struct read_file *r)
{
    for (size_t i = 0; i < r->reading.nfigures; i++) {
        struct reading_figure *f = &r->reading.figures[i];
        f->sentence = as_written(&r->doc, f->sentence);
        f->quote = as_written(&r->doc, f->quote);
    }
    for (size_t i = 0; i < r->reading.ncontradictions; i++) {
        struct reading_contradiction *x = &r->reading.contradictions[i];
        x->first = as_written(&r->doc, x->first);
        x->second = as_written(&r->doc, x->second);
    }
}

static bool read_one(const struct job *job, struct str path, struct read_file *ret, struct err *err)
{
    struct arena *a = job->c->arena;
    struct reading_options options = {.doc = base_name(path)};
    struct str bytes;

    *ret = (struct read_file){.name = options.doc};
    if (!command_read(job->c, path, DOCUMENT_BYTES_MAX, &bytes, err))
        return false;
    if (!job->documents->text(job->documents->ctx, a, bytes, &ret->doc, err) ||
        !reading_read(a, ret->doc.flow, job->words, &options, &ret->reading, err))
        return err_at(err, path, 0, 0);
    restore_lines(ret);
    return true;
}

static void put_jsonl(const struct job *job, struct sbuf *out, const struct read_file *r)
{
    for (size_t i = 0; i < r->reading.nfigures; i++)
        reading_figure_json(out, r->name, &r->reading.figures[i]);
    for (size_t i = 0; job->contradictions && i < r->reading.ncontradictions; i++)
        reading_contradiction_json(out, r->name, &r->reading.contradictions[i]);
}

/* For people. */

/* A text on one line: line ends and tabs as blanks. */
static void put_line(struct sbuf *out, struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        sbuf_char(out, s.p[i] == '\n' || s.p[i] == '\t' ? ' ' : s.p[i]);
}

static void put_value(const struct job *job, struct sbuf *out, const struct reading_figure *f)
{
    enum lang lang = job->c->lang;
    bool from_to = f->kind == READING_FROM_TO;

    if (f->kind == READING_DATE) {
        sbuf_str(out, f->date);
    } else if (from_to || f->kind == READING_RATIO) {
        dec_put_people(out, lang, f->a);
        sbuf_z(out, from_to ? " → " : "/");
        dec_put_people(out, lang, f->b);
    } else {
        bool change = f->kind == READING_GROWTH || f->kind == READING_CHANGE;
        sbuf_z(out, f->kind == READING_AT_LEAST  ? "≥ "
                    : f->kind == READING_AT_MOST ? "≤ "
                    : change && f->value.m > 0   ? "+"
                                                 : "");
        dec_put_people(out, lang, f->value);
        if (f->has_max) {
            sbuf_z(out, " – ");
            dec_put_people(out, lang, f->value_max);
        }
    }
    if (f->unit.n) {
        sbuf_z(out, str_is(f->unit, "%") ? "" : " ");
        sbuf_str(out, f->unit);
    }
}

static void put_part(struct sbuf *out, struct str s)
{
    if (!s.n)
        return;
    sbuf_z(out, " · ");
    put_line(out, s);
}

static void put_figure(const struct job *job, struct sbuf *out, const struct reading_figure *f)
{
    static const enum msg_key roles[] = {
        MSG_read_role_actual, MSG_read_role_estimate, MSG_read_role_target};
    static const enum msg_key kinds[READING_KINDS] = {MSG_read_kind_level, MSG_read_kind_count,
        MSG_read_kind_ratio, MSG_read_kind_percent, MSG_read_kind_percent_of_plan,
        MSG_read_kind_growth, MSG_read_kind_change, MSG_read_kind_from_to, MSG_read_kind_at_least,
        MSG_read_kind_at_most, MSG_read_kind_date};

    sbuf_z(out, "    ");
    if (f->approx.n) {
        sbuf_str(out, f->approx);
        sbuf_char(out, ' ');
    }
    put_value(job, out, f);
    put_part(out, f->indicator_phrase);
    put_part(out, f->subject_unit);
    put_part(out, f->period);
    put_part(out, msg_text(job->c->lang, kinds[f->kind]));
    put_part(out, f->comparator);
    put_part(out, msg_text(job->c->lang, roles[f->role]));
    sbuf_char(out, '\n');
}

static void put_number(struct sbuf *out, size_t n)
{
    sbuf_i64(out, (int64_t)n);
}

/* A message with its arguments and a line end. */
#define PUT_MESSAGE(job, out, key, ...)                                                            \
    put_message((job), (out), (key), (const struct str[]){__VA_ARGS__},                            \
        (int)(sizeof((struct str[]){__VA_ARGS__}) / sizeof(struct str)))

static void put_message(
    const struct job *job, struct sbuf *out, enum msg_key key, const struct str *args, int n)
{
    msg_format(out, job->c->lang, key, args, n);
    sbuf_char(out, '\n');
}

static struct str number_text(struct arena *a, size_t n)
{
    struct sbuf b;

    sbuf_init(&b, a, 24);
    put_number(&b, n);
    return sbuf_view(&b);
}

static struct str people_text(const struct job *job, struct dec d)
{
    struct sbuf b;

    sbuf_init(&b, job->c->arena, 64);
    dec_put_people(&b, job->c->lang, d);
    return sbuf_view(&b);
}

static size_t line_of(const struct document *d, size_t at)
{
    size_t line = 1;

    for (size_t i = 0; i < at && i < d->text.n; i++)
        line += d->text.p[i] == '\n';
    return line;
}

static void put_contradiction(const struct job *job, struct sbuf *out, const struct read_file *r,
    const struct reading_contradiction *x)
{
    static const enum msg_key keys[] = {
        MSG_read_clash_list, MSG_read_clash_parts, MSG_read_clash_share, MSG_read_clash_twice};
    struct arena *a = job->c->arena;

    PUT_MESSAGE(
        job, out, keys[x->clash], people_text(job, x->stated), people_text(job, x->found), x->unit);
    sbuf_z(out, "    ");
    PUT_MESSAGE(
        job, out, MSG_read_clash_place, number_text(a, line_of(&r->doc, x->first_at)), x->first);
    sbuf_z(out, "    ");
    PUT_MESSAGE(
        job, out, MSG_read_clash_place, number_text(a, line_of(&r->doc, x->second_at)), x->second);
}

static void put_text(const struct job *job, struct sbuf *out, const struct read_file *r)
{
    struct str before = STR_NULL;

    PUT_MESSAGE(job, out, MSG_read_head, r->name, number_text(job->c->arena, r->reading.nfigures),
        str_of(document_source_name(r->doc.source)), str_of(encoding_name(r->doc.encoding)));
    for (size_t i = 0; i < r->reading.nfigures; i++) {
        const struct reading_figure *f = &r->reading.figures[i];
        if (f->sentence.p != before.p) {
            sbuf_z(out, "  ");
            put_line(out, str_trim(f->sentence));
            sbuf_char(out, '\n');
        }
        before = f->sentence;
        put_figure(job, out, f);
    }
    for (size_t i = 0; job->contradictions && i < r->reading.ncontradictions; i++)
        put_contradiction(job, out, r, &r->reading.contradictions[i]);
}

static bool print(const struct job *job, const struct read_file *r, struct err *err)
{
    struct sbuf out;

    sbuf_init(&out, job->c->arena, OUTPUT_MAX);
    if (job->format == FORMAT_JSONL)
        put_jsonl(job, &out, r);
    else
        put_text(job, &out, r);
    if (out.failed)
        return err_memory(err);
    if (r->reading.cut)
        command_warn(job->c, MSG_read_cut, (const struct str[]){r->name}, 1);
    return !out.n || command_print(job->c, sbuf_view(&out), err);
}

static void complain(struct command *c, const struct err *e)
{
    struct sbuf b;

    sbuf_init(&b, c->arena, 1 << 14);
    err_text(e, c->lang, &b);
    struct str what = sbuf_view(&b);
    command_warn(c, MSG_read_failed, &what, 1);
}

/* All files; those that fail are told as they come, and counted at the end. */
static bool read_all(const struct job *job, struct err *err)
{
    struct command *c = job->c;
    size_t failed = 0;

    for (int i = 0; i < c->words; i++) {
        struct arena_mark mark = arena_mark(c->arena);
        struct read_file r;
        struct err e = ERR_INIT;
        bool ok = read_one(job, c->word[i], &r, &e);
        if (ok && !print(job, &r, err))
            return false; /* nobody reads on: no use in going on */
        if (!ok && c->words == 1) {
            *err = e;
            return false;
        }
        if (!ok)
            complain(c, &e);
        failed += !ok;
        arena_release(c->arena, mark);
    }
    return !failed || err_set(err, ERR_IO, MSG_err_read_some, number_text(c->arena, failed),
                          number_text(c->arena, (size_t)c->words));
}

bool cmd_read(struct command *c, const struct documents *documents, struct err *err)
{
    struct job job = {
        .c = c, .documents = documents, .contradictions = option_given(c, "contradictions")};
    struct str first;

    return word_needed(c, 0, c->lang == LANG_EN ? "FILE" : "TỆP", &first, err) &&
           option_word(c, "format", "jsonl text", &job.format, err) &&
           reading_words_builtin(c->arena, &job.words, err) && read_all(&job, err);
}
