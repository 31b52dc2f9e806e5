/* Signs of a patient in a text: what is found and where, and what is left alone although it looks like it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/patient/patient.h"

#define YEAR 2026

static const char *const kinds[PATIENT_KINDS] = {"name", "birth", "nhs", "insurance", "record", "age", "phone", "address"};

/* Each text with what is found in it: "kind:words|kind:words". */
static const struct {
    const char *text, *found;
} signs[] = {
    /* names */
    {"Then Mrs Ahmed asked me why.", "name:Mrs Ahmed"},
    {"Mr. John Smith was angry", "name:Mr. John Smith"},
    {"mr patel came back", "name:mr patel"},
    {"I told Ms O'Neill-Baker the truth", "name:Ms O'Neill-Baker"},
    {"Miss Šimková, bed 4", "name:Miss Šimková"},
    {"Mrs 王 was calm", "name:Mrs 王"},
    {"Herr Müller fragte Frau Özdemir", "name:Herr Müller|name:Frau Özdemir"},
    {"mit Herrn Weber Kontakt", "name:Herrn Weber"},
    {"a patient called Maria", "name:patient called Maria"},
    {"ein Patient namens Yusuf Demir", "name:Patient namens Yusuf Demir"},
    /* births */
    {"born 3 May 1950", "birth:born 3 May 1950"},
    {"DOB: 12/03/49", "birth:DOB: 12/03/49"},
    {"d.o.b. 12.3.1949,", "birth:d.o.b. 12.3.1949"},
    {"date of birth is 1949-03-12", "birth:date of birth is 1949-03-12"},
    {"geb. am 12. März 1949", "birth:geb. am 12. März 1949"},
    {"Geburtsdatum: 01.02.2024", "birth:Geburtsdatum: 01.02.2024"},
    {"*12.03.1949", "birth:*12.03.1949"},
    {"seen on 12/03/1949 first", "birth:12/03/1949"},
    {"March 12, 1949", "birth:March 12, 1949"},
    {"the 12th of March 1949", "birth:12th of March 1949"},
    /* numbers */
    {"NHS 943 476 5919 in the notes", "record:NHS 943 476 5919"},
    {"943 476 5919", "nhs:943 476 5919"},
    {"9434765919.", "nhs:9434765919"},
    {"(943-476-5919)", "nhs:943-476-5919"},
    {"KV A123456780 steht da", "insurance:A123456780"},
    {"MRN 00123", "record:MRN 00123"},
    {"Hospital number: RX-448812 was wrong", "record:Hospital number: RX-448812"},
    {"Fallnummer 2024/118834", "record:Fallnummer 2024/118834"},
    {"Patienten-ID: P44871", "record:Patienten-ID: P44871"},
    /* ages */
    {"a 93-year-old woman", "age:93-year-old"},
    {"she is 102 years old", "age:102 years old"},
    {"aged 90", "age:aged 90"},
    {"94 yo man", "age:94 yo"},
    {"ninety-three year old", "age:ninety-three year old"},
    {"eine 97-jährige Dame", "age:97-jährige"},
    {"91 Jahre alt", "age:91 Jahre alt"},
    {"im Alter von 95", "age:Alter von 95"},
    {"der dreiundneunzigjährige Mann", "age:dreiundneunzigjährige"},
    /* telephones and addresses */
    {"ring +44 7700 900123 first", "phone:+44 7700 900123"},
    {"0151 23456789", "phone:0151 23456789"},
    {"(020) 7946 0958", "phone:(020) 7946 0958"},
    {"lives at 12 Mill Road", "address:12 Mill Road"},
    {"12a St John's Street, Oxford", "address:12a St John's Street"},
    {"SW1A 1AA", "address:SW1A 1AA"},
    {"in der Hauptstraße 12a gefunden", "address:Hauptstraße 12a"},
    {"Goethestr. 7", "address:Goethestr. 7"},
    /* several, in order; also where the clocks' spaces are no plain ones */
    {"Mrs Ahmed, 93 years old, 943\u00a0476\u00a05919", "name:Mrs Ahmed|age:93 years old|nhs:943\u00a0476\u00a05919"},
};

