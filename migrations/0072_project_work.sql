-- What a project does besides measuring: milestones, tasks, minutes, files. A community or interprofessional project is the same record as
-- an improvement project: it becomes one when its team begins to measure care, and keeps its team and all it has done.

ALTER TABLE improve_project ADD COLUMN kind TEXT NOT NULL DEFAULT 'improvement' CHECK (kind IN ('improvement', 'interprofessional', 'community'));
ALTER TABLE improve_project ADD COLUMN grown_day INTEGER;        -- since when it is one of improvement; null: it began as one, or is none
ALTER TABLE improve_measure ADD COLUMN owner_id INTEGER REFERENCES person (id); -- who keeps the numbers; null: whoever leads
CREATE INDEX improve_measure_by_owner ON improve_measure (owner_id) WHERE owner_id IS NOT NULL;
ALTER TABLE improve_cycle ADD COLUMN until_day INTEGER;          -- when its result is looked at; null: not said

CREATE TABLE improve_milestone (
    id INTEGER PRIMARY KEY,
    project_id INTEGER NOT NULL REFERENCES improve_project (id),
    title TEXT NOT NULL,
    due_day INTEGER NOT NULL,
    done_day INTEGER,
    version INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX improve_milestone_by_project ON improve_milestone (project_id, due_day, id);

CREATE TABLE improve_task (
    id INTEGER PRIMARY KEY,
    project_id INTEGER NOT NULL REFERENCES improve_project (id),
    milestone_id INTEGER REFERENCES improve_milestone (id),
    title TEXT NOT NULL,
    person_id INTEGER REFERENCES person (id), -- who does it; null: nobody yet
    due_day INTEGER,
    state TEXT NOT NULL CHECK (state IN ('open', 'done', 'dropped')),
    ended_at INTEGER,
    version INTEGER NOT NULL DEFAULT 1,
    CHECK ((state = 'open') = (ended_at IS NULL))
);
CREATE INDEX improve_task_by_project ON improve_task (project_id, state, due_day, id);
CREATE INDEX improve_task_by_milestone ON improve_task (milestone_id) WHERE milestone_id IS NOT NULL;
CREATE INDEX improve_task_by_person ON improve_task (person_id, state, due_day) WHERE person_id IS NOT NULL;

CREATE TABLE improve_minutes (
    id INTEGER PRIMARY KEY,
    project_id INTEGER NOT NULL REFERENCES improve_project (id),
    day INTEGER NOT NULL,
    body TEXT NOT NULL,              -- Markdown
    written_by INTEGER NOT NULL REFERENCES person (id),
    version INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX improve_minutes_by_project ON improve_minutes (project_id, day, id);
CREATE INDEX improve_minutes_by_writer ON improve_minutes (written_by);

CREATE TABLE improve_file (
    id INTEGER PRIMARY KEY,
    project_id INTEGER NOT NULL REFERENCES improve_project (id),
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    size INTEGER NOT NULL,
    added_by INTEGER NOT NULL REFERENCES person (id),
    added_at INTEGER NOT NULL,
    bytes BLOB NOT NULL
);
CREATE INDEX improve_file_by_project ON improve_file (project_id, added_at, id);
CREATE INDEX improve_file_by_adder ON improve_file (added_by);

-- Which projects of improvement there are: those of other kinds do not say that care is measured.
DROP VIEW pub_improve_project;
CREATE VIEW pub_improve_project AS
    SELECT id, programme_id, value, state, claim, aim_met, created_at, ended_at FROM improve_project WHERE kind = 'improvement';

-- For who hands a project over to whom: all that is open in it.
CREATE VIEW pub_improve_work AS SELECT id, programme_id, kind, title, aim, by_day, sponsor, state FROM improve_project;
CREATE VIEW pub_improve_member AS SELECT project_id, person_id, part FROM improve_member;
CREATE VIEW pub_improve_milestone AS SELECT id, project_id, title, due_day, done_day FROM improve_milestone;
CREATE VIEW pub_improve_task AS SELECT id, project_id, title, person_id, due_day, state FROM improve_task;
CREATE VIEW pub_improve_cycle AS SELECT id, project_id, title, from_day, until_day, result, decision FROM improve_cycle;
