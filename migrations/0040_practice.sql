-- Practice: exercises of several kinds on one ground. What an exercise says is a text in a version that never changes; whoever took it
-- stays with the version she began. What a kind needs beside this (seats, ballots, offers) hangs on exercise_version in tables of its own.

CREATE TABLE exercise (
    id INTEGER PRIMARY KEY,
    programme_id INTEGER NOT NULL REFERENCES programme (id),
    code TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('case', 'role_play', 'negotiation', 'listening', 'debate', 'speaking', 'appraisal')),
    language TEXT NOT NULL,          -- in which it was written; others are translations
    stage_id INTEGER REFERENCES stage (id), -- whom it is meant for; null: everybody
    title TEXT NOT NULL,             -- of what is current, or of the draft while nothing is
    title_key TEXT NOT NULL,
    minutes INTEGER NOT NULL CHECK (minutes > 0),
    state TEXT NOT NULL CHECK (state IN ('draft', 'open', 'retired')),
    shipped INTEGER NOT NULL CHECK (shipped IN (0, 1)), -- as it came from content files; 0: written on the pages
    version INTEGER NOT NULL DEFAULT 1,
    created_by INTEGER REFERENCES person (id),
    created_at INTEGER NOT NULL,
    UNIQUE (programme_id, code)
);
CREATE INDEX exercise_by_title ON exercise (programme_id, state, title_key, id);
CREATE INDEX exercise_by_stage ON exercise (stage_id) WHERE stage_id IS NOT NULL;
CREATE INDEX exercise_by_creator ON exercise (created_by) WHERE created_by IS NOT NULL;

CREATE TABLE exercise_competency (
    exercise_id INTEGER NOT NULL REFERENCES exercise (id),
    competency_id INTEGER NOT NULL REFERENCES competency (id),
    ordinal INTEGER NOT NULL,
    PRIMARY KEY (exercise_id, competency_id)
);
CREATE INDEX exercise_competency_by_competency ON exercise_competency (competency_id);

-- One published text in one language. A translation has the passages and links of the version it translates, so that both count as one.
CREATE TABLE exercise_version (
    id INTEGER PRIMARY KEY,
    exercise_id INTEGER NOT NULL REFERENCES exercise (id),
    language TEXT NOT NULL,
    number INTEGER NOT NULL CHECK (number > 0),
    translates_id INTEGER REFERENCES exercise_version (id), -- null: written in this language
    title TEXT NOT NULL,
    summary TEXT NOT NULL,
    source TEXT NOT NULL,
    digest TEXT NOT NULL,            -- of the source: SHA-256, hex
    state TEXT NOT NULL CHECK (state IN ('current', 'earlier')),
    published_at INTEGER NOT NULL,
    published_by INTEGER REFERENCES person (id), -- null: from content files
    UNIQUE (exercise_id, language, number)
);
CREATE UNIQUE INDEX exercise_version_current ON exercise_version (exercise_id, language) WHERE state = 'current';
CREATE INDEX exercise_version_by_original ON exercise_version (translates_id) WHERE translates_id IS NOT NULL;
CREATE INDEX exercise_version_by_publisher ON exercise_version (published_by) WHERE published_by IS NOT NULL;

-- engine: sqlite
CREATE TRIGGER exercise_version_stays BEFORE UPDATE OF exercise_id, language, number, translates_id, title, summary, source, digest, published_at
ON exercise_version
BEGIN
    SELECT RAISE(ABORT, 'a published version does not change');
END;
-- engine: postgres
CREATE FUNCTION exercise_version_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a published version does not change' USING ERRCODE = '23514';
END;
$$;
CREATE TRIGGER exercise_version_stays BEFORE UPDATE OF exercise_id, language, number, translates_id, title, summary, source, digest, published_at
ON exercise_version FOR EACH ROW EXECUTE FUNCTION exercise_version_stays();
-- engine: all

-- What authors write on; publishing makes a version of it.
CREATE TABLE exercise_draft (
    exercise_id INTEGER NOT NULL REFERENCES exercise (id),
    language TEXT NOT NULL,
    source TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    changed_at INTEGER NOT NULL,
    changed_by INTEGER REFERENCES person (id),
    PRIMARY KEY (exercise_id, language)
);
CREATE INDEX exercise_draft_by_person ON exercise_draft (changed_by) WHERE changed_by IS NOT NULL;

