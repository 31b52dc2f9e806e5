-- Audit, export, erasure, retention: the statements of programme/privacy.

-- name: person_standing :one
-- in: id:int
-- out: erased_at:int?
SELECT id, created_at, erased_at FROM person WHERE id = $1;

-- name: person_set_erased :exec
-- in: id:int, now:int
UPDATE person SET erased_at = $2 WHERE id = $1 AND erased_at IS NULL;

-- name: audit_page :many
-- From newest to oldest before (at, id). A person or action of null takes all.
-- in: before_at:int, before_id:int, most:int
-- out: actor_name:text?, subject_name:text?
SELECT u.id, u.at, u.actor_id, u.action, u.subject_id, u.object_kind, u.object_id, an.display_name AS actor_name,
       sn.display_name AS subject_name
FROM audit u
LEFT JOIN pub_people_name an ON an.person_id = u.actor_id
LEFT JOIN pub_people_name sn ON sn.person_id = u.subject_id
WHERE (u.at, u.id) < ($1, $2)
ORDER BY u.at DESC, u.id DESC LIMIT $3;

-- name: audit_page_about :many
-- The same for what is about one person.
-- in: before_at:int, before_id:int, most:int, subject_id:int
-- out: actor_name:text?, subject_name:text?
SELECT u.id, u.at, u.actor_id, u.action, u.subject_id, u.object_kind, u.object_id, an.display_name AS actor_name,
       sn.display_name AS subject_name
FROM audit u
LEFT JOIN pub_people_name an ON an.person_id = u.actor_id
LEFT JOIN pub_people_name sn ON sn.person_id = u.subject_id
WHERE (u.at, u.id) < ($1, $2) AND u.subject_id = $4
ORDER BY u.at DESC, u.id DESC LIMIT $3;

-- name: audit_of_person :many
-- in: person_id:int, most:int
SELECT at, actor_id, action, object_kind, object_id FROM audit WHERE subject_id = $1 ORDER BY at DESC, id DESC LIMIT $2;

-- name: export_add :exec
-- in: id:int, person_id:int, job_id:int?, now:int, bytes:blob
INSERT INTO export_file (id, person_id, job_id, created_at, bytes) VALUES ($1, $2, $3, $4, $5);

-- name: export_list :many
-- in: person_id:int
-- out: size:int
SELECT id, created_at, LENGTH(bytes) AS size FROM export_file WHERE person_id = $1 ORDER BY created_at DESC, id DESC;

-- name: export_find :one
-- in: id:int
SELECT person_id, created_at, bytes FROM export_file WHERE id = $1;

-- name: export_of_job :one
-- in: job_id:int
SELECT id FROM export_file WHERE job_id = $1 LIMIT 1;

-- name: export_forget :exec
-- in: person_id:int
DELETE FROM export_file WHERE person_id = $1;

-- name: retention_list :many
SELECT kind, keep_days, changed_at FROM retention_rule ORDER BY kind;

-- name: retention_set :exec
-- in: kind:text, keep_days:int, now:int
UPDATE retention_rule SET keep_days = $2, changed_at = $3 WHERE kind = $1 AND keep_days <> $2;

-- name: audit_gate_set :exec
-- in: before:int
UPDATE audit_gate SET delete_before = $1;

-- name: retain_audit :exec
-- in: before:int, most:int
DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at < $1 ORDER BY at LIMIT $2);

-- name: retain_sign_in :exec
-- in: before:int, most:int
DELETE FROM sign_in WHERE id IN (SELECT id FROM sign_in WHERE expires_at < $1 ORDER BY expires_at LIMIT $2);

-- name: retain_sign_in_link :exec
-- in: before:int, most:int
DELETE FROM sign_in_link
WHERE token_hash IN (SELECT token_hash FROM sign_in_link WHERE expires_at < $1 ORDER BY expires_at LIMIT $2);

-- name: retain_sign_in_failure :exec
-- in: before:int, most:int
DELETE FROM sign_in_failure
WHERE address_hash IN (SELECT address_hash FROM sign_in_failure WHERE at < $1 ORDER BY at LIMIT $2);

-- name: retain_job :exec
-- in: before:int, most:int
DELETE FROM job WHERE id IN (
    SELECT j.id FROM job j WHERE j.finished_at < $1
    AND NOT EXISTS (SELECT 1 FROM export_file x WHERE x.job_id = j.id) LIMIT $2);

-- name: retain_outbox :exec
-- in: before:int, most:int
DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE done_at < $1 LIMIT $2);

-- name: retain_export :exec
-- in: before:int, most:int
DELETE FROM export_file WHERE id IN (SELECT id FROM export_file WHERE created_at < $1 LIMIT $2);

-- name: retain_api_token :exec
-- in: before:int, most:int
DELETE FROM api_token WHERE id IN (SELECT id FROM api_token WHERE expires_at < $1 LIMIT $2);
