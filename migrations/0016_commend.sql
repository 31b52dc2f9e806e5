-- Commendations: a behaviour worth following that somebody names of another person of the same programme, in a sentence or two.

CREATE TABLE commendation (
    id INTEGER PRIMARY KEY,
    programme_id INTEGER NOT NULL REFERENCES programme (id),
    person_id INTEGER NOT NULL REFERENCES person (id), -- who is commended
    giver_id INTEGER NOT NULL REFERENCES person (id),
    competency_id INTEGER NOT NULL REFERENCES competency (id),
    words TEXT NOT NULL,             -- empty once it was removed
    state TEXT NOT NULL CHECK (state IN ('own', 'public', 'removed')), -- own: she and who gave it read it
    given_at INTEGER NOT NULL,
    seen_at INTEGER,                 -- until then the giver can take it back, and nothing is left of it
    evidence_id INTEGER REFERENCES evidence (id), -- since it was seen
    report_at INTEGER,               -- she asked the coordinator to look at it
    report_words TEXT NOT NULL DEFAULT '',
    looked_at INTEGER,
    looked_by INTEGER REFERENCES person (id),
    look_answer TEXT NOT NULL DEFAULT '',
    version INTEGER NOT NULL DEFAULT 1,
    CHECK (giver_id <> person_id)
);
CREATE INDEX commendation_by_person ON commendation (person_id, given_at, id);
CREATE INDEX commendation_by_giver ON commendation (giver_id, given_at, id);
CREATE INDEX commendation_unseen ON commendation (person_id) WHERE seen_at IS NULL AND state <> 'removed';
CREATE INDEX commendation_public ON commendation (programme_id, given_at, id) WHERE state = 'public';
CREATE INDEX commendation_by_competency ON commendation (competency_id);
CREATE INDEX commendation_by_evidence ON commendation (evidence_id) WHERE evidence_id IS NOT NULL;
CREATE INDEX commendation_by_looker ON commendation (looked_by) WHERE looked_by IS NOT NULL;
CREATE INDEX commendation_to_look ON commendation (programme_id, report_at) WHERE report_at IS NOT NULL AND looked_at IS NULL;

-- What people chose to show: for profiles and portfolios.
CREATE VIEW pub_commend_public AS
    SELECT id, programme_id, person_id, giver_id, competency_id, words, given_at FROM commendation WHERE state = 'public';
