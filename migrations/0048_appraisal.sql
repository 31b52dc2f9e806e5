-- Appraisals of a technology: written alone, or by a panel whose members write apart, then see each other's, then decide together. The
-- texts stand in exercise_version; what is written stands here.

CREATE TABLE appraisal (
    id INTEGER PRIMARY KEY,
    exercise_id INTEGER NOT NULL REFERENCES exercise (id),
    version_id INTEGER NOT NULL REFERENCES exercise_version (id),
    panel INTEGER NOT NULL CHECK (panel IN (0, 1)),
    code TEXT NOT NULL,              -- by which people come in while it is being written
    state TEXT NOT NULL CHECK (state IN ('writing', 'seen', 'done', 'left')),
    decision TEXT NOT NULL DEFAULT '' CHECK (decision IN ('', 'adopt', 'conditions', 'pilot', 'wait', 'decline')), -- joint
    because TEXT NOT NULL DEFAULT '',
    opened_by INTEGER NOT NULL REFERENCES person (id),
    opened_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    ended_at INTEGER,
    version INTEGER NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX appraisal_code ON appraisal (code) WHERE state = 'writing';
CREATE INDEX appraisal_by_exercise ON appraisal (exercise_id);
CREATE INDEX appraisal_by_version ON appraisal (version_id);
CREATE INDEX appraisal_by_opener ON appraisal (opened_by);
CREATE INDEX appraisal_by_change ON appraisal (changed_at);

-- Who writes. in: handed in; out: had not when the others were shown.
CREATE TABLE appraisal_member (
    appraisal_id INTEGER NOT NULL REFERENCES appraisal (id),
    person_id INTEGER NOT NULL REFERENCES person (id),
    state TEXT NOT NULL CHECK (state IN ('writing', 'in', 'out')),
    decision TEXT NOT NULL DEFAULT '' CHECK (decision IN ('', 'adopt', 'conditions', 'pilot', 'wait', 'decline')), -- her own, before she saw the others'
    because TEXT NOT NULL DEFAULT '',
    answer TEXT NOT NULL DEFAULT '' CHECK (answer IN ('', 'agrees', 'dissents')), -- to the joint decision
    dissent TEXT NOT NULL DEFAULT '',
    joined_at INTEGER NOT NULL,
    attempt_id INTEGER REFERENCES exercise_attempt (id), -- once it is done
    PRIMARY KEY (appraisal_id, person_id)
);
CREATE INDEX appraisal_member_by_person ON appraisal_member (person_id, appraisal_id);
CREATE INDEX appraisal_member_by_attempt ON appraisal_member (attempt_id) WHERE attempt_id IS NOT NULL;

CREATE TABLE appraisal_note (
    appraisal_id INTEGER NOT NULL REFERENCES appraisal (id),
    person_id INTEGER NOT NULL REFERENCES person (id),
    aspect TEXT NOT NULL CHECK (aspect IN ('need', 'evidence', 'safety', 'equity', 'privacy', 'cost')),
    verdict TEXT NOT NULL CHECK (verdict IN ('', 'favour', 'open', 'against')),
    words TEXT NOT NULL,
    PRIMARY KEY (appraisal_id, person_id, aspect)
);
CREATE INDEX appraisal_note_by_person ON appraisal_note (person_id);

-- What it rests on, to be looked at again on a day. closed: needs no more looking.
CREATE TABLE appraisal_source (
    id INTEGER PRIMARY KEY,
    appraisal_id INTEGER NOT NULL REFERENCES appraisal (id),
    title TEXT NOT NULL,
    link TEXT NOT NULL,
    says TEXT NOT NULL,
    review_day INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'closed')),
    note TEXT NOT NULL DEFAULT '',   -- what was found when it was looked at last
    looked_by INTEGER REFERENCES person (id),
    looked_at INTEGER,
    added_by INTEGER REFERENCES person (id), -- null: from the exercise
    version INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX appraisal_source_by_appraisal ON appraisal_source (appraisal_id, review_day);
CREATE INDEX appraisal_source_by_looker ON appraisal_source (looked_by) WHERE looked_by IS NOT NULL;
CREATE INDEX appraisal_source_by_adder ON appraisal_source (added_by) WHERE added_by IS NOT NULL;
