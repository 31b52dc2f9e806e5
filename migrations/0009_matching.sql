-- Rounds of matching: who takes part, what each side wishes, what must and must not be, and what came of it. Wishes are told by a
-- person's place in the round, so that a list says nothing without the round's own table of people.

-- What mentorship lets others read of its frame; nothing of what a pair writes.
CREATE VIEW pub_mentor_profile AS
    SELECT id, programme_id, person_id, interests, languages, capacity, away_until_day, shown, search_key FROM mentor_profile;
CREATE VIEW pub_mentor_wish AS SELECT programme_id, person_id, looks_for, wants_at FROM mentor_wish;
CREATE VIEW pub_mentor_conflict AS SELECT programme_id, mentor_id, mentee_id, kind FROM mentor_conflict;
CREATE VIEW pub_mentor_pair AS SELECT id, programme_id, mentor_id, mentee_id, state, proposed_at FROM mentor_pair;
CREATE VIEW pub_people_language AS SELECT person_id, language FROM identity;
CREATE VIEW pub_people_email AS SELECT person_id, email, email_key FROM identity;

CREATE TABLE match_round (
    id INTEGER PRIMARY KEY,
    programme_id INTEGER NOT NULL REFERENCES programme (id),
    cohort_id INTEGER REFERENCES cohort (id),     -- null: the whole programme
    title TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'open', 'approved', 'dropped')),
    way TEXT NOT NULL CHECK (way IN ('ranks', 'criteria', 'both')),
    mode TEXT NOT NULL CHECK (mode IN ('fair', 'mentor', 'reach')),
    seed INTEGER NOT NULL,                        -- of the lottery; drawn by the program, published from the first day
    weight_interests INTEGER NOT NULL CHECK (weight_interests BETWEEN 0 AND 10),
    weight_language INTEGER NOT NULL CHECK (weight_language BETWEEN 0 AND 10),
    weight_stage INTEGER NOT NULL CHECK (weight_stage BETWEEN 0 AND 10),
    weight_load INTEGER NOT NULL CHECK (weight_load BETWEEN 0 AND 10),
    mentees_by INTEGER NOT NULL,                  -- until when lists may be changed
    mentors_by INTEGER NOT NULL,
    remind_days INTEGER NOT NULL CHECK (remind_days BETWEEN 0 AND 30), -- before a deadline; 0: nobody is reminded by itself
    apart_assessors INTEGER NOT NULL CHECK (apart_assessors IN (0, 1)),
    reminded_mentees_at INTEGER,
    reminded_mentors_at INTEGER,
    created_by INTEGER NOT NULL REFERENCES person (id),
    created_at INTEGER NOT NULL,
    opened_at INTEGER,
    mode_changed_at INTEGER,                      -- another mode than the one promised when it was opened
    approved_at INTEGER,
    approved_by INTEGER REFERENCES person (id),
    version INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX match_round_by_programme ON match_round (programme_id, id);
CREATE INDEX match_round_by_cohort ON match_round (cohort_id) WHERE cohort_id IS NOT NULL;
CREATE INDEX match_round_open ON match_round (id) WHERE state = 'open';
CREATE INDEX match_round_by_maker ON match_round (created_by);
CREATE INDEX match_round_by_approver ON match_round (approved_by) WHERE approved_by IS NOT NULL;

-- Who takes part. A place is given once and never again, so that a ticket of the lottery stays whose it was.
CREATE TABLE match_person (
    round_id INTEGER NOT NULL REFERENCES match_round (id),
    side TEXT NOT NULL CHECK (side IN ('mentee', 'mentor')),
    place INTEGER NOT NULL,                       -- from 1
    person_id INTEGER NOT NULL REFERENCES person (id),
    seats INTEGER NOT NULL CHECK (seats BETWEEN 0 AND 50), -- of a mentor
    takes_part INTEGER NOT NULL DEFAULT 1 CHECK (takes_part IN (0, 1)),
    answered_at INTEGER,                          -- handed in; what is saved counts in any case
    others INTEGER NOT NULL DEFAULT 1 CHECK (others IN (0, 1)), -- a mentor: gladly also those not ranked
    version INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (round_id, side, place)
);
CREATE UNIQUE INDEX match_person_once ON match_person (round_id, side, person_id);
CREATE INDEX match_person_by_person ON match_person (person_id);

