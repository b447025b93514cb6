/* figure: see figure.h. */
#include "domain/figure.h"

static const char *const status_names[] = {"final", "preliminary", "estimate"};

const char *figure_status_name(enum figure_status s)
{
    return status_names[s];
}

bool figure_status_parse(struct str s, enum figure_status *ret)
{
    for (int i = 0; i < 3; i++)
        if (str_is(s, status_names[i])) {
            *ret = (enum figure_status)i;
            return true;
        }
    return false;
}

static const struct figure_version *newest(
    const struct figure_version *versions, size_t n, uint32_t born, struct act_no mark)
{
    for (size_t i = n; i-- > 0;) {
        if (versions[i].flags & FIGURE_UNDOES)
            i -= i > 0; /* and the version that it takes back */
        else if ((versions[i].flags & born) || versions[i].act.v <= mark.v)
            return &versions[i];
    }
    return NULL;
}

const struct figure_version *figure_approved(
    const struct figure_version *versions, size_t n, struct report_marks marks)
{
    return newest(versions, n, FIGURE_BORN_APPROVED, marks.approved);
}

const struct figure_version *figure_provisional(
    const struct figure_version *versions, size_t n, struct report_marks marks)
{
    struct act_no later = marks.submitted.v > marks.approved.v ? marks.submitted : marks.approved;

    return newest(versions, n, FIGURE_BORN_APPROVED | FIGURE_BORN_PROVISIONAL, later);
}

struct cell_value cell_of_version(const struct figure_version *v)
{
    if (!v || (v->flags & FIGURE_CLEARED))
        return (struct cell_value){false, 0, 0};
    return (struct cell_value){true, v->value, v->flags};
}
