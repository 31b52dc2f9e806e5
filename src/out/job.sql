-- Jobs: the statements of out/job.c.

-- name: job_add :exec
-- in: id:int, kind:text, args:text, person_id:int?, now:int, run_at:int
INSERT INTO job (id, kind, args, person_id, state, created_at, run_at) VALUES ($1, $2, $3, $4, 'waiting', $5, $6);

-- name: job_find :one
-- in: id:int
-- out: person_id:int?, problem:text?
SELECT kind, state, person_id, done, total, problem FROM job WHERE id = $1;

-- name: job_next :one
-- What was asked for later than now was asked for before the clock was set back: it is due. So with a lease that ends too late.
-- in: now:int, ahead:int, lease_most:int
SELECT id, kind, args, attempts FROM job
WHERE state IN ('waiting', 'running') AND (run_at <= $1 OR created_at > $2)
  AND (state = 'waiting' OR lease_until < $1 OR lease_until > $3)
ORDER BY run_at, id LIMIT 1;

-- name: job_take :exec
-- in: id:int, now:int, lease_until:int, lease_most:int
UPDATE job SET state = 'running', lease_until = $3, attempts = attempts + 1
WHERE id = $1 AND (state = 'waiting' OR (state = 'running' AND (lease_until < $2 OR lease_until > $4)));

-- name: job_renew :exec
-- in: id:int, done:int, total:int, lease_until:int
UPDATE job SET done = $2, total = $3, lease_until = $4 WHERE id = $1 AND state = 'running';

-- name: job_end :exec
-- in: id:int, state:text, problem:text?, now:int
UPDATE job SET state = $2, problem = $3, finished_at = $4, lease_until = NULL,
               done = CASE WHEN $2 = 'done' THEN total ELSE done END
WHERE id = $1 AND state = 'running';

-- name: job_open_of_kind :one
-- in: kind:text
-- out: n:int
SELECT COUNT(*) AS n FROM job WHERE kind = $1 AND state IN ('waiting', 'running');
