-- Draws: who is in which group, and which groups meet on which side over a term. What decides is told as a hash before and as a text
-- after; the list does not change in between. docs/draw.md says how anybody makes a draw again.

CREATE TABLE draw (
    id INTEGER PRIMARY KEY,
    programme_id INTEGER NOT NULL REFERENCES programme (id),
    kind TEXT NOT NULL CHECK (kind IN ('groups', 'term')),
    title TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('told', 'drawn', 'kept', 'dropped')), -- kept: the groups are there
    parts INTEGER NOT NULL CHECK (parts > 0), -- how many groups; of a term: how many rounds
    by_stage INTEGER NOT NULL CHECK (by_stage IN (0, 1)), -- stages mix too
    of_id INTEGER REFERENCES draw (id), -- a term: whose groups meet
    secret TEXT NOT NULL,            -- shown once it is drawn
    commitment TEXT NOT NULL,        -- SHA-256 of it, hex: told before
    list_hash TEXT NOT NULL,         -- SHA-256 of the list as everybody can fetch it
    word TEXT NOT NULL DEFAULT '',   -- said in front of everybody, when it was drawn
    created_by INTEGER NOT NULL REFERENCES person (id),
    created_at INTEGER NOT NULL,
    drawn_at INTEGER,
    version INTEGER NOT NULL DEFAULT 1,
    CHECK ((kind = 'term') = (of_id IS NOT NULL))
);
CREATE INDEX draw_by_programme ON draw (programme_id, created_at);
CREATE INDEX draw_by_creator ON draw (created_by);
CREATE INDEX draw_by_origin ON draw (of_id) WHERE of_id IS NOT NULL;
CREATE INDEX draw_by_age ON draw (created_at);

-- Who is drawn, by number: a person, or in a term a group.
CREATE TABLE draw_entry (
    draw_id INTEGER NOT NULL REFERENCES draw (id),
    number INTEGER NOT NULL CHECK (number > 0),
    person_id INTEGER REFERENCES person (id),
    group_id INTEGER REFERENCES learner_group (id),
    profession TEXT NOT NULL,        -- as it was then; empty: not said
    stage TEXT NOT NULL,             -- its code; empty: none
    part INTEGER,                    -- the group, from 1; null: not drawn, or a term
    PRIMARY KEY (draw_id, number)
);
CREATE INDEX draw_entry_by_person ON draw_entry (person_id) WHERE person_id IS NOT NULL;
CREATE INDEX draw_entry_by_group ON draw_entry (group_id) WHERE group_id IS NOT NULL;

-- The groups that a draw has made.
CREATE TABLE draw_group (
    draw_id INTEGER NOT NULL REFERENCES draw (id),
    part INTEGER NOT NULL,
    group_id INTEGER NOT NULL REFERENCES learner_group (id),
    PRIMARY KEY (draw_id, part)
);
CREATE INDEX draw_group_by_group ON draw_group (group_id);

CREATE TABLE draw_debate (
    draw_id INTEGER NOT NULL REFERENCES draw (id),
    round INTEGER NOT NULL CHECK (round > 0),
    favour INTEGER NOT NULL,         -- numbers of entries
    against INTEGER NOT NULL,        -- 0: sits out
    PRIMARY KEY (draw_id, round, favour)
);

INSERT INTO retention_rule (kind, keep_days, changed_at) VALUES ('draw', 2555, 0);

-- Who is enrolled where, for drawing groups of an offering.
CREATE VIEW pub_curriculum_offering AS
    SELECT o.id, c.programme_id, c.title, o.start_day, o.end_day FROM offering o JOIN course c ON c.id = o.course_id;
CREATE VIEW pub_curriculum_offering_person AS SELECT offering_id, person_id, state FROM enrolment;
