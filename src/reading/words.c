/* words: see words.h. Here: folding, reading the lists, building the trie. */
#include "reading/words.h"

#include "base/embed.h"
#include "base/text.h"

extern const struct embedded reading_lists[];

static const char *const sections[LEX_CLASSES] = {
#define X(name, section) section,
    READING_CLASSES(X)
#undef X
};

#define ENTRY_WORDS_MAX 12
#define ENTRIES_MAX 40000

/* i and its toned forms, and the same of y. */
static const char *const vowel_i[] = {"i", "í", "ì", "ỉ", "ĩ", "ị"};
static const char *const vowel_y[] = {"y", "ý", "ỳ", "ỷ", "ỹ", "ỵ"};

/* "tỉ" -> "tỷ", "quí" -> "quý": the two spellings of one sound after these initials. */
static struct str unify_i(struct arena *a, struct str s)
{
    static const char *const initials[] = {"h", "k", "l", "m", "s", "t", "qu"};

    for (size_t v = 0; v < 6; v++) {
        struct str i = str_of(vowel_i[v]);
        if (!str_ends(s, i))
            continue;
        struct str head = str_make(s.p, s.n - i.n);
        for (size_t k = 0; k < 7; k++)
            if (str_is(head, initials[k]))
                return str_of(arena_printf(a, "%s%s", initials[k], vowel_y[v]));
    }
    return s;
}

struct str words_fold(struct arena *a, struct str word)
{
    struct str s = text_same(a, word);

    if (!s.p)
        return s;
    if (str_is(s, "–") || str_is(s, "—") || str_is(s, "−") || str_is(s, "‐") || str_is(s, "‑"))
        return STR("-");
    return s.n <= 5 ? unify_i(a, s) : s;
}

uint32_t words_id(const struct reading_words *w, struct str folded)
{
    uint64_t id;
    return smap_get(&w->ids, folded, &id) ? (uint32_t)id : 0;
}

uint32_t words_follow(const struct reading_words *w, uint32_t node, uint32_t word)
{
    uint64_t to;
    return map_get(&w->edges, (uint64_t)node << 32 | word, &to) ? (uint32_t)to : 0;
}

static bool grow_nodes(struct reading_words *w, struct arena *a)
{
    if (w->nnodes < w->cap_nodes)
        return true;
    size_t cap = w->cap_nodes * 2;
    uint32_t *p = arena_grow(a, w->first, w->cap_nodes * sizeof *p, cap * sizeof *p);
    if (!p)
        return false;
    w->first = p;
    w->cap_nodes = cap;
    return true;
}

static uint32_t step_or_make(struct reading_words *w, struct arena *a, uint32_t node, uint32_t word)
{
    uint32_t to = words_follow(w, node, word);

    if (to)
        return to;
    if (!grow_nodes(w, a))
        return 0;
    to = (uint32_t)w->nnodes++;
    w->first[to] = 0;
    return map_put(&w->edges, (uint64_t)node << 32 | word, to) ? to : 0;
}

static uint32_t id_or_make(struct reading_words *w, struct str folded)
{
    uint32_t id = words_id(w, folded);

    if (id)
        return id;
    id = (uint32_t)++w->nwords;
    return smap_put(&w->ids, folded, id) ? id : 0;
}

static bool is_mark(char c)
{
    return c && strchr(".,;:()/%!?\"'<>=+~", c) && c != '\0';
}

/* The next token of an entry: a run without blanks, where single marks stand alone unless inside a
 * number ("4.0"). */
static struct str next_word(struct str s, size_t *at)
{
    while (*at < s.n && s.p[*at] == ' ')
        ++*at;
    size_t from = *at;
    if (from < s.n && (is_mark(s.p[from]) || s.p[from] == '-')) {
        ++*at;
        return str_slice(s, from, *at);
    }
    while (*at < s.n && s.p[*at] != ' ') {
        char c = s.p[*at];
        bool digit = *at > from && s.p[*at - 1] >= '0' && s.p[*at - 1] <= '9';
        if (c == '-' || (is_mark(c) && !(digit && (c == '.' || c == ','))))
            break;
        ++*at;
    }
    return str_slice(s, from, *at);
}

