-- Evaluations: people are asked the same form before a programme begins, at its end, and 6 and 12 months after; and in a few points how
-- a session was. Answers are given in confidence: pages show figures over many alone (ledger_edition), and each person her own.

CREATE TABLE ledger_evaluation (
    id INTEGER PRIMARY KEY,
    programme_id INTEGER NOT NULL REFERENCES programme (id),
    title TEXT NOT NULL,
    instrument TEXT NOT NULL,        -- slug of an instrument of kind "evaluation"
    level TEXT NOT NULL CHECK (level IN ('2a', '3a')),
    state TEXT NOT NULL CHECK (state IN ('draft', 'running', 'stopped')),
    days INTEGER NOT NULL CHECK (days BETWEEN 3 AND 90), -- to answer
    created_by INTEGER NOT NULL REFERENCES person (id),
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX ledger_evaluation_by_programme ON ledger_evaluation (programme_id, created_at, id);
CREATE INDEX ledger_evaluation_by_creator ON ledger_evaluation (created_by);

-- The cohorts that are asked; compares: to hold the others against.
CREATE TABLE ledger_arm (
    evaluation_id INTEGER NOT NULL REFERENCES ledger_evaluation (id),
    cohort_id INTEGER NOT NULL REFERENCES cohort (id),
    compares INTEGER NOT NULL CHECK (compares IN (0, 1)),
    PRIMARY KEY (evaluation_id, cohort_id)
);
CREATE INDEX ledger_arm_by_cohort ON ledger_arm (cohort_id);

-- A moment of one cohort. planned until its day; open while it may be answered; then closed. missed: its day had passed when the evaluation
-- began.
CREATE TABLE ledger_wave (
    id INTEGER PRIMARY KEY,
    evaluation_id INTEGER NOT NULL REFERENCES ledger_evaluation (id),
    cohort_id INTEGER NOT NULL REFERENCES cohort (id),
    moment TEXT NOT NULL CHECK (moment IN ('baseline', 'end', 'm6', 'm12')),
    day INTEGER,                     -- when it is sent; null: not asked
    state TEXT NOT NULL CHECK (state IN ('planned', 'open', 'closed', 'missed')),
    instrument_id INTEGER REFERENCES instrument (id), -- the version that was sent; null: not yet
    until_day INTEGER,               -- the last day to answer
    mails INTEGER NOT NULL DEFAULT 0, -- that each who has not answered should have been sent by now
    next_day INTEGER,                -- when something is due; null: nothing any more
    version INTEGER NOT NULL DEFAULT 1,
    UNIQUE (evaluation_id, cohort_id, moment)
);
CREATE INDEX ledger_wave_due ON ledger_wave (next_day) WHERE next_day IS NOT NULL;
CREATE INDEX ledger_wave_by_cohort ON ledger_wave (cohort_id);
CREATE INDEX ledger_wave_by_instrument ON ledger_wave (instrument_id) WHERE instrument_id IS NOT NULL;

-- Who is asked: members of the cohort and who was one.
CREATE TABLE ledger_ask (
    wave_id INTEGER NOT NULL REFERENCES ledger_wave (id),
    person_id INTEGER NOT NULL REFERENCES person (id),
    state TEXT NOT NULL CHECK (state IN ('open', 'answered', 'declined', 'erased')),
    mails INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (wave_id, person_id)
);
CREATE INDEX ledger_ask_by_person ON ledger_ask (person_id, state);
CREATE INDEX ledger_ask_open ON ledger_ask (wave_id, mails) WHERE state = 'open';

-- The links in mails: each mail has its own, and only its hash is kept. They go when the wave is closed.
CREATE TABLE ledger_link (
    hash BLOB PRIMARY KEY,
    wave_id INTEGER NOT NULL REFERENCES ledger_wave (id),
    person_id INTEGER NOT NULL REFERENCES person (id)
);
CREATE INDEX ledger_link_by_wave ON ledger_link (wave_id, person_id);
CREATE INDEX ledger_link_by_person ON ledger_link (person_id);

CREATE TABLE ledger_answer (
    wave_id INTEGER NOT NULL REFERENCES ledger_wave (id),
    person_id INTEGER NOT NULL REFERENCES person (id),
    points TEXT NOT NULL,            -- for each item of the instrument in order: a point, "-" unable to judge, "." none
    score REAL,                      -- of the whole form; null: too little was judged
    day INTEGER NOT NULL,
    PRIMARY KEY (wave_id, person_id)
);
CREATE INDEX ledger_answer_by_person ON ledger_answer (person_id);
CREATE INDEX ledger_answer_by_age ON ledger_answer (day);

-- Does a programme ask after its sessions.
CREATE TABLE ledger_session_setting (
    programme_id INTEGER PRIMARY KEY REFERENCES programme (id),
    asks INTEGER NOT NULL CHECK (asks IN (0, 1)),
    instrument TEXT NOT NULL,
    since_day INTEGER NOT NULL,      -- sessions that were finished from then on
    version INTEGER NOT NULL DEFAULT 1
);
CREATE TABLE ledger_session_answer (
    person_id INTEGER NOT NULL REFERENCES person (id),
    session_id INTEGER NOT NULL REFERENCES course_session (id),
    programme_id INTEGER NOT NULL REFERENCES programme (id),
    instrument_id INTEGER NOT NULL REFERENCES instrument (id),
    points TEXT NOT NULL,
    score REAL,
    day INTEGER NOT NULL,
    PRIMARY KEY (person_id, session_id)
);
CREATE INDEX ledger_session_answer_by_programme ON ledger_session_answer (programme_id, person_id);
CREATE INDEX ledger_session_answer_by_session ON ledger_session_answer (session_id);
CREATE INDEX ledger_session_answer_by_instrument ON ledger_session_answer (instrument_id);
CREATE INDEX ledger_session_answer_by_age ON ledger_session_answer (day);

-- ledger_answer: single answers to evaluations and about sessions; the figures stay.
INSERT INTO retention_rule (kind, keep_days, changed_at) VALUES ('ledger_answer', 1825, 0);

CREATE VIEW pub_programme_was AS
    SELECT person_id, programme_id, cohort_id, state, start_day, end_day FROM membership WHERE state <> 'transferred';
