-- The outbox as far as it holds mails: the statements of out/mail.c.

-- name: outbox_add :exec
-- in: id:int, topic:text, payload:text, now:int
INSERT INTO outbox (id, topic, payload, created_at, due_at) VALUES ($1, $2, $3, $4, $4);

-- name: outbox_due :many
-- After so many attempts a mail waits so often again_ms: what is due later than that was put off before the clock was set back.
-- in: topic:text, now:int, most:int, ahead:int, again_ms:int
SELECT id, payload, due_at, attempts FROM outbox
WHERE done_at IS NULL AND (due_at <= $2 OR due_at > $4 + attempts * $5) AND topic = $1 ORDER BY due_at, id LIMIT $3;

-- name: outbox_take :exec
-- Changes no row when another server took it.
-- in: id:int, due_at:int, again_at:int
UPDATE outbox SET attempts = attempts + 1, due_at = $3 WHERE id = $1 AND due_at = $2 AND done_at IS NULL;

-- name: outbox_done :exec
-- What it was about is nobody's business any more.
-- in: id:int, now:int
UPDATE outbox SET done_at = $2, payload = '{}' WHERE id = $1;
