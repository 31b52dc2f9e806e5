-- 360 feedback: rounds, who is asked, and what was answered. An answer cannot be followed to who gave it: feedback.h says how, and
-- what somebody who holds the database could still learn. Times stand on steps of a round, never on an answer.

-- How a programme holds its rounds; without a row the defaults of feedback.h hold.
CREATE TABLE feedback_setting (
    programme_id INTEGER PRIMARY KEY REFERENCES programme (id),
    instrument TEXT NOT NULL,        -- slug of an instrument of kind "multisource"
    facilitator TEXT NOT NULL CHECK (facilitator IN ('mentor', 'faculty')),
    named_total INTEGER NOT NULL CHECK (named_total BETWEEN 3 AND 60), -- fewest raters to name
    valid_total INTEGER NOT NULL CHECK (valid_total BETWEEN 3 AND 60), -- fewest answers of a valid round
    least INTEGER NOT NULL CHECK (least BETWEEN 3 AND 10), -- fewest answers of a group that is shown by itself
    days INTEGER NOT NULL CHECK (days BETWEEN 1 AND 120), -- to answer
    remind TEXT NOT NULL,            -- days before the last day on which reminders go out, "7 2"
    version INTEGER NOT NULL DEFAULT 1
);
-- The groups of raters that it asks. code is a word of FEEDBACK_GROUPS.
CREATE TABLE feedback_setting_group (
    programme_id INTEGER NOT NULL REFERENCES feedback_setting (programme_id),
    code TEXT NOT NULL,
    ordinal INTEGER NOT NULL,
    title TEXT NOT NULL,             -- as the programme calls it; empty: the usual word
    named INTEGER NOT NULL CHECK (named BETWEEN 0 AND 30), -- fewest to name
    valid INTEGER NOT NULL CHECK (valid BETWEEN 0 AND 30), -- fewest answers of a valid round
    PRIMARY KEY (programme_id, code)
);

-- One round of one person. The rules are copied from the programme when it begins and hold to its end.
CREATE TABLE feedback_round (
    id INTEGER PRIMARY KEY,
    programme_id INTEGER NOT NULL REFERENCES programme (id),
    subject_id INTEGER NOT NULL REFERENCES person (id),
    instrument_id INTEGER NOT NULL REFERENCES instrument (id),
    facilitator_id INTEGER REFERENCES person (id), -- null: nobody yet
    started_by INTEGER NOT NULL REFERENCES person (id),
    state TEXT NOT NULL CHECK (state IN ('draft', 'self', 'nominate', 'approve', 'collect', 'validate', 'release', 'meeting', 'goal', 'closed')),
    ended TEXT CHECK (ended IN ('goal', 'left', 'stopped')), -- why it is closed
    resume TEXT,                     -- a round that stopped before its report: where it can go on
    named_total INTEGER NOT NULL,
    valid_total INTEGER NOT NULL,
    least INTEGER NOT NULL,
    days INTEGER NOT NULL,
    remind TEXT NOT NULL,
    due_day INTEGER,                 -- the last day to answer
    next_day INTEGER,                -- while answers are collected: when something is due next, a reminder or the end
    thin INTEGER NOT NULL DEFAULT 0 CHECK (thin IN (0, 1)), -- put together although it was not valid
    created_at INTEGER NOT NULL,
    since_at INTEGER NOT NULL,       -- in this state
    read_at INTEGER,                 -- the facilitator opened the report
    released_at INTEGER,
    meeting_at INTEGER,
    meeting_place TEXT NOT NULL DEFAULT '',
    goal_id INTEGER,                 -- of the plan, taken from this round
    closed_at INTEGER,
    version INTEGER NOT NULL DEFAULT 1,
    CHECK ((state = 'closed') = (ended IS NOT NULL)),
    CHECK (facilitator_id IS NULL OR facilitator_id <> subject_id)
);
CREATE UNIQUE INDEX feedback_round_open ON feedback_round (programme_id, subject_id) WHERE state <> 'closed';
CREATE INDEX feedback_round_by_subject ON feedback_round (subject_id, created_at);
CREATE INDEX feedback_round_by_facilitator ON feedback_round (facilitator_id, state);
CREATE INDEX feedback_round_by_programme ON feedback_round (programme_id, state, created_at);
CREATE INDEX feedback_round_by_instrument ON feedback_round (instrument_id);
CREATE INDEX feedback_round_by_starter ON feedback_round (started_by);
CREATE INDEX feedback_round_due ON feedback_round (next_day) WHERE state = 'collect';
CREATE INDEX feedback_round_ended ON feedback_round (closed_at) WHERE state = 'closed';

