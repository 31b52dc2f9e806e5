-- Programmes, stages, cohorts, groups, roles.

-- name: programme_add :exec
-- in: id:int, code:text, title:text, zone:text, language:text, now:int
INSERT INTO programme (id, code, title, zone, language, created_at) VALUES ($1, $2, $3, $4, $5, $6);

-- name: programme_change :exec
-- Changes no row when the version is another.
-- in: id:int, version:int, code:text, title:text, zone:text, language:text
UPDATE programme SET code = $3, title = $4, zone = $5, language = $6, version = version + 1 WHERE id = $1 AND version = $2;

-- name: programme_find :one
-- in: id:int
SELECT id, code, title, zone, language, version FROM programme WHERE id = $1;

-- name: programme_by_code :one
-- in: code:text
SELECT id, code, title, zone, language, version FROM programme WHERE code = $1;

-- name: programme_list :many
SELECT id, code, title, zone, language, version FROM programme WHERE closed_at IS NULL ORDER BY code;

-- name: programme_list_counts :many
-- Each programme with how many are in it on a day.
-- in: today:int
-- out: members:int, cohorts:int
SELECT p.id, p.code, p.title,
       (SELECT COUNT(*) FROM membership m
        WHERE m.programme_id = p.id AND m.start_day <= $1 AND (m.end_day IS NULL OR m.end_day >= $1)) AS members,
       (SELECT COUNT(*) FROM cohort c WHERE c.programme_id = p.id) AS cohorts
FROM programme p WHERE p.closed_at IS NULL ORDER BY p.code;

-- name: programme_current :one
-- Where a person works: by a role in force, else the membership of the day, else the latest, else the only programme.
-- in: person_id:int, today:int
-- out: id:int, code:text, title:text, zone:text, language:text, version:int
SELECT p.id, p.code, p.title, p.zone, p.language, p.version
FROM (SELECT programme_id, 0 AS place, start_day FROM role_grant
      WHERE person_id = $1 AND programme_id IS NOT NULL AND start_day <= $2 AND (end_day IS NULL OR end_day >= $2)
      UNION ALL
      SELECT programme_id, CASE WHEN start_day <= $2 AND (end_day IS NULL OR end_day >= $2) THEN 1 ELSE 2 END AS place, start_day
      FROM membership WHERE person_id = $1
      UNION ALL
      SELECT id AS programme_id, 3 AS place, 0 AS start_day FROM programme
      WHERE closed_at IS NULL AND (SELECT COUNT(*) FROM programme WHERE closed_at IS NULL) = 1) x
JOIN programme p ON p.id = x.programme_id
ORDER BY x.place, x.start_day DESC, p.id
LIMIT 1;

-- name: programme_places :many
-- Where a person belongs or did, as a member or by a role.
-- in: person_id:int
-- out: cohort_id:int
SELECT programme_id, cohort_id FROM membership WHERE person_id = $1
UNION
SELECT programme_id, COALESCE(cohort_id, 0) AS cohort_id FROM role_grant WHERE person_id = $1 AND programme_id IS NOT NULL;

-- name: programme_counts :one
-- The tiles of a programme's page, but for the members.
-- in: programme_id:int, today:int
-- out: away:int, cohorts:int, learner_groups:int, stages:int
SELECT (SELECT COUNT(*) FROM membership_pause p JOIN membership m ON m.id = p.membership_id
        WHERE COALESCE(m.programme_id, 0) = $1 AND p.start_day <= $2 AND (p.end_day IS NULL OR p.end_day >= $2)
          AND (m.end_day IS NULL OR m.end_day >= $2)) AS away,
       (SELECT COUNT(*) FROM cohort WHERE programme_id = $1) AS cohorts,
       (SELECT COUNT(*) FROM learner_group WHERE programme_id = $1) AS learner_groups,
       (SELECT COUNT(*) FROM stage WHERE programme_id = $1) AS stages;

-- ---- stages ---------------------------------------------------------------------------------------------------------------

-- name: stage_add :exec
-- in: id:int, programme_id:int, ordinal:int, code:text, title:text
INSERT INTO stage (id, programme_id, ordinal, code, title) VALUES ($1, $2, $3, $4, $5);

-- name: stage_change :exec
-- in: id:int, ordinal:int, code:text, title:text
UPDATE stage SET ordinal = $2, code = $3, title = $4 WHERE id = $1;

-- name: stage_find :one
-- in: id:int
SELECT id, programme_id, ordinal, code, title FROM stage WHERE id = $1;

-- name: stage_by_code :one
-- in: programme_id:int, code:text
SELECT id FROM stage WHERE programme_id = $1 AND code = $2;

