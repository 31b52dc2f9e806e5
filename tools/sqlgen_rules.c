/* The rules of the one SQL text: see sqlgen_rules.h. They look at tokens alone; what a schema must tell is checked by
 * preparing the statement. */
#include "sqlgen_rules.h"

/* Words that one engine does not know or reads in another way. */
static const struct {
    const char *word;
    bool call; /* only where ( follows */
    const char *instead;
} banned_words[] = {
    {"now", true, "times are parameters"},
    {"current_timestamp", false, "times are parameters"},
    {"current_date", false, "days are parameters"},
    {"current_time", false, "times are parameters"},
    {"datetime", true, "times are parameters"},
    {"strftime", true, "times are parameters"},
    {"julianday", true, "times are parameters"},
    {"unixepoch", true, "times are parameters"},
    {"lower", true, "search and sort by a case-folded column"},
    {"upper", true, "search and sort by a case-folded column"},
    {"ilike", false, "search by a case-folded column"},
    {"glob", false, "use LIKE on a case-folded column"},
    {"regexp", false, "use LIKE on a case-folded column"},
    {"string_agg", false, "order and join the rows in C"},
    {"group_concat", false, "order and join the rows in C"},
    {"array_agg", false, "order and join the rows in C"},
    {"ifnull", true, "use coalesce"},
    {"iif", true, "use CASE"},
    {"instr", true, "search in C"},
    {"printf", true, "format in C"},
    {"total", true, "use sum"},
    {"typeof", true, "columns have one type"},
    {"random", true, "random values are parameters"},
    {"rowid", false, "name the key"},
    {"greatest", true, "use CASE"},
    {"least", true, "use CASE"},
};

static void check_words(const struct rules *rules, int i)
{
    const struct sql_token *t = &rules->tokens[i];
    for (size_t k = 0; k < COUNT_OF(banned_words); k++)
        if (sql_is_word(t, banned_words[k].word) && (!banned_words[k].call || sql_is_punct(&rules->tokens[i + 1], '(')))
            rules->complain(rules, t->line, "%s is not the same on both engines: %s", banned_words[k].word,
                            banned_words[k].instead);
    if (sql_is_word(t, "for") && sql_is_word(&rules->tokens[i + 1], "update"))
        rules->complain(rules, t->line, "FOR UPDATE is not known to SQLite: closures are serializable anyway");
    if ((sql_is_word(t, "insert") && sql_is_word(&rules->tokens[i + 1], "or")) || (sql_is_word(t, "replace") && i == 0))
        rules->complain(rules, t->line, "use INSERT ... ON CONFLICT");
    if (t->kind == SQL_PUNCT && str_eq(t->text, S("::")))
        rules->complain(rules, t->line, ":: is PostgreSQL's alone: use CAST(x AS BIGINT)");
    if (sql_is_punct(t, '=') && sql_is_punct(&rules->tokens[i + 1], '=') &&
        t->text.p + 1 == rules->tokens[i + 1].text.p)
        rules->complain(rules, t->line, "use = for equality");
    if (t->kind == SQL_STRING && t->text.p[0] != '\'')
        rules->complain(rules, t->line, "only plain '...' texts are the same on both engines");
}

static void check_cast(const struct rules *rules, const struct sql_token *type)
{
    static const char *const wrong[] = {"integer", "int", "real", "blob", "float", "numeric", "decimal"};
    for (size_t k = 0; k < COUNT_OF(wrong); k++)
        if (sql_is_word(type, wrong[k]))
            rules->complain(rules, type->line,
                            "CAST AS %s differs between the engines: use BIGINT, DOUBLE PRECISION or TEXT", wrong[k]);
}

/* What one level of parentheses is. */
struct level {
    bool cast;   /* it or one around it, up to the SELECT, is a CAST */
    bool list;   /* in a list of result columns */
    bool scalar; /* the arguments of min or max */
};

static void check_sum(const struct rules *rules, int i, const struct level *l)
{
    bool sum = sql_is_word(&rules->tokens[i], "sum") || sql_is_word(&rules->tokens[i], "avg");
    if (sum && sql_is_punct(&rules->tokens[i + 1], '(') && l->list && !l->cast)
        rules->complain(
            rules, rules->tokens[i].line,
            "%.*s() may be NUMERIC on PostgreSQL: put it in CAST(... AS BIGINT) or CAST(... AS DOUBLE PRECISION)",
            STR_ARG(rules->tokens[i].text));
}

void rules_check(const struct rules *rules)
{
    struct level levels[64] = {0};
    const struct sql_token none = {.kind = SQL_SPACE};
    int depth = 0;
    for (int i = 0; i < rules->count; i++) {
        const struct sql_token *t = &rules->tokens[i];
        struct level *l = &levels[depth];
        check_words(rules, i);
        check_sum(rules, i, l);
        if (sql_is_word(t, "as") && i > 0 && l->cast)
            check_cast(rules, &rules->tokens[i + 1]);
        if (sql_is_word(t, "select") || sql_is_word(t, "returning"))
            *l = (struct level){.list = true};
        else if (sql_is_word(t, "from") || sql_is_word(t, "where") || sql_is_word(t, "having"))
            l->list = false;
        if (sql_is_punct(t, ',') && l->scalar)
            rules->complain(rules, t->line, "min and max of two values are SQLite's alone: use CASE");
        if (sql_is_punct(t, '(')) {
            if (depth + 1 == (int)COUNT_OF(levels)) {
                rules->complain(rules, t->line, "parentheses are nested too deeply");
                return;
            }
            const struct sql_token *before = i > 0 ? t - 1 : &none;
            levels[depth + 1] = (struct level){
                .cast = l->cast || sql_is_word(before, "cast"),
                .list = l->list,
                .scalar = sql_is_word(before, "min") || sql_is_word(before, "max"),
            };
            depth++;
        } else if (sql_is_punct(t, ')') && depth > 0) {
            depth--;
        }
    }
}
