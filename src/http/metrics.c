/* Counting and telling: see metrics.h. The text is Prometheus exposition format 0.0.4. */
#include "http/inside.h"

#include <stdio.h>
#include <unistd.h>

#include "base/log.h"

static const uint64_t bounds_us[LATENCY_BUCKETS] = {500,   1000,   2500,   5000,   10000,   25000,
                                                    50000, 100000, 250000, 500000, 1000000, 2500000};

void metrics_count(struct metrics *m, int status, uint64_t us, size_t bytes)
{
    size_t bucket = 0;
    while (bucket < LATENCY_BUCKETS && us > bounds_us[bucket])
        bucket++;
    atomic_fetch_add_explicit(&m->latency[bucket], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&m->latency_us, us, memory_order_relaxed);
    atomic_fetch_add_explicit(&m->bytes, bytes, memory_order_relaxed);
    atomic_fetch_add_explicit(&m->by_class[status >= 100 && status < 600 ? status / 100 : 0], 1, memory_order_relaxed);
}

static void one(struct buf *b, const char *name, const char *type, const char *help, uint64_t value)
{
    buf_printf(b, "# HELP cadre_%s %s\n# TYPE cadre_%s %s\ncadre_%s %" PRIu64 "\n", name, help, name, type, name,
               value);
}

static uint64_t resident_bytes(void)
{
    unsigned long total, resident = 0;
    FILE *f = fopen("/proc/self/statm", "re");
    if (f == NULL)
        return 0;
    if (fscanf(f, "%lu %lu", &total, &resident) != 2)
        resident = 0;
    fclose(f);
    return (uint64_t)resident * (uint64_t)sysconf(_SC_PAGESIZE);
}

static void write_requests(const struct metrics *m, struct buf *b)
{
    buf_z(b, "# HELP cadre_requests_total Answers by class of status.\n# TYPE cadre_requests_total counter\n");
    for (int i = 1; i < 6; i++)
        buf_printf(b, "cadre_requests_total{class=\"%dxx\"} %" PRIu64 "\n", i, (uint64_t)atomic_load(&m->by_class[i]));
    buf_z(b, "# HELP cadre_request_seconds From the request line to the answer being ready.\n"
             "# TYPE cadre_request_seconds histogram\n");
    uint64_t sum = 0;
    for (size_t i = 0; i < LATENCY_BUCKETS; i++) {
        sum += atomic_load(&m->latency[i]);
        buf_printf(b, "cadre_request_seconds_bucket{le=\"%g\"} %" PRIu64 "\n", (double)bounds_us[i] / 1e6, sum);
    }
    sum += atomic_load(&m->latency[LATENCY_BUCKETS]);
    buf_printf(b,
               "cadre_request_seconds_bucket{le=\"+Inf\"} %" PRIu64 "\ncadre_request_seconds_sum %.6f\n"
               "cadre_request_seconds_count %" PRIu64 "\n",
               sum, (double)atomic_load(&m->latency_us) / 1e6, sum);
}

static void write_store(struct store *store, struct buf *b)
{
    struct store_stats st = store_stats(store);
    one(b, "store_commits_total", "counter", "Transactions committed by the writer.", (uint64_t)st.commits);
    one(b, "store_closures_total", "counter", "Changes asked for.", (uint64_t)st.closures);
    one(b, "store_retries_total", "counter", "Changes run again.", (uint64_t)st.retries);
    one(b, "store_failures_total", "counter", "Changes that failed.", (uint64_t)st.failures);
    one(b, "store_statements_total", "counter", "Statements of SQL that were run.", (uint64_t)st.statements);
    one(b, "store_queued", "gauge", "Changes that wait for the writer.", (uint64_t)st.queued);
    buf_printf(b,
               "# HELP cadre_store_commit_seconds_total Time spent in commits.\n"
               "# TYPE cadre_store_commit_seconds_total counter\ncadre_store_commit_seconds_total %.6f\n",
               (double)st.commit_us / 1e6);
}

void metrics_write(struct server *s, struct buf *b)
{
    pthread_mutex_lock(&s->lock);
    size_t queued = s->queued, busy = s->busy;
    pthread_mutex_unlock(&s->lock);
    pthread_mutex_lock(&s->conn_lock);
    size_t conns = s->conn_count;
    pthread_mutex_unlock(&s->conn_lock);

    write_requests(&s->metrics, b);
    one(b, "response_bytes_total", "counter", "Bytes of answers' bodies.", atomic_load(&s->metrics.bytes));
    one(b, "refused_total", "counter", "Requests refused because the queue was full.",
        atomic_load(&s->metrics.refused));
    one(b, "cut_total", "counter", "Connections cut because they were too slow.", atomic_load(&s->metrics.cut));
    one(b, "queue_length", "gauge", "Requests that wait for a worker.", queued);
    one(b, "workers_busy", "gauge", "Workers at work.", busy);
    one(b, "connections", "gauge", "Open connections.", conns);
    one(b, "body_bytes", "gauge", "Memory held for request bodies.", atomic_load(&s->body_bytes));
    one(b, "resident_bytes", "gauge", "Memory of the process.", resident_bytes());
    if (s->app->store != NULL)
        write_store(s->app->store, b);
}

void access_note(const struct exchange *x, const char *route)
{
    static const char *const methods[] = {"GET", "POST", "PUT", "DELETE", "HEAD", "OTHER"};
    struct server *s = x->server;
    const struct response *rs = &x->rs;
    uint64_t us = clock_steady_us() - x->start_us;
    size_t bytes = rs->fd >= 0 ? (size_t)rs->fd_size : rs->fixed.p != NULL ? rs->fixed.n : rs->body.n;
    metrics_count(&s->metrics, rs->status, us, bytes);
    if (!s->set.no_access_log)
        log_event(LOG_INFO, "http.request", "method=%s route=%s status=%d bytes=%zu us=%" PRIu64 " id=%016" PRIx64,
                  methods[x->rq.method], route, rs->status, bytes, us, x->rq.id);
}
