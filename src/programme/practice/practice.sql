-- Exercises, their versions and drafts; attempts; who was asked to take what.

-- ---- exercises ----------------------------------------------------------------------------------------------------------------------

-- name: practice_find :one
-- One exercise, with what is current: in the language asked for where there is one (version_id), and as it was written (own_id).
-- in: id:int, language:text
-- out: stage:text?, own_id:int?, number:int?, version_id:int?, version_language:text?, version_title:text?, summary:text?
SELECT x.id, x.programme_id, x.code, x.kind, x.language, x.stage_id, x.title, x.minutes, x.state, x.shipped, x.version, x.created_at,
       s.title AS stage, o.id AS own_id, o.number, COALESCE(v.id, o.id) AS version_id, COALESCE(v.language, o.language) AS version_language,
       COALESCE(v.title, o.title) AS version_title, COALESCE(v.summary, o.summary) AS summary
  FROM exercise x LEFT JOIN pub_programme_stage s ON s.id = x.stage_id
       LEFT JOIN exercise_version o ON o.exercise_id = x.id AND o.language = x.language AND o.state = 'current'
       LEFT JOIN exercise_version v ON v.exercise_id = x.id AND v.language = $2 AND v.state = 'current' AND v.translates_id = o.id
 WHERE x.id = $1;

-- name: practice_by_code :one
-- in: programme:int, code:text
-- out: own_id:int?, digest:text?
SELECT x.id, x.kind, x.language, x.state, x.shipped, x.version, o.id AS own_id, o.digest
  FROM exercise x LEFT JOIN exercise_version o ON o.exercise_id = x.id AND o.language = x.language AND o.state = 'current'
 WHERE x.programme_id = $1 AND x.code = $2;

-- name: practice_list :many
-- What a learner can take, by title behind (key, id). mine: '' all, 'new', 'going' or 'done'; kind '', competency 0, stage 0: all.
-- in: programme:int, person:int, language:text, kind:text, competency:int, stage:int, mine:text, after_key:text, after_id:int, most:int
-- out: title:text, summary:text, stage:text?, going:int, done:int
SELECT x.id, x.kind, x.minutes, x.title_key, COALESCE(v.title, o.title) AS title, COALESCE(v.summary, o.summary) AS summary, s.title AS stage,
       (SELECT count(*) FROM exercise_attempt a WHERE a.person_id = $2 AND a.exercise_id = x.id AND a.state = 'going') AS going,
       (SELECT count(*) FROM exercise_attempt a WHERE a.person_id = $2 AND a.exercise_id = x.id AND a.state = 'done') AS done
  FROM exercise x JOIN exercise_version o ON o.exercise_id = x.id AND o.language = x.language AND o.state = 'current'
       LEFT JOIN exercise_version v ON v.exercise_id = x.id AND v.language = $3 AND v.state = 'current' AND v.translates_id = o.id
       LEFT JOIN pub_programme_stage s ON s.id = x.stage_id
 WHERE x.programme_id = $1 AND x.state = 'open' AND ($4 = '' OR x.kind = $4) AND ($6 = 0 OR x.stage_id = $6)
   AND ($5 = 0 OR EXISTS (SELECT 1 FROM exercise_competency c WHERE c.exercise_id = x.id AND c.competency_id = $5))
   AND ($7 <> 'new' OR NOT EXISTS (SELECT 1 FROM exercise_attempt a WHERE a.person_id = $2 AND a.exercise_id = x.id AND a.state <> 'left'))
   AND ($7 <> 'going' OR EXISTS (SELECT 1 FROM exercise_attempt a WHERE a.person_id = $2 AND a.exercise_id = x.id AND a.state = 'going'))
   AND ($7 <> 'done' OR EXISTS (SELECT 1 FROM exercise_attempt a WHERE a.person_id = $2 AND a.exercise_id = x.id AND a.state = 'done'))
   AND (x.title_key, x.id) > ($8, $9)
 ORDER BY x.title_key, x.id LIMIT $10;

