-- The plan as a whole: taken along, brought in, erased.

-- name: plan_all_goals :many
-- in: person:int, language:text
-- out: code:text?, competency:text?, statement:text?
SELECT g.id, g.own_key, g.what, g.measure, g.by_day, g.source_kind, g.source_id, g.source_words, g.competency_words, g.state, g.outcome,
       g.ended_day, g.version, g.created_at, k.code,
       COALESCE((SELECT NULLIF(x.title, '') FROM pub_framework_text x WHERE x.item_id = k.item_id AND x.language = $2), k.title) AS competency,
       k.title AS statement
  FROM plan_goal g LEFT JOIN pub_framework_competency k ON k.competency_id = g.competency_id
 WHERE g.person_id = $1 ORDER BY g.created_at, g.id;

-- name: plan_all_versions :many
-- in: person:int
SELECT v.goal_id, v.version, v.what, v.measure, v.by_day, v.source_kind, v.state, v.outcome, v.changed_at
  FROM plan_goal g JOIN plan_goal_version v ON v.goal_id = g.id WHERE g.person_id = $1 ORDER BY v.goal_id, v.version;

-- name: plan_all_actions :many
-- in: person:int
SELECT goal_id, own_key, what, due_day, done_at, created_at FROM plan_action WHERE person_id = $1 ORDER BY goal_id, due_day, id;

-- name: plan_all_links :many
-- in: person:int
-- out: source_kind:text?, source_id:int?, kind:text?
SELECT l.goal_id, l.evidence_id, l.title, l.day, e.source_kind, e.source_id, e.kind
  FROM plan_goal g JOIN plan_link l ON l.goal_id = g.id LEFT JOIN pub_evidence_item e ON e.id = l.evidence_id
 WHERE g.person_id = $1 ORDER BY l.goal_id, l.day, l.id;

-- name: plan_all_checkins :many
-- in: person:int
SELECT own_key, day, with_mentor, going, words, next_day, written_at FROM plan_checkin WHERE person_id = $1 ORDER BY day, id;

-- name: plan_all_reviews :many
-- in: person:int
SELECT id, own_key, opened_at, owner_at, mentor_at, closed_at, mentor_id, brought, owner_words, mentor_said
  FROM plan_review WHERE person_id = $1 AND closed_at IS NOT NULL ORDER BY opened_at, id;

-- name: plan_all_scores :many
-- in: person:int
SELECT x.review_id, g.own_key, x.version, x.owner_specificity, x.owner_plan, x.owner_outcome, x.mentor_specificity, x.mentor_plan, x.mentor_outcome
  FROM plan_review r JOIN plan_review_goal x ON x.review_id = r.id JOIN plan_goal g ON g.id = x.goal_id
 WHERE r.person_id = $1 AND r.closed_at IS NOT NULL ORDER BY x.review_id, x.goal_id;

-- name: plan_goal_by_key :one
-- in: person:int, own_key:text
SELECT id, version FROM plan_goal WHERE person_id = $1 AND own_key = $2;

-- name: plan_checkin_by_key :one
-- in: person:int, own_key:text
SELECT id FROM plan_checkin WHERE person_id = $1 AND own_key = $2;

-- name: plan_review_by_key :one
-- in: person:int, own_key:text
SELECT id FROM plan_review WHERE person_id = $1 AND own_key = $2;

-- name: plan_competency_by_name :one
-- The competency of this code and title in a framework that is in use here.
-- in: code:text, title:text
-- out: id:int?
SELECT MIN(competency_id) AS id FROM pub_framework_competency WHERE code = $1 AND title = $2;

-- name: plan_link_by_title :one
-- in: goal:int, title:text, day:int
-- out: n:int
SELECT COUNT(*) AS n FROM plan_link WHERE goal_id = $1 AND title = $2 AND day = $3;

