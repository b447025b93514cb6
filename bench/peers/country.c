/* country: see country.h. */
#include "country.h"

#include <string.h>

static const struct country sizes[] = {{"town", 4, 13, 60, 36, 24, 0},
    {"small", 4, 60, 60, 36, 24, 0}, {"province", 12, 168, 300, 36, 24, 0},
    {"country", 34, 3321, 300, 24, 16, 0}, {"country-120", 34, 3321, 300, 120, 80, 0}};

bool country_of(const char *name, uint64_t seed, struct country *ret)
{
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        if (strcmp(sizes[i].name, name) == 0) {
            *ret = sizes[i];
            ret->seed = seed;
            return true;
        }
    return false;
}

uint64_t country_mix(uint64_t x)
{
    x ^= x >> 30;
    x *= 0xbf58476d1ce4e5b9u;
    x ^= x >> 27;
    x *= 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

static int mergers(const struct country *c)
{
    return (c->leaves + 19) / 20;
}

int country_units(const struct country *c)
{
    return c->leaves + 2 * mergers(c);
}

int country_tree(const struct country *c, int month)
{
    return month >= c->event;
}

bool country_alive(const struct country *c, int tree, int leaf)
{
    if (leaf >= c->leaves)
        return tree == 0;
    return tree == 1 || leaf % 20 != 0;
}

int country_successor(const struct country *c, int leaf)
{
    return leaf < c->leaves ? leaf : (leaf - c->leaves) / 2 * 20;
}

bool country_moves(const struct country *c, int leaf)
{
    return leaf < c->leaves && leaf % 50 == 7;
}

int country_mid(const struct country *c, int tree, int leaf)
{
    int now = country_successor(c, leaf);

    return (now + (tree == 0 && country_moves(c, leaf))) % c->mids;
}

bool country_value(const struct country *c, int x, int month, int leaf, int64_t *ret)
{
    uint64_t h =
        country_mix(c->seed ^ (uint64_t)(x + 1) << 40 ^ (uint64_t)month << 24 ^ (uint64_t)leaf);

    if (!country_alive(c, country_tree(c, month), leaf) || h % 12 == 0 ||
        (x % 8 == 3 && leaf % 3 == 0))
        return false;
    uint64_t size = country_mix((uint64_t)x * 131 + (uint64_t)leaf) % 1000;
    switch (x % 4) {
    case 0:
        *ret = (int64_t)((h >> 20) % 100);
        break;
    case 1:
    case 2:
        *ret = (int64_t)(size * 25 + (h >> 20) % 5000);
        break;
    default:
        *ret = (int64_t)(size * 4000 + (h >> 20) % 500000);
    }
    return true;
}

bool country_corrected(const struct country *c, int x, int month, int leaf, int64_t *ret_first)
{
    uint64_t h = country_mix(c->seed ^ (uint64_t)x << 42 ^ (uint64_t)month << 21 ^ (uint64_t)leaf);

    if (h % 200 != 0 || !country_value(c, x, month, leaf, ret_first))
        return false;
    *ret_first += 1 + (int64_t)(h >> 50);
    return true;
}

int country_decimals(int indicator)
{
    return indicator % 3;
}

int64_t country_threshold(int x)
{
    return x % 4 == 0 ? 50 : x % 4 == 3 ? 2000000 : 12000;
}

int64_t country_figures(const struct country *c)
{
    int64_t n = 0, value;

    for (int m = 0; m < c->months; m++)
        for (int i = 0; i < c->indicators; i++)
            for (int u = 0; u < country_units(c); u++)
                n += country_value(c, i, m, u, &value);
    return n;
}
