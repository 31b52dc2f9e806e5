-- Appraisals of technologies, alone and by panels.

-- name: appraisal_add :exec
-- in: id:int, exercise:int, version:int, panel:int, code:text, person:int, now:int
INSERT INTO appraisal (id, exercise_id, version_id, panel, code, state, opened_by, opened_at, changed_at) VALUES ($1, $2, $3, $4, $5, 'writing', $6, $7, $7);

-- name: appraisal_find :one
-- in: id:int
SELECT p.id, p.exercise_id, p.version_id, p.panel, p.code, p.state, p.decision, p.because, p.opened_by, p.opened_at, p.ended_at, p.version, v.title, v.source,
       x.programme_id
  FROM appraisal p JOIN exercise_version v ON v.id = p.version_id JOIN exercise x ON x.id = p.exercise_id WHERE p.id = $1;

-- name: appraisal_by_code :one
-- in: code:text
SELECT p.id, x.programme_id FROM appraisal p JOIN exercise x ON x.id = p.exercise_id WHERE p.code = $1 AND p.state = 'writing' AND p.panel = 1;

-- name: appraisal_going :one
-- Hers that is going on, of this exercise.
-- in: person:int, exercise:int, panel:int
SELECT p.id FROM appraisal_member m JOIN appraisal p ON p.id = m.appraisal_id
 WHERE m.person_id = $1 AND p.exercise_id = $2 AND p.panel = $3 AND p.opened_by = $1 AND p.state = 'writing' LIMIT 1;

-- name: appraisal_join :exec
-- in: id:int, person:int, now:int
INSERT INTO appraisal_member (appraisal_id, person_id, state, joined_at) VALUES ($1, $2, 'writing', $3) ON CONFLICT DO NOTHING;

-- name: appraisal_touch :exec
-- in: id:int, version:int, now:int
UPDATE appraisal SET changed_at = $3, version = version + 1 WHERE id = $1 AND version = $2;

-- name: appraisal_state :exec
-- in: id:int, version:int, from:text, to:text, now:int, ended:int?
UPDATE appraisal SET state = $4, changed_at = $5, ended_at = $6, version = version + 1 WHERE id = $1 AND version = $2 AND state = $3;

-- name: appraisal_decide :exec
-- in: id:int, version:int, decision:text, because:text, now:int
UPDATE appraisal SET decision = $3, because = $4, changed_at = $5, version = version + 1 WHERE id = $1 AND version = $2 AND state IN ('writing', 'seen');

-- name: appraisal_answers_clear :exec
-- A joint decision that changed is asked about anew.
-- in: id:int
UPDATE appraisal_member SET answer = '', dissent = '' WHERE appraisal_id = $1;

-- name: appraisal_answer :exec
-- in: id:int, person:int, answer:text, dissent:text
UPDATE appraisal_member SET answer = $3, dissent = $4 WHERE appraisal_id = $1 AND person_id = $2 AND state = 'in';

-- name: appraisal_members :many
-- in: id:int
-- out: name:text?
SELECT m.person_id, m.state, m.decision, m.because, m.answer, m.dissent, m.attempt_id,
       (SELECT n.display_name FROM pub_people_name n WHERE n.person_id = m.person_id) AS name
  FROM appraisal_member m WHERE m.appraisal_id = $1 ORDER BY m.joined_at, m.person_id;

-- name: appraisal_write :exec
-- in: id:int, person:int, decision:text, because:text, state:text
UPDATE appraisal_member SET decision = $3, because = $4, state = $5 WHERE appraisal_id = $1 AND person_id = $2 AND state = 'writing';

-- name: appraisal_note_put :exec
-- in: id:int, person:int, aspect:text, verdict:text, words:text
INSERT INTO appraisal_note (appraisal_id, person_id, aspect, verdict, words) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (appraisal_id, person_id, aspect) DO UPDATE SET verdict = excluded.verdict, words = excluded.words;

-- name: appraisal_notes :many
-- in: id:int
SELECT person_id, aspect, verdict, words FROM appraisal_note WHERE appraisal_id = $1 ORDER BY aspect, person_id;

-- name: appraisal_put_out :exec
-- in: id:int
UPDATE appraisal_member SET state = 'out' WHERE appraisal_id = $1 AND state = 'writing';

-- name: appraisal_source_add :exec
-- in: id:int, appraisal:int, title:text, link:text, says:text, review:int, person:int?
INSERT INTO appraisal_source (id, appraisal_id, title, link, says, review_day, state, added_by) VALUES ($1, $2, $3, $4, $5, $6, 'open', $7);

-- name: appraisal_sources :many
-- in: appraisal:int
SELECT id, title, link, says, review_day, state, note, looked_at FROM appraisal_source WHERE appraisal_id = $1 ORDER BY review_day, id;

-- name: appraisal_source_find :one
-- in: id:int
SELECT id, appraisal_id, title, link, says, review_day, state, note, looked_at, version FROM appraisal_source WHERE id = $1;

