/* formula: parsing and typing; see formula.h. Evaluation is in formula_eval.c.
 *
 * A recursive descent over
 *
 *     or       = and { "or" and }
 *     and      = not { "and" not }
 *     not      = "not" not | compare
 *     compare  = sum { ("=" | "<>" | "<" | "<=" | ">" | ">=") sum }
 *     sum      = product { ("+" | "-") product }
 *     product  = unary { ("*" | "/") unary }
 *     unary    = "-" unary | number | name [":" part] | function "(" arguments ")" | "(" or ")"
 *
 * Nodes are typed as they are made, so that a wrong type is reported where the operand begins; a
 * chain of comparisons (a < b < c) fails there, because its left side is a truth. The first error
 * wins. Nothing recurses deeper than FORMULA_DEPTH.
 */
#include "domain/formula.h"

#include <stdio.h>

#include "base/text.h"
#include "base/vec.h"

enum { FORMULA_BYTES = 2000, FORMULA_NODES = 200, FORMULA_DEPTH = 32 };

/* Tokens of one character are that character. */
enum token_kind { T_END = 256, T_NUMBER, T_NAME, T_QUOTED, T_NE, T_LE, T_GE };

struct token {
    int kind;
    size_t at;       /* first byte */
    struct str text; /* as written; of a quoted name what stands between the quotes */
};

struct parser {
    struct arena *a;
    struct str text;
    size_t at; /* behind `now` */
    struct token now;
    int depth;
    bool in_share, has_share;
    VEC(struct formula_node) node;
    struct err *err;
};

/* Argument {0} of every message is the column. */
static bool refuse(struct parser *p, size_t at, enum msg_key key, struct str what, struct str more)
{
    char column[24];
    size_t n = utf8_count(str_slice(p->text, 0, at)) + 1;

    snprintf(column, sizeof column, "%zu", n);
    err_set(p->err, ERR_INVALID, key, str_of(column), what, more);
    if (p->err)
        p->err->column = (int)n;
    return false;
}

static bool refuse_limit(struct parser *p, enum msg_key key, int limit)
{
    char z[24];

    snprintf(z, sizeof z, "%d", limit);
    return err_set(p->err, ERR_LIMIT, key, str_of(z));
}

/* The same for functions that return a node. */
static int fail(struct parser *p, size_t at, enum msg_key key, struct str what, struct str more)
{
    refuse(p, at, key, what, more);
    return -1;
}

static int fail_limit(struct parser *p, enum msg_key key, int limit)
{
    refuse_limit(p, key, limit);
    return -1;
}

/* ---- tokens ---- */

static bool is_digit(int32_t c)
{
    return c >= '0' && c <= '9';
}

/* Latin letters with all the marks of Vietnamese, and the underscore. */
static bool is_letter(int32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           (c >= 0xc0 && c <= 0x24f && c != 0xd7 && c != 0xf7) || (c >= 0x1e00 && c <= 0x1eff);
}

static bool is_blank(int32_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == 0xa0;
}

static bool take_quoted(struct parser *p)
{
    ptrdiff_t end = str_find_char(p->text, '"', p->now.at + 1);

    if (end < 0)
        return refuse(p, p->now.at, MSG_err_formula_quote, STR_NULL, STR_NULL);
    p->now.kind = T_QUOTED;
    p->now.text = str_slice(p->text, p->now.at + 1, (size_t)end);
    p->at = (size_t)end + 1;
    if (str_empty(str_trim(p->now.text)))
        return refuse(p, p->now.at, MSG_err_formula_empty_name, STR_NULL, STR_NULL);
    return true;
}

static bool take_number(struct parser *p)
{
    size_t i = p->now.at;
    bool good = true;

    while (i < p->text.n && is_digit(p->text.p[i]))
        i++;
    if (i < p->text.n && p->text.p[i] == '.') {
        good = ++i < p->text.n && is_digit(p->text.p[i]);
        while (i < p->text.n && is_digit(p->text.p[i]))
            i++;
    }
    size_t after = i;
    while (after < p->text.n) {
        size_t next = after;
        int32_t c = utf8_next(p->text, &next);
        if (!is_letter(c) && !is_digit(c) && c != '.')
            break;
        after = next;
    }
    p->now.kind = T_NUMBER;
    p->now.text = str_slice(p->text, p->now.at, after);
    p->at = after;
    if (!good || after > i)
        return refuse(p, p->now.at, MSG_err_formula_number, p->now.text, STR_NULL);
    return true;
}