-- name: plan_version_bring :exec
-- in: goal:int, version:int, what:text, measure:text, by_day:int, source_kind:text, source_words:text, competency_words:text, state:text, outcome:text, changed_at:int
INSERT INTO plan_goal_version (goal_id, version, what, measure, by_day, source_kind, source_id, source_words, competency_id, competency_words, state,
                               outcome, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, NULL, $7, NULL, $8, $9, $10, $11) ON CONFLICT (goal_id, version) DO NOTHING;

-- name: plan_goal_number :exec
-- The goal that was just brought in has had so many states before.
-- in: goal:int, version:int
UPDATE plan_goal SET version = $2 WHERE id = $1;

-- name: plan_upload_set :exec
-- in: person:int, filename:text, bytes:blob, now:int
INSERT INTO plan_upload (person_id, filename, bytes, at) VALUES ($1, $2, $3, $4)
ON CONFLICT (person_id) DO UPDATE SET filename = excluded.filename, bytes = excluded.bytes, at = excluded.at;

-- name: plan_upload_find :one
-- in: person:int
SELECT filename, bytes, at FROM plan_upload WHERE person_id = $1;

-- name: plan_upload_remove :exec
-- in: person:int
DELETE FROM plan_upload WHERE person_id = $1;

-- name: plan_upload_retain :exec
-- in: before:int, most:int
DELETE FROM plan_upload WHERE person_id IN (SELECT u.person_id FROM plan_upload u WHERE u.at < $1 ORDER BY u.at LIMIT $2);

-- ---- what is held about a person, and its end -----------------------------------------------------------------------------------------

-- name: plan_held :one
-- in: person:int
-- out: goals:int, actions:int, checkins:int, reviews:int, swot:int, reviewed:int
SELECT (SELECT COUNT(*) FROM plan_goal g WHERE g.person_id = $1) AS goals, (SELECT COUNT(*) FROM plan_action t WHERE t.person_id = $1) AS actions,
       (SELECT COUNT(*) FROM plan_checkin k WHERE k.person_id = $1) AS checkins, (SELECT COUNT(*) FROM plan_review r WHERE r.person_id = $1) AS reviews,
       (SELECT COUNT(*) FROM plan_swot_version w WHERE w.person_id = $1) AS swot, (SELECT COUNT(*) FROM plan_review r WHERE r.mentor_id = $1) AS reviewed;

-- name: plan_erase_scores :exec
-- in: person:int
DELETE FROM plan_review_goal WHERE review_id IN (SELECT r.id FROM plan_review r WHERE r.person_id = $1)
    OR goal_id IN (SELECT g.id FROM plan_goal g WHERE g.person_id = $1);

-- name: plan_erase_reviews :exec
-- in: person:int
DELETE FROM plan_review WHERE person_id = $1;

-- name: plan_erase_reviewer :exec
-- What a mentor wrote about another one's plan could name her; the points stay.
-- in: person:int
UPDATE plan_review SET mentor_said = '' WHERE mentor_id = $1;

-- name: plan_erase_checkins :exec
-- in: person:int
DELETE FROM plan_checkin WHERE person_id = $1;

-- name: plan_erase_links :exec
-- in: person:int
DELETE FROM plan_link WHERE goal_id IN (SELECT g.id FROM plan_goal g WHERE g.person_id = $1);

-- name: plan_erase_actions :exec
-- in: person:int
DELETE FROM plan_action WHERE person_id = $1;

-- name: plan_erase_versions :exec
-- in: person:int
DELETE FROM plan_goal_version WHERE goal_id IN (SELECT g.id FROM plan_goal g WHERE g.person_id = $1);

-- name: plan_erase_goals :exec
-- in: person:int
DELETE FROM plan_goal WHERE person_id = $1;

-- name: plan_erase_swot_versions :exec
-- in: person:int
DELETE FROM plan_swot_version WHERE person_id = $1;

-- name: plan_erase_swot :exec
-- in: person:int
DELETE FROM plan_swot WHERE person_id = $1;

-- name: plan_erase_shares :exec
-- in: person:int
DELETE FROM plan_share WHERE pair_id IN (SELECT p.id FROM pub_mentor_pair p WHERE p.mentee_id = $1);
