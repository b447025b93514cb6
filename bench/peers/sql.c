/* sql: see sql.h. */
#include "sql.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BIG(x) "CAST(" x " AS BIGINT)"
#define SUM_N(x) BIG("sum(" x ")") ", " BIG("count(*)")
#define TEN "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10"
/* Month by month, so that an index by month and indicator is entered 120 times. */
#define YEAR "$11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22"

#define PIVOT(months)                                                                              \
    "SELECT " BIG("f.ind") ", " BIG("f.month") ", " BIG("p.mid") ", " SUM_N(                       \
        "f.value") " FROM figure f JOIN period t ON t.month = f.month JOIN place p ON p.unit = "   \
                   "f.unit AND "                                                                   \
                   "p.tree = t.tree WHERE f.ind IN (" TEN ") AND f.month " months                  \
                   " GROUP BY f.ind, f.month, p.mid"

static const char *const plain[WORKS] = {
    [W_P1] = "SELECT " BIG("p.mid") ", " SUM_N(
        "f.value") " FROM figure f JOIN place p ON p.unit = "
                   "f.unit WHERE f.month = $1 AND f.ind = $2 AND p.tree = $3 GROUP BY p.mid",
    [W_P2] = "SELECT " BIG("0") ", " BIG("f.ind") ", " SUM_N(
        "f.value") " FROM place p JOIN figure f ON f.unit = p.unit WHERE p.mid = $1 AND p.tree = "
                   "$2 AND "
                   "f.month = $3 GROUP BY f.ind UNION ALL "
                   "SELECT " BIG("1") ", " BIG("f.ind") ", " SUM_N(
                       "f.value") " FROM place p JOIN figure f ON f.unit = p.unit WHERE p.mid = $1 "
                                  "AND p.tree = $4 AND "
                                  "f.month = $5 GROUP BY f.ind",
    [W_P3] = PIVOT("IN (" YEAR ")"),
    [W_P4] = "SELECT " BIG("f.unit") ", " BIG("rank() OVER (ORDER BY f.value DESC)") ", " BIG(
        "f.value") ", " BIG("CASE WHEN f.value >= $1 THEN 1 ELSE 0 END") " FROM figure f JOIN "
                                                                         "place p ON p.unit = "
                                                                         "f.unit WHERE f.month = "
                                                                         "$2 AND f.ind = $3 AND "
                                                                         "p.tree = $4 AND p.mid = "
                                                                         "$5 ORDER BY 2, 1",
    [W_P5] = "SELECT " BIG("f.ind") ", " BIG("p.mid") ", " BIG(
        "sum(CASE WHEN f.value >= t.threshold THEN 1 ELSE 0 END)") " FROM figure f JOIN place p ON "
                                                                   "p.unit = f.unit JOIN target t "
                                                                   "ON t.ind = f.ind "
                                                                   "WHERE f.month = $1 AND p.tree "
                                                                   "= $2 GROUP BY f.ind, p.mid",
    [W_TREE] = "SELECT " BIG("p.mid") ", " SUM_N(
        "f.value") " FROM figure f JOIN place p ON p.unit "
                   "= f.unit WHERE f.month = $1 AND f.ind = $2 AND p.tree = $3 GROUP BY p.mid",
    [W_RESTATE] = "SELECT " BIG("t.month") ", " BIG("p.mid") ", " SUM_N(
        "f.value") " FROM period t JOIN figure f ON f.month = t.month JOIN place p ON p.unit = "
                   "f.unit "
                   "WHERE f.ind = $1 AND p.tree = 1 AND t.month < $2 GROUP BY t.month, p.mid",
};
static const char *const scan[WORKS] = {[W_P3] = PIVOT("BETWEEN $11 AND $12")};
static const char *const rollup[WORKS] = {
    [W_P1] = "SELECT " BIG("unit") ", total, " BIG(
        "n") " FROM rollup WHERE month = $1 AND ind = $2 AND unit >= 0",
    [W_P2] = "SELECT " BIG("0") ", " BIG("ind") ", total, " BIG(
        "n") " FROM rollup WHERE unit = $1 AND month = $2 UNION ALL "
             "SELECT " BIG("1") ", " BIG("ind") ", total, " BIG("n") " FROM "
                                                                     "rollup"
                                                                     " WHERE"
                                                                     " unit "
                                                                     "= $1 "
                                                                     "AND "
                                                                     "month "
                                                                     "= $3",
    [W_P3] = "SELECT " BIG("ind") ", " BIG("month") ", " BIG("unit") ", total, " BIG(
        "n") " FROM rollup WHERE ind IN (" TEN ") AND month IN (" YEAR ") AND unit >= 0",
    [W_P5] = "SELECT " BIG("ind") ", " BIG("unit") ", " BIG(
        "met") " FROM rollup WHERE month = $1 AND unit >= 0",
};
static const char *const star[WORKS] = {
    [W_P1] = "SELECT " BIG("mid") ", " SUM_N(
        "value") " FROM analytics WHERE month = $1 AND ind = $2 GROUP BY mid",
    [W_P2] = "SELECT " BIG("0") ", " BIG("ind") ", " SUM_N(
        "value") " FROM analytics WHERE mid = $1 AND month = $2 GROUP BY ind UNION ALL "
                 "SELECT " BIG("1") ", " BIG("ind") ", " SUM_N("value") " FROM analytics WHERE "
                                                                        "mid = $1 AND month = "
                                                                        "$3 GROUP BY ind",
    [W_P3] = "SELECT " BIG("ind") ", " BIG("month") ", " BIG("mid") ", " SUM_N(
        "value") " FROM analytics WHERE ind IN (" TEN ") AND month IN (" YEAR ") "
                 "GROUP BY ind, month, mid",
    [W_P4] = "SELECT " BIG("unit") ", " BIG("rank() OVER (ORDER BY value DESC)") ", " BIG(
        "value") ", " BIG("CASE WHEN value >= $1 THEN 1 ELSE 0 END") " FROM analytics WHERE month "
                                                                     "= $2 AND ind = $3 AND mid = "
                                                                     "$4 ORDER BY 2, 1",
    [W_P5] = "SELECT " BIG("a.ind") ", " BIG("a.mid") ", " BIG(
        "sum(CASE WHEN a.value >= t.threshold THEN 1 ELSE 0 END)") " FROM analytics a JOIN target "
                                                                   "t ON t.ind = a.ind WHERE "
                                                                   "a.month = $1 "
                                                                   "GROUP BY a.ind, a.mid",
};
static const char *const others[STATEMENTS] = {
    [S_SEND] = "INSERT INTO draft (month, ind, unit, value) VALUES ($1, $2, $3, $4)",
    [S_APPROVE] = "INSERT INTO figure (month, ind, unit, value) SELECT month, ind, unit, value "
                  "FROM draft WHERE month = $1 AND unit = $2",
    [S_ROLL_MID] =
        "INSERT INTO rollup (month, unit, ind, total, n, met) SELECT d.month, p.mid, d.ind, "
        "d.value,"
        " 1, CASE WHEN d.value >= t.threshold THEN 1 ELSE 0 END FROM draft d JOIN place p ON "
        "p.unit "
        "= d.unit JOIN target t ON t.ind = d.ind WHERE p.tree = 1 AND d.month = $1 AND d.unit = $2 "
        "ON CONFLICT (month, ind, unit) DO UPDATE SET total = rollup.total + excluded.total, "
        "n = rollup.n + 1, met = rollup.met + excluded.met",
    [S_ROLL_TOP] =
        "INSERT INTO rollup (month, unit, ind, total, n, met) SELECT d.month, -1, d.ind, d.value, "
        "1, CASE WHEN d.value >= t.threshold THEN 1 ELSE 0 END FROM draft d JOIN target t ON t.ind "
        "= d.ind WHERE d.month = $1 AND d.unit = $2 "
        "ON CONFLICT (month, ind, unit) DO UPDATE SET total = rollup.total + excluded.total, "
        "n = rollup.n + 1, met = rollup.met + excluded.met",
    [S_TOTAL] = "SELECT " BIG("sum(value)") " FROM figure WHERE month = $1 AND ind = 0",
    [S_ENTER] = "INSERT INTO entry (month, ind, unit, value) VALUES ($1, $2, $3, $4) "
                "ON CONFLICT (month, ind, unit) DO UPDATE SET value = excluded.value",
};

