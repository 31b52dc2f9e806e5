-- The personal development plan. It belongs to its owner and to no programme: she keeps it when she changes stage or programme, and
-- when she leaves. Who reads it is decided in auth/access: she, and the mentor of a pair with which it is shared. Others read
-- pub_plan_goal at the end, which holds no text.

-- Strengths, weaknesses, opportunities and threats as they stand, and each state they were saved in, the present one too.
CREATE TABLE plan_swot (
    person_id INTEGER PRIMARY KEY REFERENCES person (id),
    strengths TEXT NOT NULL,
    weaknesses TEXT NOT NULL,
    opportunities TEXT NOT NULL,
    threats TEXT NOT NULL,
    version INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
);
CREATE TABLE plan_swot_version (
    person_id INTEGER NOT NULL REFERENCES person (id),
    version INTEGER NOT NULL,
    strengths TEXT NOT NULL,
    weaknesses TEXT NOT NULL,
    opportunities TEXT NOT NULL,
    threats TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (person_id, version)
);

CREATE TABLE plan_goal (
    id INTEGER PRIMARY KEY,
    person_id INTEGER NOT NULL REFERENCES person (id),
    own_key TEXT NOT NULL,           -- 32 hex digits, by which the same goal is known in another Cadre
    what TEXT NOT NULL,
    measure TEXT NOT NULL,
    by_day INTEGER NOT NULL,
    source_kind TEXT NOT NULL CHECK (source_kind IN ('own', 'feedback', 'observation', 'assessment', 'meeting')),
    source_id INTEGER,               -- a round of feedback, an observation, an assessment, a meeting with a mentor; null: own, or elsewhere
    source_words TEXT NOT NULL,      -- what it was called in the Cadre that it came from; else empty
    competency_id INTEGER REFERENCES competency (id),
    competency_words TEXT NOT NULL,  -- the same for a competency that is not known here
    state TEXT NOT NULL CHECK (state IN ('open', 'reached', 'dropped')),
    outcome TEXT NOT NULL,           -- what came of it
    ended_day INTEGER,
    evidence_id INTEGER REFERENCES evidence (id), -- she chose that her evidence tells that she reached it
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    UNIQUE (person_id, own_key),
    CHECK (source_id IS NULL OR source_kind <> 'own'),
    CHECK ((state = 'open') = (ended_day IS NULL))
);
CREATE INDEX plan_goal_by_person ON plan_goal (person_id, state, by_day, id);
CREATE INDEX plan_goal_by_source ON plan_goal (source_kind, source_id) WHERE source_id IS NOT NULL;
CREATE INDEX plan_goal_by_competency ON plan_goal (competency_id);
CREATE INDEX plan_goal_by_evidence ON plan_goal (evidence_id) WHERE evidence_id IS NOT NULL;

-- Each state in which a goal was saved, the present one too.
CREATE TABLE plan_goal_version (
    goal_id INTEGER NOT NULL REFERENCES plan_goal (id),
    version INTEGER NOT NULL,
    what TEXT NOT NULL,
    measure TEXT NOT NULL,
    by_day INTEGER NOT NULL,
    source_kind TEXT NOT NULL,
    source_id INTEGER,
    source_words TEXT NOT NULL,
    competency_id INTEGER REFERENCES competency (id),
    competency_words TEXT NOT NULL,
    state TEXT NOT NULL,
    outcome TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (goal_id, version)
);
CREATE INDEX plan_goal_version_by_competency ON plan_goal_version (competency_id);

CREATE TABLE plan_action (
    id INTEGER PRIMARY KEY,
    goal_id INTEGER NOT NULL REFERENCES plan_goal (id),
    person_id INTEGER NOT NULL REFERENCES person (id), -- the goal's, for what waits for her
    own_key TEXT NOT NULL,
    what TEXT NOT NULL,
    due_day INTEGER NOT NULL,
    done_at INTEGER,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (goal_id, own_key)
);
CREATE INDEX plan_action_by_goal ON plan_action (goal_id, due_day, id);
CREATE INDEX plan_action_by_person ON plan_action (person_id, due_day);
CREATE INDEX plan_action_waiting ON plan_action (person_id, due_day) WHERE done_at IS NULL;

-- Evidence of her own thread that speaks for a goal. What she brought from another Cadre is a title and a day.
CREATE TABLE plan_link (
    id INTEGER PRIMARY KEY,
    goal_id INTEGER NOT NULL REFERENCES plan_goal (id),
    evidence_id INTEGER REFERENCES evidence (id),
    title TEXT NOT NULL,             -- empty when evidence_id names it
    day INTEGER NOT NULL,
    UNIQUE (goal_id, evidence_id)
);
CREATE INDEX plan_link_by_evidence ON plan_link (evidence_id) WHERE evidence_id IS NOT NULL;