CREATE TABLE feedback_round_group (
    round_id INTEGER NOT NULL REFERENCES feedback_round (id),
    code TEXT NOT NULL,
    ordinal INTEGER NOT NULL,
    title TEXT NOT NULL,
    named INTEGER NOT NULL,
    valid INTEGER NOT NULL,
    PRIMARY KEY (round_id, code)
);

-- Whom the subject named. Says nothing about whether she answered.
CREATE TABLE feedback_nomination (
    id INTEGER PRIMARY KEY,
    round_id INTEGER NOT NULL REFERENCES feedback_round (id),
    person_id INTEGER REFERENCES person (id), -- null: somebody without an account
    name TEXT NOT NULL,              -- of somebody without an account
    address TEXT,                    -- of somebody without an account
    rater_key TEXT NOT NULL,         -- the same rater twice: the person's number, or the folded address
    group_code TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('named', 'approved', 'refused')),
    reason TEXT NOT NULL DEFAULT '', -- of a refusal
    version INTEGER NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX feedback_nomination_once ON feedback_nomination (round_id, rater_key);
CREATE INDEX feedback_nomination_by_person ON feedback_nomination (person_id) WHERE person_id IS NOT NULL;

-- What an approved rater was sent. It is deleted when the answers are put together, and with it who answered. Until then
-- state is read by what sends reminders, and shown to nobody.
CREATE TABLE feedback_invitation (
    id INTEGER PRIMARY KEY,
    nomination_id INTEGER NOT NULL UNIQUE REFERENCES feedback_nomination (id),
    round_id INTEGER NOT NULL REFERENCES feedback_round (id),
    state TEXT NOT NULL CHECK (state IN ('open', 'answered', 'declined')),
    reminded INTEGER NOT NULL DEFAULT 0, -- reminders that went out
    stir INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX feedback_invitation_by_round ON feedback_invitation (round_id, state);
-- The links that open it: each mail carries one of its own, since none is kept. hash(token, "open").
CREATE TABLE feedback_link (
    hash BLOB PRIMARY KEY,
    invitation_id INTEGER NOT NULL REFERENCES feedback_invitation (id)
);
CREATE INDEX feedback_link_by_invitation ON feedback_link (invitation_id);

-- What one rater answered by points, or the subject about herself (group "self"). id is made of hash(token, "answer"), whose token
-- is kept nowhere; when the answers are put together every row is written anew under a number by chance. stir changes in
-- all rows of a round with every answer, so that the engine's own marks of when a row was written tell nothing apart.
CREATE TABLE feedback_sheet (
    id INTEGER PRIMARY KEY,
    round_id INTEGER NOT NULL REFERENCES feedback_round (id),
    group_code TEXT NOT NULL,
    points TEXT NOT NULL,            -- for each item of the instrument in order: a point, "-" unable to judge, "." none or in words
    stir INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX feedback_sheet_by_round ON feedback_sheet (round_id, group_code);
CREATE UNIQUE INDEX feedback_sheet_self ON feedback_sheet (round_id) WHERE group_code = 'self';

-- Words. They name no sheet and no group, and no two of one rater share anything: id is made of hash(token, "words <item>").
CREATE TABLE feedback_comment (
    id INTEGER PRIMARY KEY,
    round_id INTEGER NOT NULL REFERENCES feedback_round (id),
    item_id INTEGER NOT NULL REFERENCES instrument_item (id),
    self INTEGER NOT NULL CHECK (self IN (0, 1)), -- the subject's own
    words TEXT NOT NULL,
    stir INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX feedback_comment_by_round ON feedback_comment (round_id, item_id);
CREATE INDEX feedback_comment_by_item ON feedback_comment (item_id);

-- feedback_rater: names and addresses of raters without an account, after the end of a round. feedback_stopped: the answers of rounds
-- that ended without a report. feedback_answers: single answers behind a report.
INSERT INTO retention_rule (kind, keep_days, changed_at) VALUES ('feedback_rater', 180, 0), ('feedback_stopped', 365, 0), ('feedback_answers', 1825, 0);

-- That rounds are, and how far: for the plan, the ledger and the panel. No answer, no count of answers.
CREATE VIEW pub_feedback_round AS
    SELECT id, programme_id, subject_id, facilitator_id, instrument_id, state, ended, created_at, released_at, meeting_at, goal_id, closed_at
    FROM feedback_round;
