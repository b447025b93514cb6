/* inside: what the drawings of this room share. */
#ifndef GB_CHART_INSIDE_H
#define GB_CHART_INSIDE_H

#include "chart/chart.h"
#include "chart/draw.h"

/* Where v lies from a (at v = from) to b (at v = to), clamped; the middle where from == to. */
int chart_place(int64_t v, int64_t from, int64_t to, int a, int b);
/* err.chart.too_large. */
bool chart_too_large(size_t n, struct err *err);
/* The silhouette of a status around a point, 12 px across. */
void draw_status(struct drawing *d, enum chart_status s, int x, int y, struct str tip);

#endif
