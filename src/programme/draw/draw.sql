-- Draws, their lists and what came of them.

-- name: draw_add :exec
-- in: id:int, programme:int, kind:text, title:text, parts:int, by_stage:int, of:int?, secret:text, commitment:text, list_hash:text, person:int, now:int
INSERT INTO draw (id, programme_id, kind, title, state, parts, by_stage, of_id, secret, commitment, list_hash, created_by, created_at)
VALUES ($1, $2, $3, $4, 'told', $5, $6, $7, $8, $9, $10, $11, $12);

-- name: draw_entry_add :exec
-- in: draw:int, number:int, person:int?, group:int?, profession:text, stage:text
INSERT INTO draw_entry (draw_id, number, person_id, group_id, profession, stage) VALUES ($1, $2, $3, $4, $5, $6);

-- name: draw_find :one
-- in: id:int
SELECT id, programme_id, kind, title, state, parts, by_stage, of_id, secret, commitment, list_hash, word, created_by, created_at, drawn_at, version
  FROM draw WHERE id = $1;

-- name: draw_list :many
-- in: programme:int, before:int, most:int
SELECT id, kind, title, state, parts, created_at FROM draw WHERE programme_id = $1 AND created_at < $2 AND state <> 'dropped'
 ORDER BY created_at DESC, id LIMIT $3;

-- name: draw_entries :many
-- In the order of the list. Names are for those who may see them.
-- in: draw:int
-- out: group_title:text?, name:text?
SELECT t.number, t.person_id, t.group_id, t.profession, t.stage, t.part,
       (SELECT n.display_name FROM pub_people_name n WHERE n.person_id = t.person_id) AS name,
       (SELECT g.title FROM pub_programme_group g WHERE g.id = t.group_id) AS group_title
  FROM draw_entry t WHERE t.draw_id = $1 ORDER BY t.number;

-- name: draw_own_number :one
-- Her number in a list, her group's in a term.
-- in: draw:int, person:int, today:int
SELECT t.number, t.part FROM draw_entry t
 WHERE t.draw_id = $1 AND (t.person_id = $2 OR EXISTS (SELECT 1 FROM pub_programme_group_member m
       WHERE m.group_id = t.group_id AND m.person_id = $2 AND m.start_day <= $3 AND (m.end_day IS NULL OR m.end_day >= $3)))
 ORDER BY t.number LIMIT 1;

-- name: draw_state :exec
-- in: id:int, version:int, from:text, to:text
UPDATE draw SET state = $4, version = version + 1 WHERE id = $1 AND version = $2 AND state = $3;

-- name: draw_drawn :exec
-- in: id:int, version:int, word:text, now:int
UPDATE draw SET state = 'drawn', word = $3, drawn_at = $4, version = version + 1 WHERE id = $1 AND version = $2 AND state = 'told';

-- name: draw_part :exec
-- in: draw:int, number:int, part:int
UPDATE draw_entry SET part = $3 WHERE draw_id = $1 AND number = $2;

-- name: draw_debate_add :exec
-- in: draw:int, round:int, favour:int, against:int
INSERT INTO draw_debate (draw_id, round, favour, against) VALUES ($1, $2, $3, $4);

-- name: draw_debates :many
-- in: draw:int
SELECT round, favour, against FROM draw_debate WHERE draw_id = $1 ORDER BY round, favour;

-- name: draw_rooms :many
-- The rooms of a term's debates, the latest of each first, and whether a person is in them.
-- in: draw:int, person:int
-- out: inside:int
SELECT t.round, t.favour, t.room_id, t.state, t.motion,
       CASE WHEN EXISTS (SELECT 1 FROM pub_practice_room_person p WHERE p.room_id = t.room_id AND p.person_id = $2) THEN 1 ELSE 0 END AS inside
  FROM pub_practice_term_room t WHERE t.draw_id = $1 AND t.state <> 'left' ORDER BY t.round, t.favour, t.opened_at DESC, t.room_id;

-- name: draw_motions :many
-- in: programme:int, most:int
SELECT id, title FROM pub_practice_exercise WHERE programme_id = $1 AND kind = 'debate' AND state = 'open' ORDER BY title, id LIMIT $2;

