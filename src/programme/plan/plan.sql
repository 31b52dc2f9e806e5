-- The plan: strengths and weaknesses, goals, actions, evidence.

-- ---- strengths, weaknesses, opportunities, threats ---------------------------------------------------------------------------------

-- name: plan_swot_find :one
-- in: person:int
SELECT strengths, weaknesses, opportunities, threats, version, changed_at FROM plan_swot WHERE person_id = $1;

-- name: plan_swot_add :exec
-- Changes no row when there is one already.
-- in: person:int, strengths:text, weaknesses:text, opportunities:text, threats:text, now:int
INSERT INTO plan_swot (person_id, strengths, weaknesses, opportunities, threats, version, changed_at) VALUES ($1, $2, $3, $4, $5, 1, $6)
ON CONFLICT (person_id) DO NOTHING;

-- name: plan_swot_change :exec
-- in: person:int, version:int, strengths:text, weaknesses:text, opportunities:text, threats:text, now:int
UPDATE plan_swot SET strengths = $3, weaknesses = $4, opportunities = $5, threats = $6, version = version + 1, changed_at = $7
 WHERE person_id = $1 AND version = $2;

-- name: plan_swot_keep :exec
-- The state as it stands becomes a version.
-- in: person:int
INSERT INTO plan_swot_version (person_id, version, strengths, weaknesses, opportunities, threats, changed_at)
SELECT person_id, version, strengths, weaknesses, opportunities, threats, changed_at FROM plan_swot WHERE person_id = $1
ON CONFLICT (person_id, version) DO NOTHING;

-- name: plan_swot_versions :many
-- in: person:int, before:int, most:int
SELECT version, changed_at FROM plan_swot_version WHERE person_id = $1 AND version < $2 ORDER BY version DESC LIMIT $3;

-- name: plan_swot_version_find :one
-- in: person:int, version:int
SELECT version, strengths, weaknesses, opportunities, threats, changed_at FROM plan_swot_version WHERE person_id = $1 AND version = $2;

-- name: plan_swot_all :many
-- in: person:int
SELECT version, strengths, weaknesses, opportunities, threats, changed_at FROM plan_swot_version WHERE person_id = $1 ORDER BY version;

-- ---- goals --------------------------------------------------------------------------------------------------------------------------

-- name: plan_goal_find :one
-- in: id:int, language:text
-- out: competency:text?, owner:text?
SELECT g.id, g.person_id, g.own_key, g.what, g.measure, g.by_day, g.source_kind, g.source_id, g.source_words, g.competency_id,
       g.competency_words, g.state, g.outcome, g.ended_day, g.evidence_id, g.version, g.created_at, g.changed_at,
       (SELECT COALESCE((SELECT NULLIF(x.title, '') FROM pub_framework_text x WHERE x.item_id = k.item_id AND x.language = $2), k.title)
          FROM pub_framework_competency k WHERE k.competency_id = g.competency_id) AS competency,
       (SELECT n.display_name FROM pub_people_name n WHERE n.person_id = g.person_id) AS owner
  FROM plan_goal g WHERE g.id = $1;

-- name: plan_goal_open :many
-- in: person:int, language:text, most:int
-- out: competency:text?, actions:int, done:int, links:int
SELECT g.id, g.what, g.measure, g.by_day, g.source_kind, g.source_id, g.source_words, g.competency_words,
       (SELECT COALESCE((SELECT NULLIF(x.title, '') FROM pub_framework_text x WHERE x.item_id = k.item_id AND x.language = $2), k.title)
          FROM pub_framework_competency k WHERE k.competency_id = g.competency_id) AS competency,
       (SELECT COUNT(*) FROM plan_action t WHERE t.goal_id = g.id) AS actions,
       (SELECT COUNT(*) FROM plan_action t WHERE t.goal_id = g.id AND t.done_at IS NOT NULL) AS done,
       (SELECT COUNT(*) FROM plan_link l WHERE l.goal_id = g.id) AS links
  FROM plan_goal g WHERE g.person_id = $1 AND g.state = 'open' ORDER BY g.by_day, g.id LIMIT $3;

