-- Panels of experts of a programme's own.

-- name: expert_list :many
-- Who was asked, and how far they are: done before going.
-- in: exercise:int
-- out: name:text?, done:int, going:int
SELECT e.person_id, e.asked_at, n.display_name AS name,
       (SELECT count(*) FROM exercise_attempt a WHERE a.person_id = e.person_id AND a.exercise_id = $1 AND a.expert = 1 AND a.state = 'done') AS done,
       (SELECT count(*) FROM exercise_attempt a WHERE a.person_id = e.person_id AND a.exercise_id = $1 AND a.expert = 1 AND a.state = 'going') AS going
  FROM exercise_expert e LEFT JOIN pub_people_name n ON n.person_id = e.person_id
 WHERE e.exercise_id = $1 ORDER BY n.sort_key NULLS LAST, e.person_id LIMIT 200;

-- name: practice_is_expert :one
-- Was she asked to take it for its panel, and has not.
-- in: exercise:int, person:int
-- out: n:int
SELECT count(*) AS n FROM exercise_expert e
 WHERE e.exercise_id = $1 AND e.person_id = $2
   AND NOT EXISTS (SELECT 1 FROM exercise_attempt a WHERE a.person_id = $2 AND a.exercise_id = $1 AND a.expert = 1 AND a.state = 'done');

-- name: expert_least :one
-- in: exercise:int
SELECT panel_least, version FROM exercise WHERE id = $1;

-- name: expert_set_least :exec
-- in: exercise:int, version:int, least:int
UPDATE exercise SET panel_least = $3, version = version + 1 WHERE id = $1 AND version = $2;

-- name: expert_ask :exec
-- in: exercise:int, person:int, by:int, now:int
INSERT INTO exercise_expert (exercise_id, person_id, asked_by, asked_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING;

-- name: expert_drop :exec
-- Who has not begun.
-- in: exercise:int, person:int
DELETE FROM exercise_expert WHERE exercise_id = $1 AND person_id = $2
   AND NOT EXISTS (SELECT 1 FROM exercise_attempt a WHERE a.person_id = $2 AND a.exercise_id = $1 AND a.expert = 1 AND a.state <> 'left');

-- name: expert_chosen :many
-- What experts chose at each question when they first came to it, in each version that they took; a translation counts with its original.
-- in: exercise:int
-- out: question:text, target:text, family:int, experts:int
SELECT c.question, c.target, coalesce(v.translates_id, v.id) AS family, count(*) AS experts
  FROM exercise_version v JOIN exercise_attempt a ON a.version_id = v.id JOIN exercise_choice c ON c.attempt_id = a.id
 WHERE v.exercise_id = $1 AND a.expert = 1 AND a.state = 'done' AND c.question IS NOT NULL AND c.target IS NOT NULL
   AND c.step = (SELECT min(d.step) FROM exercise_choice d WHERE d.attempt_id = c.attempt_id AND d.question = c.question)
 GROUP BY c.question, c.target, coalesce(v.translates_id, v.id) ORDER BY c.question, c.target, family;

-- name: expert_own_clear :exec
-- in: version:int
DELETE FROM exercise_panel_own WHERE version_id = $1;

-- name: expert_own_add :exec
-- in: version:int, question:text, target:text, experts:int
INSERT INTO exercise_panel_own (version_id, question, target, experts) VALUES ($1, $2, $3, $4);

-- name: expert_waiting :many
-- in: person:int
SELECT x.id, x.title, x.minutes FROM exercise_expert e JOIN exercise x ON x.id = e.exercise_id
 WHERE e.person_id = $1 AND x.state = 'open'
   AND NOT EXISTS (SELECT 1 FROM exercise_attempt a WHERE a.person_id = $1 AND a.exercise_id = x.id AND a.expert = 1 AND a.state = 'done')
 ORDER BY e.asked_at, x.id;

-- name: expert_of_person :many
-- in: person:int
SELECT x.code, e.asked_at FROM exercise_expert e JOIN exercise x ON x.id = e.exercise_id WHERE e.person_id = $1 ORDER BY e.asked_at, x.id;

-- name: expert_forget_person :exec
-- in: person:int
DELETE FROM exercise_expert WHERE person_id = $1;

-- name: expert_forget_asker :exec
-- in: person:int
UPDATE exercise_expert SET asked_by = NULL WHERE asked_by = $1;
