-- Reflections. Every text, title and key in these tables is sealed; what these statements give can be opened only with the private
-- key of the person they are asked for.

-- ---- keys of people --------------------------------------------------------------------------------------------------------------

-- name: reflect_key_find :one
-- in: person:int
SELECT public_key, salt, passes, memory, by_passphrase, by_code, made_at, version FROM reflect_key WHERE person_id = $1;

-- name: reflect_key_add :exec
-- in: person:int, public_key:blob, salt:blob, passes:int, memory:int, by_passphrase:blob, by_code:blob?, now:int
INSERT INTO reflect_key (person_id, public_key, salt, passes, memory, by_passphrase, by_code, made_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (person_id) DO NOTHING;

-- name: reflect_key_change :exec
-- in: person:int, version:int, salt:blob, passes:int, memory:int, by_passphrase:blob
UPDATE reflect_key SET salt = $3, passes = $4, memory = $5, by_passphrase = $6, version = version + 1
 WHERE person_id = $1 AND version = $2;

-- name: reflect_key_set_code :exec
-- in: person:int, version:int, by_code:blob?
UPDATE reflect_key SET by_code = $3, version = version + 1 WHERE person_id = $1 AND version = $2;

-- name: reflect_key_drop :exec
-- in: person:int
DELETE FROM reflect_key WHERE person_id = $1;

-- name: reflect_unlocked_find :one
-- in: sign_in:int, person:int, now:int
SELECT by_token, until_at FROM reflect_unlocked WHERE sign_in_id = $1 AND person_id = $2 AND until_at > $3;

-- name: reflect_unlocked_set :exec
-- in: sign_in:int, person:int, by_token:blob, until:int
INSERT INTO reflect_unlocked (sign_in_id, person_id, by_token, until_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (sign_in_id) DO UPDATE SET person_id = excluded.person_id, by_token = excluded.by_token, until_at = excluded.until_at;

-- name: reflect_unlocked_drop :exec
-- in: sign_in:int
DELETE FROM reflect_unlocked WHERE sign_in_id = $1;

-- name: reflect_unlocked_drop_others :exec
-- keep 0: all of this person.
-- in: person:int, keep:int
DELETE FROM reflect_unlocked WHERE person_id = $1 AND sign_in_id <> $2;

-- name: reflect_unlocked_drop_ended :exec
-- in: now:int
DELETE FROM reflect_unlocked WHERE until_at <= $1;

-- ---- one's own reflections -------------------------------------------------------------------------------------------------------

-- name: reflection_list :many
-- Newest first, before (at, id); unsaved: a change of it is kept that was not saved.
-- in: author:int, at:int, id:int, most:int
-- out: sealed:blob?, readers:int, unsaved:int
SELECT r.id, r.kind, r.draft, r.title, r.written_at, r.version, k.sealed,
       (SELECT count(*) FROM reflection_key x WHERE x.reflection_id = r.id AND x.author = 0) AS readers,
       (SELECT count(*) FROM reflection u WHERE u.of_id = r.id) AS unsaved
  FROM reflection r LEFT JOIN reflection_key k ON k.reflection_id = r.id AND k.person_id = r.author_id
 WHERE r.author_id = $1 AND r.of_id IS NULL AND (r.written_at < $2 OR (r.written_at = $2 AND r.id < $3))
 ORDER BY r.written_at DESC, r.id DESC LIMIT $4;

-- name: reflection_all :many
-- All of an author, oldest first, behind (at, id).
-- in: author:int, at:int, id:int, most:int
-- out: sealed:blob?
SELECT r.id, r.kind, r.draft, r.title, r.body, r.written_at, r.changed_at, r.version, k.sealed
  FROM reflection r LEFT JOIN reflection_key k ON k.reflection_id = r.id AND k.person_id = r.author_id
 WHERE r.author_id = $1 AND (r.written_at > $2 OR (r.written_at = $2 AND r.id > $3))
 ORDER BY r.written_at, r.id LIMIT $4;

-- name: reflection_count :one
-- in: author:int
-- out: n:int
SELECT count(*) AS n FROM reflection WHERE author_id = $1;

-- name: reflection_find :one
-- A reflection with the key that this person has of it; sealed is empty where she has none (yet).
-- in: id:int, person:int
-- out: sealed:blob?, mine:int?, shared_at:int?, author:text?
SELECT r.id, r.author_id, r.kind, r.draft, r.title, r.body, r.written_at, r.changed_at, r.version, r.of_id, r.of_version,
       k.sealed, k.author AS mine, k.shared_at, n.display_name AS author
  FROM reflection r LEFT JOIN reflection_key k ON k.reflection_id = r.id AND k.person_id = $2
  LEFT JOIN pub_people_name n ON n.person_id = r.author_id
 WHERE r.id = $1;

-- name: reflection_add :exec
-- Nothing where a change of the same reflection is kept already.
-- in: id:int, author:int, kind:text, draft:int, title:blob, body:blob, now:int, of:int?, of_version:int?
INSERT INTO reflection (id, author_id, kind, draft, title, body, written_at, changed_at, version, of_id, of_version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $7, 1, $8, $9) ON CONFLICT DO NOTHING;

-- name: reflection_unsaved_of :one
-- The kept change of a reflection.
-- in: reflection:int, author:int
SELECT id, version FROM reflection WHERE of_id = $1 AND author_id = $2;

-- name: reflection_change :exec
-- in: id:int, author:int, version:int, draft:int, title:blob, body:blob, now:int
UPDATE reflection SET draft = $4, title = $5, body = $6, changed_at = $7, version = version + 1
 WHERE id = $1 AND author_id = $2 AND version = $3;

-- name: reflection_drop :exec
-- in: id:int, author:int, version:int
DELETE FROM reflection WHERE id = $1 AND author_id = $2 AND version = $3;

-- name: reflection_drop_keys :exec
-- in: id:int
DELETE FROM reflection_key WHERE reflection_id = $1;

-- name: reflection_drop_readings :exec
-- in: id:int
DELETE FROM reflection_reading WHERE reflection_id = $1;

-- ---- who may read ----------------------------------------------------------------------------------------------------------------

-- name: reflection_key_set :exec
-- in: reflection:int, person:int, author:int, sealed:blob?, now:int
INSERT INTO reflection_key (reflection_id, person_id, author, sealed, shared_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (reflection_id, person_id) DO UPDATE SET sealed = excluded.sealed;

-- name: reflection_readers :many
-- Everybody the author shares with, with the public key of who has one.
-- in: reflection:int
-- out: asked:int, public_key:blob?, name:text?
SELECT k.person_id, CASE WHEN k.sealed IS NULL THEN 1 ELSE 0 END AS asked, k.shared_at, k.read_at, p.public_key,
       n.display_name AS name
  FROM reflection_key k LEFT JOIN reflect_key p ON p.person_id = k.person_id
  LEFT JOIN pub_people_name n ON n.person_id = k.person_id
 WHERE k.reflection_id = $1 AND k.author = 0 ORDER BY k.shared_at, k.person_id;

-- name: reflection_withdraw :exec
-- in: reflection:int, person:int
DELETE FROM reflection_key WHERE reflection_id = $1 AND person_id = $2 AND author = 0;

-- name: reflection_mark_read :exec
-- in: reflection:int, person:int, now:int
UPDATE reflection_key SET read_at = $3 WHERE reflection_id = $1 AND person_id = $2 AND author = 0 AND read_at IS NULL;

-- name: reflection_reading_add :exec
-- in: id:int, reflection:int, reader:int, now:int
INSERT INTO reflection_reading (id, reflection_id, reader_id, at) VALUES ($1, $2, $3, $4);

-- name: reflection_readings :many
-- Newest first, before (at, id).
-- in: reflection:int, at:int, id:int, most:int
-- out: name:text?
SELECT g.id, g.reader_id, g.at, n.display_name AS name
  FROM reflection_reading g LEFT JOIN pub_people_name n ON n.person_id = g.reader_id
 WHERE g.reflection_id = $1 AND (g.at < $2 OR (g.at = $2 AND g.id < $3))
 ORDER BY g.at DESC, g.id DESC LIMIT $4;

-- name: reflection_shared_list :many
-- What others share with this person, the latest first, before (at, id).
-- in: person:int, at:int, id:int, most:int
-- out: author:text?
SELECT r.id, r.author_id, r.kind, r.title, r.written_at, r.version, k.sealed, k.shared_at, k.read_at, n.display_name AS author
  FROM reflection_key k JOIN reflection r ON r.id = k.reflection_id
  LEFT JOIN pub_people_name n ON n.person_id = r.author_id
 WHERE k.person_id = $1 AND k.author = 0 AND (k.shared_at < $2 OR (k.shared_at = $2 AND r.id < $3))
 ORDER BY k.shared_at DESC, r.id DESC LIMIT $4;

-- name: reflection_shared_count :one
-- in: person:int
-- out: n:int
SELECT count(*) AS n FROM reflection_key WHERE person_id = $1 AND author = 0;

-- name: reflection_waiting :many
-- Shared with this person and not read yet.
-- in: person:int, most:int
-- out: asked:int, author:text?
SELECT r.id, CASE WHEN k.sealed IS NULL THEN 1 ELSE 0 END AS asked, n.display_name AS author
  FROM reflection_key k JOIN reflection r ON r.id = k.reflection_id
  LEFT JOIN pub_people_name n ON n.person_id = r.author_id
 WHERE k.person_id = $1 AND k.author = 0 AND k.read_at IS NULL ORDER BY k.shared_at, k.reflection_id LIMIT $2;

-- name: reflection_ready :many
-- Whom this author asked, and who has a key now: the sharing can be finished.
-- in: author:int, most:int
-- out: name:text?
SELECT r.id, n.display_name AS name
  FROM reflection r JOIN reflection_key k ON k.reflection_id = r.id
  JOIN reflect_key p ON p.person_id = k.person_id
  LEFT JOIN pub_people_name n ON n.person_id = k.person_id
 WHERE r.author_id = $1 AND k.author = 0 AND k.sealed IS NULL ORDER BY r.written_at, r.id LIMIT $2;

-- name: reflect_near :many
-- With whom a person has a mentoring pair that runs.
-- in: person:int, most:int
SELECT q.person_id, n.display_name FROM
  (SELECT mentor_id AS person_id FROM pub_mentor_pair WHERE mentee_id = $1 AND state IN ('accepted', 'active', 'paused')
   UNION SELECT mentee_id AS person_id FROM pub_mentor_pair WHERE mentor_id = $1 AND state IN ('accepted', 'active', 'paused')) q
  JOIN pub_people_name n ON n.person_id = q.person_id
 ORDER BY n.sort_key, q.person_id LIMIT $2;

-- name: reflect_together :one
-- Do two people belong to a programme in common, or did they.
-- in: one:int, other:int
-- out: n:int
SELECT count(*) AS n FROM pub_programme_place a JOIN pub_programme_place b ON b.programme_id = a.programme_id
 WHERE a.person_id = $1 AND b.person_id = $2;

-- ---- what a reflection is tied to ------------------------------------------------------------------------------------------------

-- name: reflect_evidence_recent :many
-- in: person:int, most:int
-- out: title:text?
SELECT e.id, e.kind, e.at, c.title FROM pub_evidence_item e
  LEFT JOIN pub_framework_competency c ON c.competency_id = e.competency_id
 WHERE e.person_id = $1 ORDER BY e.at DESC, e.id DESC LIMIT $2;

-- name: reflect_evidence_of :one
-- in: id:int, person:int
-- out: title:text?
SELECT e.id, e.kind, e.at, c.title FROM pub_evidence_item e
  LEFT JOIN pub_framework_competency c ON c.competency_id = e.competency_id
 WHERE e.id = $1 AND e.person_id = $2;

-- ---- the notice ------------------------------------------------------------------------------------------------------------------

-- name: reflect_notice_find :one
-- in: programme:int
SELECT words, version FROM reflect_notice WHERE programme_id = $1;

-- name: reflect_notice_add :exec
-- in: programme:int, words:text
INSERT INTO reflect_notice (programme_id, words) VALUES ($1, $2) ON CONFLICT (programme_id) DO NOTHING;

-- name: reflect_notice_change :exec
-- in: programme:int, version:int, words:text
UPDATE reflect_notice SET words = $3, version = version + 1 WHERE programme_id = $1 AND version = $2;

-- ---- erasure, beginning anew, retention ------------------------------------------------------------------------------------------

-- name: reflect_drop_readings :exec
-- Who read what this person wrote.
-- in: person:int
DELETE FROM reflection_reading WHERE reflection_id IN (SELECT id FROM reflection WHERE author_id = $1);

-- name: reflect_drop_keys :exec
-- in: person:int
DELETE FROM reflection_key WHERE reflection_id IN (SELECT id FROM reflection WHERE author_id = $1);

-- name: reflect_drop_texts :exec
-- in: person:int
DELETE FROM reflection WHERE author_id = $1;

-- name: reflect_drop_shared :exec
-- What others share with this person.
-- in: person:int
DELETE FROM reflection_key WHERE person_id = $1 AND author = 0;

-- name: reflect_forget_shared :exec
-- The same, kept as asked: her key is another one now.
-- in: person:int
UPDATE reflection_key SET sealed = NULL, read_at = NULL WHERE person_id = $1 AND author = 0;

-- name: reflect_retain_readings :exec
-- in: before:int, most:int
DELETE FROM reflection_reading WHERE id IN (SELECT id FROM reflection_reading WHERE at < $1 ORDER BY at LIMIT $2);

-- name: reflect_read_of :many
-- What this person read of others: for the export of what is held about her.
-- in: person:int, most:int
SELECT reflection_id, at FROM reflection_reading WHERE reader_id = $1 ORDER BY at DESC, id DESC LIMIT $2;