-- name: plan_goal_shown :many
-- Those that are not dropped, the open ones first.
-- in: person:int, most:int
SELECT id, what, by_day, state, created_at FROM plan_goal WHERE person_id = $1 AND state <> 'dropped'
 ORDER BY CASE WHEN state = 'open' THEN 0 ELSE 1 END, by_day, id LIMIT $2;

-- name: plan_goal_ended :many
-- in: person:int, before_day:int, before_id:int, most:int
SELECT id, what, state, outcome, ended_day FROM plan_goal
 WHERE person_id = $1 AND state <> 'open' AND (ended_day, id) < ($2, $3) ORDER BY ended_day DESC, id DESC LIMIT $4;

-- name: plan_goal_counts :one
-- in: person:int
-- out: open_goals:int, ended:int, first_at:int?
SELECT COUNT(*) FILTER (WHERE state = 'open') AS open_goals, COUNT(*) FILTER (WHERE state <> 'open') AS ended, MIN(created_at) AS first_at
  FROM plan_goal WHERE person_id = $1;

-- name: plan_goal_add :exec
-- in: id:int, person:int, own_key:text, what:text, measure:text, by_day:int, source_kind:text, source_id:int?, source_words:text, competency:int?, competency_words:text, state:text, outcome:text, ended_day:int?, created_at:int, now:int
INSERT INTO plan_goal (id, person_id, own_key, what, measure, by_day, source_kind, source_id, source_words, competency_id, competency_words,
                       state, outcome, ended_day, version, created_at, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 1, $15, $16)
ON CONFLICT (person_id, own_key) DO NOTHING;

-- name: plan_goal_change :exec
-- in: id:int, person:int, version:int, what:text, measure:text, by_day:int, source_kind:text, source_id:int?, source_words:text, competency:int?, competency_words:text, now:int
UPDATE plan_goal SET what = $4, measure = $5, by_day = $6, source_kind = $7, source_id = $8, source_words = $9, competency_id = $10,
       competency_words = $11, version = version + 1, changed_at = $12
 WHERE id = $1 AND person_id = $2 AND version = $3;

-- name: plan_goal_end :exec
-- in: id:int, person:int, version:int, state:text, outcome:text, ended_day:int?, evidence:int?, now:int
UPDATE plan_goal SET state = $4, outcome = $5, ended_day = $6, evidence_id = $7, version = version + 1, changed_at = $8
 WHERE id = $1 AND person_id = $2 AND version = $3;

-- name: plan_goal_keep :exec
-- The state as it stands becomes a version.
-- in: id:int
INSERT INTO plan_goal_version (goal_id, version, what, measure, by_day, source_kind, source_id, source_words, competency_id, competency_words,
                               state, outcome, changed_at)
SELECT id, version, what, measure, by_day, source_kind, source_id, source_words, competency_id, competency_words, state, outcome, changed_at
  FROM plan_goal WHERE id = $1
ON CONFLICT (goal_id, version) DO NOTHING;

-- name: plan_goal_versions :many
-- in: goal:int, before:int, most:int
SELECT version, state, changed_at FROM plan_goal_version WHERE goal_id = $1 AND version < $2 ORDER BY version DESC LIMIT $3;

-- name: plan_goal_version_find :one
-- in: goal:int, version:int, language:text
-- out: competency:text?
SELECT v.version, v.what, v.measure, v.by_day, v.source_kind, v.source_id, v.source_words, v.competency_id, v.competency_words, v.state, v.outcome,
       v.changed_at,
       (SELECT COALESCE((SELECT NULLIF(x.title, '') FROM pub_framework_text x WHERE x.item_id = k.item_id AND x.language = $3), k.title)
          FROM pub_framework_competency k WHERE k.competency_id = v.competency_id) AS competency
  FROM plan_goal_version v WHERE v.goal_id = $1 AND v.version = $2;

