-- Hours: who was there, hours on and outside the rota, verified by who supervised; and what a team says at the end of a shift.

-- Signing in at the place. absent: whoever supervised says that she did not come.
CREATE TABLE hours_presence (
    place_id INTEGER PRIMARY KEY REFERENCES rota_place (id),
    shift_id INTEGER NOT NULL REFERENCES rota_shift (id),
    person_id INTEGER NOT NULL REFERENCES person (id),
    state TEXT NOT NULL CHECK (state IN ('here', 'left', 'absent')),
    in_at INTEGER,
    out_at INTEGER,
    by_person_id INTEGER NOT NULL REFERENCES person (id), -- herself, or who supervised
    CHECK ((state = 'absent') = (in_at IS NULL)),
    CHECK (out_at IS NULL OR out_at >= in_at)
);
CREATE INDEX hours_presence_by_shift ON hours_presence (shift_id);
CREATE INDEX hours_presence_by_person ON hours_presence (person_id, state);
CREATE INDEX hours_presence_by_keeper ON hours_presence (by_person_id);

CREATE TABLE hours_record (
    id INTEGER PRIMARY KEY,
    programme_id INTEGER NOT NULL REFERENCES programme (id),
    person_id INTEGER NOT NULL REFERENCES person (id),
    place_id INTEGER REFERENCES rota_place (id), -- null: outside the rota
    opportunity_id INTEGER REFERENCES opportunity (id),
    day INTEGER NOT NULL,
    minutes INTEGER NOT NULL CHECK (minutes > 0 AND minutes <= 1440),
    what TEXT NOT NULL,
    supervisor_id INTEGER NOT NULL REFERENCES person (id), -- who is asked to verify
    state TEXT NOT NULL CHECK (state IN ('waiting', 'verified', 'refused')),
    words TEXT NOT NULL DEFAULT '',  -- why they were refused
    token_hash BLOB UNIQUE,          -- of the link in the mail; null: no mail is written yet
    token_until INTEGER,
    decided_by INTEGER REFERENCES person (id),
    decided_at INTEGER,
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    CHECK (supervisor_id <> person_id)
);
CREATE UNIQUE INDEX hours_record_place ON hours_record (place_id) WHERE place_id IS NOT NULL;
CREATE INDEX hours_record_by_place ON hours_record (place_id);
CREATE INDEX hours_record_by_person ON hours_record (person_id, programme_id, day, id);
CREATE INDEX hours_record_by_supervisor ON hours_record (supervisor_id, state, day, id);
CREATE INDEX hours_record_by_programme ON hours_record (programme_id, state, day);
CREATE INDEX hours_record_by_opportunity ON hours_record (opportunity_id) WHERE opportunity_id IS NOT NULL;
CREATE INDEX hours_record_by_decider ON hours_record (decided_by) WHERE decided_by IS NOT NULL;

-- Two minutes at the end of a shift, on one phone.
CREATE TABLE debrief (
    id INTEGER PRIMARY KEY,
    shift_id INTEGER NOT NULL UNIQUE REFERENCES rota_shift (id),
    programme_id INTEGER NOT NULL REFERENCES programme (id),
    opportunity_id INTEGER NOT NULL REFERENCES opportunity (id),
    well TEXT NOT NULL,              -- what went well
    risky TEXT NOT NULL,             -- what was risky
    change TEXT NOT NULL,            -- one thing to change: an idea
    written_by INTEGER NOT NULL REFERENCES person (id),
    written_at INTEGER NOT NULL,
    version INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX debrief_by_opportunity ON debrief (opportunity_id, written_at, id);
CREATE INDEX debrief_by_programme ON debrief (programme_id, written_at, id);
CREATE INDEX debrief_by_writer ON debrief (written_by);

CREATE VIEW pub_hours AS SELECT id, programme_id, person_id, opportunity_id, day, minutes, state FROM hours_record;
CREATE VIEW pub_hours_presence AS SELECT place_id, shift_id, person_id, state FROM hours_presence;
-- What teams would change: where improvement begins.
CREATE VIEW pub_hours_idea AS SELECT id, programme_id, opportunity_id, change, written_at FROM debrief WHERE change <> '';
CREATE VIEW pub_rota_person_place AS
    SELECT p.id, p.shift_id, p.person_id, p.day, p.starts_at, p.ends_at, p.state, x.title AS role, o.id AS opportunity_id, o.title, o.programme_id
    FROM rota_place p JOIN rota_shift s ON s.id = p.shift_id JOIN placement_role x ON x.id = p.role_id JOIN opportunity o ON o.id = s.opportunity_id;
