-- Opportunities, their roles, what a role asks for, and the credentials of people.

-- ---- opportunities ------------------------------------------------------------------------------------------------------------------

-- name: placement_find :one
-- in: id:int
SELECT id, programme_id, kind, title, place, population, partners, about, ratio, notice_days, swaps, state, ending, version FROM opportunity WHERE id = $1;

-- name: placement_list :many
-- Of one state, by title behind (key, id).
-- in: programme:int, state:text, after_key:text, after_id:int, most:int
SELECT id, kind, title, title_key, place, population, state FROM opportunity
 WHERE programme_id = $1 AND state = $2 AND (title_key, id) > ($3, $4) ORDER BY title_key, id LIMIT $5;

-- name: placement_add :exec
-- in: id:int, programme:int, kind:text, title:text, title_key:text, place:text, population:text, partners:text, about:text, ratio:int, notice_days:int, swaps:text, state:text, now:int
INSERT INTO opportunity (id, programme_id, kind, title, title_key, place, population, partners, about, ratio, notice_days, swaps, state, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14);

-- name: placement_change :exec
-- in: id:int, version:int, kind:text, title:text, title_key:text, place:text, population:text, partners:text, about:text, ratio:int, notice_days:int, swaps:text
UPDATE opportunity SET kind = $3, title = $4, title_key = $5, place = $6, population = $7, partners = $8, about = $9, ratio = $10, notice_days = $11, swaps = $12,
       version = version + 1 WHERE id = $1 AND version = $2;

-- name: placement_set_state :exec
-- in: id:int, version:int, state:text, ending:text
UPDATE opportunity SET state = $3, ending = $4, version = version + 1 WHERE id = $1 AND version = $2 AND state <> $3;

-- name: placement_competencies :many
-- in: opportunity:int, language:text
-- out: title:text
SELECT k.competency_id, k.code, COALESCE(NULLIF(t.title, ''), k.title) AS title
  FROM opportunity_competency c JOIN pub_framework_competency k ON k.competency_id = c.competency_id
       LEFT JOIN pub_framework_text t ON t.item_id = k.item_id AND t.language = $2
 WHERE c.opportunity_id = $1 ORDER BY k.code, k.competency_id;

-- name: placement_competencies_clear :exec
-- in: opportunity:int
DELETE FROM opportunity_competency WHERE opportunity_id = $1;

-- name: placement_competency_add :exec
-- in: opportunity:int, competency:int
INSERT INTO opportunity_competency (opportunity_id, competency_id) VALUES ($1, $2) ON CONFLICT DO NOTHING;

-- name: placement_shifts_ahead :one
-- Shifts of an opportunity that are still to come.
-- in: opportunity:int, today:int
-- out: n:int
SELECT count(*) AS n FROM pub_rota_shift WHERE opportunity_id = $1 AND day >= $2 AND state <> 'cancelled';

-- ---- roles and what they ask for ------------------------------------------------------------------------------------------------------

-- name: placement_role_find :one
-- in: id:int
SELECT r.id, r.opportunity_id, r.ordinal, r.title, r.leads, r.least, r.most, r.retired, r.version, o.programme_id, o.title AS opportunity
  FROM placement_role r JOIN opportunity o ON o.id = r.opportunity_id WHERE r.id = $1;

-- name: placement_roles :many
-- in: opportunity:int
SELECT id, title, leads, least, most FROM placement_role WHERE opportunity_id = $1 AND retired = 0 ORDER BY ordinal, id;

-- name: placement_role_add :exec
-- in: id:int, opportunity:int, title:text, leads:int, least:int, most:int
INSERT INTO placement_role (id, opportunity_id, ordinal, title, leads, least, most)
VALUES ($1, $2, (SELECT COALESCE(max(ordinal), 0) + 1 FROM placement_role WHERE opportunity_id = $2), $3, $4, $5, $6);

-- name: placement_role_change :exec
-- in: id:int, version:int, title:text, leads:int, least:int, most:int, retired:int
UPDATE placement_role SET title = $3, leads = $4, least = $5, most = $6, retired = $7, version = version + 1 WHERE id = $1 AND version = $2;