-- name: plan_remove_versions :exec
-- in: goal:int
DELETE FROM plan_goal_version WHERE goal_id = $1;

-- name: plan_remove_actions :exec
-- in: goal:int
DELETE FROM plan_action WHERE goal_id = $1;

-- name: plan_remove_links :exec
-- in: goal:int
DELETE FROM plan_link WHERE goal_id = $1;

-- name: plan_remove_judged :exec
-- in: goal:int
DELETE FROM plan_review_goal WHERE goal_id = $1;

-- name: plan_remove_goal :exec
-- in: goal:int, person:int, version:int
DELETE FROM plan_goal WHERE id = $1 AND person_id = $2 AND version = $3;

-- ---- actions ------------------------------------------------------------------------------------------------------------------------

-- name: plan_action_list :many
-- in: goal:int, most:int
SELECT id, what, due_day, done_at, version FROM plan_action WHERE goal_id = $1 ORDER BY due_day, id LIMIT $2;

-- name: plan_action_find :one
-- in: id:int, person:int
SELECT t.id, t.goal_id, t.what, t.due_day, t.done_at, t.version, g.what AS goal, g.state
  FROM plan_action t JOIN plan_goal g ON g.id = t.goal_id WHERE t.id = $1 AND t.person_id = $2;

-- name: plan_action_count :one
-- in: goal:int
-- out: n:int
SELECT COUNT(*) AS n FROM plan_action WHERE goal_id = $1;

-- name: plan_action_add :exec
-- in: id:int, goal:int, person:int, own_key:text, what:text, due_day:int, done_at:int?, now:int
INSERT INTO plan_action (id, goal_id, person_id, own_key, what, due_day, done_at, version, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8)
ON CONFLICT (goal_id, own_key) DO NOTHING;

-- name: plan_action_change :exec
-- in: id:int, person:int, version:int, what:text, due_day:int
UPDATE plan_action SET what = $4, due_day = $5, version = version + 1 WHERE id = $1 AND person_id = $2 AND version = $3;

-- name: plan_action_tick :exec
-- in: id:int, person:int, done_at:int?
UPDATE plan_action SET done_at = $3, version = version + 1 WHERE id = $1 AND person_id = $2 AND (done_at IS NULL) <> ($3 IS NULL);

-- name: plan_action_remove :exec
-- in: id:int, person:int, version:int
DELETE FROM plan_action WHERE id = $1 AND person_id = $2 AND version = $3;

-- name: plan_action_waiting :many
-- What is not done of goals that are open.
-- in: person:int, most:int
SELECT t.id, t.goal_id, t.what, t.due_day, g.what AS goal
  FROM plan_action t JOIN plan_goal g ON g.id = t.goal_id
 WHERE t.person_id = $1 AND t.done_at IS NULL AND g.state = 'open' ORDER BY t.due_day, t.id LIMIT $2;

-- name: plan_action_calendar :many
-- in: person:int, first_day:int, last_day:int, most:int
SELECT t.id, t.goal_id, t.what, t.due_day, g.what AS goal
  FROM plan_action t JOIN plan_goal g ON g.id = t.goal_id
 WHERE t.person_id = $1 AND t.due_day >= $2 AND t.due_day <= $3 AND t.done_at IS NULL AND g.state = 'open' ORDER BY t.due_day, t.id LIMIT $4;

-- ---- evidence -----------------------------------------------------------------------------------------------------------------------

-- name: plan_link_list :many
-- in: goal:int, most:int
-- out: source_kind:text?, source_id:int?, kind:text?
SELECT l.id, l.evidence_id, l.title, l.day, e.source_kind, e.source_id, e.kind
  FROM plan_link l LEFT JOIN pub_evidence_item e ON e.id = l.evidence_id WHERE l.goal_id = $1 ORDER BY l.day DESC, l.id DESC LIMIT $2;

