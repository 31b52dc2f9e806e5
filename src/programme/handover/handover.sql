-- Handing a clinic or a project over: who leads, packs and their lines, and what a pack is built from.

-- ---- who leads a clinic ------------------------------------------------------------------------------------------------------------

-- name: handover_leader_find :one
-- in: opportunity:int
SELECT person_id, since_day FROM handover_leader WHERE opportunity_id = $1 AND until_day IS NULL;

-- name: handover_leader_add :exec
-- in: opportunity:int, person:int, day:int
INSERT INTO handover_leader (opportunity_id, person_id, since_day) VALUES ($1, $2, $3)
ON CONFLICT (opportunity_id, person_id, since_day) DO UPDATE SET until_day = NULL;

-- name: handover_leader_end :exec
-- in: opportunity:int, day:int
UPDATE handover_leader SET until_day = $2 WHERE opportunity_id = $1 AND until_day IS NULL;

-- ---- what is handed over -------------------------------------------------------------------------------------------------------------

-- name: handover_project :one
-- With who leads it: the one who is asked for, else any.
-- in: project:int, person:int
-- out: lead_id:int?, mine:int
SELECT w.id, w.programme_id, w.title, w.aim, w.by_day, w.sponsor, w.state,
       (SELECT min(m.person_id) FROM pub_improve_member m WHERE m.project_id = w.id AND m.part = 'lead') AS lead_id,
       (SELECT count(*) FROM pub_improve_member m WHERE m.project_id = w.id AND m.part = 'lead' AND m.person_id = $2) AS mine
  FROM pub_improve_work w WHERE w.id = $1;

-- name: handover_opportunity :one
-- in: opportunity:int
-- out: lead_id:int?
SELECT o.id, o.programme_id, o.title, o.state, (SELECT l.person_id FROM handover_leader l WHERE l.opportunity_id = o.id AND l.until_day IS NULL) AS lead_id
  FROM pub_placement_opportunity o WHERE o.id = $1;

-- ---- packs ---------------------------------------------------------------------------------------------------------------------------

-- name: handover_add :exec
-- in: id:int, programme:int, project:int?, opportunity:int?, from:int, to:int, last_day:int, stays:int, now:int
INSERT INTO handover (id, programme_id, project_id, opportunity_id, from_id, to_id, last_day, stays, state, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'draft', $9);

-- name: handover_find :one
-- in: id:int
-- out: title:text, from_name:text?, to_name:text?, made_up:int
SELECT h.id, h.programme_id, h.project_id, h.opportunity_id, h.from_id, h.to_id, h.last_day, h.stays, h.state, h.created_at, h.offered_at, h.ended_at, h.ended_day, h.version,
       CASE WHEN EXISTS (SELECT 1 FROM pub_improve_made_up d WHERE d.id = h.project_id) THEN 1 ELSE 0 END AS made_up,
       COALESCE((SELECT w.title FROM pub_improve_work w WHERE w.id = h.project_id), (SELECT o.title FROM pub_placement_opportunity o WHERE o.id = h.opportunity_id), '') AS title,
       (SELECT n.display_name FROM pub_people_name n WHERE n.person_id = h.from_id) AS from_name, (SELECT n.display_name FROM pub_people_name n WHERE n.person_id = h.to_id) AS to_name
  FROM handover h WHERE h.id = $1;

-- name: handover_of_project :one
-- The pack that is under way.
-- in: project:int
SELECT id FROM handover WHERE project_id = $1 AND state IN ('draft', 'offered');

-- name: handover_of_opportunity :one
-- in: opportunity:int
SELECT id FROM handover WHERE opportunity_id = $1 AND state IN ('draft', 'offered');

-- name: handover_set_state :exec
-- in: id:int, version:int, state:text, offered_at:int?, ended_at:int?, ended_day:int?
UPDATE handover SET state = $3, offered_at = COALESCE(offered_at, $4), ended_at = $5, ended_day = $6, version = version + 1 WHERE id = $1 AND version = $2;

