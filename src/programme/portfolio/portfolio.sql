-- Portfolios: pages, their sections and items, the links that show them.

-- name: portfolio_add :exec
-- in: id:int, person:int, title:text, introduction:text, language:text, now:int
INSERT INTO portfolio (id, person_id, title, introduction, language, created_at, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $6);

-- name: portfolio_find :one
-- in: id:int
-- out: name:text?
SELECT p.id, p.person_id, p.title, p.introduction, p.language, p.version, p.arranged, p.created_at, p.changed_at, n.display_name AS name
  FROM portfolio p LEFT JOIN pub_people_name n ON n.person_id = p.person_id WHERE p.id = $1;

-- name: portfolio_of_person :many
-- in: person:int, now:int
-- out: items:int, links:int
SELECT p.id, p.title, p.language, p.changed_at,
       (SELECT count(*) FROM portfolio_item i WHERE i.portfolio_id = p.id) AS items,
       (SELECT count(*) FROM portfolio_link l WHERE l.portfolio_id = p.id AND l.revoked_at IS NULL AND l.expires_at > $2) AS links
  FROM portfolio p WHERE p.person_id = $1 ORDER BY p.created_at DESC, p.id DESC;

-- name: portfolio_count :one
-- in: person:int
-- out: n:int
SELECT count(*) AS n FROM portfolio WHERE person_id = $1;

-- name: portfolio_change :exec
-- in: id:int, version:int, title:text, introduction:text, language:text, now:int
UPDATE portfolio SET title = $3, introduction = $4, language = $5, version = version + 1, changed_at = $6 WHERE id = $1 AND version = $2;

-- name: portfolio_touch :exec
-- Something was put in, taken out or moved.
-- in: id:int, now:int
UPDATE portfolio SET arranged = arranged + 1, changed_at = $2 WHERE id = $1;

-- name: portfolio_words_changed :exec
-- in: id:int, now:int
UPDATE portfolio SET changed_at = $2 WHERE id = $1;

-- name: portfolio_drop_links :exec
-- in: id:int
DELETE FROM portfolio_link WHERE portfolio_id = $1;

-- name: portfolio_drop_items :exec
-- in: id:int
DELETE FROM portfolio_item WHERE portfolio_id = $1;

-- name: portfolio_drop_sections :exec
-- in: id:int
DELETE FROM portfolio_section WHERE portfolio_id = $1;

-- name: portfolio_drop :exec
-- in: id:int, version:int
DELETE FROM portfolio WHERE id = $1 AND version = $2;

-- ---- sections ------------------------------------------------------------------------------------------------------------------

-- name: portfolio_section_add :exec
-- At the end.
-- in: id:int, portfolio:int, title:text, words:text
INSERT INTO portfolio_section (id, portfolio_id, place, title, words)
SELECT $1, $2, COALESCE(MAX(s.place), 0) + 1, $3, $4 FROM portfolio_section s WHERE s.portfolio_id = $2;

-- name: portfolio_sections :many
-- in: portfolio:int
SELECT id, place, title, words, version FROM portfolio_section WHERE portfolio_id = $1 ORDER BY place, id;

-- name: portfolio_section_find :one
-- in: id:int
SELECT s.id, s.portfolio_id, s.title, s.words, s.version, p.person_id, p.arranged
  FROM portfolio_section s JOIN portfolio p ON p.id = s.portfolio_id WHERE s.id = $1;

-- name: portfolio_section_change :exec
-- in: id:int, version:int, title:text, words:text
UPDATE portfolio_section SET title = $3, words = $4, version = version + 1 WHERE id = $1 AND version = $2;

-- name: portfolio_section_place :exec
-- in: id:int, place:int
UPDATE portfolio_section SET place = $2 WHERE id = $1;

-- name: portfolio_section_empty :exec
-- in: id:int
DELETE FROM portfolio_item WHERE section_id = $1;

-- name: portfolio_section_drop :exec
-- in: id:int, version:int
DELETE FROM portfolio_section WHERE id = $1 AND version = $2;

-- ---- items ---------------------------------------------------------------------------------------------------------------------

-- name: portfolio_item_add :exec
-- At the end of a section; what the portfolio has already stays where it is.
-- in: id:int, portfolio:int, section:int, evidence:int?, goal:int?, place:int
INSERT INTO portfolio_item (id, portfolio_id, section_id, place, evidence_id, goal_id, words) VALUES ($1, $2, $3, $6, $4, $5, '')
ON CONFLICT DO NOTHING;