static void take_name(struct parser *p)
{
    size_t end = p->now.at;

    for (size_t next = end; next < p->text.n; end = next) {
        int32_t c = utf8_next(p->text, &next);
        if (!is_letter(c) && !is_digit(c))
            break;
    }
    p->now.kind = T_NAME;
    p->now.text = str_slice(p->text, p->now.at, end);
    p->at = end;
}

static bool take_sign(struct parser *p, int32_t c, size_t end)
{
    char second = end < p->text.n ? p->text.p[end] : '\0';

    p->now.kind = c;
    if (c == '<' && second == '>')
        p->now.kind = T_NE, end++;
    else if (c == '<' && second == '=')
        p->now.kind = T_LE, end++;
    else if (c == '>' && second == '=')
        p->now.kind = T_GE, end++;
    p->at = end;
    p->now.text = str_slice(p->text, p->now.at, end);
    if (c >= 0x80 || !c || !strchr("+-*/(),:=<>", (int)c))
        return refuse(p, p->now.at, MSG_err_formula_character, p->now.text, STR_NULL);
    return true;
}

/* Moves on to the next token. */
static bool next(struct parser *p)
{
    size_t end = p->at;
    int32_t c;

    do {
        p->now.at = end;
        c = utf8_next(p->text, &end);
    } while (is_blank(c));
    if (c < 0) {
        p->now = (struct token){T_END, p->text.n, STR_NULL};
        p->at = p->text.n;
        return true;
    }
    if (c == '"')
        return take_quoted(p);
    if (is_digit(c))
        return take_number(p);
    if (!is_letter(c))
        return take_sign(p, c, end);
    take_name(p);
    return true;
}

/* Is the current name followed by an opening bracket? */
static bool calls(const struct parser *p)
{
    size_t at = p->at;
    int32_t c;

    do
        c = utf8_next(p->text, &at);
    while (is_blank(c));
    return c == '(';
}

static bool word_is(struct str s, const char *z)
{
    size_t i = 0;

    for (; i < s.n && z[i]; i++)
        if ((s.p[i] >= 'A' && s.p[i] <= 'Z' ? s.p[i] + 32 : s.p[i]) != z[i])
            return false;
    return i == s.n && !z[i];
}

static bool at_word(const struct parser *p, const char *word)
{
    return p->now.kind == T_NAME && word_is(p->now.text, word);
}

/* ---- nodes ---- */

static int add(struct parser *p, struct formula_node n)
{
    if (p->node.n >= FORMULA_NODES)
        return fail_limit(p, MSG_err_formula_too_many, FORMULA_NODES);
    if (!vec_push(&p->node, p->a, n)) {
        err_memory(p->err);
        return -1;
    }
    return (int)p->node.n - 1;
}

/* First byte of the expression at a node: that of its leftmost operand. */
static size_t start_of(const struct parser *p, int i)
{
    const struct formula_node *n = &p->node.p[i];

    while (n->op >= F_ADD && n->op <= F_OR)
        n = &p->node.p[n->arg[0]];
    return (size_t)n->at;
}

static bool need(struct parser *p, int i, bool truth)
{
    if (p->node.p[i].is_truth == truth)
        return true;
    return refuse(p, start_of(p, i),
        truth ? MSG_err_formula_need_truth : MSG_err_formula_need_number, STR_NULL, STR_NULL);
}

static int add_op(
    struct parser *p, enum formula_op op, bool truth, size_t at, const int *arg, int n)
{
    int *copy = arena_array(p->a, (size_t)n, sizeof *copy);

