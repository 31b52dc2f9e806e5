-- People and groups as another system keeps them: the statements of campus/scim.

-- ---- people --------------------------------------------------------------------------------------------------------------------------

-- name: scim_users_among :many
-- Up to twenty people by number; whoever was deleted there too.
-- in: p1:int, p2:int, p3:int, p4:int, p5:int, p6:int, p7:int, p8:int, p9:int, p10:int, p11:int, p12:int, p13:int, p14:int, p15:int, p16:int, p17:int, p18:int, p19:int, p20:int
-- out: resource_id:int?, user_name:text?, external_id:text?, user_version:int?, changed_at:int?, deleted_at:int?, closed:int
SELECT k.person_id, k.given_name, k.family_name, k.display_name, k.email, k.language, k.zone, k.profession, k.version, k.created_at,
       COALESCE(k.disabled, 1) AS closed, u.resource_id, u.user_name, u.external_id, u.version AS user_version, u.changed_at, u.deleted_at
  FROM pub_people_known k LEFT JOIN scim_user u ON u.person_id = k.person_id
 WHERE k.person_id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20);

-- name: scim_user_by_resource :one
-- in: resource:int
SELECT person_id FROM scim_user WHERE resource_id = $1;

-- name: scim_user_by_name :one
-- in: key:text
SELECT person_id FROM scim_user WHERE user_name_key = $1;

-- name: scim_users_by_name :many
-- in: from_key:text, to_key:text, most:int
SELECT person_id FROM scim_user WHERE user_name_key >= $1 AND user_name_key < $2 ORDER BY user_name_key LIMIT $3;

-- name: scim_users_by_external :many
-- in: external:text, most:int
SELECT person_id FROM scim_user WHERE external_id = $1 ORDER BY person_id LIMIT $2;

-- name: scim_users_by_email :many
-- in: from_key:text, to_key:text, most:int
SELECT person_id FROM pub_people_known WHERE email_key >= $1 AND email_key < $2 ORDER BY email_key LIMIT $3;

-- name: scim_users_by_word :many
-- in: from_word:text, to_word:text, most:int
SELECT DISTINCT person_id FROM pub_people_word WHERE word >= $1 AND word < $2 ORDER BY person_id LIMIT $3;

-- name: scim_users_page :many
-- in: most:int, skip:int
SELECT k.person_id FROM pub_people_name k LEFT JOIN scim_user u ON u.person_id = k.person_id
 WHERE u.deleted_at IS NULL ORDER BY k.person_id LIMIT $1 OFFSET $2;

-- name: scim_users_count :one
-- out: n:int
SELECT (SELECT COUNT(*) FROM pub_people_name) - (SELECT COUNT(*) FROM scim_user WHERE deleted_at IS NOT NULL) AS n;

-- name: scim_user_put :exec
-- in: person:int, resource:int, user_name:text, user_name_key:text?, external:text?, now:int, deleted_at:int?
INSERT INTO scim_user (person_id, resource_id, user_name, user_name_key, external_id, version, changed_at, deleted_at)
VALUES ($1, $2, $3, $4, $5, 1, $6, $7)
ON CONFLICT (person_id) DO UPDATE SET resource_id = excluded.resource_id, user_name = excluded.user_name, user_name_key = excluded.user_name_key,
    external_id = excluded.external_id, version = scim_user.version + 1, changed_at = excluded.changed_at, deleted_at = excluded.deleted_at;

-- name: scim_user_drop :exec
-- in: person:int
DELETE FROM scim_user WHERE person_id = $1;

-- ---- groups --------------------------------------------------------------------------------------------------------------------------

-- name: scim_group_add :exec
-- in: id:int, name:text, key:text, external:text?, now:int
INSERT INTO scim_group (id, display_name, display_key, external_id, version, created_at, changed_at) VALUES ($1, $2, $3, $4, 1, $5, $5);

-- name: scim_group_change :exec
-- in: id:int, name:text, key:text, external:text?, now:int
UPDATE scim_group SET display_name = $2, display_key = $3, external_id = $4, version = version + 1, changed_at = $5 WHERE id = $1;

-- name: scim_group_find :one
-- in: id:int
SELECT id, display_name, external_id, programme_id, cohort_id, learner_group_id, version, created_at, changed_at FROM scim_group
 WHERE id = $1 AND deleted_at IS NULL;

-- name: scim_group_by_name :many
-- in: from_key:text, to_key:text, most:int
SELECT id FROM scim_group WHERE display_key >= $1 AND display_key < $2 AND deleted_at IS NULL ORDER BY display_key, id LIMIT $3;