-- What experts would do: how many of them take the way to which passage, for each question of a version.
CREATE TABLE exercise_panel (
    version_id INTEGER NOT NULL REFERENCES exercise_version (id),
    question TEXT NOT NULL,
    target TEXT NOT NULL,            -- the passage a choice leads to
    experts INTEGER NOT NULL CHECK (experts >= 0),
    PRIMARY KEY (version_id, question, target)
);

-- Asked of a cohort or a group until a day, by whoever keeps the programme; or part of a course's session, due with it.
CREATE TABLE exercise_assignment (
    id INTEGER PRIMARY KEY,
    exercise_id INTEGER NOT NULL REFERENCES exercise (id),
    cohort_id INTEGER NOT NULL REFERENCES cohort (id),
    group_id INTEGER REFERENCES learner_group (id), -- null: the whole cohort
    due_day INTEGER NOT NULL,
    assigned_by INTEGER NOT NULL REFERENCES person (id),
    assigned_at INTEGER NOT NULL,
    version INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX exercise_assignment_by_exercise ON exercise_assignment (exercise_id, due_day);
CREATE INDEX exercise_assignment_by_cohort ON exercise_assignment (cohort_id, due_day);
CREATE INDEX exercise_assignment_by_group ON exercise_assignment (group_id) WHERE group_id IS NOT NULL;
CREATE INDEX exercise_assignment_by_person ON exercise_assignment (assigned_by);
CREATE TABLE exercise_session (
    exercise_id INTEGER NOT NULL REFERENCES exercise (id),
    session_id INTEGER NOT NULL REFERENCES course_session (id),
    PRIMARY KEY (exercise_id, session_id)
);
CREATE INDEX exercise_session_by_session ON exercise_session (session_id);

-- One person's way through one version. Version, seed and choices are the attempt: it is played again from these at every step.
CREATE TABLE exercise_attempt (
    id INTEGER PRIMARY KEY,
    person_id INTEGER NOT NULL REFERENCES person (id),
    exercise_id INTEGER NOT NULL REFERENCES exercise (id),
    version_id INTEGER NOT NULL REFERENCES exercise_version (id),
    turn INTEGER NOT NULL CHECK (turn > 0), -- her first, second, ... of this exercise; only the first counts where people are compared
    seed INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('going', 'done', 'left')),
    steps INTEGER NOT NULL DEFAULT 0, -- choices made
    started_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    deadline_at INTEGER,             -- of the passage on which it stands
    ended_at INTEGER,
    ending TEXT NOT NULL DEFAULT '', -- the passage at which it ended
    credit INTEGER,                  -- percent of what the panel's most chosen ways would give; null: nothing to compare
    evidence_id INTEGER REFERENCES evidence (id), -- the first item it gave
    UNIQUE (person_id, exercise_id, turn)
);
CREATE UNIQUE INDEX exercise_attempt_going ON exercise_attempt (person_id, exercise_id) WHERE state = 'going';
CREATE INDEX exercise_attempt_by_version ON exercise_attempt (version_id, state, turn);
CREATE INDEX exercise_attempt_by_exercise ON exercise_attempt (exercise_id, state);
CREATE INDEX exercise_attempt_by_evidence ON exercise_attempt (evidence_id) WHERE evidence_id IS NOT NULL;
CREATE INDEX exercise_attempt_by_change ON exercise_attempt (changed_at);

CREATE TABLE exercise_choice (
    attempt_id INTEGER NOT NULL REFERENCES exercise_attempt (id),
    step INTEGER NOT NULL CHECK (step >= 0),
    choice INTEGER NOT NULL CHECK (choice >= 0), -- 0: the time was up
    passage INTEGER NOT NULL,        -- where it was made, by its number in the version
    link INTEGER,                    -- null: the time was up
    at INTEGER NOT NULL,
    question TEXT,                   -- what was asked of the panel too; null: nothing
    target TEXT,                     -- to which passage the way led
    credit INTEGER,                  -- thousandths: experts that chose it by those of the most chosen; null: no panel
    PRIMARY KEY (attempt_id, step)
);