const char *sql_text(enum variant v, enum statement s)
{
    if (s >= S_SEND)
        return s == S_TOTAL && v == ROLLUP
                   ? "SELECT total FROM rollup WHERE month = $1 AND ind = 0 AND unit = -1"
                   : others[s];
    const char *own = v == ROLLUP ? rollup[s] : v == STAR ? star[s] : v == SCAN ? scan[s] : NULL;
    return own || v == STAR ? own : plain[s];
}

static int fill(int64_t *ret, int n, const int64_t *v)
{
    memcpy(ret, v, (size_t)n * sizeof *v);
    return n;
}
#define FILL(...)                                                                                  \
    fill(ret, (int)(sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t)), (int64_t[]){__VA_ARGS__})

static int plain_params(const struct country *c, const struct ask *q, int64_t *ret)
{
    int tree = country_tree(c, q->month);

    switch (q->work) {
    case W_P1:
        return FILL(q->month, q->indicator, tree);
    case W_TREE:
        return FILL(q->month, q->indicator, 1);
    case W_P2:
        return FILL(q->mid, tree, q->month, country_tree(c, q->month - 12), q->month - 12);
    case W_P3:
        for (int i = 0; i < 10; i++)
            ret[i] = ask_indicator(c, q, i);
        for (int i = 0; i < 12; i++)
            ret[10 + i] = q->month + i;
        return 22;
    case W_P4:
        return FILL(country_threshold(q->indicator), q->month, q->indicator, tree, q->mid);
    case W_P5:
        return FILL(q->month, tree);
    default:
        return FILL(q->indicator, c->months);
    }
}

