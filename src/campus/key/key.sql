-- The keys that Cadre signs with.

-- name: signing_key_now :one
-- in: purpose:text
SELECT id, kid, private_jwk, locked, made_at FROM signing_key WHERE purpose = $1 AND state = 'current';

-- name: signing_keys :many
-- The newest first.
SELECT id, purpose, kid, public_jwk, locked, state, made_at, retired_at FROM signing_key ORDER BY made_at DESC, id DESC LIMIT 100;

-- name: signing_key_add :exec
-- in: id:int, purpose:text, kid:text, public_jwk:text, private_jwk:blob, locked:int, now:int
INSERT INTO signing_key (id, purpose, kid, public_jwk, private_jwk, locked, state, made_at) VALUES ($1, $2, $3, $4, $5, $6, 'current', $7) ON CONFLICT DO NOTHING;

-- name: signing_key_retire :exec
-- in: id:int, nothing:blob, now:int
UPDATE signing_key SET state = 'retired', private_jwk = $2, locked = 0, retired_at = $3 WHERE id = $1 AND state = 'current';

-- name: signing_key_by_id :one
-- in: id:int
SELECT id, purpose, state FROM signing_key WHERE id = $1;