-- Why: what a person wrote where a case asked for her reasons.
CREATE TABLE exercise_reason (
    attempt_id INTEGER NOT NULL REFERENCES exercise_attempt (id),
    step INTEGER NOT NULL,
    framework TEXT NOT NULL CHECK (framework IN ('principles', 'box', 'cases', 'other')),
    stakeholders TEXT NOT NULL,
    weighed TEXT NOT NULL,
    because TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (attempt_id, step)
);

-- What those who took a version the first time chose and where they ended (question '', target the ending): counted afresh only when so
-- many more are through that nobody can tell who came in between.
CREATE TABLE exercise_tally (
    version_id INTEGER NOT NULL REFERENCES exercise_version (id),
    question TEXT NOT NULL,
    target TEXT NOT NULL,
    people INTEGER NOT NULL,
    PRIMARY KEY (version_id, question, target)
);
CREATE TABLE exercise_tally_made (
    version_id INTEGER PRIMARY KEY REFERENCES exercise_version (id),
    people INTEGER NOT NULL,
    at INTEGER NOT NULL
);

-- Somebody judged somebody by an instrument: after an attempt, or in what a kind keeps in tables of its own and points here.
CREATE TABLE exercise_rating (
    id INTEGER PRIMARY KEY,
    version_id INTEGER NOT NULL REFERENCES exercise_version (id),
    instrument_id INTEGER NOT NULL REFERENCES instrument (id),
    person_id INTEGER NOT NULL REFERENCES person (id),
    rater_id INTEGER NOT NULL REFERENCES person (id),
    attempt_id INTEGER REFERENCES exercise_attempt (id),
    at INTEGER NOT NULL,
    evidence_id INTEGER REFERENCES evidence (id),
    version INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX exercise_rating_by_person ON exercise_rating (person_id, at);
CREATE INDEX exercise_rating_by_rater ON exercise_rating (rater_id, at);
CREATE INDEX exercise_rating_by_version ON exercise_rating (version_id);
CREATE INDEX exercise_rating_by_instrument ON exercise_rating (instrument_id);
CREATE INDEX exercise_rating_by_attempt ON exercise_rating (attempt_id) WHERE attempt_id IS NOT NULL;
CREATE INDEX exercise_rating_by_evidence ON exercise_rating (evidence_id) WHERE evidence_id IS NOT NULL;
CREATE TABLE exercise_rating_answer (
    rating_id INTEGER NOT NULL REFERENCES exercise_rating (id),
    item_id INTEGER NOT NULL REFERENCES instrument_item (id),
    point INTEGER,                   -- null: unable to judge, or answered in words
    words TEXT NOT NULL,
    PRIMARY KEY (rating_id, item_id)
);
CREATE INDEX exercise_rating_answer_by_item ON exercise_rating_answer (item_id);

-- How long after its last step the way through an exercise is kept; that it was taken stays in the evidence.
INSERT INTO retention_rule (kind, keep_days, changed_at) VALUES ('practice', 2555, 0);

-- ---- what others read ---------------------------------------------------------------------------------------------------------------

CREATE VIEW pub_practice_exercise AS SELECT id, programme_id, code, kind, language, stage_id, title, state FROM exercise;
CREATE VIEW pub_practice_done AS
    SELECT person_id, exercise_id, turn, ended_at, credit FROM exercise_attempt WHERE state = 'done';

-- ---- what practice reads of courses -------------------------------------------------------------------------------------------------

-- The sessions that a person's offerings hold, and until when.
CREATE VIEW pub_curriculum_session_due AS
    SELECT e.person_id, s.session_id, s.due_day, o.start_day, e.state
    FROM enrolment e JOIN offering o ON o.id = e.offering_id JOIN offering_session s ON s.offering_id = o.id;
CREATE VIEW pub_curriculum_session_title AS
    SELECT s.id, s.course_id, s.title, c.title AS course_title, c.programme_id, c.ordinal AS course_ordinal, s.ordinal
    FROM course_session s JOIN course c ON c.id = s.course_id WHERE s.retired = 0 AND c.state <> 'retired';
