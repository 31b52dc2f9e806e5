-- The evidence thread: the statements of programme/evidence.

-- name: evidence_add :exec
-- in: id:int, person_id:int, programme_id:int?, kind:text, competency_id:int?, use:text?, level:int?, percent:int?, source_kind:text, source_id:int, cause_id:int?, replaces_id:int?, by_person_id:int?, at:int, recorded_at:int
INSERT INTO evidence (id, person_id, programme_id, kind, competency_id, use, level, percent, source_kind, source_id, cause_id,
                      replaces_id, by_person_id, at, recorded_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15);

-- name: evidence_page :many
-- A person's evidence from newest to oldest, from before (at, id), each with the competency as it is or was last called. What was replaced is left out. Of all programmes, or of
-- those named and of none.
-- in: person_id:int, before_at:int, before_id:int, most:int, everywhere:int, p1:int, p2:int, p3:int, p4:int, p5:int, p6:int, p7:int, p8:int, language:text
-- out: by_name:text?, competency_code:text?, competency_title:text?
SELECT e.id, e.programme_id, e.kind, e.competency_id, e.use, e.level, e.percent, e.source_kind, e.source_id, e.at, e.recorded_at,
       e.by_person_id, n.display_name AS by_name,
       (SELECT k.code FROM pub_framework_competency k WHERE k.competency_id = e.competency_id) AS competency_code,
       (SELECT COALESCE((SELECT NULLIF(x.title, '') FROM pub_framework_text x WHERE x.item_id = k.item_id AND x.language = $14),
                        k.title)
        FROM pub_framework_competency k WHERE k.competency_id = e.competency_id) AS competency_title
FROM evidence e
LEFT JOIN pub_people_name n ON n.person_id = e.by_person_id
WHERE e.person_id = $1 AND (e.at, e.id) < ($2, $3)
  AND ($5 = 1 OR e.programme_id IS NULL OR e.programme_id IN ($6, $7, $8, $9, $10, $11, $12, $13))
  AND NOT EXISTS (SELECT 1 FROM evidence r WHERE r.replaces_id = e.id)
ORDER BY e.at DESC, e.id DESC
LIMIT $4;

-- name: evidence_page_of_competency :many
-- in: person_id:int, before_at:int, before_id:int, most:int, competency_id:int, everywhere:int, p1:int, p2:int, p3:int, p4:int, p5:int, p6:int, p7:int, p8:int, language:text
-- out: by_name:text?, competency_code:text?, competency_title:text?
SELECT e.id, e.programme_id, e.kind, e.competency_id, e.use, e.level, e.percent, e.source_kind, e.source_id, e.at, e.recorded_at,
       e.by_person_id, n.display_name AS by_name,
       (SELECT k.code FROM pub_framework_competency k WHERE k.competency_id = e.competency_id) AS competency_code,
       (SELECT COALESCE((SELECT NULLIF(x.title, '') FROM pub_framework_text x WHERE x.item_id = k.item_id AND x.language = $15),
                        k.title)
        FROM pub_framework_competency k WHERE k.competency_id = e.competency_id) AS competency_title
FROM evidence e
LEFT JOIN pub_people_name n ON n.person_id = e.by_person_id
WHERE e.person_id = $1 AND (e.at, e.id) < ($2, $3) AND e.competency_id = $5
  AND ($6 = 1 OR e.programme_id IS NULL OR e.programme_id IN ($7, $8, $9, $10, $11, $12, $13, $14))
  AND NOT EXISTS (SELECT 1 FROM evidence r WHERE r.replaces_id = e.id)
ORDER BY e.at DESC, e.id DESC
LIMIT $4;

-- name: evidence_find :one
-- in: id:int, language:text
-- out: by_name:text?, competency_code:text?, competency_title:text?
SELECT e.id, e.person_id, e.programme_id, e.kind, e.competency_id, e.use, e.level, e.percent, e.source_kind, e.source_id, e.at,
       e.recorded_at, e.by_person_id, e.cause_id, e.replaces_id, n.display_name AS by_name,
       (SELECT k.code FROM pub_framework_competency k WHERE k.competency_id = e.competency_id) AS competency_code,
       (SELECT COALESCE((SELECT NULLIF(x.title, '') FROM pub_framework_text x WHERE x.item_id = k.item_id AND x.language = $2),
                        k.title)
        FROM pub_framework_competency k WHERE k.competency_id = e.competency_id) AS competency_title
FROM evidence e
LEFT JOIN pub_people_name n ON n.person_id = e.by_person_id
WHERE e.id = $1;

-- name: evidence_thread :many
-- What led to an item of a person, and what came of it.
-- in: id:int, cause_id:int, most:int, person_id:int, everywhere:int, p1:int, p2:int, p3:int, p4:int, p5:int, p6:int, p7:int, p8:int
-- out: relation:text
SELECT CASE WHEN e.id = $2 THEN 'cause' ELSE 'effect' END AS relation, e.id, e.kind, e.source_kind, e.source_id, e.at
FROM evidence e
WHERE (e.id = $2 OR e.cause_id = $1) AND e.person_id = $4
  AND ($5 = 1 OR e.programme_id IS NULL OR e.programme_id IN ($6, $7, $8, $9, $10, $11, $12, $13))
ORDER BY e.at, e.id
LIMIT $3;

-- name: evidence_summary :many
-- How much a person has for each competency.
-- in: person_id:int, everywhere:int, p1:int, p2:int, p3:int, p4:int, p5:int, p6:int, p7:int, p8:int
-- out: items:int, last_at:int, best_level:int?
SELECT e.competency_id, e.use, COUNT(*) AS items, MAX(e.at) AS last_at, MAX(e.level) AS best_level
FROM evidence e
WHERE e.person_id = $1 AND e.competency_id IS NOT NULL
  AND ($2 = 1 OR e.programme_id IS NULL OR e.programme_id IN ($3, $4, $5, $6, $7, $8, $9, $10))
  AND NOT EXISTS (SELECT 1 FROM evidence r WHERE r.replaces_id = e.id)
GROUP BY e.competency_id, e.use;

-- name: evidence_of_person :many
-- in: person_id:int
SELECT id, programme_id, kind, competency_id, use, level, percent, source_kind, source_id, by_person_id, at, recorded_at
FROM evidence WHERE person_id = $1 ORDER BY at, id;

-- name: evidence_newest :many
-- in: most:int
SELECT id FROM evidence ORDER BY recorded_at DESC, id DESC LIMIT $1;

-- name: evidence_latest :one
-- out: recorded_at:int
SELECT COALESCE(MAX(recorded_at), 0) AS recorded_at FROM evidence;

-- name: evidence_tally_time :one
-- out: counted_at:int
SELECT COALESCE(MAX(counted_at), 0) AS counted_at FROM evidence_tally;

-- name: evidence_count :many
-- out: programme_id:int, competency_id:int, use:text, people:int, items:int
SELECT programme_id, competency_id, use, COUNT(DISTINCT person_id) AS people, COUNT(*) AS items
FROM evidence
WHERE programme_id IS NOT NULL AND competency_id IS NOT NULL AND use IS NOT NULL
GROUP BY programme_id, competency_id, use;

-- name: evidence_tally_clear :exec
DELETE FROM evidence_tally;

-- name: evidence_tally_add :exec
-- in: programme_id:int, competency_id:int, use:text, people:int, items:int, counted_at:int
INSERT INTO evidence_tally (programme_id, competency_id, use, people, items, counted_at) VALUES ($1, $2, $3, $4, $5, $6);
