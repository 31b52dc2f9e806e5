-- Frameworks: what others ask on every page, versions and their states, import and export, uploads.

-- name: framework_outline_items :many
-- in: programme_id:int, language:text, behaviours:int
-- out: parent_id:int, title:text, statement:text
SELECT i.competency_id, i.id, COALESCE(i.parent_id, 0) AS parent_id, i.depth, i.code, i.kind,
       COALESCE(NULLIF(t.title, ''), i.title) AS title, COALESCE(NULLIF(t.statement, ''), i.statement) AS statement
FROM framework_item i
LEFT JOIN framework_text t ON t.item_id = i.id AND t.language = $2
WHERE i.framework_id = COALESCE((SELECT framework_id FROM programme_framework WHERE programme_id = $1),
                                (SELECT id FROM framework WHERE is_default = 1))
  AND (i.indicator = 0 OR $3 = 1)
ORDER BY i.ordinal;

-- name: framework_code_find :one
-- The first in tree order where a framework from elsewhere uses a code twice.
-- in: programme_id:int, code:text
SELECT competency_id FROM framework_item
WHERE framework_id = COALESCE((SELECT framework_id FROM programme_framework WHERE programme_id = $1),
                              (SELECT id FROM framework WHERE is_default = 1))
  AND code = $2
ORDER BY ordinal LIMIT 1;

-- name: framework_competency_find :one
-- in: competency_id:int, language:text
-- out: parent_id:int, title:text, statement:text
SELECT i.competency_id, i.id, i.framework_id, COALESCE(i.parent_id, 0) AS parent_id, i.depth, i.code, i.kind,
       COALESCE(NULLIF(t.title, ''), i.title) AS title, COALESCE(NULLIF(t.statement, ''), i.statement) AS statement
FROM competency c
JOIN framework_item i ON i.id = c.item_id
LEFT JOIN framework_text t ON t.item_id = i.id AND t.language = $2
WHERE c.id = $1;

-- name: framework_chosen :one
-- in: programme_id:int
SELECT f.id FROM framework f
WHERE f.id = COALESCE((SELECT framework_id FROM programme_framework WHERE programme_id = $1),
                      (SELECT id FROM framework WHERE is_default = 1));

-- name: framework_get :one
-- in: id:int, language:text
-- out: title:text, description:text, rights_person_id:int, rights_at:int
SELECT f.id, f.lineage_id, f.identifier, COALESCE(NULLIF(n.title, ''), f.title) AS title, f.version, f.language, f.publisher,
       COALESCE(NULLIF(n.description, ''), f.description) AS description, f.licence, f.rights,
       COALESCE(f.rights_person_id, 0) AS rights_person_id, COALESCE(f.rights_at, 0) AS rights_at, f.state, f.is_default,
       f.revision, f.created_at
FROM framework f
LEFT JOIN framework_name n ON n.framework_id = f.id AND n.language = $2
WHERE f.id = $1;

-- name: framework_offered :many
SELECT id, identifier FROM framework WHERE state = 'published' AND rights <> 'held' ORDER BY title_key, created_at DESC, id DESC;

-- name: framework_list :many
-- One page of the list: the versions of all frameworks, found by folded title.
-- in: language:text, like_key:text, drafts:int, most:int, skip:int
-- out: title:text, items:int, programmes:int
SELECT f.id, f.lineage_id, COALESCE(NULLIF(n.title, ''), f.title) AS title, f.version, f.publisher, f.licence, f.state,
       f.is_default,
       (SELECT COUNT(*) FROM framework_item i WHERE i.framework_id = f.id) AS items,
       (SELECT COUNT(*) FROM programme_framework p WHERE p.framework_id = f.id) AS programmes
FROM framework f
LEFT JOIN framework_name n ON n.framework_id = f.id AND n.language = $1
WHERE f.title_key LIKE $2 ESCAPE '\' AND ($3 = 1 OR f.state <> 'draft')
ORDER BY f.title_key, f.lineage_id, f.created_at DESC, f.id DESC
LIMIT $4 OFFSET $5;