static const char *const harmless[] = {
    "", "We met at 12:30 on 4 July 2025 and again on 05/07/2025.", "Dr Okafor and Professor Weber taught me.", "I miss London.", "Patients with MS Often tire.",
    "Mr. S. agreed.", "Frau M. hatte Angst", "Herr Doktor Weber", "Frau Kollegin", "Eine Frau Mitte vierzig", "eine Frau und ein Mann", "Mr President, we said.",
    "an 89-year-old", "aged 45", "He gave 90 mg at 90 bpm", "90 Patienten", "seit 90 Jahren", "95 percent of 93 teams", "99 red balloons", "126 years old",
    "Ninety minutes later", "943 476 5918 is not one", "1234567890", "1111111111", "12345678901", "ISBN 978-3-16-148410-0", "the case number one",
    "hospital 7", "NHS trust", "hospital no longer open", "Fallnummer fehlt", "MRN unknown", "10-14 days", "1/2/3 rule", "5.3.1", "2020-2024", "v1.2.2019",
    "born to lead", "geborene Anführerin", "geb", "It was May 2020", "in March 12 people came", "ICD-10 code B12 5mg", "A1C 7", "12 Angry Men", "3 Main points", "Road 66",
    "Arbeitsplatz 3", "Umweg 2", "Straße 5", "the 5 Close friends rule of 7", "0.5 mg", "0800", "01 02 03", "+1", "+ 5 points", "(0)", "A123456789", "B12", "room 4120",
    "100 years of solitude", "age of reason", "Alter von Vierzig", "aged care", "Das Alter: egal", "patient called for help", "Patient Safety Week", "mr and mrs", "Mrs",
    "frau weber", "miss opportunities", "Frau", "Herr",
};

static void each_sign_is_found_where_it_stands(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(signs); i++) {
        struct patient_sign found[8];
        char got[400] = "";
        struct str text = str_from(signs[i].text);
        size_t n = patient_find(text, YEAR, found, COUNT_OF(found)), at = 0;
        for (size_t k = 0; k < n; k++)
            at += (size_t)snprintf(got + at, sizeof got - at, "%s%s:%.*s", k != 0 ? "|" : "", kinds[found[k].kind], (int)found[k].n, text.p + found[k].at);
        if (strcmp(got, signs[i].found) != 0)
            print_error("%s\n  found    %s\n  expected %s\n", text.p, got, signs[i].found), at = 9999;
        assert_true(at != 9999);
    }
}

static void what_only_looks_like_one_is_left_alone(void **state)
{
    int wrong = 0;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(harmless); i++) {
        struct patient_sign found[8];
        size_t n = patient_find(str_from(harmless[i]), YEAR, found, COUNT_OF(found));
        for (size_t k = 0; k < n; k++)
            print_error("%s: %s \"%.*s\"\n", harmless[i], kinds[found[k].kind], (int)found[k].n, harmless[i] + found[k].at);
        wrong += n != 0;
    }
    assert_int_equal(wrong, 0);
}

/* Of a thousand numbers in a row, those pass whose last digit is right: about one in eleven, and never two that differ by one digit. */
static void the_checksum_tells_one_wrong_digit(void **state)
{
    int valid = 0;
    (void)state;
    for (int64_t v = 4000000000; v < 4000001000; v++) {
        char digits[24];
        snprintf(digits, sizeof digits, "%" PRId64, v);
        if (!patient_is_nhs(str_from(digits)))
            continue;
        valid++;
        for (size_t i = 0; i < 10; i++)
            for (char d = '0'; d <= '9'; d++) {
                char other[24];
                memcpy(other, digits, sizeof other);
                other[i] = d;
                assert_true(d == digits[i] || !patient_is_nhs(str_from(other)));
            }
    }
    assert_in_range(valid, 80, 100);
    assert_false(patient_is_nhs(S("943476591")));
    assert_false(patient_is_nhs(S("94347659199")));
}

static void no_more_than_asked_for(void **state)
{
    struct patient_sign found[2];
    (void)state;
    assert_int_equal(patient_find(S("Mrs A Mr Bee Mr Cee Mr Dee"), YEAR, found, 2), 2);
    assert_int_equal(patient_find(STR_NONE, YEAR, found, 2), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_sign_is_found_where_it_stands),
        cmocka_unit_test(what_only_looks_like_one_is_left_alone),
        cmocka_unit_test(the_checksum_tells_one_wrong_digit),
        cmocka_unit_test(no_more_than_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