-- name: practice_used_competencies :many
-- The competencies of what can be taken, for a choice.
-- in: programme:int, language:text
-- out: title:text
SELECT k.competency_id, k.code, COALESCE(NULLIF(t.title, ''), k.title) AS title
  FROM pub_framework_competency k LEFT JOIN pub_framework_text t ON t.item_id = k.item_id AND t.language = $2
 WHERE k.competency_id IN (SELECT c.competency_id FROM exercise_competency c JOIN exercise x ON x.id = c.exercise_id
                            WHERE x.programme_id = $1 AND x.state = 'open')
 ORDER BY k.code, k.competency_id LIMIT 300;

-- name: practice_competencies :many
-- in: exercise:int, language:text
-- out: title:text
SELECT k.competency_id, k.code, COALESCE(NULLIF(t.title, ''), k.title) AS title
  FROM exercise_competency c JOIN pub_framework_competency k ON k.competency_id = c.competency_id
       LEFT JOIN pub_framework_text t ON t.item_id = k.item_id AND t.language = $2
 WHERE c.exercise_id = $1 ORDER BY c.ordinal;

-- name: practice_rubric :one
-- in: slug:text
SELECT id, slug FROM pub_instrument WHERE slug = $1 AND state = 'current';

-- name: practice_add :exec
-- in: id:int, programme:int, code:text, kind:text, language:text, stage:int?, title:text, title_key:text, minutes:int, state:text, shipped:int, person:int?, now:int
INSERT INTO exercise (id, programme_id, code, kind, language, stage_id, title, title_key, minutes, state, shipped, created_by, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13);

-- name: practice_describe_exercise :exec
-- What its own language says of it, once that is published.
-- in: id:int, stage:int?, title:text, title_key:text, minutes:int, shipped:int
UPDATE exercise SET stage_id = $2, title = $3, title_key = $4, minutes = $5, shipped = $6, state = 'open', version = version + 1 WHERE id = $1;

-- name: practice_set_state :exec
-- in: id:int, version:int, state:text
UPDATE exercise SET state = $3, version = version + 1 WHERE id = $1 AND version = $2 AND state <> $3;

-- name: practice_competencies_clear :exec
-- in: exercise:int
DELETE FROM exercise_competency WHERE exercise_id = $1;

-- name: practice_competency_add :exec
-- in: exercise:int, competency:int, ordinal:int
INSERT INTO exercise_competency (exercise_id, competency_id, ordinal) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING;

-- ---- versions -----------------------------------------------------------------------------------------------------------------------

-- name: practice_version :one
-- in: id:int
SELECT v.id, v.exercise_id, v.language, v.number, v.translates_id, v.title, v.summary, v.source, v.digest, v.state, v.rubric, v.published_at, x.programme_id,
       x.kind, x.code
  FROM exercise_version v JOIN exercise x ON x.id = v.exercise_id WHERE v.id = $1;

-- name: practice_source :one
-- in: version:int
SELECT source FROM exercise_version WHERE id = $1;

-- name: practice_current :one
-- in: exercise:int, language:text
SELECT id, number, digest, translates_id FROM exercise_version WHERE exercise_id = $1 AND language = $2 AND state = 'current';

-- name: practice_versions :many
-- in: exercise:int
-- out: by:text?
SELECT v.id, v.language, v.number, v.translates_id, v.state, v.published_at, n.display_name AS by
  FROM exercise_version v LEFT JOIN pub_people_name n ON n.person_id = v.published_by
 WHERE v.exercise_id = $1 ORDER BY v.language, v.number DESC LIMIT 200;

-- name: practice_last_number :one
-- in: exercise:int, language:text
-- out: n:int
SELECT COALESCE(max(number), 0) AS n FROM exercise_version WHERE exercise_id = $1 AND language = $2;

-- name: practice_version_add :exec
-- in: id:int, exercise:int, language:text, number:int, translates:int?, title:text, summary:text, source:text, digest:text, now:int, person:int?, rubric:text
INSERT INTO exercise_version (id, exercise_id, language, number, translates_id, title, summary, source, digest, state, published_at, published_by, rubric)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'current', $10, $11, $12);