-- How it goes, told by the owner, alone or with the mentor; and when she means to look again.
CREATE TABLE plan_checkin (
    id INTEGER PRIMARY KEY,
    person_id INTEGER NOT NULL REFERENCES person (id),
    own_key TEXT NOT NULL,
    day INTEGER NOT NULL,
    with_mentor INTEGER NOT NULL CHECK (with_mentor IN (0, 1)),
    going TEXT NOT NULL CHECK (going IN ('well', 'slowly', 'stuck')),
    words TEXT NOT NULL,
    next_day INTEGER NOT NULL,
    written_at INTEGER NOT NULL,
    UNIQUE (person_id, own_key)
);
CREATE INDEX plan_checkin_by_person ON plan_checkin (person_id, day, id);

-- A review: the goals as they stood when it began, judged with the rubric by the owner and by the mentor apart. Neither reads what the
-- other gave before both have sent theirs. Without a mentor she judges alone.
CREATE TABLE plan_review (
    id INTEGER PRIMARY KEY,
    person_id INTEGER NOT NULL REFERENCES person (id),
    pair_id INTEGER REFERENCES mentor_pair (id), -- null: alone, or it took place in another Cadre
    mentor_id INTEGER REFERENCES person (id),
    own_key TEXT NOT NULL,
    brought INTEGER NOT NULL CHECK (brought IN (0, 1)), -- from another Cadre, by the owner
    opened_at INTEGER NOT NULL,
    owner_at INTEGER,                -- she sent hers
    mentor_at INTEGER,
    closed_at INTEGER,               -- all who judge have sent theirs: from now on it can be read
    owner_words TEXT NOT NULL,
    mentor_said TEXT NOT NULL,
    UNIQUE (person_id, own_key),
    CHECK ((pair_id IS NULL) = (mentor_id IS NULL))
);
CREATE UNIQUE INDEX plan_review_open ON plan_review (person_id) WHERE closed_at IS NULL;
CREATE INDEX plan_review_by_person ON plan_review (person_id, opened_at, id);
CREATE INDEX plan_review_by_pair ON plan_review (pair_id) WHERE pair_id IS NOT NULL;
CREATE INDEX plan_review_by_mentor ON plan_review (mentor_id) WHERE mentor_id IS NOT NULL;
CREATE INDEX plan_review_waiting ON plan_review (mentor_id) WHERE mentor_at IS NULL AND closed_at IS NULL;

CREATE TABLE plan_review_goal (
    review_id INTEGER NOT NULL REFERENCES plan_review (id),
    goal_id INTEGER NOT NULL REFERENCES plan_goal (id),
    version INTEGER NOT NULL,        -- the goal's, as it is judged
    owner_specificity INTEGER CHECK (owner_specificity BETWEEN 0 AND 3),
    owner_plan INTEGER CHECK (owner_plan BETWEEN 0 AND 3),
    owner_outcome INTEGER CHECK (owner_outcome BETWEEN 0 AND 3),
    mentor_specificity INTEGER CHECK (mentor_specificity BETWEEN 0 AND 3),
    mentor_plan INTEGER CHECK (mentor_plan BETWEEN 0 AND 3),
    mentor_outcome INTEGER CHECK (mentor_outcome BETWEEN 0 AND 3),
    PRIMARY KEY (review_id, goal_id)
);
CREATE INDEX plan_review_goal_by_goal ON plan_review_goal (goal_id);

-- What the owner decided about one mentor; where there is no row, the programme's setting holds.
CREATE TABLE plan_share (
    pair_id INTEGER PRIMARY KEY REFERENCES mentor_pair (id),
    shared INTEGER NOT NULL CHECK (shared IN (0, 1)),
    changed_at INTEGER NOT NULL
);

-- What a programme sets; where there is no row, plans are shared with the mentor until the owner says otherwise. To begin with sharing
-- holds for pairs that come together later: nobody's plan is opened by a setting.
CREATE TABLE plan_setting (
    programme_id INTEGER PRIMARY KEY REFERENCES programme (id),
    share_from INTEGER,              -- pairs proposed since then share; null: none does by itself
    version INTEGER NOT NULL
);

-- A file that its owner is about to bring in; the next one takes its place.
CREATE TABLE plan_upload (
    person_id INTEGER PRIMARY KEY REFERENCES person (id),
    filename TEXT NOT NULL,
    bytes BLOB NOT NULL,
    at INTEGER NOT NULL
);
CREATE INDEX plan_upload_by_time ON plan_upload (at);
INSERT INTO retention_rule (kind, keep_days, changed_at) VALUES ('plan_upload', 2, 0);

-- That there are goals, where they come from and how far they are: no text, and not which meeting a mentor and a mentee had. A round
-- of feedback may close when one with its id is here.
CREATE VIEW pub_plan_goal AS
    SELECT id, person_id, source_kind, CASE WHEN source_kind = 'meeting' THEN NULL ELSE source_id END AS source_id, competency_id, state,
           by_day, created_at
    FROM plan_goal;
