/* What both readers of rosters share: see roster.h. */
#include "campus/roster/roster.h"

#include "base/strmap.h"
#include "base/utf8.h"

static bool local_char(unsigned char c)
{
    return c > 0x20 && c != 0x7F && strchr("\"(),:;<>[\\]@", c) == NULL;
}

static bool domain_char(unsigned char c)
{
    return c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
}

static bool domain_ok(struct str domain)
{
    size_t labels = 0;
    struct str label;
    while (str_cut(&domain, '.', &label)) {
        if (label.n == 0 || label.n > 63 || label.p[0] == '-' || label.p[label.n - 1] == '-')
            return false;
        for (size_t i = 0; i < label.n; i++)
            if (!domain_char((unsigned char)label.p[i]))
                return false;
        labels++;
    }
    return labels >= 2;
}

bool roster_email_ok(struct str email)
{
    struct str domain = email, local;
    if (email.n > 254 || !utf8_is_text(email) || !str_cut(&domain, '@', &local) || domain.p == NULL)
        return false;
    if (local.n == 0 || local.n > 64 || local.p[0] == '.' || local.p[local.n - 1] == '.')
        return false;
    for (size_t i = 0; i < local.n; i++)
        if (!local_char((unsigned char)local.p[i]) || (i > 0 && local.p[i] == '.' && local.p[i - 1] == '.'))
            return false;
    return domain_ok(domain);
}

bool roster_role_from_oneroster(struct str word, bool *has_role, enum role *role)
{
    static const struct {
        const char *word;
        bool has_role;
        enum role role;
    } roles[] = {
        {"student", true, ROLE_TRAINEE},
        {"teacher", true, ROLE_MENTOR},
        {"counselor", true, ROLE_MENTOR},
        {"proctor", true, ROLE_ASSESSOR},
        {"administrator", false, ROLE_TRAINEE},
        {"aide", false, ROLE_TRAINEE},
        {"guardian", false, ROLE_TRAINEE},
        {"parent", false, ROLE_TRAINEE},
        {"relative", false, ROLE_TRAINEE},
        {"districtAdministrator", false, ROLE_TRAINEE},
        {"principal", false, ROLE_TRAINEE},
        {"siteAdministrator", false, ROLE_TRAINEE},
        {"systemAdministrator", false, ROLE_TRAINEE},
    };
    *has_role = false;
    for (size_t i = 0; i < COUNT_OF(roles); i++) {
        if (str_eq_nocase(word, str_from(roles[i].word))) {
            *has_role = roles[i].has_role;
            *role = roles[i].role;
            return true;
        }
    }
    return str_starts(word, S("ext:"));
}

void roster_check_emails(struct roster *r, struct arena *a, struct str file, bool refuse, msg_id msg,
                         struct problems *p)
{
    struct strmap seen = strmap_new(a);
    for (size_t i = 0; i < r->count; i++) {
        struct roster_person *person = &r->people[i];
        if (str_empty(person->email) || strmap_add(&seen, utf8_fold(a, person->email), i) == STRMAP_NONE)
            continue;
        if (refuse)
            problems_add(p, file, person->row, S("email"), msg, "%.*s", STR_ARG(person->email));
        else
            problems_warn(p, file, person->row, S("email"), msg, "%.*s", STR_ARG(person->email));
        person->email = S("");
    }
}
