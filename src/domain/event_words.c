/* event_words: the kinds of succession events as files and the store write them. */
#include "domain/succession.h"
#include "domain/words.h"

WORDS_BOTH_WAYS(
    event_kind, "found", "merge", "split", "transfer", "rename", "change-kind", "dissolve")

enum msg_key event_kind_label(enum event_kind k)
{
    static const enum msg_key labels[] = {MSG_event_found, MSG_event_merge, MSG_event_split,
        MSG_event_transfer, MSG_event_rename, MSG_event_change_kind, MSG_event_dissolve};

    return labels[k];
}
