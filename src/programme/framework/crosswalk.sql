-- Crosswalks: how far an item of one framework speaks for one of another.

-- name: crosswalk_translate :many
-- out: target:int, weight:real
-- in: competency_id:int, to_framework_id:int
SELECT x.target, MAX(x.weight) AS weight
FROM (SELECT i.competency_id AS target, CAST(1 AS DOUBLE PRECISION) AS weight
      FROM framework_item i WHERE i.competency_id = $1 AND i.framework_id = $2
      UNION ALL
      SELECT t.competency_id AS target, l.weight
      FROM framework_item f
      JOIN crosswalk_link l ON l.from_item_id = f.id
      JOIN framework_item t ON t.id = l.to_item_id
      WHERE f.competency_id = $1
        AND EXISTS (SELECT 1 FROM framework_item e WHERE e.competency_id = t.competency_id AND e.framework_id = $2)) x
GROUP BY x.target
ORDER BY weight DESC, x.target;

-- name: crosswalk_list :many
-- drafts 0, here and below: without what leads to or from a draft.
-- in: language:text, most:int, skip:int, drafts:int
-- out: from_title:text, to_title:text, links:int
SELECT c.id, c.title, c.from_framework_id, c.to_framework_id, COALESCE(NULLIF(fn.title, ''), f.title) AS from_title,
       f.version AS from_version, COALESCE(NULLIF(tn.title, ''), t.title) AS to_title, t.version AS to_version,
       (SELECT COUNT(*) FROM crosswalk_link l WHERE l.crosswalk_id = c.id) AS links
FROM crosswalk c
JOIN framework f ON f.id = c.from_framework_id
JOIN framework t ON t.id = c.to_framework_id
LEFT JOIN framework_name fn ON fn.framework_id = f.id AND fn.language = $1
LEFT JOIN framework_name tn ON tn.framework_id = t.id AND tn.language = $1
WHERE $4 = 1 OR (f.state <> 'draft' AND t.state <> 'draft')
ORDER BY f.title_key, t.title_key, c.id
LIMIT $2 OFFSET $3;

-- name: crosswalk_count :one
-- in: drafts:int
-- out: n:int
SELECT COUNT(*) AS n FROM crosswalk c
JOIN framework f ON f.id = c.from_framework_id
JOIN framework t ON t.id = c.to_framework_id
WHERE $1 = 1 OR (f.state <> 'draft' AND t.state <> 'draft');

-- name: crosswalk_get :one
-- in: id:int, language:text
-- out: from_title:text, to_title:text, links:int
SELECT c.id, c.title, c.version, c.from_framework_id, c.to_framework_id, COALESCE(NULLIF(fn.title, ''), f.title) AS from_title,
       f.version AS from_version, COALESCE(NULLIF(tn.title, ''), t.title) AS to_title, t.version AS to_version,
       (SELECT COUNT(*) FROM crosswalk_link l WHERE l.crosswalk_id = c.id) AS links
FROM crosswalk c
JOIN framework f ON f.id = c.from_framework_id
JOIN framework t ON t.id = c.to_framework_id
LEFT JOIN framework_name fn ON fn.framework_id = f.id AND fn.language = $2
LEFT JOIN framework_name tn ON tn.framework_id = t.id AND tn.language = $2
WHERE c.id = $1;

-- name: crosswalk_links :many
-- One page, in the order of the one framework or (backward = 1) of the other.
-- in: crosswalk_id:int, language:text, backward:int, most:int, skip:int
-- out: from_title:text, to_title:text
SELECT l.from_item_id, l.to_item_id, l.weight, f.code AS from_code, COALESCE(NULLIF(ft.title, ''), f.title) AS from_title,
       t.code AS to_code, COALESCE(NULLIF(tt.title, ''), t.title) AS to_title, f.identifier AS from_identifier,
       t.identifier AS to_identifier
FROM crosswalk_link l
JOIN framework_item f ON f.id = l.from_item_id
JOIN framework_item t ON t.id = l.to_item_id
LEFT JOIN framework_text ft ON ft.item_id = f.id AND ft.language = $2
LEFT JOIN framework_text tt ON tt.item_id = t.id AND tt.language = $2
WHERE l.crosswalk_id = $1
ORDER BY CASE WHEN $3 = 1 THEN t.ordinal ELSE f.ordinal END, l.weight DESC, f.ordinal, t.ordinal
LIMIT $4 OFFSET $5;

-- name: crosswalk_unmapped :many
-- Items of the one framework that nothing is said about.
-- in: crosswalk_id:int, language:text, most:int
-- out: title:text
SELECT i.id, i.code, COALESCE(NULLIF(x.title, ''), i.title) AS title, i.depth
FROM crosswalk c
JOIN framework_item i ON i.framework_id = c.from_framework_id
LEFT JOIN framework_text x ON x.item_id = i.id AND x.language = $2
WHERE c.id = $1 AND i.indicator = 0
  AND NOT EXISTS (SELECT 1 FROM crosswalk_link l WHERE l.crosswalk_id = $1 AND l.from_item_id = i.id)
  AND NOT EXISTS (SELECT 1 FROM framework_item s WHERE s.competency_id = i.competency_id AND s.framework_id = c.to_framework_id)
ORDER BY i.ordinal
LIMIT $3;

