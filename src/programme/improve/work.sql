-- What a project's team does besides measuring: milestones, tasks, minutes, files; and what of it waits for whom.

-- name: improve_milestone_add :exec
-- in: id:int, project:int, title:text, due_day:int, done_day:int?
INSERT INTO improve_milestone (id, project_id, title, due_day, done_day) VALUES ($1, $2, $3, $4, $5);

-- name: improve_milestone_change :exec
-- in: id:int, version:int, title:text, due_day:int, done_day:int?
UPDATE improve_milestone SET title = $3, due_day = $4, done_day = $5, version = version + 1 WHERE id = $1 AND version = $2;

-- name: improve_milestone_find :one
-- in: id:int
SELECT id, project_id, title, due_day, done_day, version FROM improve_milestone WHERE id = $1;

-- name: improve_milestones :many
-- in: project:int, most:int
SELECT id, title, due_day, done_day FROM improve_milestone WHERE project_id = $1 ORDER BY due_day, id LIMIT $2;

-- name: improve_task_add :exec
-- in: id:int, project:int, milestone:int?, title:text, person:int?, due_day:int?
INSERT INTO improve_task (id, project_id, milestone_id, title, person_id, due_day, state) VALUES ($1, $2, $3, $4, $5, $6, 'open');

-- name: improve_task_change :exec
-- in: id:int, version:int, milestone:int?, title:text, person:int?, due_day:int?
UPDATE improve_task SET milestone_id = $3, title = $4, person_id = $5, due_day = $6, version = version + 1 WHERE id = $1 AND version = $2;

-- name: improve_task_set_state :exec
-- in: id:int, state:text, now:int?
UPDATE improve_task SET state = $2, ended_at = $3, version = version + 1 WHERE id = $1 AND state <> $2;

-- name: improve_task_find :one
-- in: id:int
SELECT id, project_id, milestone_id, title, person_id, due_day, state, version FROM improve_task WHERE id = $1;

-- name: improve_tasks_open :many
-- Behind (due, id); those without a day come last.
-- in: project:int, most:int
-- out: name:text?
SELECT t.id, t.milestone_id, t.title, t.person_id, t.due_day, n.display_name AS name
  FROM improve_task t LEFT JOIN pub_people_name n ON n.person_id = t.person_id
 WHERE t.project_id = $1 AND t.state = 'open' ORDER BY t.due_day NULLS LAST, t.id LIMIT $2;

-- name: improve_tasks_ended :many
-- The last ones, latest first.
-- in: project:int, most:int
-- out: name:text?
SELECT t.id, t.title, t.state, t.ended_at, n.display_name AS name
  FROM improve_task t LEFT JOIN pub_people_name n ON n.person_id = t.person_id
 WHERE t.project_id = $1 AND t.state <> 'open' ORDER BY t.ended_at DESC, t.id DESC LIMIT $2;

-- name: improve_task_counts :one
-- in: project:int, today:int
-- out: done:int, open:int, late:int, nobody:int
SELECT count(*) FILTER (WHERE state = 'done') AS done, count(*) FILTER (WHERE state = 'open') AS open,
       count(*) FILTER (WHERE state = 'open' AND due_day < $2) AS late, count(*) FILTER (WHERE state = 'open' AND person_id IS NULL) AS nobody
  FROM improve_task WHERE project_id = $1;

-- name: improve_tasks_pass :exec
-- What one had to do is another's.
-- in: project:int, one:int, other:int
UPDATE improve_task SET person_id = $3, version = version + 1 WHERE project_id = $1 AND person_id = $2 AND state = 'open';

-- name: improve_measures_pass :exec
-- in: project:int, one:int, other:int
UPDATE improve_measure SET owner_id = $3, version = version + 1 WHERE project_id = $1 AND owner_id = $2;

-- name: improve_task_free :exec
-- in: id:int, project:int, person:int
UPDATE improve_task SET person_id = NULL, version = version + 1 WHERE id = $1 AND project_id = $2 AND person_id = $3 AND state = 'open';

-- name: improve_measure_free :exec
-- in: id:int, project:int, person:int
UPDATE improve_measure SET owner_id = NULL, version = version + 1 WHERE id = $1 AND project_id = $2 AND owner_id = $3;

-- name: improve_task_take :exec
-- in: id:int, project:int, person:int
UPDATE improve_task SET person_id = $3, version = version + 1 WHERE id = $1 AND project_id = $2 AND person_id IS NULL AND state = 'open';

-- name: improve_measure_take :exec
-- in: id:int, project:int, person:int
UPDATE improve_measure SET owner_id = $3, version = version + 1 WHERE id = $1 AND project_id = $2 AND owner_id IS NULL;

-- name: improve_minutes_add :exec
-- in: id:int, project:int, day:int, body:text, person:int
INSERT INTO improve_minutes (id, project_id, day, body, written_by) VALUES ($1, $2, $3, $4, $5);

-- name: improve_minutes_change :exec
-- in: id:int, version:int, day:int, body:text
UPDATE improve_minutes SET day = $3, body = $4, version = version + 1 WHERE id = $1 AND version = $2;

-- name: improve_minutes_find :one
-- in: id:int
-- out: name:text?
SELECT m.id, m.project_id, m.day, m.body, m.version, n.display_name AS name
  FROM improve_minutes m LEFT JOIN pub_people_name n ON n.person_id = m.written_by WHERE m.id = $1;

