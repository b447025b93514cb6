/* form: what a person or a program sends along, declared and typed before a handler runs.
 *
 * Layer web; pure. A route declares its inputs; the values of the query (GET) or of the form are
 * matched against the declaration: unknown names in a form are refused (in a query they are left
 * out, since other programs add their own to shared links), a name given twice is refused unless it
 * may stand many times, every value is checked and converted. A wrong value is kept as it was
 * typed, with its error, so that the form can be shown again.
 */
#ifndef GB_WEB_FORM_H
#define GB_WEB_FORM_H

#include "base/day.h"
#include "base/dec.h"
#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"

#define FORM_FIELDS_MAX 4000
#define BODY_TEXT_MAX (256 * 1024) /* bytes of one text in a form */

enum input_type {
    INPUT_LINE,   /* one line of text, blanks at the ends dropped; max: characters */
    INPUT_TEXT,   /* several lines; max: characters */
    INPUT_INT,    /* a whole number from min to max */
    INPUT_NUMBER, /* a decimal as people type it */
    INPUT_DAY,
    INPUT_FLAG,   /* a box that is ticked or not there */
    INPUT_CHOICE, /* one of `words` */
    INPUT_UID,    /* 11 letters and digits */
    INPUT_SECRET, /* a password: never cleaned, trimmed, or given back; max: bytes */
    INPUT_FILE,   /* an uploaded file; max: bytes */
};

struct input {
    const char *name; /* "cell.*" takes any number of names that begin with "cell." */
    enum input_type type;
    bool required; /* must be there and not empty */
    bool many;     /* the name may stand several times */
    int64_t min, max;
    const char *words; /* of INPUT_CHOICE: "all|open|closed" */
};

/* A file that came along, in a temporary file without a name. */
struct upload {
    struct str filename; /* the last part of the name, cleaned; may be empty */
    struct str type;     /* as the browser says; not to be trusted */
    int fd;              /* at the beginning; closed after the request unless taken */
    int64_t size;
};

struct form_field {
    struct str name, raw;
    struct upload *file; /* NULL for text */
};

struct fields {
    VEC(struct form_field) v;
};

struct value {
    const struct input *input;
    struct str name; /* as sent */
    struct str raw;  /* as typed */
    struct str s;    /* of LINE, TEXT, CHOICE, UID, SECRET */
    int64_t i;       /* of INT; of CHOICE: which word, from 0; of FLAG: 1 */
    struct dec d;
    struct day day;
    struct upload *file;
    const struct err *err; /* why it is not valid; NULL when it is */
};

struct values {
    VEC(struct value) v;
    size_t bad; /* values with an error */
};

/* Splits and decodes `a=1&b=2`. Errors: err.web.encoding, err.web.fields_many. */
bool fields_parse(struct arena *a, struct str s, struct fields *ret, struct err *err);
/* Types the fields. `strict`: unknown names are refused. Errors (of the whole, not of a value):
 * err.web.field_unknown, err.web.field_twice. A required input that is missing has a value with an
 * error. `inputs` may be NULL: nothing is taken. */
bool fields_type(struct arena *a, const struct input *inputs, const struct fields *form,
    bool strict, struct values *ret, struct err *err);
/* The declared input that takes a field of that name; NULL where there is none. */
const struct input *input_for(const struct input *inputs, struct str name);
/* The value of that name, NULL where it was not sent. */
const struct value *values_find(const struct values *v, struct str name);

#endif