-- name: practice_version_replace :exec
-- in: exercise:int, language:text
UPDATE exercise_version SET state = 'earlier' WHERE exercise_id = $1 AND language = $2 AND state = 'current';

-- name: practice_panel_add :exec
-- in: version:int, question:text, target:text, experts:int
INSERT INTO exercise_panel (version_id, question, target, experts) VALUES ($1, $2, $3, $4);

-- name: practice_panel :many
-- What experts would do, question by question: as the programme's own panel said where enough of them answered, else as the authors
-- expect it.
-- in: version:int
-- out: own:int
SELECT question, target, experts, 1 AS own FROM exercise_panel_own WHERE version_id = $1
 UNION ALL
SELECT p.question, p.target, p.experts, 0 AS own FROM exercise_panel p
 WHERE p.version_id = $1 AND NOT EXISTS (SELECT 1 FROM exercise_panel_own o WHERE o.version_id = p.version_id AND o.question = p.question)
 ORDER BY question, experts DESC, target;

-- ---- attempts -----------------------------------------------------------------------------------------------------------------------

-- name: practice_attempt :one
-- family_id: the version itself, or the one it translates.
-- in: id:int
-- out: family_id:int
SELECT a.id, a.person_id, a.exercise_id, a.version_id, a.turn, a.seed, a.state, a.steps, a.started_at, a.changed_at, a.deadline_at, a.ended_at,
       a.ending, a.credit, a.evidence_id, a.expert, v.title, v.language, v.number, v.digest, COALESCE(v.translates_id, v.id) AS family_id, x.programme_id, x.kind
  FROM exercise_attempt a JOIN exercise_version v ON v.id = a.version_id JOIN exercise x ON x.id = a.exercise_id WHERE a.id = $1;

-- name: practice_going :one
-- in: person:int, exercise:int
SELECT id, version_id, steps FROM exercise_attempt WHERE person_id = $1 AND exercise_id = $2 AND state = 'going';

-- name: practice_turns :one
-- in: person:int, exercise:int
-- out: n:int
SELECT COALESCE(max(turn), 0) AS n FROM exercise_attempt WHERE person_id = $1 AND exercise_id = $2;

-- name: practice_done_before :one
-- in: person:int, exercise:int
-- out: n:int
SELECT count(*) AS n FROM exercise_attempt WHERE person_id = $1 AND exercise_id = $2 AND state = 'done' AND expert = 0;

-- name: practice_own_attempts :many
-- in: person:int, exercise:int, most:int
SELECT id, turn, state, steps, started_at, ended_at, ending, credit FROM exercise_attempt
 WHERE person_id = $1 AND exercise_id = $2 ORDER BY turn DESC LIMIT $3;

-- name: practice_attempt_add :exec
-- in: id:int, person:int, exercise:int, version:int, turn:int, seed:int, now:int, deadline:int?, expert:int
INSERT INTO exercise_attempt (id, person_id, exercise_id, version_id, turn, seed, state, started_at, changed_at, deadline_at, expert)
VALUES ($1, $2, $3, $4, $5, $6, 'going', $7, $7, $8, $9);

-- name: practice_choices :many
-- in: attempt:int
SELECT step, choice, passage, link, at, question, target, credit FROM exercise_choice WHERE attempt_id = $1 ORDER BY step;

-- name: practice_choice_add :exec
-- in: attempt:int, step:int, choice:int, passage:int, link:int?, at:int, question:text?, target:text?, credit:int?
INSERT INTO exercise_choice (attempt_id, step, choice, passage, link, at, question, target, credit) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: practice_step :exec
-- in: attempt:int, step:int, now:int, deadline:int?
UPDATE exercise_attempt SET steps = $2 + 1, changed_at = $3, deadline_at = $4 WHERE id = $1 AND steps = $2 AND state = 'going';