-- name: handover_mine :many
-- Those from her and to her, latest first.
-- in: person:int, most:int
-- out: title:text, open:int, declined:int
SELECT h.id, h.from_id, h.to_id, h.state, h.last_day,
       COALESCE((SELECT w.title FROM pub_improve_work w WHERE w.id = h.project_id), (SELECT o.title FROM pub_placement_opportunity o WHERE o.id = h.opportunity_id), '') AS title,
       (SELECT count(*) FROM handover_line l WHERE l.handover_id = h.id AND l.state IN ('open', 'asked')) AS open,
       (SELECT count(*) FROM handover_line l WHERE l.handover_id = h.id AND l.state = 'declined') AS declined
  FROM handover h WHERE h.from_id = $1 OR h.to_id = $1 ORDER BY h.created_at DESC, h.id DESC LIMIT $2;

-- name: handover_of_programme :many
-- Behind (at, id), latest first.
-- in: programme:int, at:int, id:int, most:int
-- out: title:text, open:int, declined:int
SELECT h.id, h.created_at, h.from_id, h.to_id, h.state, h.last_day,
       COALESCE((SELECT w.title FROM pub_improve_work w WHERE w.id = h.project_id), (SELECT o.title FROM pub_placement_opportunity o WHERE o.id = h.opportunity_id), '') AS title,
       (SELECT count(*) FROM handover_line l WHERE l.handover_id = h.id AND l.state IN ('open', 'asked')) AS open,
       (SELECT count(*) FROM handover_line l WHERE l.handover_id = h.id AND l.state = 'declined') AS declined
  FROM handover h WHERE h.programme_id = $1 AND (h.created_at, h.id) < ($2, $3) ORDER BY h.created_at DESC, h.id DESC LIMIT $4;

-- name: handover_home :many
-- in: person:int
-- out: title:text, open:int, asked:int
SELECT h.id, h.from_id, h.to_id, h.state, h.last_day,
       COALESCE((SELECT w.title FROM pub_improve_work w WHERE w.id = h.project_id), (SELECT o.title FROM pub_placement_opportunity o WHERE o.id = h.opportunity_id), '') AS title,
       (SELECT count(*) FROM handover_line l WHERE l.handover_id = h.id AND l.state = 'open') AS open,
       (SELECT count(*) FROM handover_line l WHERE l.handover_id = h.id AND l.state = 'asked') AS asked
  FROM handover h WHERE (h.to_id = $1 AND h.state = 'offered') OR (h.from_id = $1 AND h.state = 'draft') OR (h.from_id = $1 AND h.state = 'offered') ORDER BY h.last_day, h.id;

-- ---- lines ---------------------------------------------------------------------------------------------------------------------------

-- name: handover_line_add :exec
-- in: id:int, handover:int, section:text, ordinal:int, person:int?, text:text, typed:int, about:int?
INSERT INTO handover_line (id, handover_id, section, ordinal, person_id, text, typed, state, about_id) VALUES ($1, $2, $3, $4, $5, $6, $7, 'open', $8);

-- name: handover_carried :many
-- Of the pack before: keys and accounts, and what nobody took over.
-- in: project:int?, opportunity:int?, most:int
SELECT l.section, l.person_id, l.text FROM handover_line l
 WHERE l.handover_id = (SELECT h.id FROM handover h WHERE ((h.project_id = $1 AND h.project_id IS NOT NULL) OR (h.opportunity_id = $2 AND h.opportunity_id IS NOT NULL)) AND h.state = 'accepted' ORDER BY h.ended_at DESC, h.id DESC LIMIT 1)
   AND (l.section IN ('key', 'account') OR l.state = 'declined') ORDER BY l.ordinal, l.id LIMIT $3;

-- name: handover_declined :many
-- The tasks and measures that she did not take over.
-- in: handover:int, most:int
-- out: about_id:int
SELECT about_id FROM handover_line WHERE handover_id = $1 AND state = 'declined' AND about_id IS NOT NULL ORDER BY ordinal, id LIMIT $2;