    if (!copy) {
        err_memory(p->err);
        return -1;
    }
    for (int i = 0; i < n; i++)
        copy[i] = arg[i];
    return add(
        p, (struct formula_node){
               .op = op, .is_truth = truth, .operand = -1, .at = (int)at, .arg = copy, .args = n});
}

static int add_binary(struct parser *p, enum formula_op op, size_t at, int a, int b)
{
    bool truth = op >= F_EQ, operands = op == F_AND || op == F_OR;

    if (a < 0 || b < 0)
        return -1;
    if (op == F_EQ || op == F_NE)
        operands = p->node.p[a].is_truth; /* two truths may be compared too */
    if (!need(p, a, operands) || !need(p, b, operands))
        return -1;
    return add_op(p, op, truth, at, (const int[]){a, b}, 2);
}

/* ---- functions ---- */

static const struct function {
    const char *name, *count; /* how many arguments, for the message */
    enum formula_op op;
    int min, max; /* max 0: as many as one likes */
    bool of_name; /* takes a name only */
} functions[] = {
    {"if", "3", F_IF, 3, 3, false},
    {"sum", "\u2265 1", F_SUM, 1, 0, false},
    {"avg", "\u2265 1", F_AVG, 1, 0, false},
    {"min", "\u2265 1", F_MIN, 1, 0, false},
    {"max", "\u2265 1", F_MAX, 1, 0, false},
    {"prev", "1", F_PREV, 1, 1, true},
    {"same_period_last_year", "1", F_LAST_YEAR, 1, 1, true},
    {"cumulative", "1", F_CUMULATIVE, 1, 1, true},
    {"share_of_units", "1", F_SHARE, 1, 1, false},
    {"plan", "1-2", F_PLAN, 1, 2, true},
};
enum { FUNCTIONS = sizeof functions / sizeof *functions };

static const struct function *function_of(struct parser *p)
{
    struct sbuf names;

    for (int i = 0; i < FUNCTIONS; i++)
        if (word_is(p->now.text, functions[i].name))
            return &functions[i];
    sbuf_init(&names, p->a, 200);
    for (int i = 0; i < FUNCTIONS; i++)
        sbuf_printf(&names, "%s%s", i ? ", " : "", functions[i].name);
    fail(p, p->now.at, MSG_err_formula_unknown_function, p->now.text, sbuf_view(&names));
    return NULL;
}

static int parse_or(struct parser *p);

/* `prev(x)`, `plan(x, SET)`: the arguments are names; the set's node is taken off again. */
static int make_of_name(
    struct parser *p, const struct function *f, size_t at, const int *arg, int n)
{
    struct str set = STR_NULL;

    for (int i = 0; i < n; i++)
        if (p->node.p[arg[i]].op != F_NAME)
            return fail(
                p, start_of(p, arg[i]), MSG_err_formula_name_only, str_of(f->name), STR_NULL);
    if (n == 2)
        set = p->node.p[--p->node.n].name;
    int made = add_op(p, f->op, false, at, arg, 1);
    if (made >= 0)
        p->node.p[made].name = set;
    return made;
}

static int make_call(struct parser *p, const struct function *f, size_t at, const int *arg, int n)
{
    bool truth = false;

    if (n < f->min || (f->max && n > f->max))
        return fail(p, at, MSG_err_formula_arguments, str_of(f->name), str_of(f->count));
    if (f->of_name)
        return make_of_name(p, f, at, arg, n);
    if (f->op == F_IF) {
        truth = p->node.p[arg[1]].is_truth;
        if (!need(p, arg[0], true) || !need(p, arg[2], truth))
            return -1;
    } else {
        for (int i = 0; i < n; i++)
            if (!need(p, arg[i], f->op == F_SHARE))
                return -1;
    }
    return add_op(p, f->op, truth, at, arg, n);
}

