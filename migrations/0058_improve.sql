-- Improvement projects: a charter, measures with their points, cycles of testing, and what came of it. Counts alone: nothing here is
-- about a patient, and what looks like it is refused before it comes here.

CREATE TABLE improve_project (
    id INTEGER PRIMARY KEY,
    programme_id INTEGER NOT NULL REFERENCES programme (id),
    title TEXT NOT NULL,
    problem TEXT NOT NULL,
    aim TEXT NOT NULL,               -- how much, for whom
    by_day INTEGER NOT NULL,         -- by when
    why TEXT NOT NULL,               -- why the change should work
    value TEXT NOT NULL CHECK (value IN ('safety', 'equity', 'effectiveness', 'efficiency', 'experience')),
    sponsor TEXT NOT NULL,
    ethics TEXT NOT NULL,
    drivers TEXT NOT NULL,           -- an indented list
    state TEXT NOT NULL CHECK (state IN ('running', 'finished', 'stopped')),
    outcome TEXT NOT NULL DEFAULT '', -- in the words of the team, once it ended
    claim TEXT NOT NULL DEFAULT '' CHECK (claim IN ('', 'improved', 'changed', 'same', 'worse', 'unknown')),
    aim_met TEXT NOT NULL DEFAULT '' CHECK (aim_met IN ('', 'met', 'missed', 'unknown')),
    shown INTEGER NOT NULL DEFAULT 0 CHECK (shown IN (0, 1)), -- in the programme's gallery
    made_up INTEGER NOT NULL DEFAULT 0 CHECK (made_up IN (0, 1)), -- the demo's
    created_by INTEGER NOT NULL REFERENCES person (id),
    created_at INTEGER NOT NULL,
    ended_at INTEGER,
    version INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX improve_project_by_programme ON improve_project (programme_id, created_at, id);
CREATE INDEX improve_project_shown ON improve_project (programme_id, ended_at, id) WHERE shown = 1;
CREATE INDEX improve_project_by_creator ON improve_project (created_by);

CREATE TABLE improve_member (
    project_id INTEGER NOT NULL REFERENCES improve_project (id),
    person_id INTEGER NOT NULL REFERENCES person (id),
    part TEXT NOT NULL CHECK (part IN ('lead', 'member', 'adviser')),
    since_at INTEGER NOT NULL,
    PRIMARY KEY (project_id, person_id)
);
CREATE INDEX improve_member_by_person ON improve_member (person_id, project_id);

CREATE TABLE improve_competency (
    project_id INTEGER NOT NULL REFERENCES improve_project (id),
    competency_id INTEGER NOT NULL REFERENCES competency (id),
    PRIMARY KEY (project_id, competency_id)
);
CREATE INDEX improve_competency_by_competency ON improve_competency (competency_id);

-- How it is drawn and judged is set with the measure, before the data.
CREATE TABLE improve_measure (
    id INTEGER PRIMARY KEY,
    project_id INTEGER NOT NULL REFERENCES improve_project (id),
    kind TEXT NOT NULL CHECK (kind IN ('outcome', 'process', 'balancing')),
    name TEXT NOT NULL,
    definition TEXT NOT NULL,
    source TEXT NOT NULL,
    good INTEGER NOT NULL CHECK (good BETWEEN -1 AND 1),
    chart TEXT NOT NULL,
    rules TEXT NOT NULL,
    per REAL NOT NULL,
    target REAL,
    baseline INTEGER NOT NULL,       -- so many points make the lines; 0: all
    sampling TEXT NOT NULL,          -- how many are looked at each time
    scale INTEGER NOT NULL DEFAULT 0, -- of the points' times: days, months, quarters
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX improve_measure_by_project ON improve_measure (project_id, created_at, id);

CREATE TABLE improve_point (
    measure_id INTEGER NOT NULL REFERENCES improve_measure (id),
    stratum TEXT NOT NULL,           -- empty where there are no groups
    day INTEGER NOT NULL,
    label TEXT NOT NULL,             -- the time as it was written
    y REAL,
    n REAL,
    left_out TEXT NOT NULL DEFAULT '', -- why this point does not count
    PRIMARY KEY (measure_id, stratum, day)
);

-- A new baseline: a person sets it and says why.
CREATE TABLE improve_phase (
    measure_id INTEGER NOT NULL REFERENCES improve_measure (id),
    day INTEGER NOT NULL,
    why TEXT NOT NULL,
    set_by INTEGER NOT NULL REFERENCES person (id),
    set_at INTEGER NOT NULL,
    PRIMARY KEY (measure_id, day)
);
CREATE INDEX improve_phase_by_setter ON improve_phase (set_by);

CREATE TABLE improve_cycle (
    id INTEGER PRIMARY KEY,
    project_id INTEGER NOT NULL REFERENCES improve_project (id),
    title TEXT NOT NULL,             -- what was tried
    prediction TEXT NOT NULL,
    scale TEXT NOT NULL CHECK (scale IN ('small', 'wider', 'all')),
    who TEXT NOT NULL,
    from_day INTEGER NOT NULL,
    result TEXT NOT NULL,
    decision TEXT NOT NULL CHECK (decision IN ('', 'adopt', 'adapt', 'abandon')),
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX improve_cycle_by_project ON improve_cycle (project_id, from_day, id);

-- For the programme's ledger: which projects there are and how they ended.
CREATE VIEW pub_improve_project AS
    SELECT id, programme_id, value, state, claim, aim_met, created_at, ended_at FROM improve_project;
