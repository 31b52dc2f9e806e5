-- Courses, their sessions, what is in them, when they are given, who takes part, and what each person has done.

CREATE TABLE file (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    size INTEGER NOT NULL,
    digest TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    bytes BLOB NOT NULL
);

CREATE TABLE course (
    id INTEGER PRIMARY KEY,
    programme_id INTEGER NOT NULL REFERENCES programme (id),
    slug TEXT NOT NULL,
    stage_id INTEGER REFERENCES stage (id),
    ordinal INTEGER NOT NULL,
    title TEXT NOT NULL,
    summary TEXT NOT NULL,
    search_key TEXT NOT NULL,        -- folded title and summary
    description TEXT NOT NULL,       -- Markdown
    language TEXT NOT NULL,
    licence TEXT NOT NULL,
    reviewed_day INTEGER,
    state TEXT NOT NULL CHECK (state IN ('draft', 'published', 'retired')),
    content_digest TEXT,             -- of the content files it was loaded from; null: written on the pages
    version INTEGER NOT NULL DEFAULT 1,
    UNIQUE (programme_id, slug)
);
CREATE INDEX course_by_stage ON course (stage_id);

-- A session of a course (a sign-in is never called a session in this schema).
CREATE TABLE course_session (
    id INTEGER PRIMARY KEY,
    course_id INTEGER NOT NULL REFERENCES course (id),
    slug TEXT NOT NULL,
    ordinal INTEGER NOT NULL,
    title TEXT NOT NULL,
    summary TEXT NOT NULL,
    minutes INTEGER NOT NULL CHECK (minutes > 0),
    aims TEXT NOT NULL,              -- Markdown, as the four that follow
    time_plan TEXT NOT NULL,         -- for the teacher
    reading TEXT NOT NULL,
    exercise TEXT NOT NULL,
    sources TEXT NOT NULL,
    pass_percent INTEGER NOT NULL CHECK (pass_percent BETWEEN 0 AND 100),
    need_reading INTEGER NOT NULL DEFAULT 1 CHECK (need_reading IN (0, 1)), -- what completes the session
    need_quiz INTEGER NOT NULL DEFAULT 1 CHECK (need_quiz IN (0, 1)),
    need_attendance INTEGER NOT NULL DEFAULT 0 CHECK (need_attendance IN (0, 1)),
    reviewed_day INTEGER,
    retired INTEGER NOT NULL DEFAULT 0 CHECK (retired IN (0, 1)),
    version INTEGER NOT NULL DEFAULT 1,
    UNIQUE (course_id, slug)
);

-- introduced, practised, assessed
CREATE TABLE session_competency (
    session_id INTEGER NOT NULL REFERENCES course_session (id),
    competency_id INTEGER NOT NULL REFERENCES competency (id),
    use TEXT NOT NULL CHECK (use IN ('I', 'P', 'A')),
    PRIMARY KEY (session_id, competency_id, use)
);
CREATE INDEX session_competency_by_competency ON session_competency (competency_id);

CREATE TABLE material (
    id INTEGER PRIMARY KEY,
    session_id INTEGER NOT NULL REFERENCES course_session (id),
    ordinal INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('text', 'file', 'link')),
    title TEXT NOT NULL,
    body TEXT NOT NULL,              -- Markdown of a text, the address of a link
    file_id INTEGER REFERENCES file (id)
);
CREATE INDEX material_by_session ON material (session_id, ordinal);
CREATE INDEX material_by_file ON material (file_id);

-- A quiz is the questions of a session. An edited question is a new row; answers stay with the one that was asked.
CREATE TABLE question (
    id INTEGER PRIMARY KEY,
    session_id INTEGER NOT NULL REFERENCES course_session (id),
    ordinal INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('single', 'multiple', 'short', 'order')),
    text TEXT NOT NULL,
    feedback TEXT NOT NULL,
    retired INTEGER NOT NULL DEFAULT 0 CHECK (retired IN (0, 1))
);
CREATE INDEX question_by_session ON question (session_id, ordinal);
CREATE TABLE question_option (
    id INTEGER PRIMARY KEY,
    question_id INTEGER NOT NULL REFERENCES question (id),
    ordinal INTEGER NOT NULL,        -- of an order question: the right place
    text TEXT NOT NULL,              -- of a short question: an accepted answer
    correct INTEGER NOT NULL CHECK (correct IN (0, 1)),
    feedback TEXT NOT NULL
);
CREATE INDEX question_option_by_question ON question_option (question_id, ordinal);