-- name: improve_minutes_list :many
-- in: project:int, day:int, id:int, most:int
SELECT id, day, body FROM improve_minutes WHERE project_id = $1 AND (day, id) < ($2, $3) ORDER BY day DESC, id DESC LIMIT $4;

-- name: improve_file_add :exec
-- in: id:int, project:int, name:text, type:text, size:int, person:int, now:int, bytes:blob
INSERT INTO improve_file (id, project_id, name, type, size, added_by, added_at, bytes) VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: improve_file_find :one
-- in: id:int
SELECT id, project_id, name, type FROM improve_file WHERE id = $1;

-- name: improve_file_bytes :one
-- in: id:int
SELECT bytes FROM improve_file WHERE id = $1;

-- name: improve_file_drop :exec
-- in: id:int
DELETE FROM improve_file WHERE id = $1;

-- name: improve_files :many
-- in: project:int, most:int
-- out: by_name:text?
SELECT f.id, f.name, f.size, f.added_at, n.display_name AS by_name
  FROM improve_file f LEFT JOIN pub_people_name n ON n.person_id = f.added_by WHERE f.project_id = $1 ORDER BY f.added_at DESC, f.id DESC LIMIT $2;

-- name: improve_file_total :one
-- in: project:int
-- out: n:int, bytes:int
SELECT count(*) AS n, CAST(COALESCE(sum(size), 0) AS BIGINT) AS bytes FROM improve_file WHERE project_id = $1;

-- name: improve_home_tasks :many
-- in: person:int, most:int
SELECT t.id, t.title, t.due_day, p.id AS project_id, p.title AS project
  FROM improve_task t JOIN improve_project p ON p.id = t.project_id
 WHERE t.person_id = $1 AND t.state = 'open' AND p.state = 'running' ORDER BY t.due_day NULLS LAST, t.id LIMIT $2;

-- name: improve_home_measures :many
-- Measures of running projects whose numbers she keeps, or that nobody keeps while she leads.
-- in: person:int
-- out: last_day:int?
SELECT m.id, m.name, m.scale, m.created_at, p.title AS project, (SELECT max(x.day) FROM improve_point x WHERE x.measure_id = m.id) AS last_day
  FROM improve_member b JOIN improve_project p ON p.id = b.project_id JOIN improve_measure m ON m.project_id = p.id
 WHERE b.person_id = $1 AND p.state = 'running' AND (m.owner_id = $1 OR (m.owner_id IS NULL AND b.part = 'lead')) ORDER BY m.created_at, m.id;

-- name: improve_calendar_milestones :many
-- Of running projects that a person is in.
-- in: person:int, first_day:int, last_day:int, most:int
SELECT g.id, g.title, g.due_day, g.done_day, p.id AS project_id, p.title AS project
  FROM improve_member b JOIN improve_project p ON p.id = b.project_id JOIN improve_milestone g ON g.project_id = p.id
 WHERE b.person_id = $1 AND p.state = 'running' AND g.due_day >= $2 AND g.due_day <= $3 ORDER BY g.due_day, g.id LIMIT $4;

-- name: improve_home_cycles :many
-- Cycles of running projects that she leads, whose result is owed.
-- in: person:int, today:int, allowed:int
-- out: due_day:int
SELECT c.id, c.title, COALESCE(c.until_day, c.from_day + $3) AS due_day, p.title AS project
  FROM improve_member b JOIN improve_project p ON p.id = b.project_id JOIN improve_cycle c ON c.project_id = p.id
 WHERE b.person_id = $1 AND b.part = 'lead' AND p.state = 'running' AND c.result = '' AND COALESCE(c.until_day, c.from_day + $3) <= $2
 ORDER BY 3, c.id;

-- name: improve_export_tasks :many
-- in: person:int
SELECT t.title, t.due_day, t.state, p.title AS project FROM improve_task t JOIN improve_project p ON p.id = t.project_id WHERE t.person_id = $1 ORDER BY t.id;

-- name: improve_export_minutes :many
-- in: person:int
SELECT m.day, m.body, p.title AS project FROM improve_minutes m JOIN improve_project p ON p.id = m.project_id WHERE m.written_by = $1 ORDER BY m.id;

-- name: improve_export_files :many
-- in: person:int
SELECT f.name, f.size, f.added_at, p.title AS project FROM improve_file f JOIN improve_project p ON p.id = f.project_id WHERE f.added_by = $1 ORDER BY f.id;

-- name: improve_erase_tasks :exec
-- in: person:int
UPDATE improve_task SET person_id = NULL WHERE person_id = $1;

-- name: improve_erase_owner :exec
-- in: person:int
UPDATE improve_measure SET owner_id = NULL WHERE owner_id = $1;

-- name: improve_measure_state :many
-- How fresh the numbers of each measure are, and who keeps them.
-- in: project:int
-- out: last_day:int?, owner:text?
SELECT m.id, m.name, m.scale, m.created_at, (SELECT max(x.day) FROM improve_point x WHERE x.measure_id = m.id) AS last_day,
       (SELECT n.display_name FROM pub_people_name n WHERE n.person_id = m.owner_id) AS owner
  FROM improve_measure m WHERE m.project_id = $1 ORDER BY m.created_at, m.id;
