-- Improvement projects: charter, team, measures, points, cycles.

-- name: improve_add :exec
-- in: id:int, programme:int, title:text, problem:text, aim:text, by_day:int, why:text, value:text, sponsor:text, ethics:text, drivers:text, person:int, now:int, made_up:int, kind:text
INSERT INTO improve_project (id, programme_id, title, problem, aim, by_day, why, value, sponsor, ethics, drivers, state, created_by, created_at, made_up, kind)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'running', $12, $13, $14, $15);

-- name: improve_change :exec
-- in: id:int, version:int, title:text, problem:text, aim:text, by_day:int, why:text, value:text, sponsor:text, ethics:text, drivers:text, kind:text, grown_day:int?
UPDATE improve_project SET title = $3, problem = $4, aim = $5, by_day = $6, why = $7, value = $8, sponsor = $9, ethics = $10, drivers = $11, kind = $12,
       grown_day = COALESCE(grown_day, $13), version = version + 1
 WHERE id = $1 AND version = $2 AND state = 'running';

-- name: improve_find :one
-- in: id:int
SELECT id, programme_id, title, problem, aim, by_day, why, value, sponsor, ethics, drivers, state, outcome, claim, aim_met, shown, made_up, created_at, ended_at, version,
       kind, grown_day, ending
  FROM improve_project WHERE id = $1;

-- name: improve_end :exec
-- in: id:int, version:int, state:text, outcome:text, claim:text, aim_met:text, shown:int, now:int?, ending:text
UPDATE improve_project SET state = $3, outcome = $4, claim = $5, aim_met = $6, shown = $7, ended_at = $8, ending = $9, version = version + 1
 WHERE id = $1 AND version = $2;

-- name: improve_mine :many
-- in: person:int
SELECT p.id, p.kind, p.title, p.aim, p.value, p.state, p.by_day, m.part FROM improve_member m JOIN improve_project p ON p.id = m.project_id
 WHERE m.person_id = $1 ORDER BY p.created_at DESC, p.id DESC LIMIT 200;

-- name: improve_gallery :many
-- Finished projects that their teams show, latest first, behind (at, id).
-- in: programme:int, at:int, id:int, most:int
SELECT id, kind, title, aim, value, claim, aim_met, made_up, ended_at FROM improve_project
 WHERE programme_id = $1 AND shown = 1 AND ended_at IS NOT NULL AND (ended_at, id) < ($2, $3) ORDER BY ended_at DESC, id DESC LIMIT $4;

-- name: improve_of_programme :many
-- in: programme:int, at:int, id:int, most:int
SELECT id, kind, title, aim, value, state, claim, aim_met, by_day, made_up, created_at FROM improve_project
 WHERE programme_id = $1 AND (created_at, id) < ($2, $3) ORDER BY created_at DESC, id DESC LIMIT $4;

-- name: improve_counts :many
-- in: programme:int
-- out: n:int
SELECT value, state, claim, count(*) AS n FROM improve_project WHERE programme_id = $1 GROUP BY value, state, claim ORDER BY value, state, claim;

