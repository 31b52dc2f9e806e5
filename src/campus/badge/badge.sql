-- Badges: what is recognised, who has it, what was withdrawn.

-- ---- badges ---------------------------------------------------------------------------------------------------------------------

-- name: badge_add :exec
-- in: id:int, programme:int, title:text, title_key:text, about:text, criteria:text, earn:text, course:int?, role:int?, times:int, months:int?, symbol:text, colour:text, now:int
INSERT INTO badge (id, programme_id, title, title_key, about, criteria, earn, course_id, role_id, times, months, symbol, colour, state, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'draft', $14);

-- name: badge_change :exec
-- in: id:int, version:int, title:text, title_key:text, about:text, criteria:text, earn:text, course:int?, role:int?, times:int, months:int?, symbol:text, colour:text
UPDATE badge SET title = $3, title_key = $4, about = $5, criteria = $6, earn = $7, course_id = $8, role_id = $9, times = $10, months = $11,
       symbol = $12, colour = $13, version = version + 1
 WHERE id = $1 AND version = $2 AND state = 'draft';

-- name: badge_publish :exec
-- in: id:int, version:int, now:int
UPDATE badge SET state = 'published', published_at = $3, version = version + 1 WHERE id = $1 AND version = $2 AND state = 'draft';

-- name: badge_retire :exec
-- in: id:int, version:int
UPDATE badge SET state = 'retired', version = version + 1 WHERE id = $1 AND version = $2 AND state = 'published';

-- name: badge_drop :exec
-- in: id:int, version:int
DELETE FROM badge WHERE id = $1 AND version = $2 AND state = 'draft';

-- name: badge_find :one
-- in: id:int
-- out: programme:text, zone:text
SELECT b.id, b.programme_id, b.title, b.about, b.criteria, b.earn, b.course_id, b.role_id, b.times, b.months, b.symbol, b.colour, b.state, b.version,
       b.published_at, p.title AS programme, z.zone
  FROM badge b JOIN pub_programme_title p ON p.id = b.programme_id JOIN pub_programme z ON z.id = b.programme_id WHERE b.id = $1;

-- name: badge_list_of :many
-- in: programme:int, after_key:text, after:int, most:int
-- out: given:int
SELECT b.id, b.title, b.title_key, b.earn, b.symbol, b.colour, b.state,
       (SELECT count(*) FROM badge_award w WHERE w.badge_id = b.id AND w.person_id IS NOT NULL) AS given
  FROM badge b WHERE b.programme_id = $1 AND (b.title_key, b.id) > ($2, $3) ORDER BY b.title_key, b.id LIMIT $4;

-- name: badge_by_itself :many
-- Published badges that are given by themselves.
SELECT id FROM badge WHERE state = 'published' AND earn IN ('course', 'programme', 'role') ORDER BY id;

-- name: badge_competencies :many
-- in: badge:int
SELECT b.competency_id, k.identifier, k.code, k.title, k.statement, k.framework_title
  FROM badge_competency b JOIN pub_framework_case k ON k.competency_id = b.competency_id WHERE b.badge_id = $1 ORDER BY k.code, b.competency_id;

-- name: badge_competency_add :exec
-- in: badge:int, competency:int
INSERT INTO badge_competency (badge_id, competency_id) VALUES ($1, $2) ON CONFLICT DO NOTHING;

-- name: badge_competency_clear :exec
-- in: badge:int
DELETE FROM badge_competency WHERE badge_id = $1;

-- name: badge_courses :many
-- in: programme:int
SELECT id, title FROM pub_curriculum_course WHERE programme_id = $1 AND state = 'published' ORDER BY title, id;

-- name: badge_roles :many
-- in: programme:int
-- out: role:text, title:text
SELECT r.id, r.title AS role, o.title FROM pub_placement_opportunity o JOIN pub_placement_role r ON r.opportunity_id = o.id
 WHERE o.programme_id = $1 AND o.state <> 'closed' AND r.retired = 0 ORDER BY o.title, o.id, r.ordinal;

-- name: badge_course_title :one
-- in: course:int
SELECT title, programme_id FROM pub_curriculum_course WHERE id = $1;

-- name: badge_role_title :one
-- in: role:int
-- out: role:text, title:text, programme_id:int
SELECT r.title AS role, o.title, o.programme_id FROM pub_placement_role r JOIN pub_placement_opportunity o ON o.id = r.opportunity_id WHERE r.id = $1;

