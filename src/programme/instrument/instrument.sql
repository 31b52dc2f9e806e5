-- Instruments: versions, texts, items. Statements for pages and for the header's functions.

-- name: instrument_row :one
-- in: id:int
SELECT id, slug, version, kind, language, state, revision, shipped, person_id, created_at FROM instrument WHERE id = $1;

-- name: instrument_latest :one
-- in: slug:text
-- The current or retired version of an instrument: the last one.
SELECT id, slug, version, kind, language, state, revision, shipped, person_id, created_at
  FROM instrument WHERE slug = $1 AND state <> 'earlier';

-- name: instrument_texts :many
-- in: id:int
SELECT language, body FROM instrument_text WHERE instrument_id = $1 ORDER BY language;

-- name: instrument_texts_in :many
-- The text in its own language and, where there is one, in another.
-- in: id:int, own:text, other:text
SELECT language, body FROM instrument_text WHERE instrument_id = $1 AND language IN ($2, $3);

-- name: instrument_items_of :many
-- in: id:int
SELECT id, code FROM instrument_item WHERE instrument_id = $1 ORDER BY ordinal;

-- name: instrument_competencies_of :many
-- in: id:int
SELECT c.item_id, c.competency_id FROM instrument_item t JOIN instrument_item_competency c ON c.item_id = t.id
 WHERE t.instrument_id = $1 ORDER BY t.ordinal, c.ordinal;

-- name: instrument_entries :many
-- The last version of each, by title in a language; kind '' for all; retired ones when asked for.
-- in: kind:text, language:text, retired:int
-- out: title:text
SELECT i.id, i.slug, i.version, i.kind, i.language, i.state, i.licence, COALESCE(x.title, t.title) AS title
  FROM instrument i JOIN instrument_text t ON t.instrument_id = i.id AND t.language = i.language
       LEFT JOIN instrument_text x ON x.instrument_id = i.id AND x.language = $2
 WHERE ($1 = '' OR i.kind = $1) AND (i.state = 'current' OR ($3 = 1 AND i.state = 'retired'))
 ORDER BY COALESCE(x.title_key, t.title_key), i.id LIMIT 500;

-- name: instrument_versions :many
-- in: slug:text
SELECT id, version, state, shipped, person_id, created_at FROM instrument WHERE slug = $1 ORDER BY version DESC LIMIT 200;

-- name: instrument_add :exec
-- in: id:int, slug:text, version:int, kind:text, language:text, licence:text, low:int, high:int, shipped:int, person:int?, now:int
INSERT INTO instrument (id, slug, version, kind, language, licence, low, high, state, shipped, person_id, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'current', $9, $10, $11);

-- name: instrument_make_earlier :exec
-- in: id:int, revision:int
UPDATE instrument SET state = 'earlier', revision = revision + 1 WHERE id = $1 AND revision = $2 AND state <> 'earlier';

-- name: instrument_set_state :exec
-- in: id:int, revision:int, state:text
UPDATE instrument SET state = $3, revision = revision + 1 WHERE id = $1 AND revision = $2 AND state <> 'earlier' AND state <> $3;

-- name: instrument_text_add :exec
-- in: id:int, language:text, title:text, title_key:text, body:text
INSERT INTO instrument_text (instrument_id, language, title, title_key, body) VALUES ($1, $2, $3, $4, $5);

-- name: instrument_item_add :exec
-- in: id:int, instrument:int, ordinal:int, domain:text, code:text, answer:text
INSERT INTO instrument_item (id, instrument_id, ordinal, domain, code, answer) VALUES ($1, $2, $3, $4, $5, $6);

-- name: instrument_competency_add :exec
-- in: item:int, competency:int, ordinal:int
INSERT INTO instrument_item_competency (item_id, competency_id, ordinal) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING;

-- name: instrument_written_by :many
-- in: person:int
SELECT slug, version, created_at FROM instrument WHERE person_id = $1 ORDER BY created_at, id;

-- name: instrument_forget_author :exec
-- in: person:int
UPDATE instrument SET person_id = NULL WHERE person_id = $1;
