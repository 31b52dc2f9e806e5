-- Rosters that were sent and applied.

-- name: roster_import_add :exec
-- in: id:int, programme_id:int, source:text, digest:text, at:int, person_id:int?, added:int, changed:int, ended:int, unchanged:int
INSERT INTO roster_import (id, programme_id, source, digest, at, person_id, added, changed, ended, unchanged)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- name: roster_import_list :many
-- The latest of a programme.
-- in: programme_id:int, most:int
-- out: name:text?
SELECT i.id, i.at, i.source, i.added, i.changed, i.ended, i.unchanged, n.display_name AS name
FROM roster_import i LEFT JOIN pub_people_name n ON n.person_id = i.person_id
WHERE i.programme_id = $1 ORDER BY i.at DESC, i.id DESC LIMIT $2;

-- name: roster_import_find :one
-- in: id:int
SELECT id, programme_id, at, source, added, changed, ended, unchanged FROM roster_import WHERE id = $1;

-- name: roster_import_of_person :many
-- in: person_id:int
SELECT id, programme_id, at, source, added, changed, ended, unchanged FROM roster_import WHERE person_id = $1 ORDER BY at, id;

-- name: roster_upload_add :exec
-- in: id:int, programme_id:int, person_id:int, filename:text, options:text, bytes:blob, now:int, expires_at:int
INSERT INTO roster_upload (id, programme_id, person_id, filename, options, bytes, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: roster_upload_find :one
-- in: id:int
-- out: size:int
SELECT id, programme_id, person_id, filename, options, job_id, import_id, created_at, expires_at, LENGTH(bytes) AS size
FROM roster_upload WHERE id = $1;

-- name: roster_upload_bytes :one
-- in: id:int
SELECT bytes FROM roster_upload WHERE id = $1;

-- name: roster_upload_set_job :exec
-- in: id:int, job_id:int
UPDATE roster_upload SET job_id = $2 WHERE id = $1;

-- name: roster_upload_set_done :exec
-- The file itself goes as soon as it was applied.
-- in: id:int, import_id:int, nothing:blob
UPDATE roster_upload SET import_id = $2, bytes = $3 WHERE id = $1 AND import_id IS NULL;

-- name: roster_upload_drop :exec
-- in: id:int
DELETE FROM roster_upload WHERE id = $1;

-- name: roster_upload_drop_of_person :exec
-- in: person_id:int
DELETE FROM roster_upload WHERE person_id = $1;

-- name: roster_upload_drop_expired :exec
-- in: now:int
DELETE FROM roster_upload WHERE expires_at <= $1;

-- name: roster_upload_waiting :many
-- What a person sent and neither applied nor dropped.
-- in: person_id:int, now:int
SELECT u.id, u.filename, u.created_at, u.expires_at, u.programme_id
FROM roster_upload u WHERE u.person_id = $1 AND u.expires_at > $2 AND u.import_id IS NULL ORDER BY u.created_at;
