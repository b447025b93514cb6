/* draw: a display list, and its one form on pages, SVG.
 *
 * Layer chart; knows base only. A drawing is a list of rectangles, circles, paths and texts in the
 * order in which they cover one another. Lengths are whole tenths of a CSS pixel, so that the same
 * figures give the same bytes everywhere; there is no floating point. Looks are classes of the one
 * style (ui/styles/giaoban.css, section 10): no colour, font or inline style stands here, since the
 * content policy forbids the last and dark, print and projection change the others. A shape may
 * have a `tip`: what it says when somebody points at it (<title>, and ui/scripts/tooltip.js).
 *
 * A drawing lives in its arena. Calls after an exhausted arena do nothing; draw_svg() then says
 * err.memory. `css` are constants of the program and go out as they are; all other text is escaped.
 */
#ifndef GB_CHART_DRAW_H
#define GB_CHART_DRAW_H

#include "base/err.h"
#include "base/html.h"
#include "base/vec.h"

#define PX(n) ((n)*10) /* pixels to tenths */

enum draw_kind { DRAW_RECT, DRAW_CIRCLE, DRAW_PATH, DRAW_TEXT };

/* 'M' and 'L' have one point, 'C' is the first of three (the others 'c'), 'Z' closes. */
struct draw_point {
    char op;
    int x, y;
};

struct draw_item {
    enum draw_kind kind;
    const char *css;
    int x, y, w, h;  /* circle: centre and radius (w); text: its foot; path: none */
    struct str text; /* of a text */
    struct str tip;  /* empty: none */
    size_t first, points;
    struct str url; /* where a click leads; empty: nowhere */
};

struct drawing {
    struct arena *a;
    int w, h;
    const char *css;
    struct str says; /* the whole in one sentence, for those who do not see it */
    VEC(struct draw_item) item;
    VEC(struct draw_point) point;
    bool failed;
};

void draw_init(struct drawing *d, struct arena *a, int w, int h, const char *css, struct str says);
void draw_rect(struct drawing *d, const char *css, int x, int y, int w, int h, struct str tip);
void draw_circle(struct drawing *d, const char *css, int x, int y, int r, struct str tip);
void draw_text(struct drawing *d, const char *css, int x, int y, struct str text);
/* A text of at most `w`, shortened with "…" where it is longer; then the whole is its tip. */
void draw_text_in(struct drawing *d, const char *css, int x, int y, int w, struct str text);
void draw_line(struct drawing *d, const char *css, int x1, int y1, int x2, int y2);
/* A path: draw_path, then its points. */
void draw_path(struct drawing *d, const char *css, struct str tip);
void draw_to(struct drawing *d, char op, int x, int y);

/* The last item becomes a link. Keys go by the table that stands beside a drawing, so that it is
 * not among what Tab stops at. */
void draw_link(struct drawing *d, struct str url);

/* About how wide a text stands in the size of .g-text: rather more than it is. */
int draw_text_width(struct str text);

/* The drawing as <svg>, named by `says`: an image, or a group where it has links. Errors:
 * err.memory. */
bool draw_svg(const struct drawing *d, struct html *ret, struct err *err);

#endif