-- name: portfolio_goals_in :many
-- in: portfolio:int
SELECT goal_id FROM portfolio_item WHERE portfolio_id = $1 AND goal_id IS NOT NULL;

-- name: portfolio_item_last :one
-- in: portfolio:int, section:int
-- out: n:int, place:int
SELECT count(*) AS n, COALESCE(MAX(CASE WHEN section_id = $2 THEN place END), 0) AS place FROM portfolio_item WHERE portfolio_id = $1;

-- name: portfolio_item_places :many
-- in: portfolio:int
SELECT i.id, i.section_id, i.place FROM portfolio_item i JOIN portfolio_section s ON s.id = i.section_id
 WHERE i.portfolio_id = $1 ORDER BY s.place, s.id, i.place, i.id;

-- name: portfolio_item_find :one
-- in: id:int
SELECT i.id, i.portfolio_id, i.section_id, i.evidence_id, i.goal_id, i.words, i.version, p.person_id, p.language
  FROM portfolio_item i JOIN portfolio p ON p.id = i.portfolio_id WHERE i.id = $1;

-- name: portfolio_item_change :exec
-- in: id:int, version:int, words:text
UPDATE portfolio_item SET words = $3, version = version + 1 WHERE id = $1 AND version = $2;

-- name: portfolio_item_place :exec
-- in: id:int, section:int, place:int
UPDATE portfolio_item SET section_id = $2, place = $3 WHERE id = $1;

-- name: portfolio_item_drop :exec
-- in: id:int, version:int
DELETE FROM portfolio_item WHERE id = $1 AND version = $2;

-- name: portfolio_items :many
-- The items in their order, each with what stands in the evidence thread, and what who says so is in that programme: the weightiest
-- of the roles given there by that day. Without evidence when it was withdrawn.
-- in: portfolio:int
-- out: evidence_kind:text?, source_kind:text?, evidence_source:int?, at:int?, by_person_id:int?, by_role:text?
SELECT i.id, i.section_id, i.evidence_id, i.goal_id, i.words, i.version, e.kind AS evidence_kind, e.source_kind AS source_kind,
       e.source_id AS evidence_source, e.at AS at, e.by_person_id AS by_person_id,
       (SELECT g.role FROM pub_programme_grant g
         WHERE g.person_id = e.by_person_id AND (g.programme_id IS NULL OR g.programme_id = e.programme_id)
               AND g.role <> 'administrator' AND g.start_day <= e.at / 86400000 + 1
         ORDER BY CASE g.role WHEN 'director' THEN 1 WHEN 'assessor' THEN 2 WHEN 'coordinator' THEN 3 WHEN 'author' THEN 4 ELSE 5 END LIMIT 1) AS by_role
  FROM portfolio_item i
  JOIN portfolio_section s ON s.id = i.section_id
  JOIN portfolio p ON p.id = i.portfolio_id
  LEFT JOIN pub_evidence_said e ON e.id = i.evidence_id AND e.person_id = p.person_id
 WHERE i.portfolio_id = $1 ORDER BY s.place, s.id, i.place, i.id;

-- name: portfolio_marks :many
-- The competencies that the items of a portfolio speak for: what was done is one act however many rows it has.
-- in: portfolio:int, language:text
-- out: code:text?, title:text?
SELECT i.id AS item, e.use, e.level, k.code AS code,
       COALESCE((SELECT NULLIF(x.title, '') FROM pub_framework_text x WHERE x.item_id = k.item_id AND x.language = $2), k.title) AS title
  FROM portfolio_item i
  JOIN portfolio p ON p.id = i.portfolio_id
  JOIN pub_evidence_said f ON f.id = i.evidence_id AND f.person_id = p.person_id
  JOIN pub_evidence_said e ON e.source_kind = f.source_kind AND e.source_id = f.source_id AND e.person_id = f.person_id
                          AND e.kind = f.kind AND e.at = f.at
  JOIN pub_framework_competency k ON k.competency_id = e.competency_id
 WHERE i.portfolio_id = $1 ORDER BY i.id, k.code, e.id;