-- name: crosswalk_unmapped_count :one
-- in: crosswalk_id:int
-- out: n:int
SELECT COUNT(*) AS n
FROM crosswalk c
JOIN framework_item i ON i.framework_id = c.from_framework_id
WHERE c.id = $1 AND i.indicator = 0
  AND NOT EXISTS (SELECT 1 FROM crosswalk_link l WHERE l.crosswalk_id = $1 AND l.from_item_id = i.id)
  AND NOT EXISTS (SELECT 1 FROM framework_item s WHERE s.competency_id = i.competency_id AND s.framework_id = c.to_framework_id);

-- name: crosswalk_items :many
-- The items of one framework by which links are written: choices of a form, codes of a CSV file.
-- in: framework_id:int, language:text, most:int
-- out: title:text
SELECT i.id, i.identifier, i.code, COALESCE(NULLIF(x.title, ''), i.title) AS title, i.depth
FROM framework_item i
LEFT JOIN framework_text x ON x.item_id = i.id AND x.language = $2
WHERE i.framework_id = $1
ORDER BY i.ordinal
LIMIT $3;

-- name: crosswalk_item_by_code :one
-- By code, else by identifier.
-- in: framework_id:int, code:text
SELECT id FROM framework_item WHERE framework_id = $1 AND (code = $2 OR identifier = $2)
ORDER BY CASE WHEN code = $2 THEN 0 ELSE 1 END, ordinal LIMIT 1;

-- name: crosswalk_links_of_item :many
-- What all crosswalks say about an item, in both directions: direction 1 leads from it to another, 2 from another to it.
-- in: item_id:int, language:text, drafts:int
-- out: direction:int, title:text, framework_title:text
SELECT o.crosswalk_id, o.direction, o.weight, i.id, i.framework_id, i.code, COALESCE(NULLIF(x.title, ''), i.title) AS title,
       COALESCE(NULLIF(n.title, ''), f.title) AS framework_title, f.version AS framework_version
FROM (SELECT l.crosswalk_id, 1 AS direction, l.to_item_id AS other, l.weight FROM crosswalk_link l WHERE l.from_item_id = $1
      UNION ALL
      SELECT l.crosswalk_id, 2 AS direction, l.from_item_id AS other, l.weight FROM crosswalk_link l WHERE l.to_item_id = $1) o
JOIN framework_item i ON i.id = o.other
JOIN framework f ON f.id = i.framework_id
LEFT JOIN framework_text x ON x.item_id = i.id AND x.language = $2
LEFT JOIN framework_name n ON n.framework_id = f.id AND n.language = $2
WHERE $3 = 1 OR f.state <> 'draft'
ORDER BY o.direction, o.weight DESC, i.framework_id, i.ordinal;

-- name: crosswalk_of_framework :many
-- in: framework_id:int, language:text, drafts:int
-- out: from_title:text, to_title:text
SELECT c.id, c.title, COALESCE(NULLIF(fn.title, ''), f.title) AS from_title, f.version AS from_version,
       COALESCE(NULLIF(tn.title, ''), t.title) AS to_title, t.version AS to_version
FROM crosswalk c
JOIN framework f ON f.id = c.from_framework_id
JOIN framework t ON t.id = c.to_framework_id
LEFT JOIN framework_name fn ON fn.framework_id = f.id AND fn.language = $2
LEFT JOIN framework_name tn ON tn.framework_id = t.id AND tn.language = $2
WHERE (c.from_framework_id = $1 OR c.to_framework_id = $1) AND ($3 = 1 OR (f.state <> 'draft' AND t.state <> 'draft'))
ORDER BY c.id;

-- name: crosswalk_between :one
-- in: from_framework_id:int, to_framework_id:int
SELECT id FROM crosswalk WHERE from_framework_id = $1 AND to_framework_id = $2 ORDER BY id LIMIT 1;

-- name: crosswalk_insert :exec
-- in: id:int, title:text, from_framework_id:int, to_framework_id:int, now:int
INSERT INTO crosswalk (id, title, from_framework_id, to_framework_id, created_at) VALUES ($1, $2, $3, $4, $5);

-- name: crosswalk_grow :exec
-- Changes no row when somebody else was quicker.
-- in: id:int, version:int
UPDATE crosswalk SET version = version + 1 WHERE id = $1 AND version = $2;

-- name: crosswalk_link_set :exec
-- Changes no row when an item is not of the framework that stands on that side.
-- in: crosswalk_id:int, from_item_id:int, to_item_id:int, weight:real
INSERT INTO crosswalk_link (crosswalk_id, from_item_id, to_item_id, weight)
SELECT c.id, f.id, t.id, CAST($4 AS DOUBLE PRECISION)
FROM crosswalk c
JOIN framework_item f ON f.framework_id = c.from_framework_id
JOIN framework_item t ON t.framework_id = c.to_framework_id
WHERE c.id = $1 AND f.id = $2 AND t.id = $3
ON CONFLICT (crosswalk_id, from_item_id, to_item_id) DO UPDATE SET weight = excluded.weight;

-- name: crosswalk_link_remove :exec
-- in: crosswalk_id:int, from_item_id:int, to_item_id:int
DELETE FROM crosswalk_link WHERE crosswalk_id = $1 AND from_item_id = $2 AND to_item_id = $3;

-- name: crosswalk_links_clear :exec
-- in: crosswalk_id:int
DELETE FROM crosswalk_link WHERE crosswalk_id = $1;

-- name: crosswalk_delete :exec
-- in: id:int
DELETE FROM crosswalk WHERE id = $1;