-- ---- who has earned one and does not have it -----------------------------------------------------------------------------------------

-- name: badge_due_course :many
-- in: badge:int, course:int, most:int
SELECT DISTINCT e.person_id FROM pub_curriculum_enrolled e
 WHERE e.course_id = $2 AND e.state = 'completed' AND EXISTS (SELECT 1 FROM pub_people_name n WHERE n.person_id = e.person_id)
   AND NOT EXISTS (SELECT 1 FROM badge_award w WHERE w.badge_id = $1 AND w.person_id = e.person_id)
 ORDER BY e.person_id LIMIT $3;

-- name: badge_due_programme :many
-- in: badge:int, programme:int, today:int, most:int
SELECT DISTINCT m.person_id FROM pub_programme_member m
 WHERE m.programme_id = $2 AND m.state = 'completed' AND m.end_day <= $3 AND EXISTS (SELECT 1 FROM pub_people_name n WHERE n.person_id = m.person_id)
   AND NOT EXISTS (SELECT 1 FROM badge_award w WHERE w.badge_id = $1 AND w.person_id = m.person_id)
 ORDER BY m.person_id LIMIT $4;

-- name: badge_due_role :many
-- in: badge:int, role:int, times:int, most:int
SELECT h.person_id FROM pub_hours_role h
 WHERE h.role_id = $2 AND EXISTS (SELECT 1 FROM pub_people_name n WHERE n.person_id = h.person_id)
   AND NOT EXISTS (SELECT 1 FROM badge_award w WHERE w.badge_id = $1 AND w.person_id = h.person_id)
 GROUP BY h.person_id HAVING count(*) >= $3 ORDER BY h.person_id LIMIT $4;

-- name: badge_lacks :one
-- Is she there, and never had it?
-- in: badge:int, person:int
-- out: n:int
SELECT count(*) AS n FROM pub_people_name n WHERE n.person_id = $2 AND NOT EXISTS (SELECT 1 FROM badge_award w WHERE w.badge_id = $1 AND w.person_id = $2);

-- ---- badges of people ----------------------------------------------------------------------------------------------------------------

-- name: badge_list_with_room :one
-- in: programme:int, full:int
SELECT id FROM badge_list WHERE programme_id = $1 AND used < $2 ORDER BY id LIMIT 1;

-- name: badge_list_add :exec
-- in: id:int, programme:int
INSERT INTO badge_list (id, programme_id, used) VALUES ($1, $2, 0);

-- name: badge_list_use :exec
-- in: id:int
UPDATE badge_list SET used = used + 1 WHERE id = $1;

-- name: badge_place_taken :one
-- in: list:int, place:int
-- out: n:int
SELECT count(*) AS n FROM badge_award WHERE list_id = $1 AND place = $2;

-- name: badge_list_revoked :many
-- in: list:int
SELECT place FROM badge_award WHERE list_id = $1 AND revoked_at IS NOT NULL ORDER BY place;

-- name: badge_list_there :one
-- in: list:int
SELECT id, programme_id FROM badge_list WHERE id = $1;

-- name: badge_award_add :exec
-- in: id:int, badge:int, person:int, uuid:text, list:int, place:int, now:int, until:int?, by:int?, reason:text
INSERT INTO badge_award (id, badge_id, person_id, uuid, list_id, place, awarded_at, until_at, by_person_id, reason)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- name: badge_award_held :one
-- One that is valid still.
-- in: badge:int, person:int, now:int
-- out: n:int
SELECT count(*) AS n FROM badge_award WHERE badge_id = $1 AND person_id = $2 AND revoked_at IS NULL AND (until_at IS NULL OR until_at > $3);

-- name: badge_award_find :one
-- in: id:int
-- out: title:text, about:text, criteria:text, programme:text, zone:text, programme_id:int, name:text?
SELECT w.id, w.badge_id, w.person_id, w.uuid, w.list_id, w.place, w.awarded_at, w.until_at, w.by_person_id, w.reason, w.jwt, w.seen_at, w.token,
       w.revoked_at, w.revoked_why, w.version, b.title, b.about, b.criteria, b.programme_id, b.symbol, b.colour, p.title AS programme, z.zone, n.display_name AS name
  FROM badge_award w JOIN badge b ON b.id = w.badge_id JOIN pub_programme_title p ON p.id = b.programme_id JOIN pub_programme z ON z.id = b.programme_id
  LEFT JOIN pub_people_name n ON n.person_id = w.person_id
 WHERE w.id = $1;