-- name: scim_group_by_external :many
-- in: external:text, most:int
SELECT id FROM scim_group WHERE external_id = $1 AND deleted_at IS NULL ORDER BY id LIMIT $2;

-- name: scim_groups_page :many
-- in: most:int, skip:int
SELECT id FROM scim_group WHERE deleted_at IS NULL ORDER BY id LIMIT $1 OFFSET $2;

-- name: scim_groups_count :one
-- out: n:int, mapped:int
SELECT COUNT(*) AS n, COUNT(programme_id) AS mapped FROM scim_group WHERE deleted_at IS NULL;

-- name: scim_groups_among :many
-- in: p1:int, p2:int, p3:int, p4:int, p5:int, p6:int, p7:int, p8:int, p9:int, p10:int, p11:int, p12:int, p13:int, p14:int, p15:int, p16:int, p17:int, p18:int, p19:int, p20:int
SELECT id, display_name, external_id, version, created_at, changed_at FROM scim_group
 WHERE deleted_at IS NULL AND id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20);

-- name: scim_members_among :many
-- Who belongs to up to twenty groups.
-- in: p1:int, p2:int, p3:int, p4:int, p5:int, p6:int, p7:int, p8:int, p9:int, p10:int, p11:int, p12:int, p13:int, p14:int, p15:int, p16:int, p17:int, p18:int, p19:int, p20:int
-- out: resource_id:int
SELECT m.group_id, COALESCE(u.resource_id, m.person_id) AS resource_id, k.display_name
  FROM scim_member m JOIN pub_people_name k ON k.person_id = m.person_id LEFT JOIN scim_user u ON u.person_id = m.person_id
 WHERE m.state <> 'leaving' AND u.deleted_at IS NULL
   AND m.group_id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
 ORDER BY m.group_id, m.person_id;

-- name: scim_group_map :exec
-- in: id:int, programme:int?, cohort:int?, learner_group:int?
UPDATE scim_group SET programme_id = $2, cohort_id = $3, learner_group_id = $4 WHERE id = $1 AND deleted_at IS NULL;

-- name: scim_group_delete :exec
-- in: id:int, now:int
UPDATE scim_group SET deleted_at = $2, external_id = NULL, changed_at = $2 WHERE id = $1 AND deleted_at IS NULL;

-- name: scim_group_sweep :exec
-- Deleted groups whom nobody has still to leave.
DELETE FROM scim_group WHERE deleted_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM scim_member m WHERE m.group_id = scim_group.id);

-- name: scim_member_add :exec
-- Somebody who was about to leave stays.
-- in: id:int, person:int, state:text
INSERT INTO scim_member (group_id, person_id, state) VALUES ($1, $2, $3)
ON CONFLICT (group_id, person_id) DO UPDATE SET state = 'made' WHERE scim_member.state = 'leaving';

-- name: scim_member_leave :exec
-- Whom the group brought in leaves what she was brought into; person 0: everybody.
-- in: id:int, person:int
UPDATE scim_member SET state = 'leaving' WHERE group_id = $1 AND ($2 = 0 OR person_id = $2) AND state = 'made';

-- name: scim_member_drop :exec
-- in: id:int, person:int
DELETE FROM scim_member WHERE group_id = $1 AND ($2 = 0 OR person_id = $2) AND state <> 'leaving';

-- name: scim_members_again :exec
-- in: id:int, state:text
UPDATE scim_member SET state = $2 WHERE group_id = $1 AND state <> 'leaving';

-- name: scim_members_due :many
-- in: most:int
SELECT m.group_id, m.person_id, m.state, g.programme_id, g.cohort_id, g.learner_group_id
  FROM scim_member m JOIN scim_group g ON g.id = m.group_id
 WHERE m.state = 'new' OR m.state = 'leaving' ORDER BY m.group_id, m.person_id LIMIT $1;

-- name: scim_member_set :exec
-- in: id:int, person:int, state:text
UPDATE scim_member SET state = $3 WHERE group_id = $1 AND person_id = $2;

-- name: scim_member_gone :exec
-- in: id:int, person:int
DELETE FROM scim_member WHERE group_id = $1 AND person_id = $2;

-- name: scim_groups_of :many
-- in: person:int
SELECT g.id, g.display_name FROM scim_member m JOIN scim_group g ON g.id = m.group_id WHERE m.person_id = $1 ORDER BY g.id;

-- name: scim_members_end :exec
-- Whoever is deleted there leaves what groups brought her into.
-- in: person:int
UPDATE scim_member SET state = 'leaving' WHERE person_id = $1 AND state = 'made';

