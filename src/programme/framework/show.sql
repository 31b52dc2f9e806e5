-- What the pages of frameworks show.

-- name: framework_tops :many
-- The items at the top, with where they stand in the whole: the next one tells how many lie below.
-- in: framework_id:int, language:text
-- out: title:text
SELECT i.id, i.code, COALESCE(NULLIF(t.title, ''), i.title) AS title, i.ordinal
FROM framework_item i
LEFT JOIN framework_text t ON t.item_id = i.id AND t.language = $2
WHERE i.framework_id = $1 AND i.depth = 0
ORDER BY i.ordinal;

-- name: framework_size :one
-- in: framework_id:int
-- out: items:int, plain:int
SELECT COUNT(*) AS items, COUNT(*) FILTER (WHERE indicator = 0) AS plain FROM framework_item WHERE framework_id = $1;

-- name: framework_part :many
-- Items of one stretch of the tree. indicators 0: without those below competencies.
-- in: framework_id:int, language:text, from_ordinal:int, to_ordinal:int, indicators:int, most:int, skip:int
-- out: title:text, statement:text, facet:text, parent_id:int
SELECT i.id, COALESCE(i.parent_id, 0) AS parent_id, i.ordinal, i.depth, i.code, i.kind, i.indicator,
       COALESCE(NULLIF(t.title, ''), i.title) AS title, i.title_made,
       COALESCE(NULLIF(t.statement, ''), i.statement) AS statement,
       COALESCE(NULLIF(t.facet, ''), i.facet) AS facet
FROM framework_item i
LEFT JOIN framework_text t ON t.item_id = i.id AND t.language = $2
WHERE i.framework_id = $1 AND i.ordinal >= $3 AND i.ordinal < $4 AND (i.indicator = 0 OR $5 = 1)
ORDER BY i.ordinal
LIMIT $6 OFFSET $7;

-- name: framework_part_levels :many
-- The levels of a stretch of the tree, in the language where they are there in it.
-- in: framework_id:int, language:text, from_ordinal:int, to_ordinal:int
-- out: item_id:int, level:int, descriptor:text
SELECT l.item_id, l.level, COALESCE(x.descriptor, l.descriptor) AS descriptor
FROM framework_item i
JOIN framework_level l ON l.item_id = i.id AND l.language = ''
LEFT JOIN framework_level x ON x.item_id = i.id AND x.language = $2 AND x.level = l.level
WHERE i.framework_id = $1 AND i.ordinal >= $3 AND i.ordinal < $4
ORDER BY i.ordinal, l.level;

-- name: framework_levels_below :many
-- The levels of an item and of what lies directly below it.
-- in: item_id:int, language:text, most:int
-- out: item_id:int, level:int, descriptor:text
SELECT l.item_id, l.level, COALESCE(x.descriptor, l.descriptor) AS descriptor
FROM (SELECT id, ordinal FROM framework_item WHERE id = $1
      UNION ALL
      SELECT id, ordinal FROM framework_item WHERE parent_id = $1) i
JOIN framework_level l ON l.item_id = i.id AND l.language = ''
LEFT JOIN framework_level x ON x.item_id = i.id AND x.language = $2 AND x.level = l.level
ORDER BY i.ordinal, l.level
LIMIT $3;

