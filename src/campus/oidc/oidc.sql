-- Signing in with an institution's own account: the statements of src/campus/oidc.

-- name: sign_on_provider_list :many
SELECT id, kind, name, issuer, active FROM sign_on_provider ORDER BY name, id;

-- name: sign_on_provider_find :one
-- in: id:int
-- out: client_secret:blob?, metadata:text?, key_set:text?
SELECT id, kind, version, name, issuer, client_id, client_secret, client_secret_locked, scopes, roster_claim, by_address, make_person,
       subject_header, mail_header, name_header, leave_path, active, metadata, metadata_at, key_set
FROM sign_on_provider WHERE id = $1;

-- name: sign_on_provider_by_issuer :one
-- in: issuer:text
SELECT id FROM sign_on_provider WHERE issuer = $1;

-- name: sign_on_provider_add :exec
-- in: id:int, kind:text, name:text, issuer:text, client_id:text, client_secret:blob?, locked:int, scopes:text, roster_claim:text
-- in: by_address:int, make_person:int, subject_header:text, mail_header:text, name_header:text, leave_path:text, now:int
INSERT INTO sign_on_provider (id, kind, version, name, issuer, client_id, client_secret, client_secret_locked, scopes, roster_claim,
    by_address, make_person, subject_header, mail_header, name_header, leave_path, active, key_tries, key_tries_at, made_at)
VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 0, 0, 0, $16)
ON CONFLICT (issuer) DO NOTHING;

-- name: sign_on_provider_change :exec
-- Changes no row when somebody else changed it meanwhile.
-- in: id:int, version:int, name:text, client_id:text, client_secret:blob?, locked:int, scopes:text, roster_claim:text
-- in: by_address:int, make_person:int, subject_header:text, mail_header:text, name_header:text, leave_path:text
UPDATE sign_on_provider SET version = version + 1, name = $3, client_id = $4, client_secret = $5, client_secret_locked = $6, scopes = $7,
    roster_claim = $8, by_address = $9, make_person = $10, subject_header = $11, mail_header = $12, name_header = $13, leave_path = $14
WHERE id = $1 AND version = $2;

-- name: sign_on_provider_set_active :exec
-- in: id:int, active:int
UPDATE sign_on_provider SET active = $2, version = version + 1 WHERE id = $1 AND active <> $2;

-- name: sign_on_provider_keep_metadata :exec
-- in: id:int, metadata:text, key_set:text, now:int
UPDATE sign_on_provider SET metadata = $2, key_set = $3, metadata_at = $4 WHERE id = $1;

-- name: sign_on_provider_keep_keys :exec
-- in: id:int, key_set:text
UPDATE sign_on_provider SET key_set = $2 WHERE id = $1;

-- name: sign_on_provider_try_keys :exec
-- Counts one more asking for keys; changes no row when there were as many as are allowed since a time.
-- in: id:int, now:int, since:int, most:int
UPDATE sign_on_provider
SET key_tries = CASE WHEN key_tries_at < $3 OR key_tries_at > $2 THEN 1 ELSE key_tries + 1 END,
    key_tries_at = CASE WHEN key_tries_at < $3 OR key_tries_at > $2 THEN $2 ELSE key_tries_at END
WHERE id = $1 AND (key_tries < $4 OR key_tries_at < $3 OR key_tries_at > $2);

-- name: sign_on_start_add :exec
-- in: state_hash:blob, provider_id:int, browser_hash:blob, nonce:text, verifier:text, back:text, link_to:int?, expires_at:int
INSERT INTO sign_on_start (state_hash, provider_id, browser_hash, nonce, verifier, back, link_to, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: sign_on_start_find :one
-- in: state_hash:blob, now:int
SELECT provider_id, browser_hash, nonce, verifier, back, link_to FROM sign_on_start WHERE state_hash = $1 AND expires_at > $2;

-- name: sign_on_start_take :exec
-- Changes no row when it was taken already.
-- in: state_hash:blob
DELETE FROM sign_on_start WHERE state_hash = $1;

-- name: sign_on_start_clean :exec
-- in: now:int, most:int
DELETE FROM sign_on_start
WHERE state_hash IN (SELECT state_hash FROM sign_on_start WHERE expires_at > 0 AND expires_at <= $1 ORDER BY expires_at LIMIT $2);

-- name: sign_on_start_clear :exec
-- in: person_id:int
DELETE FROM sign_on_start WHERE link_to = $1;

-- name: sign_on_link_find :one
-- in: provider_id:int, subject:text
SELECT l.id, l.person_id, l.used_day, a.disabled
FROM sign_on_link l JOIN account a ON a.person_id = l.person_id
WHERE l.provider_id = $1 AND l.subject = $2;

-- name: sign_on_link_of :many
-- All of one person: few.
-- in: person_id:int
SELECT l.id, l.provider_id, l.subject, l.how, l.linked_at, l.used_day, p.name, p.issuer, p.active
FROM sign_on_link l CROSS JOIN sign_on_provider p
WHERE l.person_id = $1 AND p.id = l.provider_id ORDER BY p.name, l.id;

-- name: sign_on_link_add :exec
-- Changes no row when either of the two is linked already.
-- in: id:int, provider_id:int, subject:text, person_id:int, how:text, now:int, today:int
INSERT INTO sign_on_link (id, provider_id, subject, person_id, how, linked_at, used_day) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT DO NOTHING;

-- name: sign_on_link_used :exec
-- in: id:int, today:int
UPDATE sign_on_link SET used_day = $2 WHERE id = $1 AND used_day < $2;

-- name: sign_on_link_drop :exec
-- in: id:int, person_id:int
DELETE FROM sign_on_link WHERE id = $1 AND person_id = $2;

-- name: sign_on_link_clear :exec
-- in: person_id:int
DELETE FROM sign_on_link WHERE person_id = $1;

-- name: sign_on_session_add :exec
-- in: sign_in_id:int, provider_id:int, subject:text, sid:text
INSERT INTO sign_on_session (sign_in_id, provider_id, subject, sid) VALUES ($1, $2, $3, $4);

-- name: sign_on_session_find :one
-- in: sign_in_id:int
SELECT s.provider_id, p.name FROM sign_on_session s JOIN sign_on_provider p ON p.id = s.provider_id WHERE s.sign_in_id = $1;

-- name: sign_on_session_by_sid :many
-- in: provider_id:int, sid:text
SELECT s.sign_in_id, i.person_id FROM sign_on_session s JOIN sign_in i ON i.id = s.sign_in_id WHERE s.provider_id = $1 AND s.sid = $2;

-- name: sign_on_session_by_subject :many
-- in: provider_id:int, subject:text
SELECT s.sign_in_id, i.person_id FROM sign_on_session s JOIN sign_in i ON i.id = s.sign_in_id WHERE s.provider_id = $1 AND s.subject = $2;
