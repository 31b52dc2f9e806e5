-- Rules by which statements of other tools become evidence: the statements of campus/xapi/rule.c and its pages.

-- name: xapi_rule_add :exec
-- in: id:int, activity:text, prefix:int, verb:text, least:int?, client:int?, home_page:text, kind:text, use:text?, level:int?, now:int
INSERT INTO xapi_rule (id, activity, prefix, verb, least, client_id, home_page, kind, use, level, state, made_at, version, seq_done, matched, unknown)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'draft', $11, 1, 0, 0, 0);

-- name: xapi_rule_change :exec
-- A rule that says something else is a draft again, and looks at all statements again.
-- in: id:int, activity:text, prefix:int, verb:text, least:int?, client:int?, home_page:text, kind:text, use:text?, level:int?, version:int
UPDATE xapi_rule SET activity = $2, prefix = $3, verb = $4, least = $5, client_id = $6, home_page = $7, kind = $8, use = $9, level = $10,
       state = 'draft', seq_done = 0, matched = 0, unknown = 0, version = version + 1
 WHERE id = $1 AND version = $11;

-- name: xapi_rule_set_state :exec
-- in: id:int, state:text, again:int, version:int
UPDATE xapi_rule SET state = $2, seq_done = CASE WHEN $3 = 1 THEN 0 ELSE seq_done END, version = version + 1 WHERE id = $1 AND version = $4;

-- name: xapi_rule_drop :exec
-- in: id:int, version:int
DELETE FROM xapi_rule WHERE id = $1 AND version = $2;

-- name: xapi_rule_drop_hits :exec
-- in: id:int
DELETE FROM xapi_rule_hit WHERE rule_id = $1;

-- name: xapi_rule_drop_competencies :exec
-- in: id:int
DELETE FROM xapi_rule_competency WHERE rule_id = $1;

-- name: xapi_rule_competency_add :exec
-- in: rule:int, competency:int
INSERT INTO xapi_rule_competency (rule_id, competency_id) VALUES ($1, $2) ON CONFLICT DO NOTHING;

-- name: xapi_rule_competencies :many
-- in: rule:int
-- out: title:text?, code:text?
SELECT r.competency_id, (SELECT k.title FROM pub_framework_competency k WHERE k.competency_id = r.competency_id) AS title,
       (SELECT k.code FROM pub_framework_competency k WHERE k.competency_id = r.competency_id) AS code
  FROM xapi_rule_competency r WHERE r.rule_id = $1 ORDER BY r.competency_id;

-- name: xapi_rule_find :one
-- in: id:int
SELECT id, activity, prefix, verb, least, client_id, home_page, kind, use, level, state, made_at, version, seq_done, matched, unknown FROM xapi_rule WHERE id = $1;

-- name: xapi_rule_list :many
-- in: after:int, most:int
SELECT id, activity, prefix, verb, kind, state, matched, unknown FROM xapi_rule WHERE id > $1 ORDER BY id LIMIT $2;

-- name: xapi_rules_on :many
SELECT id FROM xapi_rule WHERE state = 'on' ORDER BY id;

-- name: xapi_rule_next :many
-- Statements of other tools that may match: found by their activity or by their verb.
-- in: key:int, above:int, below:int, own:int, most:int
SELECT s.seq, s.client_id, s.body FROM xapi_ref r CROSS JOIN xapi_statement s
 WHERE r.key = $1 AND r.seq > $2 AND r.seq < $3 AND r.source = 0 AND s.seq = r.seq AND s.voided = 0 AND s.client_id <> $4
 ORDER BY r.seq LIMIT $5;

-- name: xapi_rule_newest :many
-- The same from the newest, for a dry run.
-- in: key:int, below:int, own:int, most:int
SELECT s.seq, s.client_id, s.body FROM xapi_ref r CROSS JOIN xapi_statement s
 WHERE r.key = $1 AND r.seq < $2 AND r.source = 0 AND s.seq = r.seq AND s.voided = 0 AND s.client_id <> $3
 ORDER BY r.seq DESC LIMIT $4;

-- name: xapi_rule_hit_of :one
-- in: rule:int, seq:int
SELECT person_id FROM xapi_rule_hit WHERE rule_id = $1 AND seq = $2;

-- name: xapi_rule_hit_put :exec
-- in: rule:int, seq:int, person:int?
INSERT INTO xapi_rule_hit (rule_id, seq, person_id) VALUES ($1, $2, $3)
    ON CONFLICT (rule_id, seq) DO UPDATE SET person_id = excluded.person_id;

-- name: xapi_rule_looked :exec
-- in: id:int, seq:int, matched:int, unknown:int, version:int
UPDATE xapi_rule SET seq_done = $2, matched = matched + $3, unknown = unknown + $4 WHERE id = $1 AND version = $5 AND state = 'on';

-- name: xapi_rule_standing :one
-- in: seq:int
SELECT voided FROM xapi_statement WHERE seq = $1;

-- name: xapi_rule_said :one
-- Does the thread have this already, because of this statement?
-- in: seq:int, person:int, competency:int?, kind:text
-- out: n:int
SELECT count(*) AS n FROM pub_evidence_row e
 WHERE e.source_kind = 'xapi_statement' AND e.source_id = $1 AND e.person_id + 0 = $2 AND e.competency_id IS NOT DISTINCT FROM $3 AND e.kind = $4
   AND NOT EXISTS (SELECT 1 FROM pub_evidence_row r WHERE r.replaces_id = e.id);

-- name: xapi_rule_unknown :many
-- The newest statements by people who are not known here.
-- in: rule:int, most:int
SELECT s.seq, s.body FROM xapi_rule_hit h CROSS JOIN xapi_statement s
 WHERE h.rule_id = $1 AND h.person_id IS NULL AND s.seq = h.seq ORDER BY h.seq DESC LIMIT $2;

-- name: xapi_addresses :many
-- in: after:int, most:int
SELECT person_id, email FROM pub_people_email WHERE person_id > $1 AND email IS NOT NULL ORDER BY person_id LIMIT $2;

-- name: xapi_describe :many
-- in: id1:int, id2:int, id3:int, id4:int, id5:int, id6:int, id7:int, id8:int, id9:int, id10:int, id11:int, id12:int, id13:int, id14:int, id15:int, id16:int, id17:int, id18:int, id19:int, id20:int
SELECT seq, body FROM xapi_statement
 WHERE voided = 0 AND seq IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20);

-- name: xapi_fact :one
-- A statement that became somebody's evidence.
-- in: seq:int
SELECT h.person_id, s.uuid, s.body, c.name AS tool FROM xapi_rule_hit h JOIN xapi_statement s ON s.seq = h.seq JOIN xapi_client c ON c.id = s.client_id
 WHERE h.seq = $1 AND h.person_id IS NOT NULL AND s.voided = 0 ORDER BY h.rule_id LIMIT 1;
