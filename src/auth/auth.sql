-- Signing in, keys for programs, the audit: the statements of src/auth.

-- name: sign_in_by_token :one
-- in: token_hash:blob, now:int
-- out: language:text?, zone:text?, demo:int
SELECT s.id, s.person_id, s.created_at, s.seen_at, s.expires_at, s.lent, a.id AS account_id, i.display_name, i.language,
       CASE WHEN s.lent = 1 AND EXISTS (SELECT 1 FROM setting x WHERE x.name = 'demo') THEN 1 ELSE 0 END AS demo,
       i.zone, s.only_programme, s.only_roles, s.framed_by
FROM sign_in s
JOIN account a ON a.person_id = s.person_id
JOIN identity i ON i.person_id = s.person_id
WHERE s.token_hash = $1 AND s.expires_at > $2 AND a.disabled = 0;

-- name: grants_of :many
-- All roles that somebody holds, held or will hold: few. Their days are those of the programme's zone, of UTC in the whole site.
-- in: person_id:int
-- out: role:text, programme_id:int, cohort_id:int, start_day:int, end_day:int?, zone:text?
SELECT r.role, COALESCE(r.programme_id, 0) AS programme_id, COALESCE(r.cohort_id, 0) AS cohort_id, r.start_day, r.end_day, p.zone
FROM pub_programme_role r LEFT JOIN pub_programme p ON p.id = r.programme_id
WHERE r.person_id = $1;

-- name: grants_from :many
-- The roles that begin by a day and are not over before another.
-- in: person_id:int, not_over:int, begun:int
-- out: role:text, programme_id:int, cohort_id:int, start_day:int, end_day:int?
SELECT r.role, COALESCE(r.programme_id, 0) AS programme_id, COALESCE(r.cohort_id, 0) AS cohort_id, r.start_day, r.end_day
FROM pub_programme_role r
WHERE r.person_id = $1 AND (r.end_day IS NULL OR r.end_day >= $2) AND r.start_day <= $3;

-- name: sign_in_add :exec
-- in: id:int, person_id:int, token_hash:blob, device:text, now:int, expires_at:int, lent:int, only_programme:int?, only_roles:text?, framed_by:text?
INSERT INTO sign_in (id, person_id, token_hash, device, created_at, seen_at, expires_at, lent, only_programme, only_roles, framed_by)
VALUES ($1, $2, $3, $4, $5, $5, $6, $7, $8, $9, $10);

-- name: sign_in_touch :exec
-- Forwards, or back to now from what a clock that was set back since had said.
-- in: id:int, now:int, expires_at:int, ahead:int
UPDATE sign_in SET seen_at = $2, expires_at = $3 WHERE id = $1 AND (seen_at < $2 OR seen_at > $4);

-- name: sign_in_end :exec
-- in: id:int, person_id:int
DELETE FROM sign_in WHERE id = $1 AND person_id = $2;

-- name: sign_in_end_others :exec
-- The one to keep may be 0: then all end.
-- in: person_id:int, keep_id:int
DELETE FROM sign_in WHERE person_id = $1 AND id <> $2;

-- name: sign_in_list :many
-- in: person_id:int, now:int
SELECT id, device, created_at, seen_at, expires_at, lent FROM sign_in
WHERE person_id = $1 AND expires_at > $2 ORDER BY seen_at DESC, id DESC;

-- name: account_by_email :one
-- in: email_key:text
-- out: password_hash:text?
SELECT a.id, a.person_id, a.password_hash, a.disabled, i.display_name, i.email
FROM identity i JOIN account a ON a.person_id = i.person_id
WHERE i.email_key = $1;

-- name: account_by_person :one
-- in: person_id:int
-- out: password_hash:text?
SELECT id, person_id, password_hash, password_lent, disabled, created_at FROM account WHERE person_id = $1;

