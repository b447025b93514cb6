/* definitions: see definitions.h. The order of the fields is that of the columns in tables.sql. */
#include "store/definitions.h"

#include "app/ports/store.h"

#define AT(member) (unsigned short)offsetof(struct ROW, member)
#define I64(member)                                                                                \
    {                                                                                              \
        FIELD_I64, AT(member), NULL                                                                \
    }
#define INT(member)                                                                                \
    {                                                                                              \
        FIELD_INT, AT(member), NULL                                                                \
    }
#define BOOL(member)                                                                               \
    {                                                                                              \
        FIELD_BOOL, AT(member), NULL                                                               \
    }
#define TEXT(member)                                                                               \
    {                                                                                              \
        FIELD_STR, AT(member), NULL                                                                \
    }
#define UID(member)                                                                                \
    {                                                                                              \
        FIELD_UID, AT(member), NULL                                                                \
    }
#define WORD(member, list)                                                                         \
    {                                                                                              \
        FIELD_WORD, AT(member), &words_##list                                                      \
    }
#define ROWTYPE(table)                                                                             \
    const struct row_type row_##table = {TABLE_##table, sizeof(struct ROW),                        \
        (int)(sizeof fields_##table / sizeof(struct field)), fields_##table}

#define ROW unit_row
static const struct field fields_unit[] = {I64(id), UID(uid), I64(place)};
ROWTYPE(unit);
#undef ROW

#define ROW unit_at_row
static const struct field fields_unit_at[] = {
    I64(unit), INT(from), INT(to), TEXT(name), TEXT(code), TEXT(kind)};
ROWTYPE(unit_at);
#undef ROW

#define ROW parent_at_row
static const struct field fields_parent_at[] = {
    I64(unit), WORD(line, line), INT(from), INT(to), I64(parent)};
ROWTYPE(parent_at);
#undef ROW

#define ROW event_row
static const struct field fields_event[] = {
    I64(id), INT(day), WORD(kind, event), TEXT(decision), TEXT(note)};
ROWTYPE(event);
#undef ROW

#define ROW edge_row
static const struct field fields_edge[] = {I64(event), I64(from), I64(to),
    TEXT(share[BASIS_PEOPLE]), TEXT(share[BASIS_AREA]), TEXT(share[BASIS_HOUSEHOLDS])};
ROWTYPE(edge);
#undef ROW

#define ROW indicator_row
static const struct field fields_indicator[] = {I64(id), UID(uid), TEXT(code), TEXT(name),
    TEXT(unit_of_measure), TEXT(definition), TEXT(aliases), INT(decimals),
    WORD(direction, direction), WORD(value_type, value_type), WORD(frequency, frequency),
    WORD(over_units, over_units), WORD(over_time, over_time), WORD(entered, entered),
    WORD(line, line), TEXT(family), WORD(basis, basis), WORD(privacy, privacy),
    WORD(source, source), TEXT(formula), TEXT(weight), TEXT(reported_by), TEXT(note),
    BOOL(followed), INT(position), I64(form), TEXT(owner)};
ROWTYPE(indicator);
#undef ROW

#define ROW series_row
static const struct field fields_series[] = {
    I64(id), I64(indicator), TEXT(key), TEXT(label), INT(position)};
ROWTYPE(series);
#undef ROW

#define ROW not_applicable_row
static const struct field fields_not_applicable[] = {I64(indicator), I64(unit), INT(from), INT(to)};
ROWTYPE(not_applicable);
#undef ROW

#define ROW form_row
static const struct field fields_form[] = {I64(id), UID(uid), TEXT(code), TEXT(name_vi),
    TEXT(name_en), WORD(frequency, frequency), WORD(line, line), TEXT(asked_of), TEXT(asked_by),
    INT(cutoff_day), INT(due_day), INT(close_day), INT(from), INT(to), BOOL(needs_check),
    BOOL(needs_sign)};
ROWTYPE(form);
#undef ROW

#define ROW form_section_row
static const struct field fields_form_section[] = {
    I64(form), INT(position), TEXT(key), TEXT(title_vi), TEXT(title_en)};
ROWTYPE(form_section);
#undef ROW

#define ROW form_line_row
static const struct field fields_form_line[] = {I64(form), INT(position), INT(number),
    TEXT(section), I64(indicator), TEXT(owner), TEXT(owner_name_vi), TEXT(owner_name_en),
    INT(part_of), BOOL(confirm_nil), BOOL(required)};
ROWTYPE(form_line);
#undef ROW

#define ROW form_rule_row
static const struct field fields_form_rule[] = {I64(form), INT(position), WORD(level, level),
    TEXT(text), TEXT(message_vi), TEXT(message_en), INT(line)};
ROWTYPE(form_rule);
#undef ROW

#define ROW target_set_row
static const struct field fields_target_set[] = {I64(id), UID(uid), TEXT(code), TEXT(name),
    TEXT(giver), TEXT(source), I64(unit), INT(start), INT(end)};
ROWTYPE(target_set);
#undef ROW

#define ROW target_row
static const struct field fields_target[] = {I64(id), I64(set), TEXT(code), TEXT(name),
    TEXT(source_line), TEXT(responsible), TEXT(person), I64(indicator), I64(unit),
    WORD(comparator, comparator), WORD(basis, target_basis), BOOL(compensating), INT(start),
    INT(deadline), TEXT(baseline), TEXT(weight), BOOL(made_up), INT(axis), INT(position),
    INT(done_day)};
ROWTYPE(target);
#undef ROW

#define ROW target_version_row
static const struct field fields_target_version[] = {
    I64(target), INT(in_force), BOOL(decided), TEXT(value), TEXT(value_to), TEXT(decision)};
ROWTYPE(target_version);
#undef ROW

#define ROW target_schedule_row
static const struct field fields_target_schedule[] = {I64(target), I64(period), TEXT(value)};
ROWTYPE(target_schedule);
#undef ROW

#define ROW expectation_row
static const struct field fields_expectation[] = {
    I64(target), INT(day), WORD(expectation, expectation), TEXT(reason)};
ROWTYPE(expectation);
#undef ROW

/* Without the password hash, which has a table of its own. */
#define ROW account_row
static const struct field fields_account[] = {I64(id), UID(uid), TEXT(login), TEXT(name),
    TEXT(post), I64(unit), BOOL(disabled), BOOL(demonstration), WORD(lang, lang)};
ROWTYPE(account);
#undef ROW

#define ROW grant_row
static const struct field fields_grant_to[] = {I64(account), WORD(role, role), I64(unit),
    WORD(line, line), TEXT(owner), TEXT(forms), INT(from), INT(to), TEXT(decision)};
ROWTYPE(grant_to);
#undef ROW

#define ROW setting_row
static const struct field fields_setting[] = {TEXT(key), TEXT(value)};
ROWTYPE(setting);
#undef ROW

#define ROW narrative_row
static const struct field fields_narrative[] = {I64(id), I64(report), TEXT(section),
    WORD(kind, narrative), INT(position), TEXT(text), TEXT(field), TEXT(addressee)};
ROWTYPE(narrative);
#undef ROW

#define ROW attachment_row
static const struct field fields_attachment[] = {I64(id), I64(report), TEXT(name), TEXT(type),
    TEXT(sha256), I64(size), I64(at_ms), I64(account), I64(series)};
ROWTYPE(attachment);
#undef ROW

#define ROW boundary_row
static const struct field fields_boundary[] = {I64(unit), INT(from), TEXT(shape), TEXT(drawn)};
ROWTYPE(boundary);
#undef ROW