-- name: practice_finish :exec
-- in: attempt:int, state:text, now:int, ending:text, credit:int?, evidence:int?
UPDATE exercise_attempt SET state = $2, changed_at = $3, ended_at = $3, deadline_at = NULL, ending = $4, credit = $5, evidence_id = $6
 WHERE id = $1 AND state = 'going';

-- name: practice_reasons :many
-- in: attempt:int
SELECT step, framework, stakeholders, weighed, because, at FROM exercise_reason WHERE attempt_id = $1 ORDER BY step;

-- name: practice_reason_add :exec
-- in: attempt:int, step:int, framework:text, stakeholders:text, weighed:text, because:text, at:int
INSERT INTO exercise_reason (attempt_id, step, framework, stakeholders, weighed, because, at) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: practice_unpublished :many
-- What authors have to do with and learners do not see.
-- in: programme:int, most:int
SELECT id, title, kind, state FROM exercise WHERE programme_id = $1 AND state <> 'open' ORDER BY state, title_key, id LIMIT $2;

-- ---- what was asked of whom ---------------------------------------------------------------------------------------------------------

-- name: practice_due :many
-- What a person was asked to take and has not taken, earliest day first: assigned to her cohort or group, or part of a session. What was
-- asked for more than once stands here as often (practice_due_once).
-- in: person:int, today:int, language:text
-- out: id:int, title:text, kind:text, minutes:int, due_day:int, going:int
SELECT x.id, COALESCE(v.title, o.title) AS title, x.kind, x.minutes, w.due_day,
       CASE WHEN EXISTS (SELECT 1 FROM exercise_attempt a WHERE a.person_id = $1 AND a.exercise_id = x.id AND a.state = 'going') THEN 1 ELSE 0 END AS going
  FROM (SELECT a.exercise_id, a.due_day
          FROM pub_programme_member m JOIN exercise_assignment a ON a.cohort_id = m.cohort_id
         WHERE m.person_id = $1 AND m.start_day <= $2 AND (m.end_day IS NULL OR m.end_day >= $2)
           AND (a.group_id IS NULL OR EXISTS (SELECT 1 FROM pub_programme_group_member g
                WHERE g.group_id = a.group_id AND g.person_id = $1 AND g.start_day <= $2 AND (g.end_day IS NULL OR g.end_day >= $2)))
         UNION ALL
        SELECT s.exercise_id, q.due_day
          FROM pub_curriculum_session_due q JOIN exercise_session s ON s.session_id = q.session_id
         WHERE q.person_id = $1 AND q.state = 'enrolled' AND q.start_day <= $2) w
       JOIN exercise x ON x.id = w.exercise_id AND x.state = 'open'
       JOIN exercise_version o ON o.exercise_id = x.id AND o.language = x.language AND o.state = 'current'
       LEFT JOIN exercise_version v ON v.exercise_id = x.id AND v.language = $3 AND v.state = 'current' AND v.translates_id = o.id
 WHERE NOT EXISTS (SELECT 1 FROM exercise_attempt a WHERE a.person_id = $1 AND a.exercise_id = x.id AND a.state = 'done')
 ORDER BY w.due_day, x.id;

-- name: practice_going_home :many
-- What she began and nobody asked for, the latest first.
-- in: person:int, since:int
SELECT a.id, a.exercise_id, a.changed_at, v.title FROM exercise_attempt a JOIN exercise_version v ON v.id = a.version_id
 WHERE a.person_id = $1 AND a.state = 'going' AND a.changed_at >= $2 ORDER BY a.changed_at DESC, a.id;

-- ---- the house ----------------------------------------------------------------------------------------------------------------------

-- name: practice_describe :many
-- in: i1:int, i2:int, i3:int, i4:int, i5:int, i6:int, i7:int, i8:int, i9:int, i10:int, i11:int, i12:int, i13:int, i14:int, i15:int, i16:int, i17:int, i18:int, i19:int, i20:int
SELECT a.id, a.person_id, v.title FROM exercise_attempt a JOIN exercise_version v ON v.id = a.version_id
 WHERE a.id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20);

