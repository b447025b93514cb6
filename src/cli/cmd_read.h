/* cmd_read: `giaoban read FILE...`: the figures that reports state.
 *
 * Layer cli. Needs no data folder. main gives the documents (src/office) and calls this from the
 * host's `read`.
 *
 * `--format jsonl` (the default) prints one object per figure, exactly with the keys of the guide
 * to annotation (reading/read.h); `--format text` prints each sentence with its figures beneath,
 * for people.
 * `--contradictions` also prints what does not agree inside a text. `-` is standard input. A file
 * that cannot be read is told on standard error with its reason and cure, the others are read all
 * the same; the command succeeds only where all were read.
 *
 * `doc` is the file's name without its folder. Offsets count code points of the document's text in
 * NFC: of a plain text file its own; of others, paragraphs on a line each, table rows with tabs.
 */
#ifndef GB_CLI_CMD_READ_H
#define GB_CLI_CMD_READ_H

#include "app/ports/document.h"
#include "cli/cli.h"

bool cmd_read(struct command *c, const struct documents *documents, struct err *err);

#endif
