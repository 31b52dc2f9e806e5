/* The formats that an import can read: CSV, and what floors above have registered. See content.h. */
#include "programme/framework/content.h"

#define FORMATS_MAX 8

static const struct framework_format *formats[FORMATS_MAX];
static size_t format_count;

void framework_add_format(const struct framework_format *format)
{
    ASSERT(format_count < FORMATS_MAX);
    formats[format_count++] = format;
}

void framework_read(struct arena *a, struct str file, struct str bytes, struct framework_content *c, struct problems *p)
{
    const struct framework_format *found = NULL;
    for (size_t i = 0; i < format_count && found == NULL; i++)
        if (formats[i]->recognise(bytes))
            found = formats[i];
    *c = (struct framework_content){0};
    if (found != NULL)
        found->read(a, file, bytes, c, p);
    else
        content_read_csv(a, file, bytes, c, p);
    content_arrange(c, a, p);
}
