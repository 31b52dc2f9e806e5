-- What authors change beyond the courses themselves: materials and their files.

-- name: material_list :many
-- in: session_id:int
-- out: file_name:text?, file_size:int?
SELECT m.id, m.ordinal, m.kind, m.title, m.body, f.name AS file_name, f.size AS file_size
FROM material m
LEFT JOIN file f ON f.id = m.file_id
WHERE m.session_id = $1
ORDER BY m.ordinal, m.id;

-- name: material_find :one
-- in: id:int
SELECT id, session_id, ordinal, kind, title, body, file_id FROM material WHERE id = $1;

-- name: material_next_ordinal :one
-- in: session_id:int
-- out: ordinal:int
SELECT COALESCE(MAX(ordinal), 0) + 1 AS ordinal FROM material WHERE session_id = $1;

-- name: material_add :exec
-- in: id:int, session_id:int, ordinal:int, kind:text, title:text, body:text, file_id:int?
INSERT INTO material (id, session_id, ordinal, kind, title, body, file_id) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: material_change :exec
-- in: id:int, title:text, body:text
UPDATE material SET title = $2, body = $3 WHERE id = $1;

-- name: material_place :exec
-- in: id:int, ordinal:int
UPDATE material SET ordinal = $2 WHERE id = $1 AND ordinal <> $2;

-- name: material_remove :exec
-- in: id:int
DELETE FROM material WHERE id = $1;

-- name: file_add :exec
-- in: id:int, name:text, type:text, size:int, digest:text, now:int, bytes:blob
INSERT INTO file (id, name, type, size, digest, created_at, bytes) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: file_find :one
-- in: id:int
SELECT id, name, type, digest, bytes FROM file WHERE id = $1;

-- name: file_remove :exec
-- Unless a material shows it still.
-- in: id:int
DELETE FROM file WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM material m WHERE m.file_id = $1);

-- name: course_slugs :many
-- in: programme_id:int
SELECT slug FROM course WHERE programme_id = $1;

-- name: session_slugs :many
-- in: course_id:int
SELECT slug FROM course_session WHERE course_id = $1;
