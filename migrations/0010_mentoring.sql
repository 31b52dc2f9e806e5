-- Mentorship, further: what a programme sets, who may mentor while still a learner and who stands behind her, how the relationship
-- is evaluated, meetings in the calendar, what a mentor is known for, and how long what the two wrote is kept. The frame and the
-- wall are as in 0007: no view is ever made of a table behind the wall, and only statements called wall_* name one.

-- ---- the frame -----------------------------------------------------------------------------------------------------------------

-- Who said yes: who asks has said so by asking; when a coordinator or a round proposes, both are asked.
ALTER TABLE mentor_pair ADD COLUMN mentor_yes_at INTEGER;
ALTER TABLE mentor_pair ADD COLUMN mentee_yes_at INTEGER;
ALTER TABLE mentor_pair ADD COLUMN origin TEXT NOT NULL DEFAULT 'mentee' CHECK (origin IN ('mentee', 'coordinator', 'round'));
ALTER TABLE mentor_pair ADD COLUMN paused_until_day INTEGER; -- the day the two mean to go on; null: open
UPDATE mentor_pair SET mentee_yes_at = proposed_at;
UPDATE mentor_pair SET mentor_yes_at = accepted_at WHERE accepted_at IS NOT NULL;
CREATE INDEX mentor_pair_running ON mentor_pair (programme_id, active_at) WHERE state = 'active';
CREATE INDEX mentor_pair_ended ON mentor_pair (ended_at) WHERE ended_at IS NOT NULL;

