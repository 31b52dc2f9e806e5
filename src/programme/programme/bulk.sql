-- A whole programme at once, for comparing with a whole roster.

-- name: roll_groups :many
-- in: programme_id:int
SELECT id, cohort_id, code, title FROM learner_group WHERE programme_id = $1 ORDER BY code;

-- name: roll_members :each
-- in: programme_id:int
-- out: closed:int
SELECT id, person_id, cohort_id, stage_id, start_day, end_day, source, version, CASE WHEN state = 'active' THEN 0 ELSE 1 END AS closed
FROM membership WHERE programme_id = $1;

-- name: roll_group_members :each
-- in: programme_id:int
SELECT gm.group_id, gm.person_id, gm.start_day, gm.end_day
FROM group_member gm JOIN learner_group g ON g.id = gm.group_id
WHERE g.programme_id = $1;

-- name: roll_grants :each
-- in: programme_id:int
SELECT id, person_id, role, cohort_id, start_day, end_day, source FROM role_grant WHERE programme_id = $1;

-- name: roll_elsewhere :each
-- What people may do on a day but for being a trainee of this programme.
-- in: programme_id:int, today:int
-- out: person_id:int, role:text, programme_id:int, cohort_id:int
SELECT person_id, role, COALESCE(programme_id, 0) AS programme_id, COALESCE(cohort_id, 0) AS cohort_id
FROM pub_programme_role
WHERE start_day <= $2 AND (end_day IS NULL OR end_day >= $2) AND NOT (role = 'trainee' AND programme_id = $1);

-- name: group_member_set_end :exec
-- in: group_id:int, person_id:int, start_day:int, end_day:int?
UPDATE group_member SET end_day = $4 WHERE group_id = $1 AND person_id = $2 AND start_day = $3;