-- name: framework_list_count :one
-- in: like_key:text, drafts:int
-- out: n:int
SELECT COUNT(*) AS n FROM framework WHERE title_key LIKE $1 ESCAPE '\' AND ($2 = 1 OR state <> 'draft');

-- name: framework_versions :many
-- in: lineage_id:int, drafts:int
-- out: items:int, rights_at:int, rights_person_id:int
SELECT f.id, f.title, f.version, f.state, f.is_default, f.created_at, f.rights, COALESCE(f.rights_at, 0) AS rights_at,
       COALESCE(f.rights_person_id, 0) AS rights_person_id,
       (SELECT COUNT(*) FROM framework_item i WHERE i.framework_id = f.id) AS items
FROM framework f
WHERE f.lineage_id = $1 AND ($2 = 1 OR f.state <> 'draft')
ORDER BY f.created_at DESC, f.id DESC;

-- name: framework_lineages :many
-- The latest version of each framework: what an import can be a new version of.
-- in: language:text
-- out: title:text
SELECT f.id, f.lineage_id, f.identifier, COALESCE(NULLIF(n.title, ''), f.title) AS title, f.version, f.state
FROM framework f
LEFT JOIN framework_name n ON n.framework_id = f.id AND n.language = $1
WHERE NOT EXISTS (SELECT 1 FROM framework g WHERE g.lineage_id = f.lineage_id AND (g.created_at, g.id) > (f.created_at, f.id))
ORDER BY f.title_key, f.id;

-- name: framework_latest :one
-- in: lineage_id:int
SELECT id, identifier, version, is_default FROM framework WHERE lineage_id = $1 ORDER BY created_at DESC, id DESC LIMIT 1;

-- name: framework_by_document :one
-- The newest framework that came from the document with this identifier.
-- in: identifier:text
SELECT id, lineage_id FROM framework WHERE identifier = $1 ORDER BY created_at DESC, id DESC LIMIT 1;

-- name: framework_version_find :one
-- in: lineage_id:int, version:text
SELECT id FROM framework WHERE lineage_id = $1 AND version = $2;

-- name: framework_lineage_items :many
-- Every item of every version, the newest version first.
-- in: lineage_id:int
SELECT i.identifier, i.code, i.competency_id
FROM framework f JOIN framework_item i ON i.framework_id = f.id
WHERE f.lineage_id = $1
ORDER BY f.created_at DESC, f.id DESC, i.ordinal;

-- name: framework_add :exec
-- in: id:int, lineage_id:int, identifier:text, title:text, title_key:text, version:text, language:text, publisher:text, description:text, licence:text, rights:text, rights_person_id:int?, rights_at:int?, state:text, now:int, extra:text
INSERT INTO framework (id, lineage_id, identifier, title, title_key, version, language, publisher, description, licence, rights,
                       rights_person_id, rights_at, state, created_at, extra)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16);

-- name: framework_name_add :exec
-- in: framework_id:int, language:text, title:text, description:text
INSERT INTO framework_name (framework_id, language, title, description) VALUES ($1, $2, $3, $4);

-- name: framework_competency_add :exec
-- in: id:int, item_id:int
INSERT INTO competency (id, item_id) VALUES ($1, $2);

-- name: framework_item_add :exec
-- in: id:int, framework_id:int, competency_id:int, parent_id:int?, place:int, ordinal:int, depth:int, identifier:text, code:text, kind:text, facet:text, indicator:int, title:text, title_made:int, statement:text, search_key:text, extra:text
INSERT INTO framework_item (id, framework_id, competency_id, parent_id, place, ordinal, depth, identifier, code, kind, facet,
                            indicator, title, title_made, statement, search_key, extra)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17);

-- name: framework_level_add :exec
-- in: item_id:int, language:text, level:int, descriptor:text
INSERT INTO framework_level (item_id, language, level, descriptor) VALUES ($1, $2, $3, $4);