-- name: improve_member_add :exec
-- in: project:int, person:int, part:text, now:int
INSERT INTO improve_member (project_id, person_id, part, since_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (project_id, person_id) DO UPDATE SET part = excluded.part;

-- name: improve_member_drop :exec
-- in: project:int, person:int
DELETE FROM improve_member WHERE project_id = $1 AND person_id = $2;

-- name: improve_members :many
-- in: project:int
-- out: name:text?, profession:text?
SELECT m.person_id, m.part, n.display_name AS name, (SELECT x.profession FROM pub_people_profession x WHERE x.person_id = m.person_id) AS profession
  FROM improve_member m LEFT JOIN pub_people_name n ON n.person_id = m.person_id
 WHERE m.project_id = $1 ORDER BY m.since_at, m.person_id;

-- name: improve_is_member :one
-- in: project:int, person:int
-- out: n:int
SELECT count(*) AS n FROM improve_member WHERE project_id = $1 AND person_id = $2;

-- name: improve_lead_count :one
-- in: project:int, person:int
-- out: n:int
SELECT count(*) AS n FROM improve_member WHERE project_id = $1 AND part = 'lead' AND person_id <> $2;

-- name: improve_competency_add :exec
-- in: project:int, competency:int
INSERT INTO improve_competency (project_id, competency_id) VALUES ($1, $2) ON CONFLICT (project_id, competency_id) DO NOTHING;

-- name: improve_competency_clear :exec
-- in: project:int
DELETE FROM improve_competency WHERE project_id = $1;

-- name: improve_competencies :many
-- in: project:int, language:text
-- out: title:text?
SELECT c.competency_id, (SELECT COALESCE((SELECT NULLIF(x.title, '') FROM pub_framework_text x WHERE x.item_id = k.item_id AND x.language = $2), k.title)
        FROM pub_framework_competency k WHERE k.competency_id = c.competency_id) AS title
  FROM improve_competency c WHERE c.project_id = $1 ORDER BY c.competency_id;

-- name: improve_measure_add :exec
-- in: id:int, project:int, kind:text, name:text, definition:text, source:text, good:int, chart:text, rules:text, per:real, target:real?, baseline:int, sampling:text, now:int, owner:int?
INSERT INTO improve_measure (id, project_id, kind, name, definition, source, good, chart, rules, per, target, baseline, sampling, created_at, owner_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15);

-- name: improve_measure_change :exec
-- in: id:int, version:int, kind:text, name:text, definition:text, source:text, good:int, chart:text, rules:text, per:real, target:real?, baseline:int, sampling:text, owner:int?
UPDATE improve_measure SET kind = $3, name = $4, definition = $5, source = $6, good = $7, chart = $8, rules = $9, per = $10, target = $11, baseline = $12, sampling = $13,
       owner_id = $14, version = version + 1 WHERE id = $1 AND version = $2;

-- name: improve_measure_scale :exec
-- in: id:int, scale:int
UPDATE improve_measure SET scale = $2, version = version + 1 WHERE id = $1;

-- name: improve_measure_find :one
-- in: id:int
SELECT id, project_id, kind, name, definition, source, good, chart, rules, per, target, baseline, sampling, scale, version, owner_id FROM improve_measure WHERE id = $1;

-- name: improve_measures :many
-- in: project:int
SELECT id, project_id, kind, name, definition, source, good, chart, rules, per, target, baseline, sampling, scale, version, owner_id FROM improve_measure
 WHERE project_id = $1 ORDER BY created_at, id;

-- name: improve_points :many
-- in: measure:int
SELECT stratum, day, label, y, n, sd, left_out FROM improve_point WHERE measure_id = $1 ORDER BY stratum, day;

-- name: improve_point_put :exec
-- in: measure:int, stratum:text, day:int, label:text, y:real?, n:real?, sd:real?
INSERT INTO improve_point (measure_id, stratum, day, label, y, n, sd) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (measure_id, stratum, day) DO UPDATE SET label = excluded.label, y = excluded.y, n = excluded.n, sd = excluded.sd;

-- name: improve_point_leave_out :exec
-- in: measure:int, day:int, why:text
UPDATE improve_point SET left_out = $3 WHERE measure_id = $1 AND day = $2;

-- name: improve_points_clear :exec
-- in: measure:int
DELETE FROM improve_point WHERE measure_id = $1;

-- name: improve_phase_put :exec
-- in: measure:int, day:int, why:text, person:int, now:int
INSERT INTO improve_phase (measure_id, day, why, set_by, set_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (measure_id, day) DO UPDATE SET why = excluded.why, set_by = excluded.set_by, set_at = excluded.set_at;

-- name: improve_phases :many
-- in: measure:int
SELECT day, why, set_at FROM improve_phase WHERE measure_id = $1 ORDER BY day;

-- name: improve_cycle_add :exec
-- in: id:int, project:int, title:text, prediction:text, scale:text, who:text, from_day:int, result:text, decision:text, now:int, until_day:int?
INSERT INTO improve_cycle (id, project_id, title, prediction, scale, who, from_day, result, decision, created_at, until_day) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: improve_cycle_change :exec
-- in: id:int, version:int, title:text, prediction:text, scale:text, who:text, from_day:int, result:text, decision:text, until_day:int?
UPDATE improve_cycle SET title = $3, prediction = $4, scale = $5, who = $6, from_day = $7, result = $8, decision = $9, until_day = $10, version = version + 1 WHERE id = $1 AND version = $2;

-- name: improve_cycle_find :one
-- in: id:int
SELECT id, project_id, title, prediction, scale, who, from_day, result, decision, until_day, version FROM improve_cycle WHERE id = $1;

-- name: improve_cycles :many
-- in: project:int
SELECT id, title, prediction, scale, who, from_day, result, decision, until_day FROM improve_cycle WHERE project_id = $1 ORDER BY from_day, id;

-- name: improve_told :one
-- Does the evidence of a person say already that she finished this project.
-- in: person:int, project:int
-- out: n:int
SELECT count(*) AS n FROM pub_evidence_item e WHERE e.person_id = $1 AND e.source_kind = 'improvement' AND e.source_id = $2;

-- name: improve_describe :many
-- in: i1:int, i2:int, i3:int, i4:int, i5:int, i6:int, i7:int, i8:int, i9:int, i10:int, i11:int, i12:int, i13:int, i14:int, i15:int, i16:int, i17:int, i18:int, i19:int, i20:int
SELECT id, title FROM improve_project
 WHERE id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20);

-- name: improve_export :many
-- in: person:int
SELECT p.id, p.title, p.aim, p.state, p.claim, m.part, m.since_at FROM improve_member m JOIN improve_project p ON p.id = m.project_id WHERE m.person_id = $1
 ORDER BY m.since_at, p.id;

-- name: improve_erase :exec
-- in: person:int
DELETE FROM improve_member WHERE person_id = $1;

-- name: improve_handed_over :one
-- in: project:int
-- out: accepted:int, offered:int
SELECT count(*) FILTER (WHERE state = 'accepted') AS accepted, count(*) FILTER (WHERE state IN ('draft', 'offered')) AS offered FROM pub_handover WHERE project_id = $1;

-- name: improve_left :many
-- What nobody took over.
-- in: project:int, most:int
-- out: name:text?
SELECT l.text, l.reason, l.person_id, (SELECT n.display_name FROM pub_people_name n WHERE n.person_id = l.person_id) AS name
  FROM pub_handover_left l WHERE l.project_id = $1 ORDER BY l.section, l.id LIMIT $2;

-- name: improve_leaders :many
-- The days on which another began to lead.
-- in: project:int
-- out: day:int
SELECT ended_day AS day FROM pub_handover WHERE project_id = $1 AND state = 'accepted' AND ended_day IS NOT NULL ORDER BY ended_day;

-- name: improve_idea :one
-- What a team wanted to change, and where.
-- in: id:int, programme:int
SELECT i.change, i.written_at, o.title FROM pub_hours_idea i JOIN pub_placement_opportunity o ON o.id = i.opportunity_id WHERE i.id = $1 AND i.programme_id = $2;

-- name: improve_has_points :one
-- in: measure:int
-- out: n:int
SELECT count(*) AS n FROM (SELECT 1 AS one FROM improve_point WHERE measure_id = $1 LIMIT 1) x;
