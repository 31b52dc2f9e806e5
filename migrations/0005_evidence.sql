-- The evidence thread: everything a person does that speaks for a competency, in one append-only record. It holds ids and words,
-- never what somebody wrote. A correction is a further row that names the one it replaces.

CREATE TABLE evidence (
    id INTEGER PRIMARY KEY,
    person_id INTEGER NOT NULL REFERENCES person (id),
    programme_id INTEGER REFERENCES programme (id),
    kind TEXT NOT NULL,              -- "session_completed", "quiz_passed", "attended", ...
    competency_id INTEGER REFERENCES competency (id), -- null: not tied to one
    use TEXT CHECK (use IN ('I', 'P', 'A')), -- introduced, practised, assessed
    level INTEGER,                   -- on the competency's own scale, where something was judged
    percent INTEGER,                 -- a score, where there is one
    source_kind TEXT NOT NULL,       -- "course_session", "quiz_attempt", ...: whose page shows it
    source_id INTEGER NOT NULL,
    cause_id INTEGER REFERENCES evidence (id), -- what led to it
    replaces_id INTEGER REFERENCES evidence (id),
    by_person_id INTEGER REFERENCES person (id), -- who says so; null: the program saw it
    at INTEGER NOT NULL,             -- when it happened
    recorded_at INTEGER NOT NULL     -- when it was written down
);
CREATE INDEX evidence_by_person ON evidence (person_id, at, id);
CREATE INDEX evidence_by_source ON evidence (source_kind, source_id);
CREATE INDEX evidence_by_cause ON evidence (cause_id) WHERE cause_id IS NOT NULL;
CREATE INDEX evidence_by_replaced ON evidence (replaces_id) WHERE replaces_id IS NOT NULL;
CREATE INDEX evidence_by_competency ON evidence (programme_id, competency_id, use, person_id);
CREATE INDEX evidence_by_recording ON evidence (recorded_at);

-- engine: sqlite
CREATE TRIGGER evidence_no_update BEFORE UPDATE ON evidence
BEGIN
    SELECT RAISE(ABORT, 'evidence is append-only');
END;
CREATE TRIGGER evidence_no_delete BEFORE DELETE ON evidence
BEGIN
    SELECT RAISE(ABORT, 'evidence is append-only');
END;
-- engine: postgres
CREATE FUNCTION evidence_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'evidence is append-only' USING ERRCODE = '23514';
END;
$$;
CREATE TRIGGER evidence_no_change BEFORE UPDATE OR DELETE ON evidence FOR EACH ROW EXECUTE FUNCTION evidence_append_only();
-- engine: all

-- Counts for programme-wide pages, made afresh by a job so that no page counts a million rows.
CREATE TABLE evidence_tally (
    programme_id INTEGER NOT NULL REFERENCES programme (id),
    competency_id INTEGER NOT NULL REFERENCES competency (id),
    use TEXT NOT NULL,
    people INTEGER NOT NULL,
    items INTEGER NOT NULL,
    counted_at INTEGER NOT NULL,
    PRIMARY KEY (programme_id, competency_id, use)
);

CREATE VIEW pub_evidence_tally AS SELECT programme_id, competency_id, use, people, items, counted_at FROM evidence_tally;