-- name: framework_text_add :exec
-- in: item_id:int, language:text, title:text, statement:text, facet:text, search_key:text
INSERT INTO framework_text (item_id, language, title, statement, facet, search_key) VALUES ($1, $2, $3, $4, $5, $6);

-- name: framework_association_add :exec
-- in: id:int, framework_id:int, ordinal:int, identifier:text, kind:text, origin:text, destination:text, sequence:int?, extra:text
INSERT INTO framework_association (id, framework_id, ordinal, identifier, kind, origin, destination, sequence, extra)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: framework_definition_add :exec
-- in: id:int, framework_id:int, ordinal:int, kind:text, body:text
INSERT INTO framework_definition (id, framework_id, ordinal, kind, body) VALUES ($1, $2, $3, $4, $5);

-- name: framework_document :one
-- The framework in its own language, for export.
-- in: id:int
SELECT identifier, title, version, language, publisher, description, licence, extra FROM framework WHERE id = $1;

-- name: framework_items_all :many
-- In the order of the file.
-- in: framework_id:int
-- out: parent_id:int
SELECT id, competency_id, COALESCE(parent_id, 0) AS parent_id, ordinal, depth, identifier, code, kind, facet, indicator, title,
       title_made, statement, extra
FROM framework_item WHERE framework_id = $1 ORDER BY place;

-- name: framework_levels_all :many
-- in: framework_id:int
SELECT l.item_id, l.language, l.level, l.descriptor
FROM framework_item i JOIN framework_level l ON l.item_id = i.id
WHERE i.framework_id = $1 ORDER BY i.place, l.language, l.level;

-- name: framework_texts_all :many
-- in: framework_id:int
SELECT t.item_id, t.language, t.title, t.statement, t.facet
FROM framework_item i JOIN framework_text t ON t.item_id = i.id
WHERE i.framework_id = $1 ORDER BY i.place, t.language;

-- name: framework_names_all :many
-- in: framework_id:int
SELECT language, title, description FROM framework_name WHERE framework_id = $1 ORDER BY language;

-- name: framework_associations_all :many
-- in: framework_id:int
-- out: sequence:int?
SELECT identifier, kind, origin, destination, sequence, extra
FROM framework_association WHERE framework_id = $1 ORDER BY ordinal;

-- name: framework_definitions_all :many
-- in: framework_id:int
SELECT kind, body FROM framework_definition WHERE framework_id = $1 ORDER BY ordinal;

-- name: framework_set_state :exec
-- Changes no row when somebody else was quicker.
-- in: id:int, revision:int, from_state:text, to_state:text
UPDATE framework SET state = $4, revision = revision + 1 WHERE id = $1 AND revision = $2 AND state = $3;

-- name: framework_rename_competencies :exec
-- From now on they are called as in this version.
-- in: framework_id:int
UPDATE competency SET item_id = i.id
FROM framework_item i WHERE i.framework_id = $1 AND i.competency_id = competency.id AND competency.item_id <> i.id;

-- name: framework_default_clear :exec
-- in: except_id:int
UPDATE framework SET is_default = 0, revision = revision + 1 WHERE is_default = 1 AND id <> $1;

-- name: framework_default_set :exec
-- in: id:int, revision:int
UPDATE framework SET is_default = 1, revision = revision + 1
WHERE id = $1 AND revision = $2 AND state = 'published' AND is_default = 0;

-- name: framework_default_find :one
SELECT id, lineage_id FROM framework WHERE is_default = 1;

-- name: framework_users :many
-- The programmes that have chosen it.
-- in: framework_id:int
SELECT programme_id FROM programme_framework WHERE framework_id = $1 ORDER BY programme_id;

-- name: framework_unchoose :exec
-- in: programme_id:int
DELETE FROM programme_framework WHERE programme_id = $1;

