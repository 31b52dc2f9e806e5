-- Other record stores that are told what is stored here: the statements of campus/xapi/forward.c and its pages.

-- name: xapi_forward_add :exec
-- in: id:int, name:text, address:text, speaks:text, login:text, secret:blob, locked:int, which:text, now:int, seq_done:int
INSERT INTO xapi_forward (id, name, address, speaks, login, secret, locked, which, state, made_at, version, seq_done, sent, refused, failures, next_at, problem)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'on', $9, 1, $10, 0, 0, 0, 0, '');

-- name: xapi_forward_change :exec
-- in: id:int, name:text, address:text, speaks:text, login:text, secret:blob, locked:int, which:text, state:text, version:int
UPDATE xapi_forward SET name = $2, address = $3, speaks = $4, login = $5, secret = $6, locked = $7, which = $8, state = $9, failures = 0, next_at = 0, version = version + 1
 WHERE id = $1 AND version = $10;

-- name: xapi_forward_drop :exec
-- in: id:int, version:int
DELETE FROM xapi_forward WHERE id = $1 AND version = $2;

-- name: xapi_forward_find :one
-- in: id:int
SELECT id, name, address, speaks, login, secret, locked, which, state, version, seq_done, sent, refused, failures, next_at, sent_at, problem, problem_at FROM xapi_forward WHERE id = $1;

-- name: xapi_forward_list :many
-- in: after:int, most:int
SELECT id, name, address, which, state, sent, refused, failures, next_at, seq_done, sent_at, problem, problem_at FROM xapi_forward WHERE id > $1 ORDER BY id LIMIT $2;

-- name: xapi_forward_due :many
-- in: now:int, ahead:int
SELECT id FROM xapi_forward WHERE state = 'on' AND (next_at <= $1 OR next_at > $2) ORDER BY id;

-- name: xapi_forward_next :many
-- in: above:int, below:int, most:int
SELECT seq, uuid, client_id, body FROM xapi_statement WHERE seq > $1 AND seq < $2 AND voided = 0 ORDER BY seq LIMIT $3;

-- name: xapi_forward_waiting :one
-- Among the next so many. way: 0 all, 1 those of the client, 2 all others.
-- in: above:int, most:int, way:int, own:int
-- out: n:int
SELECT count(*) AS n FROM (SELECT client_id FROM xapi_statement WHERE seq > $1 AND voided = 0 ORDER BY seq LIMIT $2) AS x
 WHERE $3 = 0 OR ($3 = 1 AND x.client_id = $4) OR ($3 = 2 AND x.client_id <> $4);

-- name: xapi_forward_sent :exec
-- in: id:int, version:int, seq_done:int, sent:int, refused:int, now:int
UPDATE xapi_forward SET seq_done = $3, sent = sent + $4, refused = refused + $5, failures = 0, next_at = 0, sent_at = CASE WHEN $4 > 0 THEN $6 ELSE sent_at END
 WHERE id = $1 AND version = $2 AND state = 'on';

-- name: xapi_forward_problem :exec
-- in: id:int, version:int, problem:text, now:int
UPDATE xapi_forward SET problem = $3, problem_at = $4 WHERE id = $1 AND version = $2;

-- name: xapi_forward_failed :exec
-- in: id:int, version:int, problem:text, now:int, next_at:int
UPDATE xapi_forward SET problem = $3, problem_at = $4, next_at = $5, failures = failures + 1 WHERE id = $1 AND version = $2;