-- name: draw_group_people :many
-- in: group:int, today:int, most:int
SELECT DISTINCT person_id FROM pub_programme_group_member
 WHERE group_id = $1 AND start_day <= $2 AND (end_day IS NULL OR end_day >= $2) ORDER BY person_id LIMIT $3;

-- name: draw_group_add :exec
-- in: draw:int, part:int, group:int
INSERT INTO draw_group (draw_id, part, group_id) VALUES ($1, $2, $3);

-- name: draw_groups :many
-- in: draw:int
SELECT d.part, d.group_id, g.title, g.cohort_id FROM draw_group d JOIN pub_programme_group g ON g.id = d.group_id WHERE d.draw_id = $1 ORDER BY d.part;

-- name: draw_terms_of :many
-- in: draw:int
SELECT id, title, state FROM draw WHERE of_id = $1 AND state <> 'dropped' ORDER BY created_at, id LIMIT 50;

-- ---- from whom ---------------------------------------------------------------------------------------------------------------------

-- name: draw_of_cohort :many
-- By their numbers, which say nothing.
-- in: cohort:int, today:int, most:int
-- out: profession:text?, stage:text?
SELECT m.person_id, (SELECT p.profession FROM pub_people_profession p WHERE p.person_id = m.person_id) AS profession,
       (SELECT s.code FROM pub_programme_stage s WHERE s.id = m.stage_id) AS stage
  FROM pub_programme_member m
 WHERE m.cohort_id = $1 AND m.state = 'active' AND m.start_day <= $2 AND (m.end_day IS NULL OR m.end_day >= $2)
 ORDER BY m.person_id LIMIT $3;

-- name: draw_of_offering :many
-- in: offering:int, programme:int, today:int, most:int
-- out: profession:text?, stage:text?
SELECT o.person_id, (SELECT p.profession FROM pub_people_profession p WHERE p.person_id = o.person_id) AS profession,
       (SELECT s.code FROM pub_programme_member m JOIN pub_programme_stage s ON s.id = m.stage_id
         WHERE m.person_id = o.person_id AND m.programme_id + 0 = $2 AND m.start_day <= $3 AND (m.end_day IS NULL OR m.end_day >= $3)
         ORDER BY m.start_day DESC LIMIT 1) AS stage
  FROM pub_curriculum_offering_person o WHERE o.offering_id = $1 AND o.state = 'enrolled' ORDER BY o.person_id LIMIT $4;

-- name: draw_offerings :many
-- in: programme:int, today:int, most:int
SELECT o.id, o.title, o.start_day, o.end_day FROM pub_curriculum_offering o
 WHERE o.programme_id = $1 AND o.end_day >= $2 ORDER BY o.start_day, o.title, o.id LIMIT $3;

-- ---- the house ---------------------------------------------------------------------------------------------------------------------

-- name: draw_export :many
-- in: person:int
SELECT d.title, d.created_at, d.drawn_at, t.number, t.profession, t.stage, t.part
  FROM draw_entry t JOIN draw d ON d.id = t.draw_id WHERE t.person_id = $1 ORDER BY d.created_at, d.id;

-- name: draw_export_made :many
-- in: person:int
SELECT title, created_at FROM draw WHERE created_by = $1 ORDER BY created_at, id;

-- name: draw_old :many
-- A term goes before the draw whose groups it is about.
-- in: before:int, most:int
SELECT id FROM draw d WHERE created_at > 0 AND created_at < $1 AND NOT EXISTS (SELECT 1 FROM draw o WHERE o.of_id = d.id) ORDER BY created_at LIMIT $2;

-- name: draw_drop_entries :exec
-- in: draw:int
DELETE FROM draw_entry WHERE draw_id = $1;

-- name: draw_drop_groups :exec
-- in: draw:int
DELETE FROM draw_group WHERE draw_id = $1;

-- name: draw_drop_debates :exec
-- in: draw:int
DELETE FROM draw_debate WHERE draw_id = $1;

-- name: draw_drop :exec
-- in: draw:int
DELETE FROM draw WHERE id = $1;
