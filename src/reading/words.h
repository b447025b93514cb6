/* words: the word lists as one trie over folded words.
 *
 * Internal to the room. An entry is a sequence of tokens with a class and an optional value; the
 * trie gives all entries that begin at a token in one walk. Folding: lower case, one tone
 * placement, i for y after h k l m s t qu at a word's end, one sort of dash.
 */
#ifndef GB_READING_WORDS_H
#define GB_READING_WORDS_H

#include "base/map.h"
#include "reading/read.h"

/* class, name of its section */
#define READING_CLASSES(X)                                                                         \
    X(MEASURE, "measure")                                                                          \
    X(CURRENCY, "currency")                                                                        \
    X(MULTIPLIER, "multiplier")                                                                    \
    X(NUMBER_WORD, "number word")                                                                  \
    X(TIMES, "times")                                                                              \
    X(NOUN_PLACE, "noun place")                                                                    \
    X(NOUN_BODY, "noun body")                                                                      \
    X(NOUN_HOUSEHOLD, "noun household")                                                            \
    X(NOUN_PERSON, "noun person")                                                                  \
    X(NOUN_ACT, "noun act")                                                                        \
    X(NOUN_PAPER, "noun paper")                                                                    \
    X(NOUN_THING, "noun thing")                                                                    \
    X(ZERO_NOUN, "zero noun") X(ZERO_VERB, "zero verb") X(ZERO_STRICT, "zero strict") X(APPROX,    \
        "approx") X(AT_LEAST, "at least") X(AT_LEAST_STRONG, "at least strong") X(AT_LEAST_AFTER,  \
        "at least after") X(AT_MOST, "at most") X(AT_MOST_STRONG,                                  \
        "at most strong") X(AT_MOST_AFTER, "at most after") X(ESTIMATE, "estimate") X(TARGET,      \
        "target") X(TARGET_WEAK, "target weak") X(ACTUAL, "actual") X(TARGET_REACHED,              \
        "target reached") X(TARGET_HEADING, "target heading") X(ACTUAL_HEADING,                    \
        "actual heading") X(UP, "up") X(DOWN, "down") X(OVER, "over") X(SHORT, "short") X(REACHED, \
        "reached") X(ONTO, "onto") X(THROUGH, "through") X(FOLD, "fold") X(FOLD_WORD,              \
        "fold word") X(COMPARE, "compare") X(SAME_PERIOD, "same period") X(PLAN,                   \
        "plan") X(PLAN_NOUN, "plan noun") X(PLAN_GIVER, "plan giver") X(RATE, "rate") X(AMOUNT,    \
        "amount") X(GROWTH_NOUN, "growth noun") X(EACH_YEAR, "each year") X(MEAN,                  \
        "mean") X(NUMBERED, "numbered") X(NUMBERED_PLACE, "numbered place") X(DURATION,            \
        "duration") X(SET_PHRASE, "set phrase") X(GIFT, "gift") X(PHONE, "phone") X(WEB,           \
        "web") X(YEAR, "year") X(END_OF, "end of") X(BEFORE, "before") X(SPAN,                     \
        "span") X(SEASON, "season") X(FIRST_HALF, "first half") X(SECOND_HALF,                     \
        "second half") X(QUARTER, "quarter") X(ROMAN, "roman")                                     \
        X(NOW, "now") X(SINCE_YEAR, "since year") X(SINCE_TERM, "since term") X(                   \
            END_OF_TERM, "end of term") X(THIS_YEAR, "this year") X(END_OF_YEAR, "end of year")    \
            X(LAST_YEAR, "last year") X(NEXT_YEAR,                                                 \
                "next year") X(THIS_MONTH, "this month") X(THIS_QUARTER, "this quarter") X(PAPER,  \
                "paper") X(PLACE_TYPE, "place type") X(COMMITTEE, "committee") X(WHOLE, "whole")   \
                X(COUNTRY, "country") X(EACH, "each") X(PROVINCE, "province") X(FILLER, "filler")  \
                    X(EMPTY, "empty") X(VERB, "verb") X(STOP, "stop") X(LINK, "link") X(           \
                        OPENER, "opener") X(HEAD_OF_RATE, "head of rate") X(PART_OF, "part of")    \
                        X(MEETS, "meets") X(MILESTONE_VERB, "milestone verb") X(                   \
                            MILESTONE, "milestone") X(ABBREVIATION, "abbreviation") X(IMPERATIVE,  \
                            "imperative") X(NOT_MONTHS, "not months") X(AFTER_MONTHS,              \
                            "after months") X(COLUMN, "column") X(NOT_CHANGE, "not change")        \
                            X(ACTOR, "actor") X(NOT_YEARLY, "not yearly") X(OF_IT, "of it")        \
                                X(FAMILY_NAME, "family name") X(POST, "post") X(COMPOUND,          \
                                    "compound") X(NOT_NOW, "not now") X(CUMULATIVE, "cumulative")  \
                                    X(LOCAL_SPAN, "local span")                                    \
                                        X(AWAIT, "await") X(RUNNING_TOTAL, "running total")        \
                                            X(MEETING, "meeting") X(MEETING_ACT, "meeting act") X( \
                                                STANDING, "standing") X(FALLEN_TO, "fallen to")    \
                                                X(STATE_NOUN, "state noun") X(INFLOW, "inflow")    \
                                                    X(ASSIGNED, "assigned") X(SPENT, "spent")      \
                                                        X(WHOLE_SPAN, "whole span")                \
                                                            X(START_OF_TERM, "start of term")      \
                                                                X(PERIOD_ACT, "period act") X(     \
                                                                    PLAN_DONE, "plan done")        \
                                                                    X(YEARLY_PLAN, "yearly plan")

enum lex {
#define X(name, section) LEX_##name,
    READING_CLASSES(X)
#undef X
        LEX_CLASSES
};

struct entry {
    uint16_t lex;
    uint32_t next;    /* the node's next entry, 0 at the end */
    struct str value; /* text after '=', else the phrase as written */
    bool given;       /* was there a value? */
};

struct reading_words {
    struct smap ids;       /* folded word -> id from 1 */
    struct map edges;      /* node << 32 | word id -> node */
    uint32_t *first;       /* node -> first entry, 0 for none */
    struct entry *entries; /* from 1 */
    size_t nnodes, nentries, nwords, cap_nodes, cap_entries;
};

/* Folds one word for comparison; NULL pointer when the arena is exhausted. */
struct str words_fold(struct arena *a, struct str word);
uint32_t words_id(const struct reading_words *w, struct str folded);
/* The node reached from `node` by a word, 0 if none; the root is 1. */
uint32_t words_follow(const struct reading_words *w, uint32_t node, uint32_t word);

#endif
