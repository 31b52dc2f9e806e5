/* `cadre routes`: every address that the server answers, with who may ask. For tests, and for those who write programs: docs/api.md
 * is what it prints with --markdown. */
#include "command/site.h"
#include "command/verbs.h"
#include "programme/people/people.h"

static const struct option_def options[] = {
    JSON_OPTION,
    {"markdown", NULL, "print the reference that stands in docs/api.md"},
};

static const char *method_word(enum method m)
{
    static const char *const words[] = {"GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "?"};
    return words[m];
}

static void print_all(bool json)
{
    const char *between = "";
    if (json)
        fputs("[", stdout);
    for (size_t i = 0; i < capability_count; i++)
        for (size_t k = 0; k < all_capabilities[i]->route_count; k++) {
            const struct route *r = &all_capabilities[i]->routes[k];
            if (json)
                printf("%s{\"capability\":\"%s\",\"method\":\"%s\",\"pattern\":\"%s\",\"may\":\"%s\"}", between, all_capabilities[i]->name,
                       method_word(r->method), r->pattern, permission_word(r->may));
            else
                printf("%-6s %-44s %-20s %s\n", method_word(r->method), r->pattern, permission_word(r->may), all_capabilities[i]->name);
            between = ",\n";
        }
    if (json)
        fputs("]\n", stdout);
}

/* ---- the reference ----------------------------------------------------------------------------------------------------------- */

static const char reference_head[] =
    "# The interface for programs\n\n"
    "<!-- Written by `cadre routes --markdown` from the table of routes; a test compares the two. -->\n\n"
    "Every page is also JSON: ask for it with `Accept: application/json`, or put `.json` behind its address. The fields are those of the page, under\n"
    "the names of its view (the `.html` files beside each capability, [views.md](views.md)). A program signs in by a key that a person makes for it under\n"
    "*Account, keys for programs*, and sends it as `Authorization: Bearer ...`; it may then do what the key names, and never more than the person may.\n"
    "What is private between people (*for people only* below) no key reaches.\n\n"
    "- `{id}` is the number that stands in links and in JSON. What somebody may not know of answers 404, as what does not exist.\n"
    "- A change is sent as the form of its page is: `application/x-www-form-urlencoded`, or `multipart/form-data` where it takes a file. The names of\n"
    "  the fields stand in the JSON of the page that shows the form. A key needs no `csrf` field. Done: 303 to where the result is; 422: a problem (below)\n"
    "  whose `page` has the form again, with an `error` at each field that is wrong. A `version` that is out of date answers 409, and nothing is changed.\n"
    "- Errors are `application/problem+json` (RFC 9457): `type`, `title`, `status`, `detail`, `instance`, `request`, and `field` where one is meant.\n"
    "- Lists have 50 entries a page; `more` (`older` where a list goes back in time) is the address of the next, null at the end.\n"
    "- Too many requests are told 429 or 503 with `Retry-After`. Limits: [http.md](http.md).\n"
    "- `GET /healthz` and `GET /metrics` (Prometheus) are answered without a key, the second on this machine alone unless set otherwise.\n";

static const char *body_words(enum body_kind body)
{
    switch (body) {
    case BODY_NONE:
        break;
    case BODY_FORM:
        return "form";
    case BODY_UPLOAD:
        return "form with a file";
    case BODY_JSON:
        return "JSON";
    case BODY_FOREIGN_FORM:
        return "form of another site";
    case BODY_FOREIGN:
        return "see [xapi.md](xapi.md)";
    }
    return "";
}

/* Who may ask, in words: for keys, what they are asked to name. */
static struct str may_words(struct arena *a, enum permission may)
{
    if (may == P_PUBLIC)
        return S("anybody");
    if (access_of_any_account(may))
        return S("anybody with an account");
    struct str what = msg_text(0, people_scope_word(may));
    return access_private(may) ? S("for people only") : str_printf(a, "%.*s (`%s`)", STR_ARG(what), permission_word(may));
}

static void print_reference(struct arena *a)
{
    fputs(reference_head, stdout);
    for (size_t i = 0; i < capability_count; i++) {
        const struct capability *c = all_capabilities[i];
        if (c->route_count == 0)
            continue;
        printf("\n## %s\n\n| | address | body | what the key must name |\n|---|---|---|---|\n", c->name);
        for (size_t k = 0; k < c->route_count; k++) {
            const struct route *r = &c->routes[k];
            struct str may = may_words(a, r->may);
            printf("| %s | `%s` | %s | %.*s |\n", method_word(r->method), r->pattern, body_words(r->body), STR_ARG(may));
        }
    }
}

static int run(struct command *c)
{
    if (command_flag(c, "markdown"))
        print_reference(c->a);
    else
        print_all(c->json);
    return fflush(stdout) == 0 ? EXIT_DONE : EXIT_REFUSED;
}

const struct verb verb_routes = {
    .name = "routes",
    .arguments = "",
    .summary = "List every address the server answers and who may ask",
    .options = options,
    .option_count = COUNT_OF(options),
    .run = run,
};