/* Behind the opening bracket at byte `open` up to and with the closing one. */
static bool parse_arguments(struct parser *p, size_t open, int arg[FORMULA_NODES], int *ret_n)
{
    int n = 0;

    while (p->now.kind != ')' || n > 0) {
        int i = parse_or(p);
        if (i < 0)
            return false;
        arg[n++] = i; /* every argument is at least one node, so there is room */
        if (p->now.kind == ')')
            break;
        if (p->now.kind == T_END)
            return refuse(p, open, MSG_err_formula_bracket, STR_NULL, STR_NULL);
        if (p->now.kind != ',')
            return refuse(p, p->now.at, MSG_err_formula_operator, p->now.text, STR_NULL);
        if (!next(p))
            return false;
    }
    *ret_n = n;
    return next(p);
}

static int parse_call(struct parser *p)
{
    const struct function *f = function_of(p);
    size_t at = p->now.at, open;
    int arg[FORMULA_NODES], n = 0;

    if (!f)
        return -1;
    if (f->op == F_SHARE && p->in_share)
        return fail(p, at, MSG_err_formula_nested_share, STR_NULL, STR_NULL);
    if (f->op == F_SHARE)
        p->in_share = p->has_share = true;
    if (!next(p)) /* to the bracket */
        return -1;
    open = p->now.at;
    if (!next(p) || !parse_arguments(p, open, arg, &n))
        return -1;
    if (f->op == F_SHARE)
        p->in_share = false;
    return make_call(p, f, at, arg, n);
}

/* ---- expressions ---- */

static int parse_number(struct parser *p)
{
    struct dec d;

    if (!dec_parse(p->now.text, &d, p->err)) {
        if (p->err)
            p->err->column = (int)utf8_count(str_slice(p->text, 0, p->now.at)) + 1;
        return -1;
    }
    int made =
        add(p, (struct formula_node){
                   .op = F_NUMBER, .number = rat_of_dec(d), .operand = -1, .at = (int)p->now.at});
    return made >= 0 && next(p) ? made : -1;
}

/* CODE or CODE:part, either of them in quotes where it needs them. */
static int parse_name(struct parser *p)
{
    struct formula_node n = {
        .op = F_NAME, .name = p->now.text, .operand = -1, .at = (int)p->now.at};

    if (!next(p))
        return -1;
    if (p->now.kind == ':') {
        if (!next(p))
            return -1;
        if (p->now.kind != T_NAME && p->now.kind != T_QUOTED && p->now.kind != T_NUMBER)
            return fail(p, p->now.at, MSG_err_formula_part, n.name, STR_NULL);
        const char *z = arena_printf(p->a, "%.*s:%.*s", STR_ARG(n.name), STR_ARG(p->now.text));
        if (!z) {
            err_memory(p->err);
            return -1;
        }
        n.name = str_of(z);
        if (!next(p))
            return -1;
    }
    return add(p, n);
}

static int parse_brackets(struct parser *p)
{
    size_t open = p->now.at;

    if (!next(p))
        return -1;
    int inner = parse_or(p);
    if (inner < 0)
        return -1;
    if (p->now.kind == T_END)
        return fail(p, open, MSG_err_formula_bracket, STR_NULL, STR_NULL);
    if (p->now.kind != ')')
        return fail(p, p->now.at, MSG_err_formula_operator, p->now.text, STR_NULL);
    return next(p) ? inner : -1;
}

static int fail_operand(struct parser *p)
{
    if (p->now.kind == T_END)
        return fail(p, p->now.at, MSG_err_formula_operand_end, STR_NULL, STR_NULL);
    return fail(p, p->now.at, MSG_err_formula_operand, p->now.text, STR_NULL);
}

static int parse_unary(struct parser *p);

static int parse_minus(struct parser *p)
{
    size_t at = p->now.at;

    if (++p->depth > FORMULA_DEPTH)
        return fail_limit(p, MSG_err_formula_too_deep, FORMULA_DEPTH);
    int i = next(p) ? parse_unary(p) : -1;
    p->depth--;
    if (i < 0 || !need(p, i, false))
        return -1;
    return add_op(p, F_NEG, false, at, &i, 1);
}

