/* What in a text may point at a patient: names with titles, dates of birth, NHS and insurance numbers by their checksums, record
 * numbers, rare ages, telephone numbers, addresses. For pointing out before something is kept, never for refusing it: it finds what
 * looks like one, in English and German at once, whatever language the writer reads in. Called with what a person typed. */
#ifndef CADRE_ENGINE_PATIENT_PATIENT_H
#define CADRE_ENGINE_PATIENT_PATIENT_H

#include "base/str.h"

enum patient_kind {
    PATIENT_NAME,      /* a title and a name: "Mrs Ahmed", "Herrn Weber"; not doctors, nurses, colleagues */
    PATIENT_BIRTH,     /* a day of birth: a date behind "born", or one at least PATIENT_BIRTH_YEARS before the year that is given */
    PATIENT_NHS,       /* ten digits whose last one checks them (modulus 11, NHS Data Dictionary) */
    PATIENT_INSURANCE, /* German Krankenversichertennummer: a letter and nine digits, checked by the last one (modulus 10) */
    PATIENT_RECORD,    /* a number behind "MRN", "hospital number", "Fallnummer" and the like */
    PATIENT_AGE,       /* 90 and over: few enough to know one by it (45 CFR 164.514(b)(2)(i)(C)) */
    PATIENT_PHONE,
    PATIENT_ADDRESS,   /* a British postcode, a street with a number */
    PATIENT_KINDS,
};

#define PATIENT_BIRTH_YEARS 5
#define PATIENT_AGE_RARE 90

struct patient_sign {
    enum patient_kind kind;
    size_t at, n; /* bytes of the text */
};

/* Fills out with the first `most` signs, in the order of the text, none within another; gives how many. text is valid UTF-8; year is
 * the present one. Pure, without memory of its own, in time linear in the length of the text. */
size_t patient_find(struct str text, int64_t year, struct patient_sign *out, size_t most);

/* Is it a valid NHS number: ten digits, all of s. */
bool patient_is_nhs(struct str digits);

#endif