-- name: placement_needs :many
-- What the roles of an opportunity ask for.
-- in: opportunity:int
-- out: stage:text?, course:text?, credential:text?
SELECT n.id, n.role_id, n.kind, s.title AS stage, c.title AS course, k.title AS credential
  FROM placement_role r JOIN placement_need n ON n.role_id = r.id LEFT JOIN pub_programme_stage s ON s.id = n.stage_id
       LEFT JOIN pub_curriculum_course c ON c.id = n.course_id LEFT JOIN credential_kind k ON k.id = n.credential_kind_id
 WHERE r.opportunity_id = $1 ORDER BY n.role_id, n.kind, n.id;

-- name: placement_need_find :one
-- in: id:int
SELECT id, role_id FROM placement_need WHERE id = $1;

-- name: placement_need_add :exec
-- in: id:int, role:int, kind:text, stage:int?, course:int?, credential:int?
INSERT INTO placement_need (id, role_id, kind, stage_id, course_id, credential_kind_id) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING;

-- name: placement_need_drop :exec
-- in: id:int, role:int
DELETE FROM placement_need WHERE id = $1 AND role_id = $2;

-- name: placement_courses :many
-- in: programme:int
SELECT id, title FROM pub_curriculum_course WHERE programme_id = $1 AND state = 'published' ORDER BY title, id LIMIT 200;

-- name: placement_unmet :many
-- What a role asks for and a person does not have on a day. until: the last day of the one she had, where it has run out by then.
-- in: role:int, person:int, day:int
-- out: stage:text?, course:text?, credential:text?, until:int?
SELECT n.id, n.kind, s.title AS stage, c.title AS course, k.title AS credential,
       (SELECT max(h.last_day) FROM credential h WHERE h.person_id = $2 AND h.kind_id = n.credential_kind_id AND h.state = 'confirmed') AS until
  FROM placement_need n LEFT JOIN pub_programme_stage s ON s.id = n.stage_id LEFT JOIN pub_curriculum_course c ON c.id = n.course_id
       LEFT JOIN credential_kind k ON k.id = n.credential_kind_id
 WHERE n.role_id = $1
   AND NOT (n.kind = 'credential' AND EXISTS (SELECT 1 FROM credential h WHERE h.person_id = $2 AND h.kind_id = n.credential_kind_id
              AND h.state = 'confirmed' AND h.issued_day <= $3 AND (h.last_day IS NULL OR h.last_day >= $3)))
   AND NOT (n.kind = 'stage' AND EXISTS (SELECT 1 FROM pub_programme_member m JOIN pub_programme_stage y ON y.id = m.stage_id
              WHERE m.person_id = $2 AND m.start_day <= $3 AND (m.end_day IS NULL OR m.end_day >= $3)
                AND y.programme_id = s.programme_id AND y.ordinal >= s.ordinal))
   AND NOT (n.kind = 'course' AND NOT EXISTS (SELECT 1 FROM pub_curriculum_session x WHERE x.course_id = n.course_id
              AND NOT EXISTS (SELECT 1 FROM pub_curriculum_done d WHERE d.person_id = $2 AND d.session_id = x.id)))
 ORDER BY n.kind, n.id;

-- ---- credentials ----------------------------------------------------------------------------------------------------------------------

-- name: credential_kinds :many
-- in: programme:int
-- out: months:int?
SELECT id, sort, title, months FROM credential_kind WHERE programme_id = $1 ORDER BY sort, title_key, id LIMIT 200;

-- name: credential_kind_find :one
-- in: id:int
SELECT id, programme_id, sort, title, months FROM credential_kind WHERE id = $1;

-- name: credential_kind_add :exec
-- in: id:int, programme:int, sort:text, title:text, title_key:text, months:int?
INSERT INTO credential_kind (id, programme_id, sort, title, title_key, months) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING;

-- name: credentials_of :many
-- in: person:int
SELECT c.id, c.kind_id, k.programme_id, k.title, k.sort, c.reference, c.issued_day, c.last_day, c.state, c.words, c.version
  FROM credential c JOIN credential_kind k ON k.id = c.kind_id WHERE c.person_id = $1 ORDER BY k.title_key, c.issued_day DESC, c.id LIMIT 200;

-- name: credential_find :one
-- in: id:int
-- out: person:text?
SELECT c.id, c.kind_id, k.programme_id, k.title, c.person_id, c.reference, c.issued_day, c.last_day, c.state, c.version, n.display_name AS person
  FROM credential c JOIN credential_kind k ON k.id = c.kind_id LEFT JOIN pub_people_name n ON n.person_id = c.person_id WHERE c.id = $1;