-- What a person wishes. Rank from 1, the same for as good as each other; 0: not with this one.
CREATE TABLE match_choice (
    round_id INTEGER NOT NULL REFERENCES match_round (id),
    side TEXT NOT NULL,
    place INTEGER NOT NULL,
    rank INTEGER NOT NULL CHECK (rank >= 0),
    other INTEGER NOT NULL,                       -- a place on the other side
    PRIMARY KEY (round_id, side, place, rank, other)
);

-- Fixed beforehand, or kept apart, by the coordinator; the name of the rule is told to the two.
CREATE TABLE match_rule (
    id INTEGER PRIMARY KEY,
    round_id INTEGER NOT NULL REFERENCES match_round (id),
    kind TEXT NOT NULL CHECK (kind IN ('pin', 'apart')),
    mentee INTEGER NOT NULL,
    mentor INTEGER NOT NULL,
    name TEXT NOT NULL,
    UNIQUE (round_id, mentee, mentor)
);
CREATE UNIQUE INDEX match_rule_pin ON match_rule (round_id, mentee) WHERE kind = 'pin';

-- What if: another way to run the round, kept beside it.
CREATE TABLE match_scenario (
    id INTEGER PRIMARY KEY,
    round_id INTEGER NOT NULL REFERENCES match_round (id),
    title TEXT NOT NULL,
    mode TEXT NOT NULL CHECK (mode IN ('fair', 'mentor', 'reach')),
    seed INTEGER NOT NULL,
    weight_interests INTEGER NOT NULL CHECK (weight_interests BETWEEN 0 AND 10),
    weight_language INTEGER NOT NULL CHECK (weight_language BETWEEN 0 AND 10),
    weight_stage INTEGER NOT NULL CHECK (weight_stage BETWEEN 0 AND 10),
    weight_load INTEGER NOT NULL CHECK (weight_load BETWEEN 0 AND 10),
    mentor INTEGER,                               -- the place of a mentor whose seats differ
    seats INTEGER CHECK (seats BETWEEN 0 AND 50)
);
CREATE INDEX match_scenario_by_round ON match_scenario (round_id, id);

-- A file of preferences between dry run and apply.
CREATE TABLE match_upload (
    id INTEGER PRIMARY KEY,
    round_id INTEGER NOT NULL REFERENCES match_round (id),
    person_id INTEGER NOT NULL REFERENCES person (id),
    filename TEXT NOT NULL,
    bytes BLOB NOT NULL,
    at INTEGER NOT NULL
);
CREATE INDEX match_upload_by_round ON match_upload (round_id);
CREATE INDEX match_upload_by_person ON match_upload (person_id);

-- What was solved when the round was approved, as text that `cadre match` reads (docs/match.md): from it everything can be worked
-- out again, and explained, whatever changed since.
CREATE TABLE match_solved (
    round_id INTEGER PRIMARY KEY REFERENCES match_round (id),
    hr TEXT NOT NULL
);
-- Why two who wished each other were kept apart then.
CREATE TABLE match_apart (
    round_id INTEGER NOT NULL REFERENCES match_round (id),
    mentee INTEGER NOT NULL,
    mentor INTEGER NOT NULL,
    why TEXT NOT NULL,                            -- a kind of rule, or the name that the coordinator gave it
    PRIMARY KEY (round_id, mentee, mentor)
);
-- Who is with whom by this round, as it stands now.
CREATE TABLE match_outcome (
    round_id INTEGER NOT NULL REFERENCES match_round (id),
    mentee INTEGER NOT NULL,
    mentor INTEGER NOT NULL,
    pair_id INTEGER NOT NULL,                     -- in mentorship
    at INTEGER NOT NULL,
    PRIMARY KEY (round_id, mentee)
);

INSERT INTO retention_rule (kind, keep_days, changed_at) VALUES ('match_wishes', 730, 0), ('match_upload', 7, 0);
