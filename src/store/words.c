/* words: see words.h. */
#include "store/words.h"

#include "app/ports/store.h"

#define LIST(id, ...)                                                                              \
    static const char *const id##_list[] = {__VA_ARGS__};                                          \
    const struct words words_##id = {#id, (int)(sizeof id##_list / sizeof *id##_list), id##_list}

LIST(line, [LINE_STATE] = "state", [LINE_PARTY] = "party", [LINE_FRONT] = "front",
    [LINE_COUNCIL] = "council");
LIST(event, [EVENT_FOUND] = "found", [EVENT_MERGE] = "merge", [EVENT_SPLIT] = "split",
    [EVENT_TRANSFER] = "transfer", [EVENT_RENAME] = "rename", [EVENT_CHANGE_KIND] = "change-kind",
    [EVENT_DISSOLVE] = "dissolve");
LIST(direction, [DIRECTION_MORE] = "more", [DIRECTION_LESS] = "less",
    [DIRECTION_NEITHER] = "neither");
LIST(value_type, [VALUE_NUMBER] = "number", [VALUE_YES_NO] = "yes_no");
LIST(frequency, [FREQUENCY_WEEK] = "week", [FREQUENCY_MONTH] = "month",
    [FREQUENCY_QUARTER] = "quarter", [FREQUENCY_HALF] = "half", [FREQUENCY_YEAR] = "year");
LIST(over_units, [UNITS_SUM] = "sum", [UNITS_MEAN] = "mean", [UNITS_RATIO] = "ratio",
    [UNITS_MIN] = "min", [UNITS_MAX] = "max", [UNITS_NONE] = "none");
LIST(over_time, [TIME_SUM] = "sum", [TIME_LAST] = "last", [TIME_MEAN] = "mean",
    [TIME_RATIO] = "ratio", [TIME_MIN] = "min", [TIME_MAX] = "max", [TIME_NONE] = "none");
LIST(entered, [ENTERED_IN_PERIOD] = "in-period", [ENTERED_YEAR_TO_DATE] = "year-to-date");
LIST(basis, [BASIS_PEOPLE] = "people", [BASIS_AREA] = "area", [BASIS_HOUSEHOLDS] = "households");
LIST(privacy, [PRIVACY_PUBLIC] = "public", [PRIVACY_INTERNAL] = "internal",
    [PRIVACY_PERSONAL] = "personal", [PRIVACY_SEALED] = "sealed");
LIST(source, [SOURCE_REPORTED] = "reported", [SOURCE_FORMULA] = "formula",
    [SOURCE_REGISTER] = "register");
LIST(level, [RULE_ERROR] = "error", [RULE_WARNING] = "warning");
LIST(comparator, [CMP_GE] = ">=", [CMP_LE] = "<=", [CMP_EQ] = "=", [CMP_BETWEEN] = "between");
LIST(target_basis, [TARGET_LEVEL] = "level", [TARGET_EVERY] = "every",
    [TARGET_CUMULATIVE] = "cumulative", [TARGET_ZERO_STOCK] = "zero-stock",
    [TARGET_ZERO_FLOW] = "zero-flow", [TARGET_COUNT] = "count", [TARGET_DONE] = "done");
LIST(expectation, [EXPECT_NONE] = "none", [EXPECT_MET] = "met", [EXPECT_HARD] = "hard",
    [EXPECT_NOT] = "not");
LIST(role, [ROLE_VIEWER] = "viewer", [ROLE_REPORTER] = "reporter", [ROLE_CHECKER] = "checker",
    [ROLE_SIGNER] = "signer", [ROLE_APPROVER] = "approver", [ROLE_COMPILER] = "compiler",
    [ROLE_LEADER] = "leader", [ROLE_INSPECTOR] = "inspector", [ROLE_REGISTRAR] = "registrar",
    [ROLE_PUBLISHER] = "publisher", [ROLE_ADMINISTRATOR] = "administrator");
LIST(lang, [LANG_VI] = "vi", [LANG_EN] = "en");
LIST(narrative, [NARRATIVE_RESULTS] = "results", [NARRATIVE_SHORTCOMINGS] = "shortcomings",
    [NARRATIVE_CAUSES] = "causes", [NARRATIVE_PROPOSALS] = "proposals", [NARRATIVE_NEXT] = "next");
LIST(state, [REPORT_NOT_STARTED] = "not_started", [REPORT_DRAFT] = "draft",
    [REPORT_CHECKING] = "checking", [REPORT_TO_SIGN] = "to_sign", [REPORT_SUBMITTED] = "submitted",
    [REPORT_RECEIVED] = "received", [REPORT_RETURNED] = "returned", [REPORT_APPROVED] = "approved",
    [REPORT_LOCKED] = "locked", [REPORT_REOPENED] = "reopened");
LIST(step, [STEP_EDIT] = "edit", [STEP_CHECK] = "check", [STEP_TO_SIGN] = "to_sign",
    [STEP_PUSH_BACK] = "push_back", [STEP_SUBMIT] = "submit", [STEP_RECEIVE] = "receive",
    [STEP_RETURN] = "return", [STEP_APPROVE] = "approve", [STEP_REVOKE] = "revoke",
    [STEP_LOCK] = "lock", [STEP_REOPEN] = "reopen", [STEP_FINAL] = "final");

_Static_assert(sizeof state_list / sizeof *state_list == REPORT_STATES, "every state has a word");
_Static_assert(sizeof step_list / sizeof *step_list == REPORT_STEPS, "every step has a word");
_Static_assert(sizeof role_list / sizeof *role_list == ROLE_COUNT, "every role has a word");
_Static_assert(sizeof line_list / sizeof *line_list == LINE_COUNT, "every line has a word");
_Static_assert(
    sizeof narrative_list / sizeof *narrative_list == NARRATIVE_KINDS, "every kind has a word");
