-- The outbox as far as it tells of things by their numbers: the statements of out/outbox.c.

-- name: outbox_tell :exec
-- in: id:int, topic:text, now:int, setting:text
INSERT INTO outbox (id, topic, payload, created_at, due_at)
SELECT CAST($1 AS BIGINT), CAST($2 AS TEXT), '{}', CAST($3 AS BIGINT), CAST($3 AS BIGINT)
 WHERE NOT EXISTS (SELECT 1 FROM setting WHERE name = $4 AND value = 'off');

-- name: outbox_oldest :many
-- in: topic:text, most:int
SELECT id FROM outbox WHERE topic = $1 AND done_at IS NULL ORDER BY due_at, id LIMIT $2;

-- name: outbox_drop :exec
-- in: id:int
DELETE FROM outbox WHERE id = $1;