-- name: badge_award_by_uuid :one
-- in: uuid:text
SELECT id FROM badge_award WHERE uuid = $1;

-- name: badge_award_by_token :one
-- in: token:text
SELECT id FROM badge_award WHERE token = $1;

-- name: badge_awards_of_person :many
-- in: person:int, at:int, id:int, most:int
-- out: title:text, programme:text
SELECT w.id, w.badge_id, w.awarded_at, w.until_at, w.revoked_at, w.seen_at, w.token, b.title, b.about, p.title AS programme
  FROM badge_award w JOIN badge b ON b.id = w.badge_id JOIN pub_programme_title p ON p.id = b.programme_id
 WHERE w.person_id = $1 AND (w.awarded_at, w.id) < ($2, $3) ORDER BY w.awarded_at DESC, w.id DESC LIMIT $4;

-- name: badge_awards_of_badge :many
-- in: badge:int, at:int, id:int, most:int
-- out: name:text?
SELECT w.id, w.person_id, w.awarded_at, w.until_at, w.revoked_at, w.by_person_id, w.reason, w.revoked_why, n.display_name AS name
  FROM badge_award w LEFT JOIN pub_people_name n ON n.person_id = w.person_id
 WHERE w.badge_id = $1 AND (w.awarded_at, w.id) < ($2, $3) ORDER BY w.awarded_at DESC, w.id DESC LIMIT $4;

-- name: badge_awards_new :many
-- What she has not looked at yet.
-- in: person:int, most:int
-- out: title:text
SELECT w.id, w.awarded_at, b.title FROM badge_award w JOIN badge b ON b.id = w.badge_id
 WHERE w.person_id = $1 AND w.seen_at IS NULL AND w.revoked_at IS NULL ORDER BY w.awarded_at DESC, w.id DESC LIMIT $2;

-- name: badge_award_seen :exec
-- in: id:int, now:int
UPDATE badge_award SET seen_at = $2 WHERE id = $1 AND seen_at IS NULL;

-- name: badge_award_keep :exec
-- The credential as it was signed first; later ones are the same.
-- in: id:int, jwt:text
UPDATE badge_award SET jwt = $2 WHERE id = $1 AND jwt IS NULL AND person_id IS NOT NULL;

-- name: badge_award_show :exec
-- in: id:int, version:int, token:text?
UPDATE badge_award SET token = $3, version = version + 1 WHERE id = $1 AND version = $2;

-- name: badge_award_revoke :exec
-- in: id:int, version:int, now:int, by:int, why:text
UPDATE badge_award SET revoked_at = $3, revoked_by = $4, revoked_why = $5, version = version + 1 WHERE id = $1 AND version = $2 AND revoked_at IS NULL;

-- name: badge_email :one
-- in: person:int
SELECT email, email_key FROM pub_people_email WHERE person_id = $1;

-- name: badge_member :one
-- Does somebody belong to a programme, or did once.
-- in: person:int, programme:int
-- out: n:int
SELECT count(*) AS n FROM pub_programme_membership WHERE person_id = $1 AND programme_id = $2;

-- name: badge_export :many
-- in: person:int
-- out: title:text
SELECT w.awarded_at, w.until_at, w.reason, w.jwt, w.token, w.revoked_at, w.revoked_why, b.title
  FROM badge_award w JOIN badge b ON b.id = w.badge_id WHERE w.person_id = $1 ORDER BY w.awarded_at, w.id;

-- name: badge_forget :exec
-- in: person:int, now:int
UPDATE badge_award SET person_id = NULL, reason = '', jwt = NULL, token = NULL, seen_at = NULL, revoked_why = '',
       revoked_at = COALESCE(revoked_at, $2), version = version + 1
 WHERE person_id = $1;

-- name: badge_forget_giver :exec
-- in: person:int
UPDATE badge_award SET by_person_id = NULL WHERE by_person_id = $1;

-- name: badge_forget_revoker :exec
-- in: person:int
UPDATE badge_award SET revoked_by = NULL WHERE revoked_by = $1;
