/* fixture: a catalogue from a few lines of text, for tests of the domain and of the rooms above.
 *
 *     struct catalog c = fixture(&arena,
 *         "@units\n"
 *         "id,name,kind,parent\n"
 *         "328,Mỹ Hào,town,\n"
 *         "12103,Bần Yên Nhân,ward,328\n"
 *         "@indicators\n"
 *         "code,over_time,formula\n"
 *         "MT01,last,\n"
 *         "MT02,last,\n"
 *         "MT03,ratio,100*MT02/MT01\n");
 *
 * A block begins with @ and its name; its first line names columns of the list below, the rest is
 * CSV. An empty or absent cell takes the default in brackets. Days are written 2024-03-31; `to` is
 * exclusive, as inside. Lists stand between '|'. A unit is named by its `id`, a label of this text
 * alone; several lines with one id are stretches of one unit (parents too). Things get the ids 1,
 * 2, 3 ... in the order in which they stand; series too: an own one for every indicator without
 * formula, then the parts.
 *
 *     @units           id, name [id], kind [commune], code [id], parent, line [state], from, to,
 * place
 *     @parents         unit, parent, line [party], from, to          further lines
 *     @indicators      code, name [code], unit_of_measure, decimals [0], direction [more],
 * value_type, frequency [quarter], over_units [sum], over_time [sum], entered, line, family, basis,
 * class, formula, weight, reported_by, form, owner, followed, aliases
 *     @parts           indicator, key, label [key]
 *     @not_applicable  indicator, unit, from, to
 *     @forms           code, name [code], frequency [quarter], line [party], asked_of, asked_by,
 *                      cutoff_day [15], due_day [20], close_day [25], from, to, check, sign
 *     @sections        form, key, title [key]
 *     @lines           form, number, indicator, section, owner, part_of, confirm_nil, required
 *     @rules           form, level [error], text, message, line
 *     @sets            code, name [code], unit, giver, start, end
 *     @targets         set, code, indicator, unit, comparator [>=], value, value_to, basis [level],
 *                      start [of the set], deadline [last day of the set], baseline, compensating,
 *                      weight, done_day                  the value is a version in force from start
 *     @versions        target, in_force, value, value_to, decided [yes], decision
 *     @expectations    target, day, expectation, reason
 *     @events          id, day, kind [merge], decision
 *     @edges           event, from, to, people, area, households      units by label, empty: none
 *     @accounts        login, unit, name [login]
 *     @grants          login, role, unit, line [party], owner, forms, from, to, decision
 *
 * yes, no or empty in columns that ask a question. Targets are named SET/CODE in @versions and
 * @expectations. Kinds are those of rules/kinds.csv.
 */
#ifndef GB_TESTS_FIXTURE_H
#define GB_TESTS_FIXTURE_H

#include "base/arena.h"
#include "domain/catalog.h"

/* The catalogue; the test fails, with the place, where the text or the catalogue is wrong. */
struct catalog fixture(struct arena *a, const char *text);
/* The rows alone, for who builds the catalogue himself, and the kinds of rules/kinds.csv. */
struct catalog_rows *fixture_rows(struct arena *a, const char *text);
struct kinds fixture_kinds(struct arena *a);
/* The same, but what catalog_build says of it is the answer (errors of the text itself still fail
 * the test). */
bool fixture_try(struct arena *a, const char *text, struct catalog *ret, struct err *err);

/* Indexes by the names of the text; the test fails where there is none. Units by label: that of the
 * last fixture built. */
int fixture_unit(const struct catalog *c, const char *id);
int fixture_indicator(const struct catalog *c, const char *code);
int fixture_target(const struct catalog *c, const char *set_and_code);
/* A day and a period as written. */
struct day fixture_day(const char *text);
struct period fixture_period(const char *text);

#endif