-- name: plan_evidence_page :many
-- A person's evidence from newest to oldest, each act once however many competencies it speaks for, without what the goal has.
-- in: person:int, goal:int, before_at:int, before_id:int, most:int
-- out: id:int
SELECT x.id, x.kind, x.source_kind, x.source_id, x.at
  FROM (SELECT MIN(e.id) AS id, e.kind, e.source_kind, e.source_id, e.at
          FROM pub_evidence_item e
         WHERE e.person_id = $1 AND NOT EXISTS (SELECT 1 FROM plan_link l WHERE l.goal_id = $2 AND l.evidence_id = e.id)
         GROUP BY e.kind, e.source_kind, e.source_id, e.at) x
 WHERE (x.at, x.id) < ($3, $4) ORDER BY x.at DESC, x.id DESC LIMIT $5;

-- name: plan_link_count :one
-- in: goal:int
-- out: n:int
SELECT COUNT(*) AS n FROM plan_link WHERE goal_id = $1;

-- name: plan_link_own :one
-- The day of a piece of evidence, when it is this person's and stands.
-- in: evidence:int, person:int
-- out: at:int
SELECT e.at FROM pub_evidence_item e WHERE e.id = $1 AND e.person_id = $2;

-- name: plan_link_add :exec
-- in: id:int, goal:int, evidence:int?, title:text, day:int
INSERT INTO plan_link (id, goal_id, evidence_id, title, day) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (goal_id, evidence_id) DO NOTHING;

-- name: plan_link_remove :exec
-- in: id:int, goal:int
DELETE FROM plan_link WHERE id = $1 AND goal_id = $2;

-- ---- what a goal can be taken from ---------------------------------------------------------------------------------------------------

-- name: plan_observations :many
-- Of one person, newest first; id 0: all.
-- in: person:int, id:int, most:int
SELECT o.id, o.day, o.act, o.instrument_id FROM pub_observe_observation o
 WHERE o.subject_id = $1 AND ($2 = 0 OR o.id = $2) AND o.assessment_id IS NULL ORDER BY o.day DESC, o.id DESC LIMIT $3;

-- name: plan_rounds :many
-- Rounds of feedback about this person that were released to her.
-- in: person:int, id:int, most:int
-- out: released_at:int
SELECT r.id, r.released_at FROM pub_feedback_round r
 WHERE r.subject_id = $1 AND ($2 = 0 OR r.id = $2) AND r.released_at IS NOT NULL ORDER BY r.released_at DESC, r.id DESC LIMIT $3;

-- name: plan_assessments :many
-- in: person:int, id:int, most:int
SELECT s.id, s.day, s.title FROM pub_observe_assessment s
 WHERE s.subject_id = $1 AND ($2 = 0 OR s.id = $2) AND s.complete_at IS NOT NULL ORDER BY s.day DESC, s.id DESC LIMIT $3;

-- name: plan_observation_evidence :one
-- The evidence that an observation or an assessment left.
-- in: source:int, person:int
-- out: id:int?
SELECT MIN(e.id) AS id FROM pub_evidence_item e WHERE e.source_kind = 'observation' AND e.source_id = $1 AND e.person_id = $2;

-- ---- what waits -----------------------------------------------------------------------------------------------------------------------

-- name: plan_goal_due :many
-- Open goals whose day is near or past.
-- in: person:int, until_day:int, most:int
SELECT id, what, by_day FROM plan_goal WHERE person_id = $1 AND state = 'open' AND by_day <= $2 ORDER BY by_day, id LIMIT $3;

-- name: plan_goal_calendar :many
-- in: person:int, first_day:int, last_day:int, most:int
SELECT id, what, by_day FROM plan_goal WHERE person_id = $1 AND state = 'open' AND by_day >= $2 AND by_day <= $3 ORDER BY by_day, id LIMIT $4;

-- name: plan_goal_owners :many
-- in: i1:int, i2:int, i3:int, i4:int, i5:int, i6:int, i7:int, i8:int, i9:int, i10:int, i11:int, i12:int, i13:int, i14:int, i15:int, i16:int, i17:int, i18:int, i19:int, i20:int
SELECT id, person_id FROM plan_goal WHERE id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20);
