-- The plan, looked at again: check-ins, with whom it is shared, reviews; and what a programme sees of it.

-- ---- check-ins ----------------------------------------------------------------------------------------------------------------------

-- name: plan_checkin_add :exec
-- in: id:int, person:int, own_key:text, day:int, with_mentor:int, going:text, words:text, next_day:int, now:int
INSERT INTO plan_checkin (id, person_id, own_key, day, with_mentor, going, words, next_day, written_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (person_id, own_key) DO NOTHING;

-- name: plan_checkin_list :many
-- in: person:int, before_day:int, before_id:int, most:int
SELECT id, day, with_mentor, going, words, next_day FROM plan_checkin
 WHERE person_id = $1 AND (day, id) < ($2, $3) ORDER BY day DESC, id DESC LIMIT $4;

-- name: plan_checkin_last :one
-- in: person:int
SELECT id, day, with_mentor, going, words, next_day FROM plan_checkin WHERE person_id = $1 ORDER BY day DESC, written_at DESC, id DESC LIMIT 1;

-- ---- with whom ----------------------------------------------------------------------------------------------------------------------

-- name: plan_pair_between :one
-- The running pair in which this mentor may read the mentee's plan.
-- in: owner:int, mentor:int
SELECT p.id
  FROM pub_mentor_pair p LEFT JOIN plan_share s ON s.pair_id = p.id LEFT JOIN plan_setting t ON t.programme_id = p.programme_id
 WHERE p.mentee_id = $1 AND p.mentor_id = $2 AND p.state IN ('accepted', 'active', 'paused')
   AND (s.shared = 1 OR (s.shared IS NULL AND (t.programme_id IS NULL OR t.share_from <= p.proposed_at)))
 ORDER BY p.id DESC LIMIT 1;

-- name: plan_pairs_of :many
-- The owner's running pairs, and whether each mentor may read.
-- in: owner:int
-- out: mentor:text?, shared:int
SELECT p.id, p.mentor_id, n.display_name AS mentor,
       CASE WHEN s.shared = 1 OR (s.shared IS NULL AND (t.programme_id IS NULL OR t.share_from <= p.proposed_at)) THEN 1 ELSE 0 END AS shared
  FROM pub_mentor_pair p LEFT JOIN plan_share s ON s.pair_id = p.id LEFT JOIN plan_setting t ON t.programme_id = p.programme_id
  LEFT JOIN pub_people_name n ON n.person_id = p.mentor_id
 WHERE p.mentee_id = $1 AND p.state IN ('accepted', 'active', 'paused') ORDER BY p.id;

-- name: plan_pairs_as_mentor :many
-- Whose plans a mentor may read.
-- in: mentor:int, after:int, most:int
-- out: mentee:text?, goals:int
SELECT p.id, p.mentee_id, n.display_name AS mentee,
       (SELECT COUNT(*) FROM plan_goal g WHERE g.person_id = p.mentee_id AND g.state = 'open') AS goals
  FROM pub_mentor_pair p LEFT JOIN plan_share s ON s.pair_id = p.id LEFT JOIN plan_setting t ON t.programme_id = p.programme_id
  LEFT JOIN pub_people_name n ON n.person_id = p.mentee_id
 WHERE p.mentor_id = $1 AND p.state IN ('accepted', 'active', 'paused') AND p.id > $2
   AND (s.shared = 1 OR (s.shared IS NULL AND (t.programme_id IS NULL OR t.share_from <= p.proposed_at)))
 ORDER BY p.id LIMIT $3;

-- name: plan_share_set :exec
-- in: pair:int, shared:int, now:int
INSERT INTO plan_share (pair_id, shared, changed_at) VALUES ($1, $2, $3)
ON CONFLICT (pair_id) DO UPDATE SET shared = excluded.shared, changed_at = excluded.changed_at;

-- name: plan_setting_find :one
-- in: programme:int
SELECT share_from, version FROM plan_setting WHERE programme_id = $1;

-- name: plan_setting_add :exec
-- in: programme:int, share_from:int?
INSERT INTO plan_setting (programme_id, share_from, version) VALUES ($1, $2, 1) ON CONFLICT (programme_id) DO NOTHING;

-- name: plan_setting_change :exec
-- in: programme:int, version:int, share_from:int?
UPDATE plan_setting SET share_from = $3, version = version + 1 WHERE programme_id = $1 AND version = $2;

-- ---- reviews ------------------------------------------------------------------------------------------------------------------------

-- name: plan_review_add :exec
-- in: id:int, person:int, pair:int?, mentor:int?, own_key:text, brought:int, opened_at:int, owner_at:int?, mentor_at:int?, closed_at:int?, owner_words:text, mentor_said:text
INSERT INTO plan_review (id, person_id, pair_id, mentor_id, own_key, brought, opened_at, owner_at, mentor_at, closed_at, owner_words, mentor_said)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
ON CONFLICT (person_id, own_key) DO NOTHING;

-- name: plan_review_open_of :one
-- in: person:int
SELECT id FROM plan_review WHERE person_id = $1 AND closed_at IS NULL;

-- name: plan_review_find :one
-- in: id:int
-- out: owner:text?, mentor:text?
SELECT r.id, r.person_id, r.pair_id, r.mentor_id, r.brought, r.opened_at, r.owner_at, r.mentor_at, r.closed_at, r.owner_words, r.mentor_said,
       (SELECT n.display_name FROM pub_people_name n WHERE n.person_id = r.person_id) AS owner,
       (SELECT n.display_name FROM pub_people_name n WHERE n.person_id = r.mentor_id) AS mentor
  FROM plan_review r WHERE r.id = $1;

-- name: plan_review_fill :exec
-- The goals that a review is about: the open ones, and those that ended after a time.
-- in: review:int, person:int, since:int
INSERT INTO plan_review_goal (review_id, goal_id, version)
SELECT $1, g.id, g.version FROM plan_goal g WHERE g.person_id = $2 AND (g.state = 'open' OR g.changed_at > $3);

-- name: plan_review_last :one
-- When the last review of here began.
-- in: person:int
-- out: opened_at:int
SELECT COALESCE(MAX(opened_at), 0) AS opened_at FROM plan_review WHERE person_id = $1 AND brought = 0;

-- name: plan_review_list :many
-- in: person:int, before_at:int, before_id:int, most:int
-- out: mentor:text?, goals:int
SELECT r.id, r.opened_at, r.owner_at, r.mentor_at, r.closed_at, r.mentor_id, r.brought,
       (SELECT n.display_name FROM pub_people_name n WHERE n.person_id = r.mentor_id) AS mentor,
       (SELECT COUNT(*) FROM plan_review_goal g WHERE g.review_id = r.id) AS goals
  FROM plan_review r WHERE r.person_id = $1 AND (r.opened_at, r.id) < ($2, $3) ORDER BY r.opened_at DESC, r.id DESC LIMIT $4;

-- name: plan_review_goals :many
-- in: review:int, language:text
-- out: competency:text?
SELECT x.goal_id, x.version, x.owner_specificity, x.owner_plan, x.owner_outcome, x.mentor_specificity, x.mentor_plan, x.mentor_outcome,
       v.what, v.measure, v.by_day, v.state, v.outcome, g.own_key,
       (SELECT COALESCE((SELECT NULLIF(t.title, '') FROM pub_framework_text t WHERE t.item_id = k.item_id AND t.language = $2), k.title)
          FROM pub_framework_competency k WHERE k.competency_id = v.competency_id) AS competency
  FROM plan_review_goal x JOIN plan_goal g ON g.id = x.goal_id
  JOIN plan_goal_version v ON v.goal_id = x.goal_id AND v.version = x.version
 WHERE x.review_id = $1 ORDER BY v.by_day, x.goal_id;

-- name: plan_review_actions :many
-- The actions of all goals of a review, as they are now.
-- in: review:int, most:int
SELECT t.goal_id, t.what, t.due_day, t.done_at
  FROM plan_review_goal x JOIN plan_action t ON t.goal_id = x.goal_id WHERE x.review_id = $1 ORDER BY t.goal_id, t.due_day, t.id LIMIT $2;

-- name: plan_review_score_owner :exec
-- in: review:int, goal:int, specificity:int, plan:int, outcome:int
UPDATE plan_review_goal SET owner_specificity = $3, owner_plan = $4, owner_outcome = $5 WHERE review_id = $1 AND goal_id = $2;

-- name: plan_review_score_mentor :exec
-- in: review:int, goal:int, specificity:int, plan:int, outcome:int
UPDATE plan_review_goal SET mentor_specificity = $3, mentor_plan = $4, mentor_outcome = $5 WHERE review_id = $1 AND goal_id = $2;

-- name: plan_review_score_bring :exec
-- A judged goal that came from another Cadre.
-- in: review:int, goal:int, version:int, os:int?, op:int?, oo:int?, ms:int?, mp:int?, mo:int?
INSERT INTO plan_review_goal (review_id, goal_id, version, owner_specificity, owner_plan, owner_outcome, mentor_specificity, mentor_plan, mentor_outcome)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (review_id, goal_id) DO NOTHING;

-- name: plan_review_sent_owner :exec
-- in: review:int, words:text, now:int
UPDATE plan_review SET owner_at = $3, owner_words = $2, closed_at = CASE WHEN mentor_id IS NULL OR mentor_at IS NOT NULL THEN $3 ELSE NULL END
 WHERE id = $1 AND owner_at IS NULL AND closed_at IS NULL;

-- name: plan_review_sent_mentor :exec
-- in: review:int, words:text, now:int
UPDATE plan_review SET mentor_at = $3, mentor_said = $2, closed_at = CASE WHEN owner_at IS NOT NULL THEN $3 ELSE NULL END
 WHERE id = $1 AND mentor_at IS NULL AND closed_at IS NULL;

-- name: plan_review_clear :exec
-- in: review:int
DELETE FROM plan_review_goal WHERE review_id = $1;

-- name: plan_review_remove :exec
-- in: review:int, person:int
DELETE FROM plan_review WHERE id = $1 AND person_id = $2 AND closed_at IS NULL;

-- name: plan_review_waiting_mentor :many
-- Reviews for which a mentor has not sent hers, of plans that she may still read.
-- in: mentor:int, most:int
-- out: owner:text?
SELECT r.id, r.opened_at, n.display_name AS owner
  FROM plan_review r JOIN pub_mentor_pair p ON p.id = r.pair_id
  LEFT JOIN plan_share s ON s.pair_id = p.id LEFT JOIN plan_setting t ON t.programme_id = p.programme_id
  LEFT JOIN pub_people_name n ON n.person_id = r.person_id
 WHERE r.mentor_id = $1 AND r.mentor_at IS NULL AND r.closed_at IS NULL AND p.state IN ('accepted', 'active', 'paused')
   AND (s.shared = 1 OR (s.shared IS NULL AND (t.programme_id IS NULL OR t.share_from <= p.proposed_at)))
 ORDER BY r.id LIMIT $2;

-- name: plan_review_waiting_owner :many
-- in: person:int
SELECT id, opened_at FROM plan_review WHERE person_id = $1 AND owner_at IS NULL AND closed_at IS NULL;

-- ---- what a programme sees: numbers -------------------------------------------------------------------------------------------------

-- name: plan_programme_people :one
-- Of those who are members on a day: how many there are, how many have a goal, how many have one from feedback and how many have one
-- that is not.
-- in: programme:int, today:int
-- out: members:int, with_goal:int, from_feedback:int, otherwise:int, goals:int, goals_from_feedback:int
SELECT (SELECT COUNT(*) FROM (SELECT m.person_id FROM pub_programme_membership m
                                WHERE m.programme_id + 0 = $1 AND m.start_day <= $2 AND (m.end_day IS NULL OR m.end_day >= $2)
                                GROUP BY m.person_id) p) AS members,
       COUNT(*) AS with_goal, COUNT(*) FILTER (WHERE g.heard > 0) AS from_feedback, COUNT(*) FILTER (WHERE g.heard < g.goals) AS otherwise,
       CAST(COALESCE(SUM(g.goals), 0) AS BIGINT) AS goals, CAST(COALESCE(SUM(g.heard), 0) AS BIGINT) AS goals_from_feedback
  FROM (SELECT person_id, COUNT(*) AS goals, COUNT(*) FILTER (WHERE source_kind IN ('feedback', 'observation', 'assessment')) AS heard
          FROM plan_goal WHERE state <> 'dropped' GROUP BY person_id) g
 WHERE EXISTS (SELECT 1 FROM pub_programme_membership m WHERE m.person_id = g.person_id AND m.programme_id + 0 = $1
                  AND m.start_day <= $2 AND (m.end_day IS NULL OR m.end_day >= $2));
