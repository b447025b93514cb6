/* Views of the templates that only tests have. */
#ifndef GB_TESTS_WEB_ESCAPING_VIEW_H
#define GB_TESTS_WEB_ESCAPING_VIEW_H

#include "base/html.h"
#include "base/msg.h"
#include "base/vec.h"

struct escaping_view {
    struct str s;
    struct html markup;
    int64_t n;
};

struct child {
    struct str name;
    int64_t count;
    bool late;
};

struct flow_view {
    struct str kind;
    int level;
    bool on;
    enum msg_key label;
    VEC(struct child) children;
    VEC(struct str) words;
    struct child one;
};

#endif