-- name: account_add :exec
-- in: id:int, person_id:int, now:int
INSERT INTO account (id, person_id, created_at) VALUES ($1, $2, $3) ON CONFLICT (person_id) DO NOTHING;

-- name: sign_in_failure_find :one
-- in: address_hash:blob
SELECT attempts, at FROM sign_in_failure WHERE address_hash = $1;

-- name: sign_in_failure_set :exec
-- in: address_hash:blob, attempts:int, now:int
INSERT INTO sign_in_failure (address_hash, attempts, at) VALUES ($1, $2, $3)
ON CONFLICT (address_hash) DO UPDATE SET attempts = excluded.attempts, at = excluded.at;

-- name: sign_in_failure_clear :exec
-- in: address_hash:blob
DELETE FROM sign_in_failure WHERE address_hash = $1;

-- name: account_set_password :exec
-- in: id:int, password_hash:text?, lent:int
UPDATE account SET password_hash = $2, password_lent = $3 WHERE id = $1;

-- name: account_set_disabled :exec
-- in: person_id:int, disabled:int
UPDATE account SET disabled = $2 WHERE person_id = $1;

-- name: sign_in_link_add :exec
-- in: token_hash:blob, person_id:int, now:int, expires_at:int, lent:int
INSERT INTO sign_in_link (token_hash, person_id, created_at, expires_at, lent) VALUES ($1, $2, $3, $4, $5);

-- name: sign_in_link_recent :one
-- in: person_id:int, since:int, ahead:int
-- out: n:int
SELECT COUNT(*) AS n FROM sign_in_link WHERE person_id = $1 AND created_at > $2 AND created_at <= $3;

-- name: sign_in_link_find :one
-- in: token_hash:blob
-- out: used_at:int?
SELECT l.person_id, l.expires_at, l.used_at, l.lent, a.disabled
FROM sign_in_link l JOIN account a ON a.person_id = l.person_id
WHERE l.token_hash = $1;

-- name: sign_in_link_use :exec
-- Changes no row when it was used already.
-- in: token_hash:blob, now:int
UPDATE sign_in_link SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2;

-- name: api_token_find :one
-- in: token_hash:blob, now:int
-- out: used_day:int?
SELECT t.id, t.person_id, t.scopes, t.used_day, a.id AS account_id, i.display_name
FROM api_token t
JOIN account a ON a.person_id = t.person_id
JOIN identity i ON i.person_id = t.person_id
WHERE t.token_hash = $1 AND t.expires_at > $2 AND t.revoked_at IS NULL AND a.disabled = 0;

-- name: api_token_add :exec
-- in: id:int, person_id:int, name:text, token_hash:blob, scopes:text, now:int, expires_at:int
INSERT INTO api_token (id, person_id, name, token_hash, scopes, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: api_token_used :exec
-- in: id:int, today:int
UPDATE api_token SET used_day = $2 WHERE id = $1 AND (used_day IS NULL OR used_day < $2);

-- name: api_token_list :many
-- in: person_id:int
-- out: used_day:int?, revoked_at:int?
SELECT id, name, scopes, created_at, expires_at, used_day, revoked_at FROM api_token
WHERE person_id = $1 ORDER BY created_at DESC, id DESC;

-- name: api_token_revoke :exec
-- in: id:int, person_id:int, now:int
UPDATE api_token SET revoked_at = $3 WHERE id = $1 AND person_id = $2 AND revoked_at IS NULL;

-- name: audit_add :exec
-- in: id:int, at:int, actor_id:int?, action:text, subject_id:int?, object_kind:text?, object_id:int?
INSERT INTO audit (id, at, actor_id, action, subject_id, object_kind, object_id) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: setting_get :one
-- in: name:text
SELECT value FROM setting WHERE name = $1;

-- name: setting_set :exec
-- in: name:text, value:text, now:int
INSERT INTO setting (name, value, changed_at) VALUES ($1, $2, $3)
ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at;