-- What a programme sets; where there is no row, the rules of mentor.h hold.
CREATE TABLE mentor_setting (
    programme_id INTEGER PRIMARY KEY REFERENCES programme (id),
    months TEXT NOT NULL,            -- after how many months the relationship is evaluated, "3 6 12"
    least INTEGER NOT NULL CHECK (least BETWEEN 3 AND 50), -- fewest pairs behind a published number
    from_stage_id INTEGER REFERENCES stage (id), -- learners of this stage or a later one may mentor; null: of any
    training TEXT NOT NULL,          -- slug of the course that a learner completes before mentoring; empty: none
    competency_id INTEGER REFERENCES competency (id), -- for which mentoring is evidence; null: for none
    version INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX mentor_setting_by_stage ON mentor_setting (from_stage_id);
CREATE INDEX mentor_setting_by_competency ON mentor_setting (competency_id);

-- Who stands behind a mentor who is still a learner.
CREATE TABLE mentor_supervision (
    programme_id INTEGER NOT NULL REFERENCES programme (id),
    student_id INTEGER NOT NULL REFERENCES person (id),
    faculty_id INTEGER NOT NULL REFERENCES person (id),
    since_at INTEGER NOT NULL,
    PRIMARY KEY (programme_id, student_id),
    CHECK (student_id <> faculty_id)
);
CREATE INDEX mentor_supervision_by_student ON mentor_supervision (student_id);
CREATE INDEX mentor_supervision_by_faculty ON mentor_supervision (faculty_id, programme_id);

-- The competencies a mentor says she is known for; her own evidence is counted beside them.
CREATE TABLE mentor_known (
    programme_id INTEGER NOT NULL REFERENCES programme (id),
    person_id INTEGER NOT NULL REFERENCES person (id),
    competency_id INTEGER NOT NULL REFERENCES competency (id),
    PRIMARY KEY (programme_id, person_id, competency_id)
);
CREATE INDEX mentor_known_by_person ON mentor_known (person_id);
CREATE INDEX mentor_known_by_competency ON mentor_known (competency_id);

-- What a person chose for herself; where there is no row, all are as the defaults say.
CREATE TABLE mentor_choice (
    person_id INTEGER PRIMARY KEY REFERENCES person (id),
    remind INTEGER NOT NULL DEFAULT 0 CHECK (remind IN (0, 1)),     -- a mail the day before a meeting
    mail_due INTEGER NOT NULL DEFAULT 1 CHECK (mail_due IN (0, 1)), -- a mail when an evaluation is due
    tell_place INTEGER NOT NULL DEFAULT 0 CHECK (tell_place IN (0, 1)), -- calendar files name the place
    in_lineage INTEGER NOT NULL DEFAULT 0 CHECK (in_lineage IN (0, 1))  -- others may read her name in a lineage
);

-- That the two were asked how it goes, and whether they answered: never what.
CREATE TABLE mentor_evaluation (
    pair_id INTEGER NOT NULL REFERENCES mentor_pair (id),
    person_id INTEGER NOT NULL REFERENCES person (id),
    month INTEGER NOT NULL CHECK (month BETWEEN 1 AND 60),
    asked_at INTEGER NOT NULL,
    due_day INTEGER NOT NULL,
    answered_at INTEGER,
    PRIMARY KEY (pair_id, person_id, month)
);
CREATE INDEX mentor_evaluation_waiting ON mentor_evaluation (person_id, due_day) WHERE answered_at IS NULL;
CREATE INDEX mentor_evaluation_by_person ON mentor_evaluation (person_id);

-- ---- behind the wall -----------------------------------------------------------------------------------------------------------

ALTER TABLE mentor_meeting ADD COLUMN minutes INTEGER NOT NULL DEFAULT 60 CHECK (minutes BETWEEN 5 AND 480);
ALTER TABLE mentor_meeting ADD COLUMN reminded_at INTEGER; -- the mails for it were asked for, or it was planned too late for one
CREATE INDEX mentor_meeting_ahead ON mentor_meeting (starts_at) WHERE held_at IS NULL AND cancelled_at IS NULL AND reminded_at IS NULL;

-- What one of the two answered. The words are read by who wrote them alone; the choices become counts and means over many pairs.
CREATE TABLE mentor_reply (
    pair_id INTEGER NOT NULL REFERENCES mentor_pair (id),
    person_id INTEGER NOT NULL REFERENCES person (id),
    month INTEGER NOT NULL,
    item TEXT NOT NULL,              -- as the instrument calls it; 'words': what she wrote
    choice INTEGER CHECK (choice BETWEEN 1 AND 5), -- null for words
    body TEXT NOT NULL,
    PRIMARY KEY (pair_id, person_id, month, item)
);
CREATE INDEX mentor_reply_by_person ON mentor_reply (person_id);

-- What a mentor notes for herself about her mentoring. Her faculty mentor reads what she shares, as long as she shares it.
CREATE TABLE mentor_log (
    id INTEGER PRIMARY KEY,
    programme_id INTEGER NOT NULL REFERENCES programme (id),
    person_id INTEGER NOT NULL REFERENCES person (id),
    day INTEGER NOT NULL,
    did TEXT NOT NULL,
    outcome TEXT NOT NULL,
    competency_id INTEGER REFERENCES competency (id), -- for which the reflection is evidence; null: for none
    shared_at INTEGER,
    written_at INTEGER NOT NULL,
    version INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX mentor_log_by_person ON mentor_log (person_id, day, id);
CREATE INDEX mentor_log_by_programme ON mentor_log (programme_id);
CREATE INDEX mentor_log_by_competency ON mentor_log (competency_id) WHERE competency_id IS NOT NULL;

-- How long after its end what a pair wrote is kept. That the pair was stays.
INSERT INTO retention_rule (kind, keep_days, changed_at) VALUES ('mentor_words', 730, 0);

-- ---- what mentorship reads of others -------------------------------------------------------------------------------------------

-- Courses and what each person has completed of their sessions.
CREATE VIEW pub_curriculum_course AS SELECT id, programme_id, slug, title, language, state FROM course;
CREATE VIEW pub_curriculum_session AS SELECT id, course_id FROM course_session WHERE retired = 0;
CREATE VIEW pub_curriculum_done AS
    SELECT person_id, session_id, completed_at FROM session_progress WHERE completed_at IS NOT NULL;
-- Evidence that stands, for counting: that there is some, for which competency.
CREATE VIEW pub_evidence_item AS
    SELECT e.id, e.person_id, e.programme_id, e.kind, e.competency_id, e.use, e.source_kind, e.source_id, e.at
    FROM evidence e WHERE NOT EXISTS (SELECT 1 FROM evidence r WHERE r.replaces_id = e.id);