-- name: framework_choose_set :exec
-- in: programme_id:int, framework_id:int
INSERT INTO programme_framework (programme_id, framework_id) VALUES ($1, $2)
ON CONFLICT (programme_id) DO UPDATE SET framework_id = excluded.framework_id;

-- Dropping a draft, from the leaves.

-- name: framework_drop_links :exec
-- in: framework_id:int
DELETE FROM crosswalk_link WHERE crosswalk_id IN
    (SELECT id FROM crosswalk WHERE from_framework_id = $1 OR to_framework_id = $1);

-- name: framework_drop_crosswalks :exec
-- in: framework_id:int
DELETE FROM crosswalk WHERE from_framework_id = $1 OR to_framework_id = $1;

-- name: framework_drop_levels :exec
-- in: framework_id:int
DELETE FROM framework_level WHERE item_id IN (SELECT id FROM framework_item WHERE framework_id = $1);

-- name: framework_drop_texts :exec
-- in: framework_id:int
DELETE FROM framework_text WHERE item_id IN (SELECT id FROM framework_item WHERE framework_id = $1);

-- name: framework_drop_names :exec
-- in: framework_id:int
DELETE FROM framework_name WHERE framework_id = $1;

-- name: framework_drop_associations :exec
-- in: framework_id:int
DELETE FROM framework_association WHERE framework_id = $1;

-- name: framework_drop_definitions :exec
-- in: framework_id:int
DELETE FROM framework_definition WHERE framework_id = $1;

-- name: framework_drop_parents :exec
-- in: framework_id:int
UPDATE framework_item SET parent_id = NULL WHERE framework_id = $1;

-- name: framework_drop_names_of_competencies :exec
-- Competencies that first came with this draft and are in another version too are called as there.
-- in: framework_id:int
UPDATE competency SET item_id = (SELECT MAX(o.id) FROM framework_item o
                                 WHERE o.competency_id = competency.id AND o.framework_id <> $1)
WHERE item_id IN (SELECT id FROM framework_item WHERE framework_id = $1)
  AND EXISTS (SELECT 1 FROM framework_item o WHERE o.competency_id = competency.id AND o.framework_id <> $1);

-- name: framework_drop_items :exec
-- in: framework_id:int
DELETE FROM framework_item WHERE framework_id = $1;

-- name: framework_drop_competencies :exec
-- After the items: what nothing calls any more. first and last: the range of ids that the draft had.
-- in: first_item:int, last_item:int
DELETE FROM competency WHERE item_id BETWEEN $1 AND $2
  AND NOT EXISTS (SELECT 1 FROM framework_item i WHERE i.competency_id = competency.id);

-- name: framework_item_range :one
-- in: framework_id:int
-- out: first_item:int, last_item:int
SELECT COALESCE(MIN(id), 0) AS first_item, COALESCE(MAX(id), 0) AS last_item FROM framework_item WHERE framework_id = $1;

-- name: framework_delete :exec
-- in: id:int
DELETE FROM framework WHERE id = $1;

-- Files that wait between the preview and the import.

-- name: framework_upload_add :exec
-- in: id:int, person_id:int, name:text, now:int, bytes:blob
INSERT INTO framework_upload (id, person_id, name, created_at, bytes) VALUES ($1, $2, $3, $4, $5);

-- name: framework_upload_get :one
-- in: id:int, person_id:int, not_before:int
SELECT id, name, created_at, bytes FROM framework_upload WHERE id = $1 AND person_id = $2 AND created_at >= $3;

-- name: framework_upload_drop :exec
-- in: id:int, person_id:int
DELETE FROM framework_upload WHERE id = $1 AND person_id = $2;

-- name: framework_upload_expire :exec
-- in: before:int
DELETE FROM framework_upload WHERE id IN (SELECT id FROM framework_upload WHERE created_at < $1 ORDER BY created_at LIMIT 1000);

-- name: framework_upload_forget_person :exec
-- in: person_id:int
DELETE FROM framework_upload WHERE person_id = $1;