-- name: stage_list :many
-- in: programme_id:int
SELECT id, ordinal, code, title FROM stage WHERE programme_id = $1 ORDER BY ordinal, code;

-- name: stage_members :many
-- How many are in each stage of a programme on a day, 0 for none: all of them together are the programme's members. Those with a
-- stage of their own are few and counted apart, so that the others are counted in the order of the index, without sorting them.
-- in: programme_id:int, today:int
-- out: stage_id:int, members:int
SELECT COALESCE(y.stage_id, 0) AS stage_id, CAST(SUM(y.members) AS BIGINT) AS members
FROM (SELECT c.stage_id, x.members
      FROM (SELECT m.cohort_id, COUNT(*) AS members FROM membership m
            WHERE m.programme_id = $1 AND m.stage_id IS NULL AND m.start_day <= $2 AND (m.end_day IS NULL OR m.end_day >= $2)
            GROUP BY m.cohort_id) x
      JOIN cohort c ON c.id = x.cohort_id
      UNION ALL
      SELECT m.stage_id, COUNT(*) AS members FROM membership m
      WHERE m.stage_id IS NOT NULL AND m.programme_id = $1 AND m.start_day <= $2 AND (m.end_day IS NULL OR m.end_day >= $2)
      GROUP BY m.stage_id) y
GROUP BY COALESCE(y.stage_id, 0);

-- ---- cohorts --------------------------------------------------------------------------------------------------------------

-- name: cohort_add :exec
-- in: id:int, programme_id:int, code:text, title:text, stage_id:int?, start_day:int?, end_day:int?
INSERT INTO cohort (id, programme_id, code, title, stage_id, start_day, end_day) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: cohort_change :exec
-- in: id:int, version:int, code:text, title:text, stage_id:int?, start_day:int?, end_day:int?
UPDATE cohort SET code = $3, title = $4, stage_id = $5, start_day = $6, end_day = $7, version = version + 1
WHERE id = $1 AND version = $2;

-- name: cohort_set_stage :exec
-- in: id:int, version:int, stage_id:int
UPDATE cohort SET stage_id = $3, version = version + 1 WHERE id = $1 AND version = $2;

-- name: cohort_find :one
-- in: id:int
SELECT id, programme_id, code, title, stage_id, start_day, end_day, version FROM cohort WHERE id = $1;

-- name: cohort_by_code :one
-- in: programme_id:int, code:text
SELECT id FROM cohort WHERE programme_id = $1 AND code = $2;

-- name: cohort_list :many
-- in: programme_id:int
SELECT id, code, title, stage_id, version FROM cohort WHERE programme_id = $1 ORDER BY code;

-- name: cohort_list_all :many
SELECT c.id, c.title, c.programme_id, p.title AS programme_title FROM cohort c JOIN programme p ON p.id = c.programme_id
WHERE p.closed_at IS NULL ORDER BY p.code, c.code;

-- name: cohort_list_counts :many
-- A page of cohorts, behind a code.
-- in: programme_id:int, today:int, after_code:text, most:int
-- out: stage_title:text?, members:int
SELECT c.id, c.code, c.title, s.title AS stage_title,
       (SELECT COUNT(*) FROM membership m
        WHERE m.cohort_id = c.id AND m.start_day <= $2 AND (m.end_day IS NULL OR m.end_day >= $2)) AS members
FROM cohort c LEFT JOIN stage s ON s.id = c.stage_id
WHERE c.programme_id = $1 AND c.code > $3 ORDER BY c.code LIMIT $4;

-- name: cohort_advance_counts :one
-- Who moves when a cohort goes to its next stage: those without a stage of their own.
-- in: cohort_id:int, today:int
-- out: moving:int, staying:int, away:int
SELECT (SELECT COUNT(*) FROM membership m
        WHERE m.cohort_id = $1 AND m.stage_id IS NULL AND m.start_day <= $2 AND (m.end_day IS NULL OR m.end_day >= $2)) AS moving,
       (SELECT COUNT(*) FROM membership m
        WHERE m.cohort_id = $1 AND m.stage_id IS NOT NULL AND m.start_day <= $2 AND (m.end_day IS NULL OR m.end_day >= $2)) AS staying,
       (SELECT COUNT(*) FROM membership_pause p JOIN membership m ON m.id = p.membership_id
        WHERE m.cohort_id = $1 AND p.start_day <= $2 AND (p.end_day IS NULL OR p.end_day >= $2)
          AND (m.end_day IS NULL OR m.end_day >= $2)) AS away;