-- name: appraisal_source_look :exec
-- in: id:int, version:int, state:text, review:int, note:text, person:int, now:int
UPDATE appraisal_source SET state = $3, review_day = $4, note = $5, looked_by = $6, looked_at = $7, version = version + 1 WHERE id = $1 AND version = $2;

-- name: appraisal_attempt_add :exec
-- in: id:int, person:int, exercise:int, version:int, turn:int, started:int, now:int, ending:text
INSERT INTO exercise_attempt (id, person_id, exercise_id, version_id, turn, seed, state, steps, started_at, changed_at, ended_at, ending)
VALUES ($1, $2, $3, $4, $5, 0, 'done', 1, $6, $7, $7, $8);

-- name: appraisal_attempt_evidence :exec
-- in: id:int, evidence:int
UPDATE exercise_attempt SET evidence_id = $2 WHERE id = $1;

-- name: appraisal_member_attempt :exec
-- in: id:int, person:int, attempt:int
UPDATE appraisal_member SET attempt_id = $3 WHERE appraisal_id = $1 AND person_id = $2;

-- name: appraisal_of_attempt :one
-- in: attempt:int
SELECT appraisal_id FROM appraisal_member WHERE attempt_id = $1;

-- name: appraisal_mine :many
-- in: person:int, exercise:int, most:int
SELECT p.id, p.panel, p.state, p.opened_at, p.decision FROM appraisal_member m JOIN appraisal p ON p.id = m.appraisal_id
 WHERE m.person_id = $1 AND p.exercise_id = $2 AND p.state <> 'left' ORDER BY p.opened_at DESC, p.id LIMIT $3;

-- ---- Home ---------------------------------------------------------------------------------------------------------------------------

-- name: appraisal_home :many
-- in: person:int
SELECT p.id, p.state, v.title FROM appraisal_member m JOIN appraisal p ON p.id = m.appraisal_id JOIN exercise_version v ON v.id = p.version_id
 WHERE m.person_id = $1 AND ((p.state = 'writing' AND m.state = 'writing') OR (p.state = 'seen' AND p.decision <> '' AND m.state = 'in' AND m.answer = ''))
 ORDER BY p.opened_at DESC, p.id;

-- name: appraisal_sources_due :many
-- in: person:int, until:int
SELECT s.id, s.title, s.review_day, v.title AS tool
  FROM appraisal_member m JOIN appraisal p ON p.id = m.appraisal_id JOIN appraisal_source s ON s.appraisal_id = p.id JOIN exercise_version v ON v.id = p.version_id
 WHERE m.person_id = $1 AND m.state = 'in' AND p.state = 'done' AND s.state = 'open' AND s.review_day <= $2 ORDER BY s.review_day, s.id;

-- ---- what is held about a person ------------------------------------------------------------------------------------------------------

-- name: appraisal_export :many
-- in: person:int
SELECT p.id, v.title, p.opened_at, p.state, m.state AS hers, m.decision, m.because, m.answer, m.dissent
  FROM appraisal_member m JOIN appraisal p ON p.id = m.appraisal_id JOIN exercise_version v ON v.id = p.version_id
 WHERE m.person_id = $1 ORDER BY p.opened_at, p.id;

-- name: appraisal_export_notes :many
-- in: person:int
SELECT appraisal_id, aspect, verdict, words FROM appraisal_note WHERE person_id = $1 ORDER BY appraisal_id, aspect;

-- name: appraisal_erase_notes :exec
-- in: person:int
UPDATE appraisal_note SET words = '' WHERE person_id = $1;

-- name: appraisal_erase_member :exec
-- in: person:int
UPDATE appraisal_member SET because = '', dissent = '' WHERE person_id = $1;

-- name: appraisal_erase_joint :exec
-- in: person:int
UPDATE appraisal SET because = '' WHERE opened_by = $1;

-- name: appraisal_erase_looked :exec
-- in: person:int
UPDATE appraisal_source SET note = '' WHERE looked_by = $1;

-- name: appraisal_old :many
-- in: before:int, most:int
SELECT id FROM appraisal WHERE changed_at > 0 AND changed_at < $1 ORDER BY changed_at LIMIT $2;

-- name: appraisal_drop_notes :exec
-- in: id:int
DELETE FROM appraisal_note WHERE appraisal_id = $1;

-- name: appraisal_drop_sources :exec
-- in: id:int
DELETE FROM appraisal_source WHERE appraisal_id = $1;

-- name: appraisal_drop_members :exec
-- in: id:int
DELETE FROM appraisal_member WHERE appraisal_id = $1;

-- name: appraisal_drop :exec
-- in: id:int
DELETE FROM appraisal WHERE id = $1;

-- name: appraisal_forget_attempt :exec
-- in: attempt:int
UPDATE appraisal_member SET attempt_id = NULL WHERE attempt_id = $1;
