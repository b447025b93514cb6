/* places_view: what the templates of the start page, units, indicators, search and the brief are
 * told; see views.h. */
#ifndef GB_WEB_PLACES_VIEW_H
#define GB_WEB_PLACES_VIEW_H

#include "web/forecast_view.h"
#include "web/score_view.h"

/* ---- start ---- */

struct job_view {
    struct state_view state;
    struct str name, url, says, button;
    bool main;
};
struct news_view {
    struct str when, name, url, says;
};
struct mini_target_view {
    struct str name, url;
    struct state_view state;
    struct figure_view percent;
};
struct start_view {
    struct page_view page;
    struct str title, headline, crumb;
    VEC(struct job_view) now; /* overdue and due today */
    VEC(struct job_view) later;
    VEC(struct news_view) news;
    VEC(struct mini_target_view) targets;
    struct str targets_url, targets_says;
    struct str open_url, open_says; /* of units that have ended, not decided yet; empty: nothing */
};

/* ---- unit ---- */

struct fact_view {
    struct str label, value, note, url;
};
struct event_view {
    struct str when, says, url;
    bool own;
};
struct unit_report_view {
    struct str form, period, url, says;
    struct state_view state;
};
struct unit_view {
    struct page_view page;
    struct str today; /* at the head of a sheet */
    struct str title, name, ended, ended_url, ended_text, score_url, brief_url, map_url, event_url;
    struct choice_list reading;
    struct how_note_view how;
    VEC(struct link_view) way;
    VEC(struct fact_view) facts;
    VEC(struct event_view) events;
    struct drawing_view descent;
    struct str left_out;
    VEC(struct link_view) children, bodies;
    struct str children_head, targets_says;
    VEC(struct mini_target_view) targets;
    VEC(struct unit_report_view) reports;
    VEC(struct fact_view) posts;
};
struct units_view {
    struct page_view page;
    struct str title, headline;
    VEC(struct link_view) units;
};

/* ---- indicator ---- */

struct trend_view {
    struct str period, url;
    struct figure_view value, last_year, plan;
    struct str marks;
    bool now;
};
struct ahead_view {
    struct str period, range;
    struct figure_view value;
};
struct league_view {
    struct str rank, name, url, marks;
    struct figure_view value, last_year, plan, percent;
};
/* A target that asks for this indicator. */
struct asked_view {
    struct str name, set, says, who;
    struct state_view state;
    struct figure_view plan, percent;
};
struct origin_row_view {
    struct str name, url, marks;
    struct str share; /* of it, into the unit: "3/20", or that it is unknown */
    struct figure_view value;
};
struct version_view {
    struct str when, who, why, note, marks, behalf;
    struct figure_view value;
};
struct indicator_view {
    struct page_view page;
    struct str title, headline, name, code, unit_name, unit_url, period, made_up;
    struct choice_list reading;
    struct how_note_view how;
    VEC(struct fact_view) definition;
    VEC(struct trend_view) trend;
    VEC(struct ahead_view) ahead; /* forecasts of the rest of the year */
    struct str ahead_says;        /* how they are drawn; empty: none are */
    VEC(struct forecast_view) forecasts;
    VEC(struct league_view) league;
    struct str league_head, withheld, map_url;
    struct drawing_view chart, bars, strip;
    struct str strip_head;
    VEC(struct asked_view) asked;
    VEC(struct link_view) files;
    struct str origin_says, behalf, report_url, report_says, sent_says, differs;
    VEC(struct origin_row_view) parts, within, operands, path;
    struct str path_says;
    VEC(struct version_view) versions;
};

/* ---- search ---- */

struct hit_view {
    struct str name, url, what;
};
struct search_view {
    struct page_view page;
    struct str title, headline, find;
    VEC(struct hit_view) hits;
};

/* ---- brief ---- */

struct brief_set_view {
    struct str name, met, before;
};
struct brief_target_view {
    struct str name, url, unit, who, says;
    struct html spark;
    struct state_view state;
};
struct brief_form_view {
    struct str name, url, says;
};
struct brief_view {
    struct page_view page;
    struct str title, headline, unit, unit_url, period, met, total, score_url;
    struct choice_list reading;
    struct how_note_view how;
    VEC(struct brief_set_view) sets;
    VEC(struct brief_target_view) slowest, changes;
    VEC(struct brief_form_view) forms;
};

#endif
