-- The ledger: figures of a programme, counted into editions. Only a count of people is kept of what may not be shown, so that the next
-- edition can be held against it; its value is not.

CREATE TABLE ledger_edition (
    id INTEGER PRIMARY KEY,
    programme_id INTEGER NOT NULL REFERENCES programme (id),
    number INTEGER NOT NULL CHECK (number >= 1),
    made_at INTEGER NOT NULL,
    made_day INTEGER NOT NULL,       -- in the programme's zone
    UNIQUE (programme_id, number)
);
CREATE INDEX ledger_edition_by_age ON ledger_edition (made_at);

CREATE TABLE ledger_figure (
    edition_id INTEGER NOT NULL REFERENCES ledger_edition (id),
    ordinal INTEGER NOT NULL,
    code TEXT NOT NULL,              -- "2b.gain", "2a.effect.m6"
    level TEXT NOT NULL,
    unit TEXT NOT NULL,
    about_id INTEGER NOT NULL,       -- the evaluation it comes from; 0: other records
    cohort_id INTEGER REFERENCES cohort (id), -- of whom; null with stage_id null: the programme
    stage_id INTEGER REFERENCES stage (id), -- of a cohort: where it was then
    value REAL,
    low REAL,
    high REAL,
    n INTEGER NOT NULL,
    of_n INTEGER NOT NULL,
    held INTEGER NOT NULL CHECK (held IN (0, 1)),
    missing TEXT NOT NULL,           -- words of missing.h, "no_wave", "no_measure=3"
    notes TEXT NOT NULL,             -- the same: "ceiling=20"
    design TEXT NOT NULL,            -- a word of designs, may be empty
    day INTEGER NOT NULL,            -- of the edition that counted it
    PRIMARY KEY (edition_id, ordinal),
    CHECK (held = 0 OR value IS NULL)
);
CREATE INDEX ledger_figure_by_code ON ledger_figure (edition_id, code, about_id);
CREATE INDEX ledger_figure_by_cohort ON ledger_figure (cohort_id) WHERE cohort_id IS NOT NULL;
CREATE INDEX ledger_figure_by_stage ON ledger_figure (stage_id) WHERE stage_id IS NOT NULL;

-- ledger_edition: editions but the latest of each programme.
INSERT INTO retention_rule (kind, keep_days, changed_at) VALUES ('ledger_edition', 1825, 0);

-- ---- what the ledger reads of others ------------------------------------------------------------------------------------------------

-- Where somebody is in a programme, or was last.
CREATE VIEW pub_programme_last AS
    SELECT m.person_id, m.programme_id, m.cohort_id, m.state, m.start_day, m.end_day
    FROM membership m
    WHERE NOT EXISTS (SELECT 1 FROM membership x WHERE x.person_id = m.person_id AND x.programme_id = m.programme_id
                         AND (x.start_day > m.start_day OR (x.start_day = m.start_day AND x.id > m.id)));
CREATE VIEW pub_curriculum_attempt AS SELECT id, person_id, session_id, finished_at, percent FROM quiz_attempt;
-- Of released reports: the mean of what others said, for figures over many people; shown for nobody.
CREATE VIEW pub_feedback_whole AS
    SELECT round_id, programme_id, subject_id, slug, instrument_id, whole_n, whole_mean, released_at FROM feedback_report
    WHERE released_at IS NOT NULL AND enough = 1;
CREATE VIEW pub_improve_measure AS SELECT id, project_id, kind, name FROM improve_measure;