-- name: portfolio_choices :many
-- What a person may choose from and has not yet, newest first, before (at, id): one row for each act. Sources that are not in the list are never
-- shown to others.
-- in: person:int, portfolio:int, before_at:int, before_id:int, most:int
-- out: id:int
WITH act AS (
    SELECT MIN(e.id) AS id, e.kind, e.source_kind, e.source_id, e.at
      FROM pub_evidence_said e
     WHERE e.person_id = $1 AND e.at <= $3
           AND e.source_kind IN ('course_session', 'quiz_attempt', 'offering_session', 'offering', 'observation', 'mentor_pair', 'plan_goal', 'commendation',
                                 'practice_attempt', 'practice_rating', 'improvement', 'hours')
     GROUP BY e.kind, e.source_kind, e.source_id, e.at)
SELECT a.id, a.kind, a.source_kind, a.source_id, a.at FROM act a
 WHERE (a.at, a.id) < ($3, $4)
       AND NOT EXISTS (SELECT 1 FROM portfolio_item i WHERE i.portfolio_id = $2 AND i.evidence_id = a.id)
 ORDER BY a.at DESC, a.id DESC LIMIT $5;

-- name: portfolio_evidence_own :one
-- Whether a row of evidence is a person's, stands, and may be shown.
-- in: id:int, person:int
SELECT e.id, e.kind, e.source_kind, e.source_id, e.at FROM pub_evidence_said e
 WHERE e.id = $1 AND e.person_id = $2
       AND e.source_kind IN ('course_session', 'quiz_attempt', 'offering_session', 'offering', 'observation', 'mentor_pair', 'plan_goal', 'commendation',
                                 'practice_attempt', 'practice_rating', 'improvement', 'hours');

-- ---- links ---------------------------------------------------------------------------------------------------------------------

-- name: portfolio_link_add :exec
-- in: id:int, portfolio:int, hash:blob, for_whom:text, now:int, expires:int
INSERT INTO portfolio_link (id, portfolio_id, token_hash, for_whom, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6);

-- name: portfolio_links :many
-- in: portfolio:int, most:int
SELECT id, for_whom, created_at, expires_at, revoked_at, opened, last_opened_at, version FROM portfolio_link
 WHERE portfolio_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2;

-- name: portfolio_link_count :one
-- in: portfolio:int, now:int
-- out: n:int
SELECT count(*) AS n FROM portfolio_link WHERE portfolio_id = $1 AND revoked_at IS NULL AND expires_at > $2;

-- name: portfolio_link_find :one
-- in: id:int
SELECT l.id, l.portfolio_id, l.for_whom, l.expires_at, l.revoked_at, l.opened, l.version, p.person_id, p.title
  FROM portfolio_link l JOIN portfolio p ON p.id = l.portfolio_id WHERE l.id = $1;

-- name: portfolio_link_by_hash :one
-- in: hash:blob
SELECT l.id, l.portfolio_id, l.expires_at, l.revoked_at, p.person_id
  FROM portfolio_link l JOIN portfolio p ON p.id = l.portfolio_id WHERE l.token_hash = $1;

-- name: portfolio_link_opened :exec
-- in: id:int, now:int
UPDATE portfolio_link SET opened = opened + 1, last_opened_at = $2 WHERE id = $1 AND revoked_at IS NULL;

-- name: portfolio_link_revoke :exec
-- in: id:int, version:int, now:int
UPDATE portfolio_link SET revoked_at = $3, version = version + 1 WHERE id = $1 AND version = $2 AND revoked_at IS NULL;

-- name: portfolio_link_old :exec
-- Links that ended before a time, some at a time.
-- in: before:int, most:int
DELETE FROM portfolio_link WHERE id IN (SELECT id FROM portfolio_link WHERE expires_at < $1 ORDER BY expires_at LIMIT $2);

-- ---- of a person ---------------------------------------------------------------------------------------------------------------

-- name: portfolio_all_of_person :many
-- in: person:int
SELECT id, title, introduction, language, created_at, changed_at FROM portfolio WHERE person_id = $1 ORDER BY created_at, id;

-- name: portfolio_erase_links :exec
-- in: person:int
DELETE FROM portfolio_link WHERE portfolio_id IN (SELECT id FROM portfolio WHERE person_id = $1);

-- name: portfolio_erase_items :exec
-- in: person:int
DELETE FROM portfolio_item WHERE portfolio_id IN (SELECT id FROM portfolio WHERE person_id = $1);

-- name: portfolio_erase_sections :exec
-- in: person:int
DELETE FROM portfolio_section WHERE portfolio_id IN (SELECT id FROM portfolio WHERE person_id = $1);

-- name: portfolio_erase :exec
-- in: person:int
DELETE FROM portfolio WHERE person_id = $1;