-- name: cohort_members :many
-- A page of those who are or were in a cohort, by name, behind (after_key, after_id).
-- in: cohort_id:int, today:int, after_key:text, after_id:int, word_from:text, word_to:text, most:int
-- out: away:int
SELECT m.id, m.person_id, n.display_name, n.sort_key, m.state, m.start_day, m.end_day, m.stage_id,
       (SELECT COUNT(*) FROM membership_pause p
        WHERE p.membership_id = m.id AND p.start_day <= $2 AND (p.end_day IS NULL OR p.end_day >= $2)) AS away
FROM membership m JOIN pub_people_name n ON n.person_id = m.person_id
WHERE m.cohort_id = $1 AND (n.sort_key, m.id) > ($3, $4)
  AND ($5 = '' OR EXISTS (SELECT 1 FROM pub_people_word w WHERE w.person_id = m.person_id AND w.word >= $5 AND w.word < $6))
ORDER BY n.sort_key, m.id LIMIT $7;

-- ---- groups ---------------------------------------------------------------------------------------------------------------

-- name: group_add :exec
-- in: id:int, programme_id:int, cohort_id:int?, code:text, title:text
INSERT INTO learner_group (id, programme_id, cohort_id, code, title) VALUES ($1, $2, $3, $4, $5);

-- name: group_change :exec
-- in: id:int, code:text, title:text
UPDATE learner_group SET code = $2, title = $3 WHERE id = $1;

-- name: group_find :one
-- in: id:int
SELECT id, programme_id, cohort_id, code, title FROM learner_group WHERE id = $1;

-- name: group_by_code :one
-- in: programme_id:int, code:text
SELECT id FROM learner_group WHERE programme_id = $1 AND code = $2;

-- name: group_list_counts :many
-- A page of groups, behind a code.
-- in: programme_id:int, today:int, after_code:text, most:int
-- out: cohort_title:text?, members:int
SELECT g.id, g.cohort_id, g.code, g.title, c.title AS cohort_title,
       (SELECT COUNT(*) FROM group_member gm
        WHERE gm.group_id = g.id AND gm.start_day <= $2 AND (gm.end_day IS NULL OR gm.end_day >= $2)) AS members
FROM learner_group g LEFT JOIN cohort c ON c.id = g.cohort_id
WHERE g.programme_id = $1 AND g.code > $3 ORDER BY g.code LIMIT $4;

-- name: group_member_add :exec
-- in: group_id:int, person_id:int, start_day:int, end_day:int?
INSERT INTO group_member (group_id, person_id, start_day, end_day) VALUES ($1, $2, $3, $4);

-- name: group_member_overlaps :one
-- in: group_id:int, person_id:int, start_day:int, end_day:int
-- out: n:int
SELECT COUNT(*) AS n FROM group_member
WHERE group_id = $1 AND person_id = $2 AND start_day <= $4 AND (end_day IS NULL OR end_day >= $3);

-- name: group_member_end :exec
-- in: group_id:int, person_id:int, last_day:int
UPDATE group_member SET end_day = $3
WHERE group_id = $1 AND person_id = $2 AND start_day <= $3 AND (end_day IS NULL OR end_day > $3);

-- name: group_member_drop :exec
-- What has not begun by then.
-- in: group_id:int, person_id:int, last_day:int
DELETE FROM group_member WHERE group_id = $1 AND person_id = $2 AND start_day > $3;

-- name: group_member_end_of_cohort :exec
-- All groups of a cohort that a person is in; for cohort 0 all groups of the programme.
-- in: person_id:int, programme_id:int, cohort_id:int, last_day:int
UPDATE group_member SET end_day = $4
WHERE person_id = $1 AND start_day <= $4 AND (end_day IS NULL OR end_day > $4)
  AND group_id IN (SELECT id FROM learner_group WHERE programme_id = $2 AND ($3 = 0 OR cohort_id = $3));

-- name: group_member_drop_of_cohort :exec
-- in: person_id:int, programme_id:int, cohort_id:int, last_day:int
DELETE FROM group_member
WHERE person_id = $1 AND start_day > $4
  AND group_id IN (SELECT id FROM learner_group WHERE programme_id = $2 AND ($3 = 0 OR cohort_id = $3));

-- name: group_members :many
-- in: group_id:int, today:int, after_key:text, after_id:int, most:int
SELECT gm.person_id, n.display_name, n.sort_key, gm.start_day, gm.end_day
FROM group_member gm JOIN pub_people_name n ON n.person_id = gm.person_id
WHERE gm.group_id = $1 AND (gm.end_day IS NULL OR gm.end_day >= $2) AND (n.sort_key, gm.person_id) > ($3, $4)
ORDER BY n.sort_key, gm.person_id LIMIT $5;

