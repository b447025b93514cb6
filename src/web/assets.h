/* assets: styles, scripts, fonts and texts of licences, carried in the program.
 *
 * Layer web. ui/assets.list names them; tools/assetc.c packs them and gives each an address with
 * the hash of its content, /a/HASH/NAME, so that browsers may keep it for ever. In C an asset is
 * ASSET_name with _ for what is not a letter or digit.
 */
#ifndef GB_WEB_ASSETS_H
#define GB_WEB_ASSETS_H

#include "asset_ids.h" /* generated: enum asset_id, ASSET_COUNT */
#include "base/str.h"

struct asset {
    struct str name, hash, url, etag; /* the etag with its quotes */
    const char *type;
    struct str body, gzip; /* gzip is empty where packing does not pay */
};

const struct asset *asset_get(enum asset_id id);
struct str asset_url(enum asset_id id);
/* By the two parts of its address; NULL where there is none. */
const struct asset *asset_find(struct str hash, struct str name);

#endif