-- name: credential_add :exec
-- in: id:int, kind:int, person:int, reference:text, issued_day:int, last_day:int?, state:text, by:int?, at:int?, now:int
INSERT INTO credential (id, kind_id, person_id, reference, issued_day, last_day, state, looked_by, looked_at, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- name: credential_decide :exec
-- in: id:int, version:int, state:text, words:text, by:int, now:int
UPDATE credential SET state = $3, words = $4, looked_by = $5, looked_at = $6, version = version + 1 WHERE id = $1 AND version = $2 AND state = 'stated';

-- name: credentials_stated :many
-- Handed in and not looked at yet, oldest first.
-- in: programme:int, after_at:int, after_id:int, most:int
-- out: person:text?
SELECT c.id, k.title, c.person_id, n.display_name AS person, c.created_at
  FROM credential c JOIN credential_kind k ON k.id = c.kind_id LEFT JOIN pub_people_name n ON n.person_id = c.person_id
 WHERE c.state = 'stated' AND k.programme_id = $1 AND (c.created_at, c.id) > ($2, $3) ORDER BY c.created_at, c.id LIMIT $4;

-- name: credentials_stated_count :many
-- in: most:int
-- out: n:int
SELECT k.programme_id, count(*) AS n FROM credential c JOIN credential_kind k ON k.id = c.kind_id WHERE c.state = 'stated'
 GROUP BY k.programme_id ORDER BY k.programme_id LIMIT $1;

-- name: credentials_ending :many
-- Those that run out within a span, without a later one of the same kind; the kinds of a programme are few.
-- in: programme:int, from:int, until:int, most:int
-- out: person:text?, last_day:int
SELECT c.id, k.title, c.person_id, n.display_name AS person, c.last_day
  FROM credential_kind k CROSS JOIN credential c LEFT JOIN pub_people_name n ON n.person_id = c.person_id
 WHERE k.programme_id = $1 AND c.kind_id = k.id AND c.state = 'confirmed' AND c.last_day >= $2 AND c.last_day <= $3
   AND NOT EXISTS (SELECT 1 FROM credential h WHERE h.person_id = c.person_id AND h.kind_id = c.kind_id AND h.state = 'confirmed'
                   AND (h.last_day IS NULL OR h.last_day > c.last_day))
 ORDER BY c.last_day, c.id LIMIT $4;

-- name: credentials_ending_of :many
-- in: person:int, from:int, until:int
-- out: last_day:int
SELECT c.id, k.title, c.last_day FROM credential c JOIN credential_kind k ON k.id = c.kind_id
 WHERE c.person_id = $1 AND c.state = 'confirmed' AND c.last_day >= $2 AND c.last_day <= $3
   AND NOT EXISTS (SELECT 1 FROM credential h WHERE h.person_id = c.person_id AND h.kind_id = c.kind_id AND h.state = 'confirmed'
                   AND (h.last_day IS NULL OR h.last_day > c.last_day))
 ORDER BY c.last_day, c.id;

-- name: credential_erase :exec
-- What is on the paper may name her.
-- in: person:int
UPDATE credential SET reference = '', words = '' WHERE person_id = $1;

-- name: placement_handed_over :one
-- Has somebody taken it over, and is a handover under way.
-- in: opportunity:int
-- out: accepted:int, offered:int
SELECT count(*) FILTER (WHERE state = 'accepted') AS accepted, count(*) FILTER (WHERE state IN ('draft', 'offered')) AS offered FROM pub_handover WHERE opportunity_id = $1;

-- name: placement_leader :one
-- in: opportunity:int
-- out: name:text?
SELECT l.person_id, (SELECT n.display_name FROM pub_people_name n WHERE n.person_id = l.person_id) AS name FROM pub_handover_leader l WHERE l.opportunity_id = $1;

-- name: placement_left :many
-- What nobody took over.
-- in: opportunity:int, most:int
-- out: name:text?
SELECT l.text, l.reason, l.person_id, (SELECT n.display_name FROM pub_people_name n WHERE n.person_id = l.person_id) AS name
  FROM pub_handover_left l WHERE l.opportunity_id = $1 ORDER BY l.section, l.id LIMIT $2;