static bool add_phrase(struct reading_words *w, struct arena *a, enum lex c, struct str phrase,
    struct str value, bool given)
{
    uint32_t node = 1;
    size_t at = 0;

    phrase = str_trim(phrase);
    for (struct str word; (word = next_word(phrase, &at)).n;) {
        struct str folded = words_fold(a, word);
        uint32_t id = folded.p ? id_or_make(w, folded) : 0;
        if (!id || !(node = step_or_make(w, a, node, id)))
            return false;
    }
    if (node == 1)
        return true;
    if (w->nentries >= w->cap_entries)
        return false;
    struct entry *e = &w->entries[w->nentries];
    *e = (struct entry){(uint16_t)c, w->first[node], given ? value : phrase, given};
    w->first[node] = (uint32_t)w->nentries++;
    return true;
}

static bool add_line(
    struct reading_words *w, struct arena *a, enum lex c, struct str line, struct err *err)
{
    struct str value = STR_NULL;
    bool given = false;
    ptrdiff_t eq = -1;

    for (size_t i = 1; i + 1 < line.n; i++) /* " = " only: ">=" is an entry */
        if (line.p[i] == '=' && line.p[i - 1] == ' ' && line.p[i + 1] == ' ')
            eq = (ptrdiff_t)i;
    if (eq >= 0) {
        value = str_trim(str_slice(line, (size_t)eq + 1, line.n));
        line = str_slice(line, 0, (size_t)eq);
        given = true;
    }
    for (struct str piece; str_cut(&line, '|', &piece);)
        if (!add_phrase(w, a, c, piece, value, given))
            return err_memory(err);
    return true;
}

static bool find_section(struct str name, enum lex *ret)
{
    for (size_t i = 0; i < LEX_CLASSES; i++)
        if (str_is(name, sections[i])) {
            *ret = (enum lex)i;
            return true;
        }
    return false;
}

static bool add_list(
    struct reading_words *w, struct arena *a, const struct reading_list *list, struct err *err)
{
    struct str rest = list->text, line;
    enum lex c = LEX_CLASSES;
    int number = 0;

    while (str_cut(&rest, '\n', &line)) {
        number++;
        line = str_trim(line);
        if (!line.n || line.p[0] == '#')
            continue;
        if (line.p[0] == '[' && line.p[line.n - 1] == ']') {
            struct str name = str_slice(line, 1, line.n - 1);
            if (!find_section(name, &c)) {
                err_set(err, ERR_INVALID, MSG_err_reading_section, name);
                return err_at(err, str_of(list->name), number, 1);
            }
            continue;
        }
        if (c == LEX_CLASSES || line.n > 8000) {
            err_set(err, ERR_INVALID, MSG_err_reading_entry, str_slice(line, 0, 60));
            return err_at(err, str_of(list->name), number, 1);
        }
        if (!add_line(w, a, c, line, err))
            return false;
    }
    return true;
}

bool reading_words_parse(struct arena *a, const struct reading_list *lists, size_t n,
    const struct reading_words **ret, struct err *err)
{
    struct reading_words *w = arena_zalloc(a, sizeof *w);

    if (!w)
        return err_memory(err);
    smap_init(&w->ids, a);
    map_init(&w->edges, a);
    w->cap_nodes = 4096;
    w->cap_entries = ENTRIES_MAX;
    w->first = arena_array(a, w->cap_nodes, sizeof *w->first);
    w->entries = arena_array(a, w->cap_entries, sizeof *w->entries);
    if (!w->first || !w->entries)
        return err_memory(err);
    w->nnodes = 2; /* 0 is none, 1 the root */
    w->nentries = 1;
    for (size_t i = 0; i < n; i++)
        if (!add_list(w, a, &lists[i], err))
            return false;
    *ret = w;
    return true;
}

bool reading_words_builtin(struct arena *a, const struct reading_words **ret, struct err *err)
{
    struct reading_list lists[32];
    size_t n = 0;

    for (const struct embedded *e = reading_lists; e->name && n < 32; e++)
        lists[n++] = (struct reading_list){e->name, embedded_text(e)};
    return reading_words_parse(a, lists, n, ret, err);
}
