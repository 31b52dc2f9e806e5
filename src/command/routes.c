/* `cadre routes`: every address that the server answers, with who may ask. For tests, and for those who write programs. */
#include "command/site.h"
#include "command/verbs.h"

static const struct option_def options[] = {JSON_OPTION};

static const char *method_word(enum method m)
{
    static const char *const words[] = {"GET", "POST", "PUT", "DELETE", "HEAD", "?"};
    return words[m];
}

static int run(struct command *c)
{
    const char *between = "";
    if (c->json)
        fputs("[", stdout);
    for (size_t i = 0; i < capability_count; i++)
        for (size_t k = 0; k < all_capabilities[i]->route_count; k++) {
            const struct route *r = &all_capabilities[i]->routes[k];
            if (c->json)
                printf("%s{\"capability\":\"%s\",\"method\":\"%s\",\"pattern\":\"%s\",\"may\":\"%s\"}", between, all_capabilities[i]->name,
                       method_word(r->method), r->pattern, permission_word(r->may));
            else
                printf("%-6s %-44s %-20s %s\n", method_word(r->method), r->pattern, permission_word(r->may), all_capabilities[i]->name);
            between = ",\n";
        }
    if (c->json)
        fputs("]\n", stdout);
    return EXIT_DONE;
}

const struct verb verb_routes = {
    .name = "routes",
    .arguments = "",
    .summary = "List every address the server answers and who may ask",
    .options = options,
    .option_count = COUNT_OF(options),
    .run = run,
};
