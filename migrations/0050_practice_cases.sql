-- Cases: what is handed in to be rated by faculty, and panels of experts of a programme's own.

-- By which instrument what people do in it is rated: its slug; empty: the house's for that kind.
ALTER TABLE exercise_version ADD COLUMN rubric TEXT NOT NULL DEFAULT '';

-- A way through a case that its owner handed in: to one who rates it, or to two who do so apart. Until then nobody reads it but her.
CREATE TABLE exercise_hand_in (
    attempt_id INTEGER PRIMARY KEY REFERENCES exercise_attempt (id),
    instrument_id INTEGER NOT NULL REFERENCES instrument (id),
    first_id INTEGER NOT NULL REFERENCES person (id),
    second_id INTEGER REFERENCES person (id),
    handed_at INTEGER NOT NULL,
    complete_at INTEGER,             -- everybody who was asked has rated, or she waits for nobody else; null: being rated
    version INTEGER NOT NULL DEFAULT 1,
    CHECK (first_id <> second_id)
);
CREATE INDEX exercise_hand_in_by_first ON exercise_hand_in (first_id, handed_at);
CREATE INDEX exercise_hand_in_by_second ON exercise_hand_in (second_id, handed_at) WHERE second_id IS NOT NULL;
CREATE INDEX exercise_hand_in_by_instrument ON exercise_hand_in (instrument_id);

-- From how many experts on their choices take the place of what the authors expect.
ALTER TABLE exercise ADD COLUMN panel_least INTEGER NOT NULL DEFAULT 10 CHECK (panel_least >= 5);

-- Whom somebody who keeps the exercise asked to take it as an expert of its panel.
CREATE TABLE exercise_expert (
    exercise_id INTEGER NOT NULL REFERENCES exercise (id),
    person_id INTEGER NOT NULL REFERENCES person (id),
    asked_by INTEGER REFERENCES person (id),
    asked_at INTEGER NOT NULL,
    PRIMARY KEY (exercise_id, person_id)
);
CREATE INDEX exercise_expert_by_person ON exercise_expert (person_id);
CREATE INDEX exercise_expert_by_asker ON exercise_expert (asked_by) WHERE asked_by IS NOT NULL;

-- 1: taken as an expert: counted in the panel, and in nothing that is told of learners.
ALTER TABLE exercise_attempt ADD COLUMN expert INTEGER NOT NULL DEFAULT 0 CHECK (expert IN (0, 1));
CREATE INDEX exercise_attempt_of_experts ON exercise_attempt (version_id, state) WHERE expert = 1;

-- What the experts of a programme chose: of a question that so many have answered. It goes before exercise_panel, which stays as the
-- authors wrote it.
CREATE TABLE exercise_panel_own (
    version_id INTEGER NOT NULL REFERENCES exercise_version (id),
    question TEXT NOT NULL,
    target TEXT NOT NULL,
    experts INTEGER NOT NULL CHECK (experts > 0),
    PRIMARY KEY (version_id, question, target)
);

-- The way that those who took a version the first time went, by link; counted with exercise_tally, of which the row with an empty target
-- is how many came to the question at all. shown: it may be told (engine/disclosure), decided for all counts of a version together, so
-- that none can be worked out from the others.
CREATE TABLE exercise_tally_link (
    version_id INTEGER NOT NULL REFERENCES exercise_version (id),
    link INTEGER NOT NULL,           -- -1 - the number of a passage: its time ran out
    people INTEGER NOT NULL,
    shown INTEGER NOT NULL CHECK (shown IN (0, 1)),
    PRIMARY KEY (version_id, link)
);
ALTER TABLE exercise_tally ADD COLUMN shown INTEGER NOT NULL DEFAULT 0 CHECK (shown IN (0, 1));
-- What was counted before knows nothing of this: it is counted again with the next who is through.
DELETE FROM exercise_tally;
DELETE FROM exercise_tally_made;

-- What others count of exercises is what learners did.
DROP VIEW pub_practice_done;
CREATE VIEW pub_practice_done AS
    SELECT person_id, exercise_id, turn, ended_at, credit FROM exercise_attempt WHERE state = 'done' AND expert = 0;
