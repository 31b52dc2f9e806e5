-- Memberships: each stretch of time of a person in a cohort, and the pauses within.

-- name: membership_add :exec
-- in: id:int, person_id:int, programme_id:int, cohort_id:int, stage_id:int?, start_day:int, end_day:int?, source:text
INSERT INTO membership (id, person_id, programme_id, cohort_id, stage_id, state, start_day, end_day, source)
VALUES ($1, $2, $3, $4, $5, 'active', $6, $7, $8);

-- name: membership_find :one
-- in: id:int
-- out: closed:int
SELECT id, person_id, programme_id, cohort_id, stage_id, state, start_day, end_day, source, version,
       CASE WHEN state = 'active' THEN 0 ELSE 1 END AS closed
FROM membership WHERE id = $1;

-- name: membership_overlaps :one
-- Memberships in the same programme that share a day with these, but for one.
-- in: person_id:int, programme_id:int, start_day:int, end_day:int, but_id:int
-- out: n:int
SELECT COUNT(*) AS n FROM membership
WHERE person_id = $1 AND programme_id = $2 AND start_day <= $4 AND (end_day IS NULL OR end_day >= $3) AND id <> $5;

-- name: membership_close :exec
-- in: id:int, version:int, state:text, end_day:int
UPDATE membership SET state = $3, end_day = $4, version = version + 1 WHERE id = $1 AND version = $2;

-- name: membership_change :exec
-- in: id:int, version:int, cohort_id:int, stage_id:int?, start_day:int, end_day:int?
UPDATE membership SET cohort_id = $3, stage_id = $4, start_day = $5, end_day = $6, version = version + 1
WHERE id = $1 AND version = $2;

-- name: membership_touch :exec
-- in: id:int, version:int
UPDATE membership SET version = version + 1 WHERE id = $1 AND version = $2;

-- name: membership_of_person :many
-- From the latest to the first.
-- in: person_id:int
-- out: stage_title:text?
SELECT m.id, m.programme_id, m.cohort_id, m.state, m.start_day, m.end_day, m.version, m.source, p.title AS programme_title,
       c.title AS cohort_title, s.title AS stage_title
FROM membership m
JOIN programme p ON p.id = m.programme_id
JOIN cohort c ON c.id = m.cohort_id
LEFT JOIN stage s ON s.id = COALESCE(m.stage_id, c.stage_id)
WHERE m.person_id = $1 ORDER BY m.start_day DESC, m.id DESC;

-- name: pause_add :exec
-- in: id:int, membership_id:int, kind:text, start_day:int, end_day:int?
INSERT INTO membership_pause (id, membership_id, kind, start_day, end_day) VALUES ($1, $2, $3, $4, $5);

-- name: pause_overlaps :one
-- in: membership_id:int, start_day:int, end_day:int
-- out: n:int
SELECT COUNT(*) AS n FROM membership_pause
WHERE membership_id = $1 AND start_day <= $3 AND (end_day IS NULL OR end_day >= $2);

-- name: pause_before :one
-- in: membership_id:int, day:int
-- out: n:int
SELECT COUNT(*) AS n FROM membership_pause WHERE membership_id = $1 AND start_day < $2;

-- name: pause_find :one
-- in: id:int
SELECT id, membership_id, kind, start_day, end_day FROM membership_pause WHERE id = $1;

-- name: pause_end :exec
-- in: id:int, last_day:int
UPDATE membership_pause SET end_day = $2 WHERE id = $1;

-- name: pause_delete :exec
-- One that did not begin.
-- in: id:int
DELETE FROM membership_pause WHERE id = $1;

-- name: pause_cut :exec
-- Pauses cannot outlast their membership.
-- in: membership_id:int, last_day:int
UPDATE membership_pause SET end_day = $2
WHERE membership_id = $1 AND start_day <= $2 AND (end_day IS NULL OR end_day > $2);

-- name: pause_drop_later :exec
-- in: membership_id:int, last_day:int
DELETE FROM membership_pause WHERE membership_id = $1 AND start_day > $2;

-- name: pause_of_person :many
-- in: person_id:int
SELECT p.id, p.membership_id, p.kind, p.start_day, p.end_day
FROM membership_pause p JOIN membership m ON m.id = p.membership_id
WHERE m.person_id = $1 ORDER BY p.start_day;
