/* The access decision: see access.h. The table comes from PERMISSIONS; nothing here looks at a database. */
#include "auth/access.h"
#include "base/buf.h"

#define REACH_OF_N REACH_NONE
#define REACH_OF_S REACH_SCOPE
#define REACH_OF_P REACH_PROGRAMME
#define REACH_OF_A REACH_ALL

struct rule {
    const char *word;
    bool hidden;
    bool own;
    bool held;
    enum reach reach[ROLE_COUNT];
};

static const struct rule rules[PERMISSION_COUNT] = {
    [P_PUBLIC] = {.word = "public"},
    [P_ACCOUNT] = {.word = "account"},
    [P_SIGNED_IN] = {.word = "signed_in"},
#define X(name, hide, self, holds, tr, me, as, co, au, di, ad)                                                         \
    [P_##name] = {.word = #name,                                                                                       \
                  .hidden = (hide) != 0,                                                                               \
                  .own = (self) != 0,                                                                                  \
                  .held = (holds) != 0,                                                                                \
                  .reach = {REACH_OF_##tr, REACH_OF_##me, REACH_OF_##as, REACH_OF_##co, REACH_OF_##au, REACH_OF_##di,  \
                            REACH_OF_##ad}},
    PERMISSIONS(X)
#undef X
};

static const char *const role_words[ROLE_COUNT] = {
#define X(id, word) word,
    ROLES(X)
#undef X
};

static bool scope_holds(const struct grant *g, int64_t programme, int64_t cohort, enum reach reach)
{
    if (g->programme == 0)
        return true;
    if (programme == 0 || g->programme != programme)
        return false;
    return g->cohort == 0 || g->cohort == cohort || (reach == REACH_PROGRAMME && cohort == 0);
}

static bool grant_allows(const struct grant *g, enum permission p, const struct target *t)
{
    enum reach reach = rules[p].reach[g->role];
    if (reach == REACH_NONE)
        return false;
    if (reach == REACH_ALL || scope_holds(g, t->programme, t->cohort, reach))
        return true;
    for (size_t i = 0; i < t->place_count; i++)
        if (scope_holds(g, t->places[i].programme, t->places[i].cohort, reach))
            return true;
    return false;
}

bool access_private(enum permission p)
{
    ASSERT(p < PERMISSION_COUNT);
    if (!rules[p].own && !rules[p].held)
        return false;
    for (int r = 0; r < ROLE_COUNT; r++)
        if (rules[p].reach[r] != REACH_NONE)
            return false;
    return true;
}

bool access_of_any_account(enum permission p)
{
    return p == P_SIGNED_IN || p == P_ACCOUNT;
}

bool access_opens_more(enum permission p)
{
    return p == P_ACCOUNT || p == P_PERSON_EXPORT;
}

static bool token_allows(const struct actor *who, enum permission p)
{
    return !who->by_token || access_of_any_account(p) || (permission_in(&who->scopes, p) && !access_private(p));
}

enum decision access_decide(const struct actor *who, enum permission p, const struct target *t)
{
    ASSERT(p < PERMISSION_COUNT);
    if (p == P_PUBLIC)
        return ACCESS_ALLOW;
    enum decision refusal = rules[p].hidden ? ACCESS_HIDE : ACCESS_DENY;
    if (who->person == 0 || !token_allows(who, p))
        return refusal;
    if (access_of_any_account(p))
        return ACCESS_ALLOW;
    if ((rules[p].own && t->person == who->person) || (rules[p].held && t->holder == who->person))
        return who->lent && !who->demo && access_private(p) ? ACCESS_LENT : ACCESS_ALLOW;
    for (size_t i = 0; i < who->grant_count; i++)
        if (grant_allows(&who->grants[i], p, t))
            return ACCESS_ALLOW;
    return refusal;
}

bool access_somewhere(const struct actor *who, enum permission p)
{
    ASSERT(p < PERMISSION_COUNT);
    if (p == P_PUBLIC)
        return true;
    if (who->person == 0 || !token_allows(who, p))
        return false;
    if (access_of_any_account(p) || rules[p].own || rules[p].held)
        return true;
    for (size_t i = 0; i < who->grant_count; i++)
        if (rules[p].reach[who->grants[i].role] != REACH_NONE)
            return true;
    return false;
}

bool access_in_programme(const struct actor *who, enum permission p, int64_t programme)
{
    struct target t = {.programme = programme};
    return access_decide(who, p, &t) == ACCESS_ALLOW;
}

enum reach access_reach(enum role role, enum permission p)
{
    ASSERT(role < ROLE_COUNT && p < PERMISSION_COUNT);
    return rules[p].reach[role];
}

bool access_own(enum permission p)
{
    return rules[p].own;
}

bool access_held(enum permission p)
{
    return rules[p].held;
}

bool access_hidden(enum permission p)
{
    return rules[p].hidden;
}

const char *role_word(enum role role)
{
    ASSERT(role < ROLE_COUNT);
    return role_words[role];
}

bool role_find(struct str word, enum role *role)
{
    for (int i = 0; i < ROLE_COUNT; i++)
        if (str_eq_z(word, role_words[i])) {
            *role = (enum role)i;
            return true;
        }
    return false;
}

const char *permission_word(enum permission p)
{
    ASSERT(p < PERMISSION_COUNT);
    return rules[p].word;
}

bool permission_find(struct str word, enum permission *p)
{
    for (int i = 0; i < PERMISSION_COUNT; i++)
        if (str_eq_nocase(word, str_from(rules[i].word))) {
            *p = (enum permission)i;
            return true;
        }
    return false;
}

bool permission_in(const struct permission_set *set, enum permission p)
{
    ASSERT(p < PERMISSION_COUNT);
    return ((set->words[(size_t)p / 64] >> ((size_t)p % 64)) & 1u) != 0;
}

void permission_add(struct permission_set *set, enum permission p)
{
    ASSERT(p < PERMISSION_COUNT);
    set->words[(size_t)p / 64] |= UINT64_C(1) << ((size_t)p % 64);
}

struct str permission_set_text(struct arena *a, const struct permission_set *set)
{
    struct buf b = buf_new(a, 256);
    for (int p = 0; p < PERMISSION_COUNT; p++)
        if (permission_in(set, (enum permission)p)) {
            buf_z(&b, b.n != 0 ? " " : "");
            buf_z(&b, permission_word((enum permission)p));
        }
    return buf_text(&b);
}

struct permission_set permission_set_read(struct str words)
{
    struct permission_set set = {{0}};
    struct str word;
    enum permission p;
    while (str_cut(&words, ' ', &word))
        if (permission_find(word, &p))
            permission_add(&set, p);
    return set;
}
