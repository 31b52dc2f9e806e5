-- Handing over: who leads a clinic, and packs by which whoever leads a clinic or a project hands it to who comes next. A pack is built from the
-- records when it is offered; the successor accepts it line by line, and what she does not take over stays in sight.

ALTER TABLE improve_project ADD COLUMN ending TEXT NOT NULL DEFAULT ''; -- what stays and who sees to it, or why it ends, where nobody took it over

CREATE TABLE handover_leader (
    opportunity_id INTEGER NOT NULL REFERENCES opportunity (id),
    person_id INTEGER NOT NULL REFERENCES person (id),
    since_day INTEGER NOT NULL,
    until_day INTEGER,               -- null: she leads it
    PRIMARY KEY (opportunity_id, person_id, since_day)
);
CREATE UNIQUE INDEX handover_leader_one ON handover_leader (opportunity_id) WHERE until_day IS NULL;
CREATE INDEX handover_leader_by_person ON handover_leader (person_id, until_day);

CREATE TABLE handover (
    id INTEGER PRIMARY KEY,
    programme_id INTEGER NOT NULL REFERENCES programme (id),
    project_id INTEGER REFERENCES improve_project (id),
    opportunity_id INTEGER REFERENCES opportunity (id),
    from_id INTEGER NOT NULL REFERENCES person (id),
    to_id INTEGER NOT NULL REFERENCES person (id),
    last_day INTEGER NOT NULL,       -- until then whoever leaves is there to ask
    stays INTEGER NOT NULL CHECK (stays IN (0, 1)), -- in the team of a project, as a member
    state TEXT NOT NULL CHECK (state IN ('draft', 'offered', 'accepted', 'withdrawn')),
    created_at INTEGER NOT NULL,
    offered_at INTEGER,
    ended_at INTEGER,
    ended_day INTEGER,
    version INTEGER NOT NULL DEFAULT 1,
    CHECK ((project_id IS NULL) <> (opportunity_id IS NULL)),
    CHECK (from_id <> to_id)
);
CREATE UNIQUE INDEX handover_one_project ON handover (project_id) WHERE project_id IS NOT NULL AND state IN ('draft', 'offered');
CREATE UNIQUE INDEX handover_one_opportunity ON handover (opportunity_id) WHERE opportunity_id IS NOT NULL AND state IN ('draft', 'offered');
CREATE INDEX handover_by_programme ON handover (programme_id, created_at, id);
CREATE INDEX handover_by_project ON handover (project_id) WHERE project_id IS NOT NULL;
CREATE INDEX handover_by_opportunity ON handover (opportunity_id) WHERE opportunity_id IS NOT NULL;
CREATE INDEX handover_by_giver ON handover (from_id, state);
CREATE INDEX handover_by_taker ON handover (to_id, state);

CREATE TABLE handover_line (
    id INTEGER PRIMARY KEY,
    handover_id INTEGER NOT NULL REFERENCES handover (id),
    section TEXT NOT NULL CHECK (section IN ('risk', 'task', 'contact', 'key', 'account', 'measure', 'learned')),
    ordinal INTEGER NOT NULL,
    person_id INTEGER REFERENCES person (id), -- whom the line names; her name stands with her
    about_id INTEGER,                -- the task or the measure of a project that it is about
    text TEXT NOT NULL,
    typed INTEGER NOT NULL CHECK (typed IN (0, 1)), -- by who leaves; else it comes from the records
    state TEXT NOT NULL CHECK (state IN ('open', 'asked', 'accepted', 'declined')),
    question TEXT NOT NULL DEFAULT '',
    answer TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT '', -- why the successor does not take it over
    version INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX handover_line_by_handover ON handover_line (handover_id, ordinal, id);
CREATE INDEX handover_line_by_person ON handover_line (person_id) WHERE person_id IS NOT NULL;

-- What others may read: that somebody took over, and when; who leads a clinic.
CREATE VIEW pub_handover AS SELECT id, programme_id, project_id, opportunity_id, from_id, to_id, state, ended_day FROM handover;
-- What the latest successor of a project or a clinic did not take over, until she does.
CREATE VIEW pub_handover_left AS
SELECT l.id, h.id AS handover_id, h.project_id, h.opportunity_id, l.section, l.person_id, l.text, l.reason
  FROM handover h JOIN handover_line l ON l.handover_id = h.id
 WHERE h.state = 'accepted' AND l.state = 'declined'
   AND NOT EXISTS (SELECT 1 FROM handover x WHERE x.project_id = h.project_id AND x.state = 'accepted' AND (x.ended_at, x.id) > (h.ended_at, h.id))
   AND NOT EXISTS (SELECT 1 FROM handover x WHERE x.opportunity_id = h.opportunity_id AND x.state = 'accepted' AND (x.ended_at, x.id) > (h.ended_at, h.id));
CREATE VIEW pub_handover_leader AS SELECT opportunity_id, person_id, since_day FROM handover_leader WHERE until_day IS NULL;
-- What a pack reads of others.
CREATE VIEW pub_placement_contact AS SELECT id AS opportunity_id, place, population, partners FROM opportunity;
CREATE VIEW pub_hours_risk AS SELECT id, opportunity_id, risky, written_at FROM debrief WHERE risky <> '';
