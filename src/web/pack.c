/* pack: see pack.h. A gzip text is a head of ten bytes, deflated blocks, a checksum and a length.
 */
#include "web/pack.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

struct packer {
    z_stream z;
    struct packer *next; /* at rest */
};

struct packers {
    pthread_mutex_t lock;
    int level;
    struct packer *first;
};

struct packer *packer_new(int level)
{
    struct packer *p = calloc(1, sizeof *p);

    if (p && deflateInit2(&p->z, level, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) == Z_OK)
        return p;
    free(p);
    return NULL;
}

void packer_free(struct packer *p)
{
    if (!p)
        return;
    deflateEnd(&p->z);
    free(p);
}

struct packers *packers_new(int level)
{
    struct packers *all = calloc(1, sizeof *all);

    if (!all)
        return NULL;
    pthread_mutex_init(&all->lock, NULL);
    all->level = level;
    return all;
}

void packers_free(struct packers *all)
{
    if (!all)
        return;
    for (struct packer *p = all->first, *next; p; p = next) {
        next = p->next;
        packer_free(p);
    }
    pthread_mutex_destroy(&all->lock);
    free(all);
}

struct packer *packers_take(struct packers *all)
{
    pthread_mutex_lock(&all->lock);
    struct packer *p = all->first;
    if (p)
        all->first = p->next;
    pthread_mutex_unlock(&all->lock);
    return p ? p : packer_new(all->level);
}

void packers_give(struct packers *all, struct packer *p)
{
    if (!p)
        return;
    pthread_mutex_lock(&all->lock);
    p->next = all->first;
    all->first = p;
    pthread_mutex_unlock(&all->lock);
}

static bool feed(z_stream *z, struct str s, int flush)
{
    z->next_in = (Bytef *)(uintptr_t)s.p;
    z->avail_in = (uInt)s.n;
    int rc = deflate(z, flush);
    return z->avail_in == 0 && z->avail_out > 0 &&
           (rc == Z_OK || rc == Z_STREAM_END || rc == Z_BUF_ERROR);
}

/* Behind what was fed so far, which is brought to an end first. */
static bool put_packed(z_stream *z, struct str packed)
{
    if (!feed(z, STR_NULL, Z_FULL_FLUSH) || packed.n >= z->avail_out)
        return false;
    memcpy(z->next_out, packed.p, packed.n);
    z->next_out += packed.n;
    z->avail_out -= (uInt)packed.n;
    return true;
}

static void put_le32(unsigned char *to, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        to[i] = (unsigned char)(v >> 8 * i);
}

static bool put_pieces(z_stream *z, const struct piece *piece, size_t n, uint32_t *ret_crc)
{
    uLong crc = crc32(0, NULL, 0);

    for (size_t i = 0; i < n; i++) {
        struct str s = piece[i].plain;
        bool before = piece[i].packed.text.n > 0;
        uLong own = before ? piece[i].packed.crc : crc32(0, (const Bytef *)s.p, (uInt)s.n);
        if (!(before ? put_packed(z, piece[i].packed.text) : feed(z, s, Z_NO_FLUSH)))
            return false;
        crc = crc32_combine(crc, own, (z_off_t)s.n);
    }
    *ret_crc = (uint32_t)crc;
    return feed(z, STR_NULL, Z_FINISH);
}

bool pack(struct packer *p, struct arena *a, const struct piece *piece, size_t n, struct str *ret)
{
    static const unsigned char head[10] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3};
    size_t plain = 0;
    uint32_t crc;

    for (size_t i = 0; i < n; i++)
        plain += piece[i].plain.n;
    unsigned char *out = plain < sizeof head + 8 ? NULL : arena_alloc(a, plain);
    if (!out || deflateReset(&p->z) != Z_OK)
        return false;
    memcpy(out, head, sizeof head);
    p->z.next_out = out + sizeof head;
    p->z.avail_out = (uInt)(plain - sizeof head - 8);
    if (!put_pieces(&p->z, piece, n, &crc))
        return false;
    size_t size = (size_t)(p->z.next_out - out);
    put_le32(out + size, crc);
    put_le32(out + size + 4, (uint32_t)plain);
    *ret = str_make((const char *)out, size + 8);
    return true;
}

bool pack_piece(struct packer *p, struct arena *a, struct str plain, struct piece_packed *ret)
{
    char *out = plain.n ? arena_alloc(a, plain.n) : NULL;

    if (!out || deflateReset(&p->z) != Z_OK)
        return false;
    p->z.next_out = (Bytef *)out;
    p->z.avail_out = (uInt)plain.n;
    if (!feed(&p->z, plain, Z_FULL_FLUSH))
        return false;
    ret->text = str_make(out, plain.n - p->z.avail_out);
    ret->crc = (uint32_t)crc32(0, (const Bytef *)plain.p, (uInt)plain.n);
    return true;
}