-- name: handover_lines :many
-- in: handover:int, most:int
-- out: name:text?
SELECT l.id, l.section, l.person_id, l.text, l.typed, l.state, l.question, l.answer, l.reason, l.version, (SELECT n.display_name FROM pub_people_name n WHERE n.person_id = l.person_id) AS name
  FROM handover_line l WHERE l.handover_id = $1 ORDER BY l.ordinal, l.id LIMIT $2;

-- name: handover_line_find :one
-- in: id:int
SELECT id, handover_id, section, text, typed, state, question, answer, version, about_id FROM handover_line WHERE id = $1;

-- name: handover_line_change :exec
-- in: id:int, version:int, section:text, text:text, ordinal:int
UPDATE handover_line SET section = $3, text = $4, ordinal = $5, version = version + 1 WHERE id = $1 AND version = $2 AND typed = 1;

-- name: handover_line_drop :exec
-- in: id:int, handover:int
DELETE FROM handover_line WHERE id = $1 AND handover_id = $2 AND typed = 1;

-- name: handover_line_accept :exec
-- in: id:int, handover:int, version:int
UPDATE handover_line SET state = 'accepted', version = version + 1 WHERE id = $1 AND handover_id = $2 AND version = $3 AND state IN ('open', 'declined');

-- name: handover_line_ask :exec
-- in: id:int, handover:int, version:int, question:text
UPDATE handover_line SET state = 'asked', question = $4, answer = '', version = version + 1
 WHERE id = $1 AND handover_id = $2 AND version = $3 AND state IN ('open', 'declined');

-- name: handover_line_decline :exec
-- in: id:int, handover:int, version:int, reason:text
UPDATE handover_line SET state = 'declined', reason = $4, version = version + 1 WHERE id = $1 AND handover_id = $2 AND version = $3 AND state IN ('open', 'declined');

-- name: handover_line_answer :exec
-- in: id:int, handover:int, version:int, answer:text
UPDATE handover_line SET state = 'open', answer = $4, version = version + 1 WHERE id = $1 AND handover_id = $2 AND version = $3 AND state = 'asked';

-- name: handover_line_counts :one
-- in: handover:int
-- out: n:int, waiting:int, typed:int
SELECT count(*) AS n, count(*) FILTER (WHERE state IN ('open', 'asked')) AS waiting, count(*) FILTER (WHERE typed = 1) AS typed FROM handover_line WHERE handover_id = $1;

-- ---- what a pack of a project is built from ------------------------------------------------------------------------------------------

-- name: handover_members :many
-- in: project:int, but:int, most:int
-- out: name:text?, profession:text?
SELECT m.person_id, m.part, (SELECT n.display_name FROM pub_people_name n WHERE n.person_id = m.person_id) AS name,
       (SELECT p.profession FROM pub_people_profession p WHERE p.person_id = m.person_id) AS profession
  FROM pub_improve_member m WHERE m.project_id = $1 AND m.person_id <> $2 ORDER BY m.part, m.person_id LIMIT $3;

-- name: handover_tasks :many
-- in: project:int, most:int
-- out: name:text?
SELECT t.id, t.title, t.person_id, t.due_day, (SELECT n.display_name FROM pub_people_name n WHERE n.person_id = t.person_id) AS name
  FROM pub_improve_task t WHERE t.project_id = $1 AND t.state = 'open' ORDER BY t.due_day NULLS LAST, t.id LIMIT $2;

-- name: handover_milestones :many
-- in: project:int, most:int
SELECT title, due_day FROM pub_improve_milestone WHERE project_id = $1 AND done_day IS NULL ORDER BY due_day, id LIMIT $2;

-- name: handover_cycles :many
-- in: project:int, most:int
SELECT title, from_day, until_day, result, decision FROM pub_improve_cycle WHERE project_id = $1 ORDER BY from_day DESC, id DESC LIMIT $2;

-- ---- what a pack of a clinic is built from -------------------------------------------------------------------------------------------

