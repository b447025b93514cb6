/* indicator: the words of its attributes; see indicator.h. */
#include "domain/indicator.h"

#include "domain/words.h"

WORDS_BOTH_WAYS(direction, "more", "less", "neither")
WORDS_BOTH_WAYS(value_type, "number", "yes_no")
WORDS_BOTH_WAYS(over_units, "sum", "mean", "ratio", "min", "max", "none")
WORDS_BOTH_WAYS(over_time, "sum", "last", "mean", "ratio", "min", "max", "none")
WORDS_BOTH_WAYS(entered, "in-period", "year-to-date")
WORDS_BOTH_WAYS(share_basis, "people", "area", "households")
WORDS_BOTH_WAYS(privacy, "public", "internal", "personal", "sealed")
WORDS_BOTH_WAYS(source, "reported", "formula", "register")
