/* id: see id.h. */
#include "domain/id.h"

static const char alphabet[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

struct uid uid_make(const unsigned char random[8])
{
    uint64_t r;
    struct uid u;

    memcpy(&r, random, sizeof r);
    u.z[0] = alphabet[r % 52];
    r /= 52;
    for (int i = 1; i < UID_LEN; i++) {
        u.z[i] = alphabet[r % 62];
        r /= 62;
    }
    u.z[UID_LEN] = '\0';
    return u;
}

bool uid_valid(struct str s)
{
    if (s.n != UID_LEN || (s.p[0] >= '0' && s.p[0] <= '9'))
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (!s.p[i] || !strchr(alphabet, s.p[i]))
            return false;
    return true;
}
