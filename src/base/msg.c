/* msg: see msg.h. The tables come from the build (tools/msgc.c). */
#include "base/msg.h"

extern const struct str msg_table[2][MSG_COUNT];
extern const struct str msg_names[MSG_COUNT];

struct str msg_text(enum lang lang, enum msg_key key)
{
    return msg_table[lang == LANG_EN][key];
}

struct str msg_name(enum msg_key key)
{
    return msg_names[key];
}

bool msg_find(struct str name, enum msg_key *ret)
{
    size_t low = 0, high = MSG_COUNT; /* the generator sorts the keys */

    while (low < high) {
        size_t mid = (low + high) / 2;
        int c = str_cmp(msg_names[mid], name);
        if (c == 0) {
            *ret = (enum msg_key)mid;
            return true;
        }
        if (c < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return false;
}

void msg_format(
    struct sbuf *out, enum lang lang, enum msg_key key, const struct str *args, int nargs)
{
    struct str t = msg_text(lang, key);

    for (size_t i = 0; i < t.n; i++) {
        if (i + 2 < t.n && t.p[i] == '{' && t.p[i + 1] >= '0' && t.p[i + 1] <= '9' &&
            t.p[i + 2] == '}') {
            int k = t.p[i + 1] - '0';
            if (k < nargs)
                sbuf_str(out, args[k]);
            i += 2;
        } else {
            sbuf_char(out, t.p[i]);
        }
    }
}

bool lang_parse(struct str s, enum lang *ret)
{
    struct str two = str_slice(s, 0, 2);

    if (s.n > 2 && s.p[2] != '-' && s.p[2] != '_')
        return false;
    if (str_is(two, "vi"))
        *ret = LANG_VI;
    else if (str_is(two, "en"))
        *ret = LANG_EN;
    else
        return false;
    return true;
}
