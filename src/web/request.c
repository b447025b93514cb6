/* request: see request.h. */
#include "web/request.h"

#include "base/log.h"
#include "web/response.h"

static void fault(struct request *rq, const char *name)
{
    rq->fault = true;
    log_line(LOG_ERROR, "undeclared_input", "route=%s name=%s id=%.*s",
        rq->route ? rq->route->pattern : "?", name, STR_ARG(rq->id));
}

bool rq_set_aside(struct request *rq)
{
    rq->aside = true;
    return false;
}

struct str rq_path(struct request *rq, const char *name)
{
    for (size_t i = 0; i < rq->params.n; i++)
        if (str_is(rq->params.name[i], name))
            return rq->params.value[i];
    fault(rq, name);
    return STR_NULL;
}

int64_t rq_path_int(struct request *rq, const char *name)
{
    struct str s = rq_path(rq, name);
    int64_t v = 0;

    if (s.p && !str_to_i64(s, &v))
        fault(rq, name);
    return v;
}

/* The value if it was sent; checks that the name is declared, as one of the types in the set. */
static const struct value *find(struct request *rq, const char *name, unsigned types)
{
    const struct input *inputs = rq->route && rq->route->intake ? rq->route->intake->inputs : NULL;
    const struct input *in = input_for(inputs, str_of(name));

    if (!in || !(types & 1u << in->type)) {
        fault(rq, name);
        return NULL;
    }
    return values_find(&rq->values, str_of(name));
}

static const struct value *valid(struct request *rq, const char *name, unsigned types)
{
    const struct value *v = find(rq, name, types);

    return v && !v->err ? v : NULL;
}

#define ANY (~0u)
#define BIT(t) (1u << (t))
#define TEXTS                                                                                      \
    (BIT(INPUT_LINE) | BIT(INPUT_TEXT) | BIT(INPUT_CHOICE) | BIT(INPUT_UID) | BIT(INPUT_SECRET))

bool rq_has(struct request *rq, const char *name)
{
    const struct value *v = valid(rq, name, ANY);

    return v && (v->file || v->raw.n || v->input->type == INPUT_FLAG);
}

struct str rq_str(struct request *rq, const char *name)
{
    const struct value *v = valid(rq, name, TEXTS);

    return v ? v->s : STR_NULL;
}

int64_t rq_int(struct request *rq, const char *name)
{
    const struct value *v = valid(rq, name, BIT(INPUT_INT) | BIT(INPUT_CHOICE));
    bool sent = v && v->raw.n;

    if (sent)
        return v->i;
    const struct input *inputs = rq->route && rq->route->intake ? rq->route->intake->inputs : NULL;
    const struct input *in = input_for(inputs, str_of(name));
    return in && in->type == INPUT_CHOICE ? -1 : 0;
}

struct dec rq_dec(struct request *rq, const char *name)
{
    const struct value *v = valid(rq, name, BIT(INPUT_NUMBER));

    return v ? v->d : (struct dec){0};
}

struct day rq_day(struct request *rq, const char *name)
{
    const struct value *v = valid(rq, name, BIT(INPUT_DAY));

    return v ? v->day : (struct day){0};
}

bool rq_flag(struct request *rq, const char *name)
{
    return valid(rq, name, BIT(INPUT_FLAG)) != NULL;
}

struct upload *rq_file(struct request *rq, const char *name)
{
    const struct value *v = valid(rq, name, BIT(INPUT_FILE));

    return v ? v->file : NULL;
}

struct str rq_raw(struct request *rq, const char *name)
{
    const struct value *v = find(rq, name, ANY & ~BIT(INPUT_SECRET));

    return v ? v->raw : STR_NULL;
}

const struct err *rq_error(struct request *rq, const char *name)
{
    const struct value *v = find(rq, name, ANY);

    return v ? v->err : NULL;
}

const struct value *rq_next(struct request *rq, const char *name, size_t *at)
{
    const struct input *inputs = rq->route && rq->route->intake ? rq->route->intake->inputs : NULL;
    const struct input *in = NULL;

    for (const struct input *i = inputs; i && i->name && !in; i++)
        if (strcmp(i->name, name) == 0)
            in = i;
    if (!in) {
        fault(rq, name);
        return NULL;
    }
    while (*at < rq->values.v.n) {
        const struct value *v = &rq->values.v.p[(*at)++];
        if (v->input == in)
            return v;
    }
    return NULL;
}

int rq_file_take(struct upload *u)
{
    int fd = u->fd;

    u->fd = -1;
    return fd;
}

struct str rq_header(const struct request *rq, const char *name)
{
    return header_find(rq->headers, rq->nheaders, name);
}

/* gzip stands in the list and its q is not 0. */
bool rq_takes_gzip(const struct request *rq)
{
    struct str rest = rq_header(rq, "Accept-Encoding"), piece, name;

    while (rest.n && str_cut(&rest, ',', &piece)) {
        if (!str_cut(&piece, ';', &name) || !str_is(str_trim(name), "gzip"))
            continue;
        struct str q = str_trim(piece);
        return !(str_starts(q, STR("q=0")) && str_find_char(q, '1', 0) < 0 &&
                 (q.n == 3 || str_is(q, "q=0.0") || str_is(q, "q=0.00") || str_is(q, "q=0.000")));
    }
    return false;
}

struct str rq_cookie(const struct request *rq, const char *name)
{
    const char *full = cookie_name(rq->tls, name);
    struct str rest = rq_header(rq, "Cookie"), piece, found = STR_NULL;
    size_t n = full ? strlen(full) : 0;
    int times = 0;

    while (full && rest.n && str_cut(&rest, ';', &piece)) {
        struct str c = str_trim(piece);
        if (c.n > n && c.p[n] == '=' && memcmp(c.p, full, n) == 0) {
            found = str_slice(c, n + 1, c.n);
            times++;
        }
    }
    return times == 1 ? found : STR_NULL;
}
