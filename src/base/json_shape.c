/* Counting brackets: see json_shape.h. */
#include "base/json_shape.h"

/* Behind the closing quote of the string that begins at at, or the end of the text. */
static size_t string_end(struct str s, size_t at)
{
    for (at++; at < s.n && s.p[at] != '"'; at++)
        if (s.p[at] == '\\')
            at++;
    return at < s.n ? at + 1 : s.n;
}

struct json_shape json_shape(struct str s)
{
    struct json_shape shape = {0};
    size_t depth = 0, i = 0;
    while (i < s.n) {
        char c = s.p[i];
        if (c == '"') {
            i = string_end(s, i);
            continue;
        }
        shape.values += c == ',' || c == ':' || c == '{' || c == '[';
        if (c == '{' || c == '[')
            depth++;
        else if ((c == '}' || c == ']') && depth != 0)
            depth--;
        shape.depth = depth > shape.depth ? depth : shape.depth;
        i++;
    }
    return shape;
}