int sql_params_of(const struct country *c, enum variant v, const struct ask *q, int64_t *ret)
{
    if (v == SCAN && q->work == W_P3) {
        plain_params(c, q, ret);
        ret[11] = q->month + 11;
        return 12;
    }
    if (v == ROLLUP || v == STAR) {
        switch (q->work) {
        case W_P1:
            return FILL(q->month, q->indicator);
        case W_P2:
            return FILL(q->mid, q->month, q->month - 12);
        case W_P4:
            if (v == STAR)
                return FILL(country_threshold(q->indicator), q->month, q->indicator, q->mid);
            break;
        case W_P5:
            return FILL(q->month);
        default:
            break;
        }
    }
    return plain_params(c, q, ret);
}

static void run(struct peer *p, const struct ask *q)
{
    struct sql_peer *s = p->own;
    int64_t param[SQL_PARAMS];
    int n = sql_params_of(p->c, s->variant, q, param);

    s->engine->run(s, S_WORK + q->work, param, n, &s->rows);
}

static void answer(struct peer *p, const struct ask *q, int64_t *out)
{
    const struct country *c = p->c;
    const struct rows *r = &((struct sql_peer *)p->own)->rows;

    for (size_t i = 0; i < r->n; i++) {
        const int64_t *v = r->cell + i * r->columns;
        int64_t *to = out;
        size_t keys = 1;
        switch (q->work) {
        case W_P1:
        case W_TREE:
            to += 2 * v[0];
            break;
        case W_P2:
            to += 2 * (v[0] * c->indicators + v[1]);
            keys = 2;
            break;
        case W_P3: {
            int x = 0;
            while (ask_indicator(c, q, x) != v[0])
                x++;
            to += 2 * ((x * 12 + v[1] - q->month) * c->mids + v[2]);
            keys = 3;
            break;
        }
        case W_P4:
            memcpy(out + 4 * i, v, 4 * sizeof *v);
            continue;
        case W_P5:
            out[v[0] * c->mids + v[1]] = v[2];
            continue;
        default:
            to += 2 * (v[0] * c->mids + v[1]);
            keys = 2;
        }
        to[0] = v[keys];
        to[1] = v[keys + 1];
    }
}

