/* Drives a fuzz target without libFuzzer; see fuzz.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

enum { INPUT_MAX = 1 << 16 };

struct seed {
    uint8_t *p;
    size_t n;
};

static uint64_t state = 0x9e3779b97f4a7c15u;

static uint64_t draw(uint64_t below)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % below;
}

static struct seed load(const char *path)
{
    struct seed s = {malloc(INPUT_MAX), 0};
    FILE *f = fopen(path, "rb");

    if (!f || !s.p) {
        fprintf(stderr, "cannot read %s\n", path);
        exit(1);
    }
    s.n = fread(s.p, 1, INPUT_MAX, f);
    fclose(f);
    return s;
}

/* One change: a byte, a cut, a doubled piece, or a piece of another seed put in. */
static size_t mutate(uint8_t *p, size_t n, const struct seed *other)
{
    size_t at = draw(n + 1), len = draw(16) + 1;

    switch (draw(4)) {
    case 0:
        if (at < n)
            p[at] = draw(2) ? (uint8_t)draw(256) : (uint8_t)(draw(95) + 32);
        return n;
    case 1:
        len = at + len > n ? n - at : len;
        memmove(p + at, p + at + len, n - at - len);
        return n - len;
    case 2:
        len = at + len > n ? n - at : len;
        if (n + len > INPUT_MAX)
            return n;
        memmove(p + at + len, p + at, n - at);
        return n + len;
    default:
        len = len > other->n ? other->n : len;
        if (n + len > INPUT_MAX)
            return n;
        memmove(p + at + len, p + at, n - at);
        memcpy(p + at, other->p + draw(other->n - len + 1), len);
        return n + len;
    }
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: %s RUNS SEED...\n", argv[0]);
        return 2;
    }
    size_t seeds = (size_t)argc - 2;
    struct seed *seed = calloc(seeds, sizeof *seed);
    uint8_t *input = malloc(INPUT_MAX);
    if (!seed || !input)
        return 1;
    for (size_t i = 0; i < seeds; i++) {
        seed[i] = load(argv[i + 2]);
        LLVMFuzzerTestOneInput(seed[i].p, seed[i].n);
    }
    for (long run = atol(argv[1]); run > 0; run--) {
        const struct seed *s = &seed[draw(seeds)];
        size_t n = s->n;
        memcpy(input, s->p, n);
        for (uint64_t k = draw(8) + 1; k > 0; k--)
            n = mutate(input, n, &seed[draw(seeds)]);
        LLVMFuzzerTestOneInput(input, n);
    }
    for (size_t i = 0; i < seeds; i++)
        free(seed[i].p);
    free(seed);
    free(input);
    return 0;
}