-- name: framework_search :many
-- in: framework_id:int, language:text, like_key:text, most:int, skip:int
-- out: title:text
SELECT i.id, i.code, i.kind, COALESCE(NULLIF(t.title, ''), i.title) AS title
FROM framework_item i
LEFT JOIN framework_text t ON t.item_id = i.id AND t.language = $2
WHERE i.framework_id = $1 AND (i.search_key LIKE $3 ESCAPE '\' OR t.search_key LIKE $3 ESCAPE '\')
ORDER BY i.ordinal
LIMIT $4 OFFSET $5;

-- name: framework_item_get :one
-- in: framework_id:int, id:int, language:text
-- out: title:text, statement:text, facet:text, next_ordinal:int
SELECT i.id, i.competency_id, i.ordinal, i.depth, i.identifier, i.code, i.kind, i.indicator, i.title_made,
       COALESCE(NULLIF(t.title, ''), i.title) AS title, COALESCE(NULLIF(t.statement, ''), i.statement) AS statement,
       COALESCE(NULLIF(t.facet, ''), i.facet) AS facet,
       COALESCE((SELECT n.ordinal FROM framework_item n
                 WHERE n.framework_id = $1 AND n.ordinal > i.ordinal AND n.depth <= i.depth ORDER BY n.ordinal LIMIT 1),
                9007199254740991) AS next_ordinal
FROM framework_item i
LEFT JOIN framework_text t ON t.item_id = i.id AND t.language = $3
WHERE i.id = $2 AND i.framework_id = $1;

-- name: framework_item_ancestors :many
-- From the top, without the item itself.
-- in: id:int, language:text
-- out: title:text
WITH RECURSIVE up (id, depth) AS (
    SELECT p.id, p.depth FROM framework_item i JOIN framework_item p ON p.id = i.parent_id WHERE i.id = $1
    UNION ALL
    SELECT p.id, p.depth FROM up JOIN framework_item i ON i.id = up.id JOIN framework_item p ON p.id = i.parent_id
)
SELECT a.id, a.code, COALESCE(NULLIF(t.title, ''), a.title) AS title
FROM up
JOIN framework_item a ON a.id = up.id
LEFT JOIN framework_text t ON t.item_id = a.id AND t.language = $2
ORDER BY up.depth;

-- name: framework_item_children :many
-- in: parent_id:int, language:text, most:int
-- out: title:text, statement:text, facet:text
SELECT i.id, i.code, i.kind, COALESCE(NULLIF(t.title, ''), i.title) AS title, i.title_made,
       COALESCE(NULLIF(t.statement, ''), i.statement) AS statement, COALESCE(NULLIF(t.facet, ''), i.facet) AS facet
FROM framework_item i
LEFT JOIN framework_text t ON t.item_id = i.id AND t.language = $2
WHERE i.parent_id = $1
ORDER BY i.ordinal
LIMIT $3;

-- name: framework_item_versions :many
-- The same competency in the other versions.
-- in: competency_id:int, except_item:int, drafts:int
SELECT i.id, i.framework_id, i.code, i.title, f.version, f.state, f.title AS framework_title
FROM framework_item i
JOIN framework f ON f.id = i.framework_id
WHERE i.competency_id = $1 AND i.id <> $2 AND ($3 = 1 OR f.state <> 'draft')
ORDER BY f.created_at DESC, f.id DESC;

-- name: framework_newer :one
-- The newest published version of a lineage.
-- in: lineage_id:int
SELECT id, version, created_at FROM framework WHERE lineage_id = $1 AND state = 'published' ORDER BY created_at DESC, id DESC LIMIT 1;

-- name: framework_languages :many
-- The languages in which there are texts beside its own.
-- in: framework_id:int
SELECT language FROM framework_name WHERE framework_id = $1
UNION
SELECT t.language FROM framework_text t
WHERE t.item_id IN (SELECT i.id FROM framework_item i WHERE i.framework_id = $1 AND i.depth = 0)
ORDER BY language;

-- name: framework_choices :many
-- The programmes that have chosen one, and which.
-- in: language:text
-- out: title:text
SELECT u.programme_id, f.id AS framework_id, COALESCE(NULLIF(n.title, ''), f.title) AS title, f.version, f.lineage_id
FROM programme_framework u
JOIN framework f ON f.id = u.framework_id
LEFT JOIN framework_name n ON n.framework_id = f.id AND n.language = $1
ORDER BY u.programme_id;

-- name: framework_published :many
-- What a programme can choose.
-- in: language:text
-- out: title:text
SELECT f.id, COALESCE(NULLIF(n.title, ''), f.title) AS title, f.version, f.is_default
FROM framework f
LEFT JOIN framework_name n ON n.framework_id = f.id AND n.language = $1
WHERE f.state = 'published'
ORDER BY f.title_key, f.created_at DESC, f.id DESC;

-- name: framework_everything :many
-- Every version of every framework: the ends of a crosswalk.
-- in: language:text
-- out: title:text
SELECT f.id, COALESCE(NULLIF(n.title, ''), f.title) AS title, f.version
FROM framework f
LEFT JOIN framework_name n ON n.framework_id = f.id AND n.language = $1
ORDER BY f.title_key, f.created_at DESC, f.id DESC;

-- name: framework_choice_effect :one
-- Of the competencies that the sessions of a programme name: how many there are, and how many the framework has not.
-- in: programme_id:int, framework_id:int
-- out: named:int, missing:int
SELECT COUNT(*) AS named,
       COUNT(*) FILTER (WHERE NOT EXISTS (SELECT 1 FROM framework_item i
                                          WHERE i.competency_id = d.competency_id AND i.framework_id = $2)) AS missing
FROM (SELECT DISTINCT competency_id FROM pub_curriculum_tag WHERE programme_id = $1) d;

-- name: framework_rights_of :many
-- What a person has declared: for the export of all that is held about her.
-- in: person_id:int
-- out: rights_at:int
SELECT id, title, version, rights, COALESCE(rights_at, 0) AS rights_at FROM framework WHERE rights_person_id = $1 ORDER BY id;

-- name: framework_uploads_of :many
-- in: person_id:int
SELECT id, name, created_at FROM framework_upload WHERE person_id = $1 ORDER BY id;