-- name: handover_contacts :one
-- in: opportunity:int
SELECT place, partners FROM pub_placement_contact WHERE opportunity_id = $1;

-- name: handover_risks :many
-- What teams called risky, latest first.
-- in: opportunity:int, since:int, most:int
SELECT risky, written_at FROM pub_hours_risk WHERE opportunity_id = $1 AND written_at >= $2 ORDER BY written_at DESC, id DESC LIMIT $3;

-- name: handover_ideas :many
-- in: opportunity:int, since:int, most:int
SELECT change, written_at FROM pub_hours_idea WHERE opportunity_id = $1 AND written_at >= $2 ORDER BY written_at DESC, id DESC LIMIT $3;

-- name: handover_unsupervised :many
-- Shifts ahead that nobody supervises.
-- in: opportunity:int, today:int, most:int
SELECT s.day FROM pub_rota_shift s WHERE s.opportunity_id = $1 AND s.day >= $2 AND s.state IN ('planned', 'open')
   AND NOT EXISTS (SELECT 1 FROM pub_rota_supervisor v WHERE v.shift_id = s.id) ORDER BY s.day LIMIT $3;

-- name: handover_shifts :one
-- in: opportunity:int, from:int, today:int
-- out: held:int, ahead:int, last:int?
SELECT count(*) FILTER (WHERE day < $3) AS held, count(*) FILTER (WHERE day >= $3) AS ahead, max(day) AS last
  FROM pub_rota_shift WHERE opportunity_id = $1 AND day >= $2 AND state <> 'cancelled';

-- name: handover_supervisors :many
-- Who supervised since a day or will.
-- in: opportunity:int, from:int, most:int
-- out: shifts:int, name:text?
SELECT v.person_id, count(*) AS shifts, (SELECT n.display_name FROM pub_people_name n WHERE n.person_id = v.person_id) AS name FROM pub_rota_shift s JOIN pub_rota_supervisor v ON v.shift_id = s.id
 WHERE s.opportunity_id = $1 AND s.day >= $2 AND s.state <> 'cancelled' GROUP BY v.person_id ORDER BY v.person_id LIMIT $3;

-- name: handover_hours :one
-- in: opportunity:int, from:int
-- out: waiting:int, minutes:int
SELECT count(*) FILTER (WHERE state = 'waiting') AS waiting, CAST(COALESCE(sum(minutes) FILTER (WHERE state = 'verified'), 0) AS BIGINT) AS minutes
  FROM pub_hours WHERE opportunity_id = $1 AND day >= $2;

-- ---- a person ------------------------------------------------------------------------------------------------------------------------

-- name: handover_export :many
-- in: person:int
-- out: title:text
SELECT h.id, h.from_id, h.to_id, h.state, h.last_day,
       COALESCE((SELECT w.title FROM pub_improve_work w WHERE w.id = h.project_id), (SELECT o.title FROM pub_placement_opportunity o WHERE o.id = h.opportunity_id), '') AS title
  FROM handover h WHERE h.from_id = $1 OR h.to_id = $1 ORDER BY h.id;

-- name: handover_export_lines :many
-- What she typed, and what she asked.
-- in: person:int
SELECT h.from_id, l.text, l.typed, l.question, l.answer, l.reason FROM handover h JOIN handover_line l ON l.handover_id = h.id
 WHERE (h.from_id = $1 OR h.to_id = $1) AND (l.typed = 1 OR l.question <> '' OR l.reason <> '') ORDER BY l.id;

-- name: handover_export_leads :many
-- in: person:int
SELECT o.title, l.since_day, l.until_day FROM handover_leader l JOIN pub_placement_opportunity o ON o.id = l.opportunity_id WHERE l.person_id = $1 ORDER BY l.since_day, o.title;

-- name: handover_erase_lines :exec
-- in: person:int
UPDATE handover_line SET person_id = NULL WHERE person_id = $1;

-- name: handover_erase_leader :exec
-- in: person:int
DELETE FROM handover_leader WHERE person_id = $1;
