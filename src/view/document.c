/* The style sheet of documents that stand alone, and the policy that lets it apply: see document.h. */
#include "view/document.h"

#include <sodium.h>

#include "base/embedded.h"

static struct str style_sheet(void)
{
    const struct embedded *f = embedded_find(S("static/document.css"));
    ASSERT(f != NULL);
    return f->bytes;
}

struct html document_style(struct arena *a)
{
    struct str css = style_sheet();
    struct buf b = buf_new(a, css.n + 16);
    buf_z(&b, "<style>");
    buf_str(&b, css);
    buf_z(&b, "</style>");
    return (struct html){b.p, b.n};
}

struct str document_policy(struct arena *a, bool in_file)
{
    struct str css = style_sheet();
    unsigned char hash[crypto_hash_sha256_BYTES];
    char text[sodium_base64_ENCODED_LEN(sizeof hash, sodium_base64_VARIANT_ORIGINAL)];
    crypto_hash_sha256(hash, (const unsigned char *)css.p, css.n);
    sodium_bin2base64(text, sizeof text, hash, sizeof hash, sodium_base64_VARIANT_ORIGINAL);
    return str_printf(a, "default-src 'none'; style-src 'sha256-%s'; base-uri 'none'; form-action 'none'%s", text,
                      in_file ? "" : "; frame-ancestors 'none'");
}

struct str document_direction(struct str tag)
{
    static const char *const right_to_left[] = {"ar", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"};
    struct str rest = tag, base;
    str_cut(&rest, '-', &base);
    for (size_t i = 0; i < COUNT_OF(right_to_left); i++)
        if (str_eq_z(base, right_to_left[i]))
            return S("rtl");
    return S("ltr");
}