static int parse_unary(struct parser *p)
{
    switch (p->now.kind) {
    case '-':
        return parse_minus(p);
    case '(':
        return parse_brackets(p);
    case T_NUMBER:
        return parse_number(p);
    case T_QUOTED:
        return parse_name(p);
    case T_NAME:
        if (at_word(p, "and") || at_word(p, "or") || at_word(p, "not"))
            return fail_operand(p);
        return calls(p) ? parse_call(p) : parse_name(p);
    default:
        return fail_operand(p);
    }
}

static bool op_of(int token, enum formula_op *ret)
{
    static const struct {
        int token;
        enum formula_op op;
    } ops[] = {{'+', F_ADD}, {'-', F_SUB}, {'*', F_MUL}, {'/', F_DIV}, {'=', F_EQ}, {T_NE, F_NE},
        {'<', F_LT}, {T_LE, F_LE}, {'>', F_GT}, {T_GE, F_GE}};

    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
        if (ops[i].token == token) {
            *ret = ops[i].op;
            return true;
        }
    return false;
}

/* Left-associative chain of the operators first ... last above `operand`. */
static int parse_chain(
    struct parser *p, enum formula_op first, enum formula_op last, int operand(struct parser *))
{
    int left = operand(p);
    enum formula_op op;

    while (left >= 0 && op_of(p->now.kind, &op) && op >= first && op <= last) {
        size_t at = p->now.at;
        int right = next(p) ? operand(p) : -1;
        left = add_binary(p, op, at, left, right);
    }
    return left;
}

static int parse_product(struct parser *p)
{
    return parse_chain(p, F_MUL, F_DIV, parse_unary);
}

static int parse_sum(struct parser *p)
{
    return parse_chain(p, F_ADD, F_SUB, parse_product);
}

static int parse_not(struct parser *p)
{
    if (!at_word(p, "not"))
        return parse_chain(p, F_EQ, F_GE, parse_sum);
    size_t at = p->now.at;
    if (++p->depth > FORMULA_DEPTH)
        return fail_limit(p, MSG_err_formula_too_deep, FORMULA_DEPTH);
    int i = next(p) ? parse_not(p) : -1;
    p->depth--;
    if (i < 0 || !need(p, i, true))
        return -1;
    return add_op(p, F_NOT, true, at, &i, 1);
}

static int parse_words(
    struct parser *p, const char *word, enum formula_op op, int operand(struct parser *))
{
    int left = operand(p);

    while (left >= 0 && at_word(p, word)) {
        size_t at = p->now.at;
        int right = next(p) ? operand(p) : -1;
        left = add_binary(p, op, at, left, right);
    }
    return left;
}

static int parse_and(struct parser *p)
{
    return parse_words(p, "and", F_AND, parse_not);
}

static int parse_or(struct parser *p)
{
    if (++p->depth > FORMULA_DEPTH)
        return fail_limit(p, MSG_err_formula_too_deep, FORMULA_DEPTH);
    int i = parse_words(p, "or", F_OR, parse_and);
    p->depth--;
    return i;
}

/* What stands behind a whole formula cannot belong to it. */
static bool fail_rest(struct parser *p)
{
    if (p->now.kind == ')')
        return refuse(p, p->now.at, MSG_err_formula_extra_bracket, STR_NULL, STR_NULL);
    return refuse(p, p->now.at, MSG_err_formula_operator, p->now.text, STR_NULL);
}

bool formula_parse(struct arena *a, struct str text, struct formula *ret, struct err *err)
{
    struct parser p = {.a = a, .text = text, .err = err};

    if (text.n > FORMULA_BYTES)
        return refuse_limit(&p, MSG_err_formula_too_long, FORMULA_BYTES);
    if (!utf8_valid(text))
        return err_set(err, ERR_INVALID, MSG_err_text_utf8);
    if (!next(&p))
        return false;
    if (p.now.kind == T_END)
        return err_set(err, ERR_INVALID, MSG_err_formula_empty);
    if (parse_or(&p) < 0)
        return false;
    if (p.now.kind != T_END)
        return fail_rest(&p);
    *ret = (struct formula){.text = text,
        .node = p.node.p,
        .nodes = (int)p.node.n,
        .is_truth = p.node.p[p.node.n - 1].is_truth,
        .has_share = p.has_share};
    return true;
}
