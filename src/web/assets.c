/* assets: see assets.h. The table comes from the build (tools/assetc.c). */
#include "web/assets.h"

extern const struct asset asset_table[ASSET_COUNT];

const struct asset *asset_get(enum asset_id id)
{
    return &asset_table[id];
}

struct str asset_url(enum asset_id id)
{
    return asset_table[id].url;
}

const struct asset *asset_find(struct str hash, struct str name)
{
    for (size_t i = 0; i < ASSET_COUNT; i++)
        if (str_eq(asset_table[i].name, name) && str_eq(asset_table[i].hash, hash))
            return &asset_table[i];
    return NULL;
}
