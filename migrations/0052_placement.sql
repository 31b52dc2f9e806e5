-- Placement: what people can do where, in which roles, and what a role asks for: opportunities, roles, needs, credentials of people.
-- When it happens and who is there is the rota's; hours and what was seen are kept in the room of hours.

CREATE TABLE opportunity (
    id INTEGER PRIMARY KEY,
    programme_id INTEGER NOT NULL REFERENCES programme (id),
    kind TEXT NOT NULL CHECK (kind IN ('clinic', 'project', 'community', 'digital')),
    title TEXT NOT NULL,
    title_key TEXT NOT NULL,
    place TEXT NOT NULL,
    population TEXT NOT NULL,        -- whom it is for
    partners TEXT NOT NULL,          -- with whom it is done
    about TEXT NOT NULL,             -- Markdown
    ratio INTEGER NOT NULL CHECK (ratio > 0), -- for how many participants one supervisor is enough
    notice_days INTEGER NOT NULL CHECK (notice_days >= 0), -- who drops a shift later than so many days before it needs a reason
    state TEXT NOT NULL CHECK (state IN ('draft', 'open', 'closed')),
    ending TEXT NOT NULL DEFAULT '', -- how it ended, once it is closed
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL
);
CREATE INDEX opportunity_by_programme ON opportunity (programme_id, state, title_key, id);

CREATE TABLE opportunity_competency (
    opportunity_id INTEGER NOT NULL REFERENCES opportunity (id),
    competency_id INTEGER NOT NULL REFERENCES competency (id),
    PRIMARY KEY (opportunity_id, competency_id)
);
CREATE INDEX opportunity_competency_by_competency ON opportunity_competency (competency_id);

-- "Leader of the day", "Intake", "Interpreter": how many a shift needs at least and takes at most, unless the shift says otherwise.
CREATE TABLE placement_role (
    id INTEGER PRIMARY KEY,
    opportunity_id INTEGER NOT NULL REFERENCES opportunity (id),
    ordinal INTEGER NOT NULL,
    title TEXT NOT NULL,
    leads INTEGER NOT NULL CHECK (leads IN (0, 1)), -- whoever has it leads that day
    least INTEGER NOT NULL CHECK (least >= 0),
    most INTEGER NOT NULL CHECK (most > 0 AND most >= least),
    retired INTEGER NOT NULL DEFAULT 0 CHECK (retired IN (0, 1)),
    version INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX placement_role_by_opportunity ON placement_role (opportunity_id, ordinal, id);

-- What a programme asks for on paper: a training, a certificate, a language spoken.
CREATE TABLE credential_kind (
    id INTEGER PRIMARY KEY,
    programme_id INTEGER NOT NULL REFERENCES programme (id),
    sort TEXT NOT NULL CHECK (sort IN ('training', 'certificate', 'language')),
    title TEXT NOT NULL,
    title_key TEXT NOT NULL,
    months INTEGER CHECK (months > 0), -- how long it holds, where its paper does not say; null: for good
    UNIQUE (programme_id, title_key)
);

-- One that a person has. It counts once somebody who keeps the programme has seen it, and until its last day.
CREATE TABLE credential (
    id INTEGER PRIMARY KEY,
    kind_id INTEGER NOT NULL REFERENCES credential_kind (id),
    person_id INTEGER NOT NULL REFERENCES person (id),
    reference TEXT NOT NULL,         -- a number on the paper, or who issued it
    issued_day INTEGER NOT NULL,
    last_day INTEGER,                -- null: for good
    state TEXT NOT NULL CHECK (state IN ('stated', 'confirmed', 'refused')),
    words TEXT NOT NULL DEFAULT '',  -- why it was refused
    looked_by INTEGER REFERENCES person (id),
    looked_at INTEGER,
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    CHECK (last_day IS NULL OR last_day >= issued_day)
);
CREATE INDEX credential_by_person ON credential (person_id, kind_id, state, last_day);
CREATE INDEX credential_by_kind ON credential (kind_id, state, last_day);
CREATE INDEX credential_by_looker ON credential (looked_by) WHERE looked_by IS NOT NULL;
CREATE INDEX credential_stated ON credential (created_at, id) WHERE state = 'stated';

-- What a role asks of whoever takes it; all of them must be met on the day of the shift.
CREATE TABLE placement_need (
    id INTEGER PRIMARY KEY,
    role_id INTEGER NOT NULL REFERENCES placement_role (id),
    kind TEXT NOT NULL CHECK (kind IN ('stage', 'course', 'credential')),
    stage_id INTEGER REFERENCES stage (id), -- this stage or a later one
    course_id INTEGER REFERENCES course (id), -- done
    credential_kind_id INTEGER REFERENCES credential_kind (id),
    CHECK ((kind = 'stage') = (stage_id IS NOT NULL)),
    CHECK ((kind = 'course') = (course_id IS NOT NULL)),
    CHECK ((kind = 'credential') = (credential_kind_id IS NOT NULL))
);
CREATE UNIQUE INDEX placement_need_stage ON placement_need (role_id) WHERE kind = 'stage';
CREATE UNIQUE INDEX placement_need_course ON placement_need (role_id, course_id) WHERE kind = 'course';
CREATE UNIQUE INDEX placement_need_credential ON placement_need (role_id, credential_kind_id) WHERE kind = 'credential';
CREATE INDEX placement_need_by_role ON placement_need (role_id);
CREATE INDEX placement_need_by_stage ON placement_need (stage_id) WHERE stage_id IS NOT NULL;
CREATE INDEX placement_need_by_course ON placement_need (course_id) WHERE course_id IS NOT NULL;
CREATE INDEX placement_need_by_credential ON placement_need (credential_kind_id) WHERE credential_kind_id IS NOT NULL;

-- ---- what others may read ---------------------------------------------------------------------------------------------------------

CREATE VIEW pub_placement_opportunity AS
    SELECT id, programme_id, kind, title, title_key, place, ratio, notice_days, state FROM opportunity;
CREATE VIEW pub_placement_competency AS SELECT opportunity_id, competency_id FROM opportunity_competency;
CREATE VIEW pub_placement_role AS SELECT id, opportunity_id, ordinal, title, leads, least, most, retired FROM placement_role;
CREATE VIEW pub_placement_need AS SELECT id, role_id, kind, stage_id, course_id, credential_kind_id FROM placement_need;
-- What counts, and until when.
CREATE VIEW pub_placement_credential AS
    SELECT id, kind_id, person_id, issued_day, last_day FROM credential WHERE state = 'confirmed';
CREATE VIEW pub_placement_credential_kind AS SELECT id, programme_id, title FROM credential_kind;