-- name: scim_members_clear_but :exec
-- in: person:int
DELETE FROM scim_member WHERE person_id = $1 AND state <> 'leaving';

-- name: scim_members_clear :exec
-- in: person:int
DELETE FROM scim_member WHERE person_id = $1;

-- ---- the page ------------------------------------------------------------------------------------------------------------------------

-- name: scim_site_counts :one
-- out: people:int, closed:int, deleted:int
SELECT COUNT(*) AS people, CAST(COALESCE(SUM(CASE WHEN a.disabled = 1 AND u.deleted_at IS NULL THEN 1 ELSE 0 END), 0) AS BIGINT) AS closed,
       COUNT(u.deleted_at) AS deleted
  FROM scim_user u LEFT JOIN pub_people_account a ON a.person_id = u.person_id;

-- name: scim_site_groups :many
-- out: cohort_title:text?, group_title:text?, members:int
-- in: most:int, skip:int
SELECT g.id, g.display_name, g.programme_id, c.title AS cohort_title, l.title AS group_title,
       (SELECT COUNT(*) FROM scim_member m WHERE m.group_id = g.id AND m.state <> 'leaving') AS members
  FROM scim_group g LEFT JOIN pub_programme_cohort c ON c.id = g.cohort_id LEFT JOIN pub_programme_group l ON l.id = g.learner_group_id
 WHERE g.deleted_at IS NULL ORDER BY g.display_key, g.id LIMIT $1 OFFSET $2;

-- name: scim_preview :one
-- What a group would bring into a cohort: who is in it, who stands in another cohort of the programme, all.
-- in: id:int, programme:int, cohort:int, today:int
-- out: n:int, there:int, elsewhere:int
SELECT COUNT(*) AS n,
       COUNT(CASE WHEN EXISTS (SELECT 1 FROM pub_programme_member p WHERE p.person_id = m.person_id AND p.programme_id + 0 = $2 AND p.cohort_id + 0 = $3
                                AND p.state = 'active' AND (p.end_day IS NULL OR p.end_day >= $4)) THEN 1 END) AS there,
       COUNT(CASE WHEN EXISTS (SELECT 1 FROM pub_programme_member p WHERE p.person_id = m.person_id AND p.programme_id + 0 = $2 AND p.cohort_id + 0 <> $3
                                AND p.state = 'active' AND (p.end_day IS NULL OR p.end_day >= $4)) THEN 1 END) AS elsewhere
  FROM scim_member m WHERE m.group_id = $1 AND m.state <> 'leaving';

-- name: scim_preview_group :one
-- The same for a group of Cadre; elsewhere: not in the cohort that the group belongs to (cohort 0: it belongs to none).
-- in: id:int, learner_group:int, cohort:int, today:int
-- out: n:int, there:int, elsewhere:int
SELECT COUNT(*) AS n,
       COUNT(CASE WHEN EXISTS (SELECT 1 FROM pub_programme_group_member p WHERE p.person_id = m.person_id AND p.group_id + 0 = $2
                                AND (p.end_day IS NULL OR p.end_day >= $4)) THEN 1 END) AS there,
       COUNT(CASE WHEN $3 <> 0 AND NOT EXISTS (SELECT 1 FROM pub_programme_member p WHERE p.person_id = m.person_id AND p.cohort_id + 0 = $3
                                AND p.state = 'active' AND (p.end_day IS NULL OR p.end_day >= $4)) THEN 1 END) AS elsewhere
  FROM scim_member m WHERE m.group_id = $1 AND m.state <> 'leaving';

-- name: scim_learner_groups :many
-- in: most:int
SELECT g.id, g.programme_id, g.cohort_id, g.title FROM pub_programme p CROSS JOIN pub_programme_group g WHERE g.programme_id = p.id
 ORDER BY g.programme_id, g.code LIMIT $1;

-- name: scim_heard_find :one
SELECT asked_at, refused_at, refused FROM scim_heard WHERE one = 1;

-- name: scim_heard_asked :exec
-- in: now:int
INSERT INTO scim_heard (one, asked_at) VALUES (1, $1) ON CONFLICT (one) DO UPDATE SET asked_at = excluded.asked_at;

-- name: scim_heard_refused :exec
-- in: now:int, what:text
INSERT INTO scim_heard (one, asked_at, refused_at, refused) VALUES (1, $1, $1, $2)
ON CONFLICT (one) DO UPDATE SET asked_at = excluded.asked_at, refused_at = excluded.refused_at, refused = excluded.refused;
