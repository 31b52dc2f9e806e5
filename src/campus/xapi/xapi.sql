-- The record store: the statements of campus/xapi.

-- ---- clients ------------------------------------------------------------------------------------------------------------------------

-- name: xapi_client_add :exec
-- in: id:int, name:text, login:text, secret_hash:blob, may:text, authority:text, per_minute:int, now:int
INSERT INTO xapi_client (id, name, login, secret_hash, may, authority, per_minute, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: xapi_client_by_login :one
-- in: login:text
SELECT id, secret_hash, may, authority, per_minute, ended_at FROM xapi_client WHERE login = $1;

-- name: xapi_client_list :many
-- in: most:int
SELECT id, name, login, may, per_minute, made_at, ended_at FROM xapi_client WHERE login <> 'cadre' ORDER BY id LIMIT $1;

-- name: xapi_client_end :exec
-- in: id:int, now:int
UPDATE xapi_client SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL;

-- name: xapi_client_add_own :exec
-- Two servers may make it at once.
-- in: id:int, name:text, login:text, secret_hash:blob, may:text, authority:text, per_minute:int, now:int
INSERT INTO xapi_client (id, name, login, secret_hash, may, authority, per_minute, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    ON CONFLICT (login) DO NOTHING;

-- ---- storing ---------------------------------------------------------------------------------------------------------------------------

-- name: xapi_statement_add :exec
-- Changes no row where the uuid or the number is taken.
-- in: seq:int, uuid:blob, client:int, voided:int, voiding:int, body:text
INSERT INTO xapi_statement (seq, uuid, client_id, voided, voiding, body) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING;

-- name: xapi_ref_add :exec
-- Up to eight keys of one statement.
-- in: seq:int, source:int, k1:int, k2:int?, k3:int?, k4:int?, k5:int?, k6:int?, k7:int?, k8:int?
WITH keys (key) AS (VALUES ($3), ($4), ($5), ($6), ($7), ($8), ($9), ($10))
INSERT INTO xapi_ref (key, seq, source) SELECT k.key, $1, $2 FROM keys k WHERE k.key IS NOT NULL ON CONFLICT DO NOTHING;

-- name: xapi_stored_between :many
-- in: first:int, last:int
SELECT seq, uuid FROM xapi_statement WHERE seq >= $1 AND seq <= $2 ORDER BY seq;

-- name: xapi_referred :each
-- Which of several statements are referred to, by what way, and by one that voids? keys: of the targets, each in nineteen digits.
-- in: keys:text
WITH RECURSIVE list (key, rest) AS (
    SELECT CAST(-1 AS BIGINT), CAST($1 AS TEXT)
     UNION ALL
    SELECT CAST(substr(rest, 1, 19) AS BIGINT), substr(rest, 20) FROM list WHERE rest <> ''
)
SELECT r.key, r.source, s.voiding FROM list CROSS JOIN xapi_ref r CROSS JOIN xapi_statement s WHERE r.key = list.key AND s.seq = r.seq;

-- name: xapi_by_uuid :one
-- in: uuid:blob
SELECT s.seq, s.voided, s.voiding, s.client_id, s.body, c.authority FROM xapi_statement s JOIN xapi_client c ON c.id = s.client_id WHERE s.uuid = $1;

-- name: xapi_void :exec
-- What voids cannot be voided.
-- in: uuid:blob
UPDATE xapi_statement SET voided = 1 WHERE uuid = $1 AND voiding = 0;

-- name: xapi_referring :many
-- Statements that refer to one, by the key of the target, in the first place or by way of others.
-- in: key:int
SELECT DISTINCT seq FROM xapi_ref WHERE key = $1 ORDER BY seq;

-- name: xapi_attachment_add :exec
-- in: seq:int, sha2:text, type:text, bytes:blob
INSERT INTO xapi_attachment (seq, sha2, type, bytes) VALUES ($1, $2, $3, $4) ON CONFLICT (seq, sha2) DO NOTHING;

-- name: xapi_activity_get :one
-- in: id:text
SELECT definition FROM xapi_activity WHERE id = $1;

-- name: xapi_activities_known :each
-- Of several activities at once. ids: each one, and before it its length in letters, of four digits. SMALLINT is what both engines take as
-- the length of a part.
-- in: ids:text
WITH RECURSIVE list (id, rest) AS (
    SELECT CAST('' AS TEXT), CAST($1 AS TEXT)
     UNION ALL
    SELECT substr(rest, 5, CAST(substr(rest, 1, 4) AS SMALLINT)), substr(rest, 5 + CAST(substr(rest, 1, 4) AS SMALLINT)) FROM list WHERE rest <> ''
)
SELECT a.id, a.definition FROM list CROSS JOIN xapi_activity a WHERE a.id = list.id;

-- name: xapi_activity_put :exec
-- in: id:text, definition:text
INSERT INTO xapi_activity (id, definition) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET definition = excluded.definition;

-- name: xapi_agent_name_add :exec
-- in: identifier:text, name:text
INSERT INTO xapi_agent_name (identifier, name) VALUES ($1, $2) ON CONFLICT (identifier, name) DO NOTHING;

-- name: xapi_agent_names :many
-- in: identifier:text, most:int
SELECT name FROM xapi_agent_name WHERE identifier = $1 ORDER BY name LIMIT $2;

-- ---- deleting -----------------------------------------------------------------------------------------------------------------------------

-- name: xapi_by_seq :one
-- in: seq:int
SELECT s.uuid, s.body, c.authority FROM xapi_statement s JOIN xapi_client c ON c.id = s.client_id WHERE s.seq = $1;

-- name: xapi_statement_drop :exec
-- in: seq:int
DELETE FROM xapi_statement WHERE seq = $1;

-- name: xapi_ref_drop :exec
-- in: key:int, seq:int, source:int
DELETE FROM xapi_ref WHERE key = $1 AND seq = $2 AND source = $3;

-- name: xapi_attachments_drop :exec
-- in: seq:int
DELETE FROM xapi_attachment WHERE seq = $1;

-- name: xapi_agent_names_drop :exec
-- in: identifier:text
DELETE FROM xapi_agent_name WHERE identifier = $1;

-- name: xapi_documents_about :many
-- in: agent:text
SELECT kind, activity, name, type, updated_at FROM xapi_document
 WHERE (kind = 'state' OR kind = 'agent') AND agent = $1 ORDER BY kind, activity, name;

-- name: xapi_documents_about_drop :exec
-- in: agent:text
DELETE FROM xapi_document WHERE (kind = 'state' OR kind = 'agent') AND agent = $1;

-- name: xapi_about :many
-- Statements that name somebody themselves: in the first places or in others.
-- in: key:int, above:int, most:int
SELECT s.seq, s.uuid, s.body FROM xapi_ref r CROSS JOIN xapi_statement s
 WHERE r.key = $1 AND r.seq > $2 AND r.source = 0 AND s.seq = r.seq ORDER BY r.seq LIMIT $3;

-- name: xapi_person_address :one
-- in: person:int
SELECT email FROM pub_people_email WHERE person_id = $1;

-- ---- finding ------------------------------------------------------------------------------------------------------------------------------
-- Each of the keys after the first is asked of the same source, so that one statement says all of it: either of two, where the second
-- is not null.

-- name: xapi_newest_by_key :each
-- in: key:int, above:int, below:int, x1:int?, x2:int?, y1:int?, y2:int?, z1:int?, client:int?, most:int
SELECT s.seq, s.uuid, s.body, c.authority FROM xapi_ref r CROSS JOIN xapi_statement s CROSS JOIN xapi_client c
 WHERE r.key = $1 AND r.seq > $2 AND r.seq < $3 AND s.seq = r.seq AND s.voided = 0 AND c.id = s.client_id AND ($9 IS NULL OR s.client_id = $9)
   AND ($4 IS NULL OR EXISTS (SELECT 1 FROM xapi_ref x WHERE (x.key = $4 OR x.key = $5) AND x.seq = r.seq AND x.source = r.source))
   AND ($6 IS NULL OR EXISTS (SELECT 1 FROM xapi_ref x WHERE (x.key = $6 OR x.key = $7) AND x.seq = r.seq AND x.source = r.source))
   AND ($8 IS NULL OR EXISTS (SELECT 1 FROM xapi_ref x WHERE x.key = $8 AND x.seq = r.seq AND x.source = r.source))
 ORDER BY r.seq DESC LIMIT $10;

-- name: xapi_oldest_by_key :each
-- in: key:int, above:int, below:int, x1:int?, x2:int?, y1:int?, y2:int?, z1:int?, client:int?, most:int
SELECT s.seq, s.uuid, s.body, c.authority FROM xapi_ref r CROSS JOIN xapi_statement s CROSS JOIN xapi_client c
 WHERE r.key = $1 AND r.seq > $2 AND r.seq < $3 AND s.seq = r.seq AND s.voided = 0 AND c.id = s.client_id AND ($9 IS NULL OR s.client_id = $9)
   AND ($4 IS NULL OR EXISTS (SELECT 1 FROM xapi_ref x WHERE (x.key = $4 OR x.key = $5) AND x.seq = r.seq AND x.source = r.source))
   AND ($6 IS NULL OR EXISTS (SELECT 1 FROM xapi_ref x WHERE (x.key = $6 OR x.key = $7) AND x.seq = r.seq AND x.source = r.source))
   AND ($8 IS NULL OR EXISTS (SELECT 1 FROM xapi_ref x WHERE x.key = $8 AND x.seq = r.seq AND x.source = r.source))
 ORDER BY r.seq LIMIT $10;

-- name: xapi_newest :each
-- in: above:int, below:int, client:int?, most:int
SELECT s.seq, s.uuid, s.body, c.authority FROM xapi_statement s CROSS JOIN xapi_client c
 WHERE s.seq > $1 AND s.seq < $2 AND s.voided = 0 AND c.id = s.client_id AND ($3 IS NULL OR s.client_id = $3) ORDER BY s.seq DESC LIMIT $4;

-- name: xapi_oldest :each
-- in: above:int, below:int, client:int?, most:int
SELECT s.seq, s.uuid, s.body, c.authority FROM xapi_statement s CROSS JOIN xapi_client c
 WHERE s.seq > $1 AND s.seq < $2 AND s.voided = 0 AND c.id = s.client_id AND ($3 IS NULL OR s.client_id = $3) ORDER BY s.seq LIMIT $4;

-- name: xapi_attachments_of :many
-- in: seq:int
SELECT sha2, type, bytes FROM xapi_attachment WHERE seq = $1 ORDER BY sha2;

-- ---- documents ----------------------------------------------------------------------------------------------------------------------------

-- name: xapi_document_get :one
-- in: kind:text, agent:text, activity:text, registration:text, name:text
SELECT type, etag, updated_at, bytes FROM xapi_document WHERE kind = $1 AND agent = $2 AND activity = $3 AND registration = $4 AND name = $5;

-- name: xapi_document_put :exec
-- in: kind:text, agent:text, activity:text, registration:text, name:text, type:text, etag:text, now:int, bytes:blob
INSERT INTO xapi_document (kind, agent, activity, registration, name, type, etag, updated_at, bytes) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    ON CONFLICT (kind, agent, activity, registration, name) DO UPDATE
   SET type = excluded.type, etag = excluded.etag, updated_at = excluded.updated_at, bytes = excluded.bytes;

-- name: xapi_document_drop :exec
-- in: kind:text, agent:text, activity:text, registration:text, name:text
DELETE FROM xapi_document WHERE kind = $1 AND agent = $2 AND activity = $3 AND registration = $4 AND name = $5;

-- name: xapi_document_drop_all :exec
-- Without a registration: of all.
-- in: kind:text, agent:text, activity:text, registration:text?
DELETE FROM xapi_document WHERE kind = $1 AND agent = $2 AND activity = $3 AND ($4 IS NULL OR registration = $4);

-- name: xapi_document_names :many
-- in: kind:text, agent:text, activity:text, registration:text?, since:int
SELECT name, updated_at FROM xapi_document WHERE kind = $1 AND agent = $2 AND activity = $3 AND ($4 IS NULL OR registration = $4) AND updated_at > $5
 ORDER BY name;

-- ---- what Cadre tells itself ------------------------------------------------------------------------------------------------------------

-- name: xapi_own_act :many
-- All rows of the act to which a row of evidence belongs, from the first: the same person, thing and kind, written at the same time.
-- in: id:int
-- out: competency:text?
SELECT o.id, o.person_id, o.kind, o.competency_id, o.level, o.percent, o.source_kind, o.source_id, o.replaces_id, o.at, o.recorded_at,
       (SELECT k.title FROM pub_framework_competency k WHERE k.competency_id = o.competency_id) AS competency
  FROM pub_evidence_row e
  JOIN pub_evidence_row o ON o.source_kind = e.source_kind AND o.source_id = e.source_id AND o.person_id + 0 = e.person_id AND o.kind = e.kind
                         AND o.recorded_at + 0 = e.recorded_at
 WHERE e.id = $1 ORDER BY o.id;

-- name: xapi_own_holds :one
-- Is it still to be told: not taken back, and of somebody who was not erased?
-- in: id:int, person:int
-- out: n:int
SELECT count(*) AS n FROM pub_people_name p
 WHERE p.person_id = $2 AND NOT EXISTS (SELECT 1 FROM pub_evidence_row r WHERE r.replaces_id = $1);

-- name: xapi_evidence_of :many
-- What stands in the evidence thread because of a statement, and was not taken back.
-- in: seq:int
SELECT e.id, e.person_id, e.programme_id, e.kind, e.competency_id, e.at FROM pub_evidence_row e
 WHERE e.source_kind = 'xapi_statement' AND e.source_id = $1 AND e.kind <> 'outside_withdrawn'
   AND NOT EXISTS (SELECT 1 FROM pub_evidence_row r WHERE r.replaces_id = e.id) ORDER BY e.id;

-- name: xapi_rule_hits_drop :exec
-- in: seq:int
DELETE FROM xapi_rule_hit WHERE seq = $1;

-- name: xapi_hits_of :many
-- Statements that became somebody's evidence.
-- in: person:int, above:int, most:int
SELECT s.seq, s.uuid, s.body FROM xapi_statement s
 WHERE s.seq IN (SELECT h.seq FROM xapi_rule_hit h WHERE h.person_id = $1 AND h.seq > $2) ORDER BY s.seq LIMIT $3;

-- ---- taking it elsewhere and back -------------------------------------------------------------------------------------------------------

-- name: xapi_all :many
-- in: above:int, most:int
SELECT s.seq, s.uuid, s.body, c.authority FROM xapi_statement s CROSS JOIN xapi_client c WHERE s.seq > $1 AND c.id = s.client_id ORDER BY s.seq LIMIT $2;

-- name: xapi_count :one
-- out: n:int
SELECT count(*) AS n FROM xapi_statement;

-- name: xapi_client_by_authority :one
-- in: authority:text
SELECT id FROM xapi_client WHERE authority = $1 ORDER BY id LIMIT 1;

-- name: xapi_client_add_ended :exec
-- It vouches for what was brought here, and was never let in.
-- in: id:int, name:text, login:text, authority:text, now:int, secret_hash:blob
INSERT INTO xapi_client (id, name, login, secret_hash, may, authority, per_minute, made_at, ended_at) VALUES ($1, $2, $3, $6, '', $4, 1, $5, $5)
    ON CONFLICT (login) DO NOTHING;