-- name: practice_export_attempts :many
-- in: person:int
SELECT a.id, x.code, v.title, v.language, v.number, a.turn, a.state, a.started_at, a.ended_at, a.ending, a.credit
  FROM exercise_attempt a JOIN exercise x ON x.id = a.exercise_id JOIN exercise_version v ON v.id = a.version_id
 WHERE a.person_id = $1 ORDER BY a.started_at, a.id;

-- name: practice_export_choices :many
-- in: person:int
SELECT c.attempt_id, c.step, c.choice, c.at, c.question, c.target FROM exercise_choice c JOIN exercise_attempt a ON a.id = c.attempt_id
 WHERE a.person_id = $1 ORDER BY c.attempt_id, c.step;

-- name: practice_export_reasons :many
-- in: person:int
SELECT r.attempt_id, r.step, r.framework, r.stakeholders, r.weighed, r.because, r.at
  FROM exercise_reason r JOIN exercise_attempt a ON a.id = r.attempt_id WHERE a.person_id = $1 ORDER BY r.attempt_id, r.step;

-- name: practice_export_written :many
-- in: person:int
SELECT x.code, v.language, v.number, v.published_at FROM exercise_version v JOIN exercise x ON x.id = v.exercise_id
 WHERE v.published_by = $1 ORDER BY v.published_at, v.id;

-- name: practice_export_ratings :many
-- Those about her that she may see, and those she gave.
-- in: person:int
SELECT r.id, r.version_id, r.person_id, r.rater_id, r.at, w.item_id, w.point, w.words
  FROM exercise_rating r JOIN exercise_rating_answer w ON w.rating_id = r.id
 WHERE (r.person_id = $1 AND (r.attempt_id IS NULL OR r.evidence_id IS NOT NULL)) OR r.rater_id = $1 ORDER BY r.at, r.id, w.item_id;

-- name: practice_erase_reasons :exec
-- The ways that were taken stay, as numbers, in what is counted of a case; the words go.
-- in: person:int
DELETE FROM exercise_reason WHERE attempt_id IN (SELECT id FROM exercise_attempt WHERE person_id = $1);

-- name: practice_erase_rating_words :exec
-- in: person:int
UPDATE exercise_rating_answer SET words = '' WHERE words <> '' AND rating_id IN (SELECT id FROM exercise_rating WHERE person_id = $1 OR rater_id = $1);

-- name: practice_erase_author :exec
-- in: person:int
UPDATE exercise SET created_by = NULL WHERE created_by = $1;

-- name: practice_erase_publisher :exec
-- in: person:int
UPDATE exercise_version SET published_by = NULL WHERE published_by = $1;

-- name: practice_erase_drafter :exec
-- in: person:int
UPDATE exercise_draft SET changed_by = NULL WHERE changed_by = $1;

-- name: practice_old :many
-- in: before:int, most:int
SELECT id FROM exercise_attempt WHERE changed_at > 0 AND changed_at < $1 ORDER BY changed_at LIMIT $2;

-- name: practice_drop_choices :exec
-- in: attempt:int
DELETE FROM exercise_choice WHERE attempt_id = $1;

-- name: practice_drop_reasons :exec
-- in: attempt:int
DELETE FROM exercise_reason WHERE attempt_id = $1;

-- name: practice_drop_rating_answers :exec
-- in: attempt:int
DELETE FROM exercise_rating_answer WHERE rating_id IN (SELECT id FROM exercise_rating WHERE attempt_id = $1);

-- name: practice_drop_ratings :exec
-- in: attempt:int
DELETE FROM exercise_rating WHERE attempt_id = $1;

-- name: practice_drop_attempt :exec
-- in: attempt:int
DELETE FROM exercise_attempt WHERE id = $1;

-- ---- the demo -------------------------------------------------------------------------------------------------------------------------

-- name: demo_cases :many
-- in: programme:int
SELECT x.id, x.code, v.id AS version_id FROM exercise x JOIN exercise_version v ON v.exercise_id = x.id AND v.language = x.language AND v.state = 'current'
 WHERE x.programme_id = $1 AND x.kind = 'case' AND x.state = 'open' ORDER BY x.code;
