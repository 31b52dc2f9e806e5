/* Counters of the server since its start, written as Prometheus text by /metrics. */
#ifndef CADRE_HTTP_METRICS_H
#define CADRE_HTTP_METRICS_H

#include <stdatomic.h>

#include "base/buf.h"

#define LATENCY_BUCKETS 12

struct metrics {
    atomic_uint_least64_t by_class[6];                  /* answers by status / 100 */
    atomic_uint_least64_t latency[LATENCY_BUCKETS + 1]; /* counts in each bucket; the last is above all of them */
    atomic_uint_least64_t latency_us;                   /* sum */
    atomic_uint_least64_t bytes;                        /* of answers' bodies */
    atomic_uint_least64_t refused;                      /* for a full queue */
    atomic_uint_least64_t cut;                          /* connections cut because they were too slow */
};

struct server;

void metrics_count(struct metrics *m, int status, uint64_t us, size_t bytes);
void metrics_write(struct server *s, struct buf *out);

#endif