-- name: group_of_person :many
-- in: person_id:int
SELECT g.id, g.title, g.programme_id, gm.start_day, gm.end_day
FROM group_member gm JOIN learner_group g ON g.id = gm.group_id
WHERE gm.person_id = $1 ORDER BY gm.start_day DESC, g.code;

-- ---- roles ----------------------------------------------------------------------------------------------------------------

-- name: role_grant_add :exec
-- in: id:int, person_id:int, role:text, programme_id:int?, cohort_id:int?, start_day:int, end_day:int?, source:text
INSERT INTO role_grant (id, person_id, role, programme_id, cohort_id, start_day, end_day, source)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: role_grant_same :one
-- How many grants of the same role in the same place touch these days.
-- in: person_id:int, role:text, programme_id:int, cohort_id:int, start_day:int, end_day:int
-- out: n:int
SELECT COUNT(*) AS n FROM role_grant
WHERE person_id = $1 AND role = $2 AND COALESCE(programme_id, 0) = $3 AND COALESCE(cohort_id, 0) = $4
  AND start_day <= $6 AND (end_day IS NULL OR end_day >= $5);

-- name: role_grant_find :one
-- in: id:int
SELECT id, person_id, role, programme_id, cohort_id, start_day, end_day FROM role_grant WHERE id = $1;

-- name: role_grant_end :exec
-- in: id:int, last_day:int
UPDATE role_grant SET end_day = $2 WHERE id = $1;

-- name: role_grant_delete :exec
-- One that has not begun.
-- in: id:int
DELETE FROM role_grant WHERE id = $1;

-- name: role_grant_others_with :one
-- Who else holds a role in the whole site on a day and can sign in.
-- in: role:text, today:int, but_id:int
-- out: n:int
SELECT COUNT(*) AS n FROM role_grant r JOIN pub_people_account a ON a.person_id = r.person_id
WHERE r.role = $1 AND r.programme_id IS NULL AND r.start_day <= $2 AND (r.end_day IS NULL OR r.end_day > $2)
  AND r.id <> $3 AND a.disabled = 0;

-- name: role_grant_alone :one
-- Does a person hold a role in the whole site on a day (mine), and who else who can sign in (others).
-- in: person_id:int, role:text, today:int
-- out: mine:int, others:int
SELECT COUNT(*) FILTER (WHERE r.person_id = $1) AS mine, COUNT(*) FILTER (WHERE r.person_id <> $1 AND a.disabled = 0) AS others
FROM role_grant r JOIN pub_people_account a ON a.person_id = r.person_id
WHERE r.role = $2 AND r.programme_id IS NULL AND r.start_day <= $3 AND (r.end_day IS NULL OR r.end_day > $3);

-- name: role_grant_of_person :many
-- in: person_id:int
-- out: programme_title:text?, cohort_title:text?
SELECT r.id, r.role, r.programme_id, r.cohort_id, r.start_day, r.end_day, r.source, p.title AS programme_title,
       c.title AS cohort_title
FROM role_grant r LEFT JOIN programme p ON p.id = r.programme_id LEFT JOIN cohort c ON c.id = r.cohort_id
WHERE r.person_id = $1 ORDER BY r.start_day DESC, r.id;

-- name: role_grant_clear :exec
-- in: person_id:int
DELETE FROM role_grant WHERE person_id = $1;

-- name: group_open_to :many
-- The groups that a person could join: of the programmes she is in or works in, and of her cohort or of none.
-- in: person_id:int, today:int
-- out: cohort_id:int
SELECT DISTINCT g.id, g.programme_id, COALESCE(g.cohort_id, 0) AS cohort_id, g.title, g.code
FROM (SELECT m.programme_id, m.cohort_id, 0 AS works FROM membership m
      WHERE m.person_id = $1 AND (m.end_day IS NULL OR m.end_day >= $2)
      UNION
      SELECT r.programme_id, 0 AS cohort_id, 1 AS works FROM role_grant r
      WHERE r.person_id = $1 AND r.programme_id IS NOT NULL AND (r.end_day IS NULL OR r.end_day >= $2)) x
JOIN learner_group g ON g.programme_id = x.programme_id
WHERE x.works = 1 OR g.cohort_id IS NULL OR g.cohort_id = x.cohort_id
ORDER BY g.code, g.id;

-- name: group_open_count :one
-- How many groups of a cohort a person is in on a day; for cohort 0 of the whole programme.
-- in: person_id:int, programme_id:int, cohort_id:int, today:int
-- out: n:int
SELECT COUNT(*) AS n FROM group_member gm JOIN learner_group g ON g.id = gm.group_id
WHERE gm.person_id = $1 AND g.programme_id = $2 AND ($3 = 0 OR g.cohort_id = $3) AND (gm.end_day IS NULL OR gm.end_day >= $4);
