/* Signs of a patient: see patient.h. One walk through the text; wherever a word or number begins, each kind is tried in turn, and looks
 * ahead by a bounded number of bytes only, so that the whole stays linear. */
#include "engine/patient/patient.h"

#define WORD_MOST 64  /* bytes: nothing that is looked for is longer */
#define GAP_MOST 12   /* bytes between "born" and the date */

/* A place in the text. Each try_ function gives the place behind what it found, or 0. */
struct text {
    const char *p;
    size_t n;
    int64_t year;
};

/* ---- characters ------------------------------------------------------------------------------------------------------------------- */

static bool is_digit(const struct text *t, size_t i)
{
    return i < t->n && t->p[i] >= '0' && t->p[i] <= '9';
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* The character at i and its length; 0 at the end. */
static uint32_t char_at(const struct text *t, size_t i, size_t *len)
{
    if (i >= t->n) {
        *len = 0;
        return 0;
    }
    unsigned char c = (unsigned char)t->p[i];
    size_t want = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    uint32_t v = c < 0x80 ? c : c & (0xFFu >> (want + 1));
    if (i + want > t->n)
        want = t->n - i;
    for (size_t k = 1; k < want; k++)
        v = v << 6 | ((unsigned char)t->p[i + k] & 0x3Fu);
    *len = want;
    return v;
}

static bool is_letter(uint32_t c)
{
    if (c < 0x80)
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return c >= 0xC0 && c != 0xD7 && c != 0xF7 && !(c >= 0x2000 && c < 0x2070) && !(c >= 0x3000 && c < 0x3005);
}

static bool is_dash(uint32_t c)
{
    return c == '-' || (c >= 0x2010 && c <= 0x2014);
}

static bool is_space(uint32_t c)
{
    return c == ' ' || c == '\t' || c == 0xA0 || c == 0x2009 || c == 0x202F;
}

/* A capital letter, or one of a script that has no small ones. */
static bool is_capital(uint32_t c)
{
    if (c < 0x80)
        return c >= 'A' && c <= 'Z';
    if (c >= 0xDF && c <= 0xFF)
        return false;
    if (c >= 0x100 && c <= 0x17F)
        return c % 2 == (c >= 0x139 && c <= 0x148 ? 1u : 0u);
    if ((c >= 0x3AC && c <= 0x3CE) || (c >= 0x430 && c <= 0x45F))
        return false;
    return is_letter(c);
}

static bool begins_word(const struct text *t, size_t i)
{
    size_t len, back = i;
    if (i == 0)
        return true;
    do
        back--;
    while (back > 0 && ((unsigned char)t->p[back] & 0xC0u) == 0x80);
    uint32_t c = char_at(t, back, &len);
    return !is_letter(c) && !(c >= '0' && c <= '9');
}

static bool ends_word(const struct text *t, size_t i)
{
    size_t len;
    uint32_t c = char_at(t, i, &len);
    return !is_letter(c) && !(c >= '0' && c <= '9');
}

static size_t skip_spaces(const struct text *t, size_t i)
{
    size_t len;
    while (is_space(char_at(t, i, &len)))
        i += len;
    return i;
}

/* Behind the letters at i, at most WORD_MOST bytes on. */
static size_t word_end(const struct text *t, size_t i)
{
    size_t len, from = i;
    while (i - from < WORD_MOST && is_letter(char_at(t, i, &len)))
        i += len;
    return i;
}

/* Does the text go on with z, whatever the case of ASCII letters. */
static size_t reads(const struct text *t, size_t i, const char *z)
{
    size_t k = 0;
    while (z[k] != '\0' && i + k < t->n && lower(t->p[i + k]) == z[k])
        k++;
    return z[k] == '\0' ? i + k : 0;
}

/* The same as whole words. */
static size_t reads_word(const struct text *t, size_t i, const char *z)
{
    size_t end = reads(t, i, z);
    return end != 0 && ends_word(t, end) ? end : 0;
}

/* The longest of a list that the text goes on with as whole words. */
static size_t reads_one(const struct text *t, size_t i, const char *const *list, size_t count)
{
    size_t best = 0;
    for (size_t k = 0; k < count; k++) {
        size_t end = reads_word(t, i, list[k]);
        if (end > best)
            best = end;
    }
    return best;
}

static bool same_word(const struct text *t, size_t from, size_t to, const char *const *list, size_t count)
{
    for (size_t k = 0; k < count; k++)
        if (reads(t, from, list[k]) == to)
            return true;
    return false;
}

/* Digits at i, at most `most` of them; gives how many. */
static size_t digits_at(const struct text *t, size_t i, size_t most, int64_t *value)
{
    size_t n = 0;
    *value = 0;
    while (n < most && is_digit(t, i + n))
        *value = *value * 10 + (t->p[i + n++] - '0');
    return n;
}

/* ---- dates ------------------------------------------------------------------------------------------------------------------------ */

static const char *const months[] = {
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
    "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
    "januar", "jänner", "februar", "märz", "mai", "juni", "juli", "oktober", "okt", "dezember", "dez"};

static bool is_day_month(int64_t a, int64_t b)
{
    return a >= 1 && b >= 1 && a <= 31 && b <= 31 && (a <= 12 || b <= 12);
}

/* 12/03/1949, 12.3.49, 1949-03-12. */
static size_t try_number_date(const struct text *t, size_t i, int64_t *year)
{
    int64_t a, b, c;
    size_t n = digits_at(t, i, 4, &a);
    size_t at = i + n;
    char sep = at < t->n ? t->p[at] : '\0';
    if (n == 0 || n == 3 || (sep != '/' && sep != '.' && sep != '-'))
        return 0;
    size_t m = digits_at(t, ++at, 2, &b);
    at += m;
    if (m == 0 || at >= t->n || t->p[at] != sep)
        return 0;
    at = skip_spaces(t, at + 1);
    size_t k = digits_at(t, at, 4, &c);
    at += k;
    if (is_digit(t, at))
        return 0;
    if (n == 4) {
        *year = a;
        return k >= 1 && k <= 2 && is_day_month(b, c) ? at : 0;
    }
    *year = k == 4 ? c : -1;
    return (k == 2 || k == 4) && is_day_month(a, b) ? at : 0;
}

static size_t skip_ordinal(const struct text *t, size_t i)
{
    static const char *const ends[] = {"st", "nd", "rd", "th"};
    size_t end = reads_one(t, i, ends, COUNT_OF(ends));
    if (end == 0 && i < t->n && t->p[i] == '.')
        end = i + 1;
    return skip_spaces(t, end != 0 ? end : i);
}

static size_t try_month(const struct text *t, size_t i)
{
    size_t end = reads_one(t, i, months, COUNT_OF(months));
    while (end != 0 && end < t->n && (t->p[end] == '.' || t->p[end] == ','))
        end++;
    return end;
}

static size_t try_year(const struct text *t, size_t i, int64_t *year)
{
    i = skip_spaces(t, i);
    size_t n = digits_at(t, i, 4, year);
    return n == 4 && ends_word(t, i + 4) ? i + 4 : 0;
}

/* 12 March 1949, 12th of March 1949, 12. März 1949, March 12, 1949. */
static size_t try_worded_date(const struct text *t, size_t i, int64_t *year)
{
    int64_t day;
    size_t n = digits_at(t, i, 2, &day), at;
    if (n != 0) {
        at = skip_ordinal(t, i + n);
        size_t of = reads_word(t, at, "of");
        at = try_month(t, of != 0 ? skip_spaces(t, of) : at);
        return at != 0 && day >= 1 && day <= 31 ? try_year(t, at, year) : 0;
    }
    at = try_month(t, i);
    if (at == 0)
        return 0;
    at = skip_spaces(t, at);
    n = digits_at(t, at, 2, &day);
    if (n == 0 || day < 1 || day > 31)
        return 0;
    at = skip_ordinal(t, at + n);
    return try_year(t, at < t->n && t->p[at] == ',' ? at + 1 : at, year);
}

static size_t try_date(const struct text *t, size_t i, int64_t *year)
{
    size_t end = try_number_date(t, i, year);
    return end != 0 ? end : try_worded_date(t, i, year);
}

/* A date long past, or any date behind a word that says birth. */
static size_t try_birth(const struct text *t, size_t i)
{
    static const char *const born[] = {"born", "dob", "d.o.b", "d.o.b.", "date of birth", "birth date", "birthdate", "birthday", "geb", "geb.", "geboren",
                                       "geburtsdatum", "geburtstag"};
    static const char *const between[] = {"on", "the", "is", "was", "am", "ist", "war", "den"};
    int64_t year;
    size_t end = try_date(t, i, &year);
    if (end != 0)
        return year >= 1880 && year <= t->year - PATIENT_BIRTH_YEARS ? end : 0;
    size_t at = i < t->n && t->p[i] == '*' ? i + 1 : reads_one(t, i, born, COUNT_OF(born));
    if (at == 0)
        return 0;
    for (size_t from = at; at - from <= GAP_MOST;) {
        size_t step = reads_one(t, at, between, COUNT_OF(between)), next = skip_spaces(t, at);
        if ((end = try_date(t, at, &year)) != 0)
            return end;
        if (step != 0)
            at = step;
        else if (next != at)
            at = next;
        else if (at < t->n && (t->p[at] == ':' || t->p[at] == '.' || t->p[at] == '*' || t->p[at] == '='))
            at++;
        else
            return 0;
    }
    return 0;
}

/* ---- numbers ---------------------------------------------------------------------------------------------------------------------- */

bool patient_is_nhs(struct str digits)
{
    int sum = 0;
    bool same = true;
    if (digits.n != 10)
        return false;
    for (size_t i = 0; i < 10; i++)
        if (digits.p[i] < '0' || digits.p[i] > '9')
            return false;
    for (size_t i = 0; i < 9; i++) {
        sum += (digits.p[i] - '0') * (10 - (int)i);
        same = same && digits.p[i] == digits.p[9];
    }
    return !same && (11 - sum % 11) % 11 == digits.p[9] - '0'; /* a check of 10 is none: no digit equals it */
}

/* Ten digits, together or three, three and four with one space or dash between. */
static size_t try_nhs(const struct text *t, size_t i)
{
    char digits[10];
    size_t n = 0, len;
    while (n < 10) {
        if (is_digit(t, i)) {
            digits[n++] = t->p[i++];
            continue;
        }
        uint32_t c = char_at(t, i, &len);
        if ((n != 3 && n != 6) || !(is_space(c) || is_dash(c)) || !is_digit(t, i + len))
            return 0;
        i += len;
    }
    return ends_word(t, i) && patient_is_nhs((struct str){digits, 10}) ? i : 0;
}

/* A letter counts as two digits, A 01 to Z 26; every second digit is doubled, and the digits of all that are summed. */
static size_t try_insurance(const struct text *t, size_t i)
{
    int digits[10], sum = 0;
    if (t->n - i < 10 || t->p[i] < 'A' || t->p[i] > 'Z')
        return 0;
    digits[0] = (t->p[i] - 'A' + 1) / 10;
    digits[1] = (t->p[i] - 'A' + 1) % 10;
    for (size_t k = 1; k < 10; k++)
        if (!is_digit(t, i + k))
            return 0;
    for (size_t k = 2; k < 10; k++)
        digits[k] = t->p[i + k - 1] - '0';
    for (size_t k = 0; k < 10; k++) {
        int v = digits[k] * (k % 2 == 0 ? 1 : 2);
        sum += v / 10 + v % 10;
    }
    return ends_word(t, i + 10) && sum % 10 == t->p[i + 9] - '0' ? i + 10 : 0;
}

/* A word for a record's number, perhaps "no." or ":", then a token of four signs or more, three of them digits. */
static size_t try_record(const struct text *t, size_t i)
{
    static const char *const words[] = {"mrn", "nhs", "hospital", "hospital number", "hospital no", "patient number", "patient no", "patient id", "record number",
                                        "record no", "case number", "case no", "unit number", "chart number", "patientennummer", "patienten-id", "patienten-nr",
                                        "pat.-nr", "fallnummer", "fall-nr", "aufnahmenummer", "aktenzeichen", "versichertennummer", "krankenversichertennummer"};
    static const char *const more[] = {"number", "no", "nummer", "nr", "id", "is", "was", "ist", "lautet", "war"};
    size_t at = reads_one(t, i, words, COUNT_OF(words)), len;
    if (at == 0)
        return 0;
    for (size_t from = at; at - from <= GAP_MOST;) {
        size_t next = skip_spaces(t, at), step = reads_one(t, at, more, COUNT_OF(more));
        if (next != at)
            at = next;
        else if (step != 0)
            at = step;
        else if (at < t->n && (t->p[at] == ':' || t->p[at] == '.' || t->p[at] == '#' || t->p[at] == '='))
            at++;
        else
            break;
    }
    size_t digits = 0, signs = 0, end = at;
    for (uint32_t c = char_at(t, end, &len); end - at < WORD_MOST && (is_letter(c) || is_digit(t, end) || ((is_dash(c) || c == '/' || c == ' ') && is_digit(t, end + len)));
         c = char_at(t, end, &len)) {
        digits += is_digit(t, end);
        signs += is_letter(c) || is_digit(t, end);
        end += len;
    }
    return digits >= 3 && signs >= 4 ? end : 0;
}

/* International with a +, or beginning with 0 and ten digits or more; spaces, dashes, dots, slashes and brackets between. */
static size_t try_phone(const struct text *t, size_t i)
{
    size_t digits = 0, end = i, at = i, len;
    bool plus = i < t->n && t->p[i] == '+', zero = is_digit(t, i) && t->p[i] == '0';
    if (i < t->n && t->p[i] == '(' && i + 1 < t->n && t->p[i + 1] == '0')
        zero = true;
    else if (!plus && !zero)
        return 0;
    if (plus || t->p[i] == '(')
        at++;
    for (uint32_t c = char_at(t, at, &len); digits <= 15; c = char_at(t, at, &len)) {
        if (is_digit(t, at)) {
            digits++;
            end = at + 1;
        } else if (!(is_space(c) || is_dash(c) || c == '/' || c == '(' || c == ')') || at - end > 2) {
            break;
        }
        at += len;
    }
    return digits <= 15 && digits >= (plus ? 9u : 10u) && ends_word(t, end) ? end : 0;
}

/* ---- ages ------------------------------------------------------------------------------------------------------------------------- */

static size_t try_old(const struct text *t, size_t i)
{
    static const char *const old[] = {"years old", "year old", "year-old", "years-old", "yrs old", "yr old", "years of age", "yo", "y/o", "y.o", "y.o.",
                                      "jahre alt", "jahre alte", "jahre alter", "jahre alten"};
    size_t len, at = i;
    uint32_t c = char_at(t, at, &len);
    if (is_space(c) || is_dash(c))
        at += len;
    size_t end = reads(t, at, "jährig");
    return end != 0 ? word_end(t, end) : reads_one(t, at, old, COUNT_OF(old));
}

static bool is_rare_age(size_t digits, int64_t v)
{
    return (digits == 2 || digits == 3) && v >= PATIENT_AGE_RARE && v <= 125;
}

/* 93-year-old, aged 93, 93-jährige, ninety-three years old, dreiundneunzigjährig. */
static size_t try_age(const struct text *t, size_t i)
{
    static const char *const before[] = {"aged", "age", "age of", "age:", "alter von", "alter:"};
    static const char *const ones[] = {"one", "two", "three", "four", "five", "six", "seven", "eight", "nine"};
    int64_t v;
    size_t len, n = digits_at(t, i, 3, &v);
    if (n != 0)
        return is_rare_age(n, v) && !is_digit(t, i + n) ? try_old(t, i + n) : 0;
    size_t at = reads_one(t, i, before, COUNT_OF(before));
    if (at != 0) {
        at = skip_spaces(t, at);
        n = digits_at(t, at, 3, &v);
        return is_rare_age(n, v) && ends_word(t, at + n) ? at + n : 0;
    }
    if ((at = reads(t, i, "ninety")) != 0) {
        uint32_t c = char_at(t, at, &len);
        size_t one = reads_one(t, is_space(c) || is_dash(c) ? at + len : at, ones, COUNT_OF(ones));
        return try_old(t, one != 0 ? one : at);
    }
    size_t end = word_end(t, i);
    for (at = i; at < end; at++)
        if (reads(t, at, "neunzigjährig") != 0 || reads(t, at, "hundertjährig") != 0)
            return end;
    return 0;
}

/* ---- names and addresses ---------------------------------------------------------------------------------------------------------- */

/* What follows a title and is no name: offices, callings, and how German goes on behind "eine Frau". */
static const char *const no_names[] = {
    "president", "chairman", "chair", "chairwoman", "speaker", "and", "or", "who", "was", "is", "has", "had", "the",
    "doktor", "dr", "professor", "professorin", "prof", "kollege", "kollegen", "kollegin", "oberarzt", "oberärztin", "chefarzt",
    "chefärztin", "stationsärztin", "stationsarzt", "ärztin", "arzt", "schwester", "pfleger", "präsident", "präsidentin", "direktor",
    "direktorin", "vorsitzende", "vorsitzender", "mitte", "anfang", "ende", "jahrgang", "und", "oder", "mit", "ohne", "aus", "im", "in"};

/* Behind one name: capital letter, two letters at least, parts joined by a dash or an apostrophe. */
static size_t name_end(const struct text *t, size_t i, bool any_case)
{
    size_t len, at = i;
    uint32_t c = char_at(t, i, &len);
    if (!is_letter(c) || !(any_case || is_capital(c)))
        return 0;
    for (;;) {
        at = word_end(t, at);
        c = char_at(t, at, &len);
        size_t after;
        if (at - i >= WORD_MOST || !(is_dash(c) || c == '\'' || c == 0x2019) || !is_letter(char_at(t, at + len, &after)))
            break;
        at += len;
    }
    (void)char_at(t, i, &len);
    return at > i + len || len >= 3 ? at : 0; /* an initial is no name; a sign of three bytes may be a whole one */
}

static size_t try_name(const struct text *t, size_t i)
{
    static const char *const titles[] = {"mr", "mrs", "mister", "ms", "miss", "mx", "herr", "herrn", "frau", "fräulein"};
    static const char *const small[] = {"mr", "mrs"}; /* what nobody writes for anything else, so the name may be small too */
    static const char *const called[] = {"patient called", "patient named", "patient namens", "patientin namens"};
    size_t at = reads_one(t, i, titles, COUNT_OF(titles));
    bool any_case = at != 0 && reads_one(t, i, small, COUNT_OF(small)) == at;
    if (at == 0)
        at = reads_one(t, i, called, COUNT_OF(called));
    else if (!any_case && ((t->p[i] >= 'a' && t->p[i] <= 'z') || (at - i == 2 && t->p[i + 1] == 'S')))
        return 0; /* "I miss London", "MS" */
    if (at == 0)
        return 0;
    if (at < t->n && t->p[at] == '.')
        at++;
    size_t from = skip_spaces(t, at), word = word_end(t, from);
    if (from == at || same_word(t, from, word, no_names, COUNT_OF(no_names)))
        return 0;
    size_t end = name_end(t, from, any_case);
    size_t next = end != 0 ? name_end(t, skip_spaces(t, end), false) : 0; /* given name and family name */
    if (next != 0 && same_word(t, skip_spaces(t, end), next, no_names, COUNT_OF(no_names)))
        next = 0;
    return next != 0 && skip_spaces(t, end) != end && t->p[i] != 'H' && t->p[i] != 'F' ? next : end; /* German goes on with nouns */
}

static bool is_upper(const struct text *t, size_t i)
{
    return i < t->n && t->p[i] >= 'A' && t->p[i] <= 'Z';
}

/* SW1A 1AA, M1 1AE: outward code, one space, inward code, in capitals as people write them. */
static size_t try_postcode(const struct text *t, size_t i)
{
    size_t at = i;
    if (!is_upper(t, at++))
        return 0;
    at += is_upper(t, at);
    if (!is_digit(t, at++))
        return 0;
    at += is_digit(t, at) || is_upper(t, at);
    if (at >= t->n || t->p[at] != ' ')
        return 0;
    at++;
    return is_digit(t, at) && is_upper(t, at + 1) && is_upper(t, at + 2) && ends_word(t, at + 3) ? at + 3 : 0;
}

/* 12 Mill Road, 12a St John's Street. */
static size_t try_english_street(const struct text *t, size_t i)
{
    static const char *const streets[] = {"street", "road", "avenue", "lane", "terrace", "crescent", "gardens", "close", "drive"};
    int64_t v;
    size_t n = digits_at(t, i, 4, &v), len;
    if (n == 0 || is_digit(t, i + n))
        return 0;
    size_t at = i + n;
    if (is_letter(char_at(t, at, &len)) && ends_word(t, at + len))
        at += len;
    for (int words = 0; words < 4; words++) {
        size_t from = skip_spaces(t, at), end;
        if (from == at)
            return 0;
        if (words > 0 && is_capital(char_at(t, from, &len)) && (end = reads_one(t, from, streets, COUNT_OF(streets))) != 0)
            return end;
        if ((at = name_end(t, from, false)) == 0)
            return 0;
    }
    return 0;
}

/* Hauptstraße 12, Lindenallee 3a, Goethestr. 7. */
static size_t try_german_street(const struct text *t, size_t i)
{
    static const char *const ends[] = {"straße", "strasse", "str", "gasse", "allee"};
    size_t end = word_end(t, i), len;
    bool street = false;
    int64_t v;
    if (!is_capital(char_at(t, i, &len)))
        return 0;
    for (size_t k = 0; k < COUNT_OF(ends); k++) {
        size_t n = strlen(ends[k]);
        street = street || (end > i + n + 1 && reads(t, end - n, ends[k]) == end);
    }
    if (!street)
        return 0;
    if (end < t->n && t->p[end] == '.')
        end++;
    size_t at = skip_spaces(t, end), n = digits_at(t, at, 4, &v);
    if (n == 0 || at == end || is_digit(t, at + n))
        return 0;
    at += n;
    return is_letter(char_at(t, at, &len)) && ends_word(t, at + len) ? at + len : at;
}

static size_t try_address(const struct text *t, size_t i)
{
    size_t end = try_postcode(t, i);
    if (end == 0)
        end = try_english_street(t, i);
    return end != 0 ? end : try_german_street(t, i);
}

/* ---- the walk --------------------------------------------------------------------------------------------------------------------- */

static size_t try_all(const struct text *t, size_t i, enum patient_kind *kind)
{
    static size_t (*const tries[])(const struct text *t, size_t i) = {
        [PATIENT_NAME] = try_name,     [PATIENT_BIRTH] = try_birth, [PATIENT_NHS] = try_nhs,     [PATIENT_INSURANCE] = try_insurance,
        [PATIENT_RECORD] = try_record, [PATIENT_AGE] = try_age,     [PATIENT_PHONE] = try_phone, [PATIENT_ADDRESS] = try_address};
    static const enum patient_kind order[] = {PATIENT_BIRTH, PATIENT_AGE, PATIENT_NHS, PATIENT_INSURANCE, PATIENT_RECORD, PATIENT_PHONE, PATIENT_ADDRESS, PATIENT_NAME};
    for (size_t k = 0; k < COUNT_OF(order); k++) {
        size_t end = tries[order[k]](t, i);
        if (end > i) {
            *kind = order[k];
            return end;
        }
    }
    return 0;
}

size_t patient_find(struct str text, int64_t year, struct patient_sign *out, size_t most)
{
    struct text t = {text.p != NULL ? text.p : "", text.n, year};
    size_t found = 0, len;
    for (size_t i = 0; i < t.n && found < most;) {
        uint32_t c = char_at(&t, i, &len);
        enum patient_kind kind;
        bool starts = is_letter(c) || (c >= '0' && c <= '9') ? begins_word(&t, i) : c == '+' || c == '(' || c == '*';
        size_t end = starts ? try_all(&t, i, &kind) : 0;
        if (end != 0) {
            out[found++] = (struct patient_sign){kind, i, end - i};
            i = end;
        } else {
            i += len;
        }
    }
    return found;
}