int sql_report_month(const struct country *c, enum variant v, int k)
{
    return report_month(c, k) + 1000 * ((int)v + 1);
}

static void send(struct peer *p, int k)
{
    struct sql_peer *s = p->own;

    s->engine->exec(s, "BEGIN");
    for (int i = 0; i < REPORT_CELLS; i++)
        s->engine->run(s, S_SEND,
            (int64_t[]){
                sql_report_month(p->c, s->variant, k), i, report_leaf(p->c, k), report_value(k, i)},
            4, NULL);
    s->engine->exec(s, "COMMIT");
}

static int64_t approve(struct peer *p, int k)
{
    struct sql_peer *s = p->own;
    int64_t param[2] = {sql_report_month(p->c, s->variant, k), report_leaf(p->c, k)};

    s->engine->exec(s, "BEGIN");
    s->engine->run(s, S_APPROVE, param, 2, NULL);
    if (s->variant == ROLLUP) {
        s->engine->run(s, S_ROLL_MID, param, 2, NULL);
        s->engine->run(s, S_ROLL_TOP, param, 2, NULL);
    }
    s->engine->exec(s, "COMMIT");
    s->engine->run(s, S_TOTAL, param, 1, &s->rows);
    return s->rows.n == 1 ? s->rows.cell[0] : -1;
}

static bool has(const struct peer *p, enum work w)
{
    const struct sql_peer *s = p->own;

    return sql_text(s->variant, S_WORK + w) != NULL &&
           (s->variant == PLAIN || s->variant == SCAN ||
               sql_text(s->variant, S_WORK + w) != plain[w] || w == W_P4);
}

void sql_fill(struct peer *p, struct sql_peer *own)
{
    p->own = own;
    p->has = has;
    p->run = run;
    p->answer = answer;
    if (own->variant != STAR) {
        p->send = send;
        p->approve = approve;
    }
    own->rows.cell = malloc(SQL_CELLS * sizeof *own->rows.cell);
    if (!own->rows.cell)
        die("memory");
}

void sql_each_figure(const struct country *c,
    void (*row)(void *ctx, int month, int ind, int unit, int64_t value), void *ctx)
{
    int64_t v;
    int units = country_units(c);

    for (int m = 0; m < c->months; m++)
        for (int i = 0; i < c->indicators; i++)
            for (int u = 0; u < units; u++)
                if (country_value(c, i, m, u, &v))
                    row(ctx, m, i, u, v);
}

void sql_small_tables(const struct country *c, void (*exec)(void *ctx, const char *sql), void *ctx)
{
    char b[200];

    for (int u = 0; u < country_units(c); u++)
        for (int tree = 0; tree < 2; tree++) {
            if (tree == 0 && !country_alive(c, 0, u))
                continue;
            snprintf(b, sizeof b, "INSERT INTO place (unit, tree, mid) VALUES (%d, %d, %d)", u,
                tree, country_mid(c, tree, u));
            exec(ctx, b);
        }
    for (int m = 0; m < c->months; m++) {
        snprintf(
            b, sizeof b, "INSERT INTO period (month, tree) VALUES (%d, %d)", m, country_tree(c, m));
        exec(ctx, b);
    }
    for (int i = 0; i < c->indicators; i++) {
        snprintf(b, sizeof b, "INSERT INTO target (ind, threshold) VALUES (%d, %lld)", i,
            (long long)country_threshold(i));
        exec(ctx, b);
    }
}
