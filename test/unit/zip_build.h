/* Makes zip files in memory for tests, honest or with lies in the directory. */
#ifndef CADRE_TEST_ZIP_BUILD_H
#define CADRE_TEST_ZIP_BUILD_H

#include <zlib.h>

#include "base/buf.h"

struct zip_part {
    const char *name;
    struct str data;
    bool deflate;
    /* lies; 0: the truth */
    uint32_t claim_size;
    uint32_t claim_compressed;
    uint32_t claim_crc;
    bool shared;     /* its bytes are those of the entry before */
    uint32_t mode;   /* Unix file mode */
    uint16_t flags;  /* 1: encrypted */
    uint16_t method; /* instead of 0 or 8 */
};

static void zip_le(struct buf *b, uint32_t v, int bytes)
{
    for (int i = 0; i < bytes; i++)
        buf_ch(b, (char)(v >> (8 * i)));
}

static struct str zip_deflate(struct arena *arena, struct str s)
{
    z_stream z = {0};
    ASSERT(deflateInit2(&z, 9, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY) == Z_OK);
    uLong cap = deflateBound(&z, (uLong)s.n);
    unsigned char *out = arena_alloc_raw(arena, cap);
    unsigned char *in = arena_alloc_raw(arena, s.n + 1);
    memcpy(in, s.p, s.n);
    z.next_in = in;
    z.avail_in = (uInt)s.n;
    z.next_out = out;
    z.avail_out = (uInt)cap;
    ASSERT(deflate(&z, Z_FINISH) == Z_STREAM_END);
    struct str r = {(char *)out, z.total_out};
    deflateEnd(&z);
    return r;
}

static struct str zip_build(struct arena *arena, const struct zip_part *parts, size_t count)
{
    struct buf file = buf_new(arena, 4096), directory = buf_new(arena, 4096);
    uint32_t start = 0;
    for (size_t i = 0; i < count; i++) {
        const struct zip_part *p = &parts[i];
        struct str packed = p->deflate ? zip_deflate(arena, p->data) : p->data;
        uint32_t crc = p->claim_crc != 0 ? p->claim_crc : (uint32_t)crc32(0, (const Bytef *)p->data.p, (uInt)p->data.n);
        uint32_t at = p->shared ? start : (uint32_t)file.n, name_n = (uint32_t)strlen(p->name);
        start = at;
        for (int central = p->shared; central < 2; central++) {
            struct buf *b = central ? &directory : &file;
            buf_z(b, central ? "PK\x01\x02" : "PK\x03\x04");
            if (central)
                zip_le(b, 0x0314, 2); /* made on Unix */
            zip_le(b, 20, 2);
            zip_le(b, p->flags, 2);
            zip_le(b, p->method != 0 ? p->method : p->deflate ? 8 : 0, 2);
            zip_le(b, 0x50210000, 4); /* 1 January 2020 */
            zip_le(b, crc, 4);
            zip_le(b, p->claim_compressed != 0 ? p->claim_compressed : (uint32_t)packed.n, 4);
            zip_le(b, p->claim_size != 0 ? p->claim_size : (uint32_t)p->data.n, 4);
            zip_le(b, name_n, 2);
            zip_le(b, 0, 2);
            if (central) {
                zip_le(b, 0, 2);
                zip_le(b, 0, 2);
                zip_le(b, 0, 2);
                zip_le(b, (p->mode != 0 ? p->mode : 0100644) << 16, 4);
                zip_le(b, at, 4);
            }
            buf_z(b, p->name);
        }
        if (!p->shared)
            buf_str(&file, packed);
    }
    uint32_t at = (uint32_t)file.n;
    buf_str(&file, buf_text(&directory));
    buf_add(&file, "PK\x05\x06\0\0\0\0", 8);
    zip_le(&file, (uint32_t)count, 2);
    zip_le(&file, (uint32_t)count, 2);
    zip_le(&file, (uint32_t)directory.n, 4);
    zip_le(&file, at, 4);
    zip_le(&file, 0, 2);
    return buf_text(&file);
}

#endif