-- A course given to a cohort or group at some time.
CREATE TABLE offering (
    id INTEGER PRIMARY KEY,
    course_id INTEGER NOT NULL REFERENCES course (id),
    cohort_id INTEGER REFERENCES cohort (id), -- null: a group drawn from several cohorts
    group_id INTEGER REFERENCES learner_group (id), -- null: the whole cohort
    start_day INTEGER NOT NULL,
    end_day INTEGER NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    CHECK (end_day >= start_day),
    CHECK (cohort_id IS NOT NULL OR group_id IS NOT NULL)
);
CREATE INDEX offering_by_course ON offering (course_id);
CREATE INDEX offering_by_cohort ON offering (cohort_id);
CREATE INDEX offering_by_group ON offering (group_id);

CREATE TABLE offering_session (
    id INTEGER PRIMARY KEY,
    offering_id INTEGER NOT NULL REFERENCES offering (id),
    session_id INTEGER NOT NULL REFERENCES course_session (id),
    starts_at INTEGER,               -- null: self-paced
    ends_at INTEGER,
    place TEXT NOT NULL,
    teacher_id INTEGER REFERENCES person (id),
    due_day INTEGER NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    CHECK (ends_at IS NULL OR (starts_at IS NOT NULL AND ends_at >= starts_at)),
    UNIQUE (offering_id, session_id)
);
CREATE INDEX offering_session_by_session ON offering_session (session_id);
CREATE INDEX offering_session_by_teacher ON offering_session (teacher_id, starts_at);

CREATE TABLE enrolment (
    person_id INTEGER NOT NULL REFERENCES person (id),
    offering_id INTEGER NOT NULL REFERENCES offering (id),
    state TEXT NOT NULL CHECK (state IN ('enrolled', 'completed', 'withdrawn')),
    enrolled_at INTEGER NOT NULL,
    completed_at INTEGER,
    PRIMARY KEY (person_id, offering_id)
);
CREATE INDEX enrolment_by_offering ON enrolment (offering_id, person_id);

CREATE TABLE attendance (
    offering_session_id INTEGER NOT NULL REFERENCES offering_session (id),
    person_id INTEGER NOT NULL REFERENCES person (id),
    state TEXT NOT NULL CHECK (state IN ('present', 'late', 'excused', 'absent')),
    by_person_id INTEGER REFERENCES person (id),
    at INTEGER NOT NULL,
    evidence_id INTEGER,             -- what says in the thread that the person was there; null: she was not
    PRIMARY KEY (offering_session_id, person_id)
);
CREATE INDEX attendance_by_person ON attendance (person_id);

-- What one person has done in one session.
CREATE TABLE session_progress (
    person_id INTEGER NOT NULL REFERENCES person (id),
    session_id INTEGER NOT NULL REFERENCES course_session (id),
    opened_at INTEGER NOT NULL,
    read_at INTEGER,
    quiz_passed_at INTEGER,
    best_percent INTEGER,
    completed_at INTEGER,
    PRIMARY KEY (person_id, session_id)
);
CREATE INDEX session_progress_by_session ON session_progress (session_id);

CREATE TABLE quiz_attempt (
    id INTEGER PRIMARY KEY,
    person_id INTEGER NOT NULL REFERENCES person (id),
    session_id INTEGER NOT NULL REFERENCES course_session (id),
    finished_at INTEGER NOT NULL,
    right_count INTEGER NOT NULL,
    question_count INTEGER NOT NULL,
    percent INTEGER NOT NULL,
    passed INTEGER NOT NULL CHECK (passed IN (0, 1))
);
CREATE INDEX quiz_attempt_by_person ON quiz_attempt (person_id, session_id, finished_at);
CREATE INDEX quiz_attempt_by_session ON quiz_attempt (session_id);
CREATE TABLE quiz_answer (
    attempt_id INTEGER NOT NULL REFERENCES quiz_attempt (id),
    question_id INTEGER NOT NULL REFERENCES question (id),
    answer TEXT NOT NULL,            -- option ids with spaces between, or the words typed
    correct INTEGER NOT NULL CHECK (correct IN (0, 1)),
    PRIMARY KEY (attempt_id, question_id)
);
CREATE INDEX quiz_answer_by_question ON quiz_answer (question_id);

-- The curriculum map's read contract.
CREATE VIEW pub_curriculum_tag AS
    SELECT c.programme_id, c.id AS course_id, c.stage_id, c.title AS course_title, s.id AS session_id, s.title AS session_title,
           t.competency_id, t.use
    FROM session_competency t
    JOIN course_session s ON s.id = t.session_id
    JOIN course c ON c.id = s.course_id
    WHERE c.state = 'published' AND s.retired = 0;
