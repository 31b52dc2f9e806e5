-- The progress panel: a few times a year some people look at what may be judged of each trainee, and decide with reasons. What
-- mentor and mentee write, reflections and 360 feedback are not read here: no statement of panel.sql names them.

-- How a programme holds its panels; without a row the defaults of panel.h hold.
CREATE TABLE panel_setting (
    programme_id INTEGER PRIMARY KEY REFERENCES programme (id),
    months TEXT NOT NULL,            -- of the year in which one meets: "1 7"
    word_progress TEXT NOT NULL,     -- what the decisions are called here; empty: as Cadre calls them
    word_conditions TEXT NOT NULL,
    word_not_yet TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1
);

CREATE TABLE panel (
    id INTEGER PRIMARY KEY,
    programme_id INTEGER NOT NULL REFERENCES programme (id),
    title TEXT NOT NULL,
    meets_day INTEGER NOT NULL,
    summary_day INTEGER NOT NULL,    -- until then trainees are asked for their summaries
    state TEXT NOT NULL CHECK (state IN ('draft', 'open', 'meeting', 'closed')),
    created_by INTEGER NOT NULL REFERENCES person (id),
    created_at INTEGER NOT NULL,
    frozen_at INTEGER,               -- when the meeting began: summaries stay as they were
    closed_at INTEGER,
    version INTEGER NOT NULL DEFAULT 1,
    CHECK (summary_day <= meets_day)
);
CREATE INDEX panel_by_programme ON panel (programme_id, meets_day, id);
CREATE INDEX panel_by_creator ON panel (created_by);
CREATE INDEX panel_closed ON panel (closed_at) WHERE closed_at IS NOT NULL;

CREATE TABLE panel_member (
    panel_id INTEGER NOT NULL REFERENCES panel (id),
    person_id INTEGER NOT NULL REFERENCES person (id),
    named_at INTEGER NOT NULL,
    PRIMARY KEY (panel_id, person_id)
);
CREATE INDEX panel_member_by_person ON panel_member (person_id);

-- One trainee before one panel, with her own summary: the draft is hers alone, what was sent is read by the panel.
CREATE TABLE panel_case (
    id INTEGER PRIMARY KEY,
    panel_id INTEGER NOT NULL REFERENCES panel (id),
    person_id INTEGER NOT NULL REFERENCES person (id),
    cohort_id INTEGER NOT NULL REFERENCES cohort (id),
    stage_id INTEGER REFERENCES stage (id), -- when she was put before the panel
    place INTEGER NOT NULL,          -- the order of the meeting
    draft TEXT NOT NULL DEFAULT '',
    sent TEXT NOT NULL DEFAULT '',
    sent_at INTEGER,
    version INTEGER NOT NULL DEFAULT 1, -- of the summary
    UNIQUE (panel_id, person_id)
);
CREATE INDEX panel_case_by_place ON panel_case (panel_id, place, id);
CREATE INDEX panel_case_by_person ON panel_case (person_id);
CREATE INDEX panel_case_by_cohort ON panel_case (cohort_id);
CREATE INDEX panel_case_by_stage ON panel_case (stage_id) WHERE stage_id IS NOT NULL;

-- A member who stays away from a case for a reason of her own.
CREATE TABLE panel_recusal (
    case_id INTEGER NOT NULL REFERENCES panel_case (id),
    person_id INTEGER NOT NULL REFERENCES person (id),
    at INTEGER NOT NULL,
    PRIMARY KEY (case_id, person_id)
);
CREATE INDEX panel_recusal_by_person ON panel_recusal (person_id);

-- What was decided. A reversal is a further row that names the one it takes the place of; both are kept.
CREATE TABLE panel_decision (
    id INTEGER PRIMARY KEY,
    case_id INTEGER NOT NULL REFERENCES panel_case (id),
    outcome TEXT NOT NULL CHECK (outcome IN ('progress', 'conditions', 'not_yet')),
    word TEXT NOT NULL,              -- what the programme called it then; empty: as Cadre calls it
    reasons TEXT NOT NULL,
    stage_id INTEGER REFERENCES stage (id), -- to which she went on by it; null: she stays where she is
    stage_before_id INTEGER REFERENCES stage (id), -- her own stage before; null: her cohort's
    by_id INTEGER NOT NULL REFERENCES person (id),
    at INTEGER NOT NULL,
    reverses_id INTEGER REFERENCES panel_decision (id),
    reversal TEXT NOT NULL,          -- why the one before was reversed
    stands INTEGER NOT NULL CHECK (stands IN (0, 1)),
    read_at INTEGER,                 -- by the trainee
    answer TEXT NOT NULL DEFAULT '',
    answered_at INTEGER
);
CREATE UNIQUE INDEX panel_decision_stands ON panel_decision (case_id) WHERE stands = 1;
CREATE INDEX panel_decision_by_case ON panel_decision (case_id, at);
CREATE INDEX panel_decision_by_stage ON panel_decision (stage_id) WHERE stage_id IS NOT NULL;
CREATE INDEX panel_decision_by_stage_before ON panel_decision (stage_before_id) WHERE stage_before_id IS NOT NULL;
CREATE INDEX panel_decision_by_maker ON panel_decision (by_id);
CREATE INDEX panel_decision_by_reversed ON panel_decision (reverses_id) WHERE reverses_id IS NOT NULL;

CREATE TABLE panel_condition (
    id INTEGER PRIMARY KEY,
    decision_id INTEGER NOT NULL REFERENCES panel_decision (id),
    words TEXT NOT NULL,
    due_day INTEGER NOT NULL,
    met_at INTEGER,
    met_by INTEGER REFERENCES person (id)
);
CREATE INDEX panel_condition_by_decision ON panel_condition (decision_id);
CREATE INDEX panel_condition_by_meeter ON panel_condition (met_by) WHERE met_by IS NOT NULL;
CREATE INDEX panel_condition_open ON panel_condition (due_day) WHERE met_at IS NULL;

-- How long after its end what a panel wrote is kept.
INSERT INTO retention_rule (kind, keep_days, changed_at) VALUES ('panel', 2555, 0);

-- ---- what the panel reads of others ----------------------------------------------------------------------------------------------

-- In which courses a person is or was enrolled.
CREATE VIEW pub_curriculum_enrolled AS
    SELECT e.person_id, o.course_id, e.state, e.completed_at FROM enrolment e JOIN offering o ON o.id = e.offering_id;

-- Who stays away from which case: the trainee's mentor, also one of the past, who is family or line manager, and who said so herself.
CREATE VIEW panel_apart AS
    SELECT k.id AS case_id, t.mentor_id AS person_id FROM panel_case k JOIN pub_mentor_pair t ON t.mentee_id = k.person_id
     WHERE t.state IN ('accepted', 'active', 'paused', 'completed', 'concluded')
    UNION ALL
    SELECT k.id AS case_id, x.mentor_id AS person_id FROM panel_case k JOIN pub_mentor_conflict x ON x.mentee_id = k.person_id
     WHERE x.kind IN ('family', 'line_manager')
    UNION ALL
    SELECT r.case_id, r.person_id FROM panel_recusal r;
