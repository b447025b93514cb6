/* chart: the drawings of figures.
 *
 * Layer chart; knows base only, so that every number comes in as whole units of one scale (the
 * caller's mantissas at equal decimals) and every word, also the labels of axes, as a text in
 * people's figures. A missing value is a gap, never a zero. State is shown by silhouette and class,
 * never by colour alone. Each drawing has `says`, one sentence for those who do not see it, and
 * tips for those who point. Sizes in pixels; a page draws a chart twice, wide and narrow, rather
 * than shrinking its letters. Texts that do not fit are shortened and have the whole as their tip.
 *
 * Errors of all: err.memory; err.chart.too_large where there are more parts than CHART_MAX (points,
 * rows), or more than CHART_RING_MAX points of rings.
 */
#ifndef GB_CHART_CHART_H
#define GB_CHART_CHART_H

#include "base/day.h"
#include "base/err.h"
#include "base/html.h"

#define CHART_MAX 4000
#define CHART_RING_MAX 2000000

struct chart_value {
    bool has;
    int64_t v;
};

/* What a unit or target has come to; each has a silhouette of its own. */
enum chart_status {
    CHART_MET,
    CHART_EXCEEDED,
    CHART_ON_COURSE,
    CHART_AT_RISK,
    CHART_OFF_COURSE,
    CHART_MISSED,
    CHART_NOT_YET,
    CHART_NO_DATA,
    CHART_STATUSES
};

/* ---- axes ---- */

struct chart_tick {
    int64_t v;
    struct str text; /* set by the caller */
};
#define CHART_TICKS 8
/* Round values (1, 2 or 5 times a power of ten apart) that hold from..to, at most `want` + 2 of
 * them (want 2-6); past the ends of the range of numbers those. Gives how many; texts are left
 * empty. */
size_t chart_ticks(int64_t from, int64_t to, int want, struct chart_tick ret[CHART_TICKS]);
/* Smallest and largest of what is there; false where nothing is. */
bool chart_range(const struct chart_value *v, size_t n, int64_t *ret_from, int64_t *ret_to);

/* ---- a line over periods ---- */

struct chart_point {
    struct chart_value now, plan, then; /* then: the same period of last year */
    struct str label;                   /* of the axis; empty: none */
    struct str tip;
    struct chart_value fore, low, high; /* forecast, and the interval it lies in */
};
struct line_chart {
    int w, h;
    struct str says;
    const struct chart_point *point;
    size_t points;
    const struct chart_tick
        *tick; /* from chart_ticks, with texts; the first and last end the axis */
    size_t ticks;
};
bool chart_line(const struct line_chart *c, struct arena *a, struct html *ret, struct err *err);

/* ---- a league table ---- */

struct chart_bar {
    struct str name, text, tip; /* text: the value in people's figures, or that there is none */
    struct chart_value v, plan;
    bool me;  /* this one */
    bool off; /* below what was due: marked by a hatch of the edge as well */
};
struct bar_chart {
    int w;
    struct str says;
    const struct chart_bar *bar;
    size_t bars;
};
bool chart_bars(const struct bar_chart *c, struct arena *a, struct html *ret, struct err *err);

/* ---- a word-sized line ---- */

struct spark_chart {
    struct str says;
    const struct chart_value *v;
    size_t n;                /* at most 60 */
    struct chart_value plan; /* one level, dotted */
    int then;                /* index of the same period of last year, hollow; -1: none */
};
bool chart_spark(const struct spark_chart *c, struct arena *a, struct html *ret, struct err *err);

/* ---- units by status ---- */

struct strip_unit {
    enum chart_status status;
    struct str tip;
};
struct strip_chart {
    int w;
    struct str says;
    const struct strip_unit *unit;
    size_t units;
};
bool chart_strip(const struct strip_chart *c, struct arena *a, struct html *ret, struct err *err);

/* ---- where a unit comes from ---- */

struct descent_life {
    struct str name, note;
    struct day from, to; /* to: first day on which it no longer was; DAY_MAX: it is */
    bool me;
};
struct descent_edge {
    int from, to; /* places in the list of lives; equal ones: it gives part away and lives on */
    struct day day;
    struct str tip;
};
struct descent_tick {
    struct day day;
    struct str text;
};
struct descent_chart {
    int w;
    struct str says;
    struct day from, to; /* what the picture holds */
    const struct descent_life *life;
    size_t lives;
    const struct descent_edge *edge;
    size_t edges;
    const struct descent_tick *tick;
    size_t ticks;
};
bool chart_descent(
    const struct descent_chart *c, struct arena *a, struct html *ret, struct err *err);

/* ---- a map ---- */

struct map_point {
    int32_t lon, lat; /* microdegrees */
};
struct map_ring {
    const struct map_point *p; /* closed by itself; holes are rings within */
    size_t n;
};
struct map_area {
    const struct map_ring *ring;
    size_t rings;
    int grade;                /* 0 (low) to 4 by quantile; -1: no value */
    enum chart_status status; /* where the map is `by_status` */
    struct str name, tip;
    struct str url; /* where a click leads; empty: nowhere */
    bool me;
};
/* Words of their own at a place: what a map must name. */
struct map_label {
    struct map_point at;
    struct str text;
};
struct map_box {
    int32_t west, south, east, north;
};
/* Areas by colour; those without a value are hatched besides, in the drawing and in the legend. */
struct map_chart {
    int w, h;
    struct str says;
    const struct map_area *area;
    size_t areas;
    struct map_box clip; /* all 0: what the areas cover */
    bool by_status;
    bool names; /* written where there is room, and where no other stands */
    const struct map_label *label;
    size_t labels;
};
/* The height at which the map fills its width, at most `most`; c->h is not asked for. */
int chart_map_height(const struct map_chart *c, int most);
bool chart_map(const struct map_chart *c, struct arena *a, struct html *ret, struct err *err);
/* Grades by quantile, equal values of equal grade; *ret[i] -1 where there is no value. */
bool chart_grades(
    const struct chart_value *v, size_t n, struct arena *a, int *ret, struct err *err);
/* The colours of grades with the caller's texts, from low to high, then what has no value. */
bool chart_legend(
    const struct str texts[6], struct str says, struct arena *a, struct html *ret, struct err *err);

#endif
