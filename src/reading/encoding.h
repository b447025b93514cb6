/* encoding: bytes of unknown Vietnamese encoding to UTF-8 in NFC.
 *
 * Layer reading; pure, over base alone. Recognised: UTF-8, UTF-16 with a byte order mark, and the
 * four legacy encodings that offices have used: TCVN3 (TCVN 5712:1993 VN3, the fonts .VnTime), VNI
 * for Windows (the fonts VNI-Times), VISCII (RFC 1456) and Windows code page 1258 with its
 * combining tone marks. Also text that is Unicode already but was typed with a legacy font and
 * pasted without it, so that its letters are those of Latin-1 ("C«ng hoµ" for "Cộng hoà").
 *
 * Recognition counts, for each reading, the words with Vietnamese letters that are syllables of the
 * standard spelling (syllable.h) against those that are not. It is deterministic and looks at no
 * more than ENCODING_SAMPLE bytes. Text that is valid UTF-8 is left as it is unless a legacy
 * reading is far better and rests on several words; bytes that are not UTF-8 and read well in no
 * encoding are an error. Of a text in UTF-8 with single legacy lines in it, those lines alone are
 * converted.
 *
 * TCVN3 has no capitals with tone: people used fonts that print small letters as capitals
 * (.VnTimeH). By font name such letters become capitals; in plain text a word of ASCII capitals
 * with small letters of tone between ("CéNG") is taken to be all capitals, a lone letter when both
 * its neighbours are.
 *
 * No-break spaces (U+00A0) stay; line ends become \n one for one, form feeds too; other control
 * characters become blanks; a byte order mark at the beginning goes. Nothing else is rewritten.
 */
#ifndef GB_READING_ENCODING_H
#define GB_READING_ENCODING_H

#include "base/err.h"
#include "base/str.h"

#define ENCODING_SAMPLE (256u << 10)

enum encoding { ENC_UTF8, ENC_UTF16, ENC_TCVN3, ENC_VNI, ENC_VISCII, ENC_CP1258, ENC_COUNT };

/* A stable word: "utf-8", "utf-16", "tcvn3", "vni", "viscii", "cp1258". */
const char *encoding_name(enum encoding e);

/* Recognises and converts; at most `max` code points. *ret_encoding may be NULL.
 * Errors: err.text.encoding (no encoding fits; save as UTF-8), err.text.too_long, err.memory. */
bool encoding_read(struct arena *a, struct str bytes, size_t max, struct str *ret_text,
    enum encoding *ret_encoding, struct err *err);

/* The legacy encoding that a font's name stands for: ".VnTime" TCVN3, ".VnTimeH" the same in
 * capitals, "VNI-Times" VNI. False for fonts of Unicode. */
bool encoding_of_font(struct str font, enum encoding *ret, bool *ret_capitals);
/* Appends to `out` what valid UTF-8 text shows in a font of that legacy encoding. Characters beyond
 * Latin-1 stay (the font never drew them). Not yet in NFC: marks of CP1258 stay apart. */
void encoding_convert(struct str text, enum encoding e, bool capitals, struct sbuf *out);
/* The character of a byte in code page 1252; U+FFFD where it has none. */
int32_t encoding_windows_char(int32_t byte);
/* Appends `text` (UTF-8, NFC) in that encoding; false at the first character that it lacks. In
 * TCVN3 a capital with tone is written small, as its users did. For tests and for tools that need
 * old files. */
bool encoding_write(struct str text, enum encoding e, struct sbuf *out);

#endif
