-- Mentorship. Two floors: the frame (who offers what, that a pair exists, its state, days and counts), and behind the wall what
-- mentor and mentee write to each other. No view is ever made of a table behind the wall, and only statements called wall_*
-- in mentor.sql name one; test_mentor sees to it.

-- ---- the frame -----------------------------------------------------------------------------------------------------------------

-- What a mentor says about herself to the people of a programme.
CREATE TABLE mentor_profile (
    id INTEGER PRIMARY KEY,
    programme_id INTEGER NOT NULL REFERENCES programme (id),
    person_id INTEGER NOT NULL REFERENCES person (id),
    offers TEXT NOT NULL,
    interests TEXT NOT NULL,
    availability TEXT NOT NULL,
    languages TEXT NOT NULL,         -- language tags, each with a space before and behind
    capacity INTEGER NOT NULL CHECK (capacity BETWEEN 0 AND 50), -- 0: not now
    away_until_day INTEGER,          -- the last day of a leave
    shown INTEGER NOT NULL CHECK (shown IN (0, 1)),
    search_key TEXT NOT NULL,        -- folded: what she offers and her interests
    version INTEGER NOT NULL DEFAULT 1,
    UNIQUE (programme_id, person_id)
);
CREATE INDEX mentor_profile_by_person ON mentor_profile (person_id);

-- What a mentee looks for; read by herself and by the mentors she asked.
CREATE TABLE mentor_wish (
    programme_id INTEGER NOT NULL REFERENCES programme (id),
    person_id INTEGER NOT NULL REFERENCES person (id),
    looks_for TEXT NOT NULL,
    wants_at INTEGER,                -- she asked the coordinator for a mentor, or for another one
    version INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (programme_id, person_id)
);
CREATE INDEX mentor_wish_by_person ON mentor_wish (person_id);

-- Who must not be mentor of whom, noted by a coordinator.
CREATE TABLE mentor_conflict (
    id INTEGER PRIMARY KEY,
    programme_id INTEGER NOT NULL REFERENCES programme (id),
    mentor_id INTEGER NOT NULL REFERENCES person (id),
    mentee_id INTEGER NOT NULL REFERENCES person (id),
    kind TEXT NOT NULL CHECK (kind IN ('assessor', 'line_manager', 'family', 'veto')),
    UNIQUE (programme_id, mentor_id, mentee_id)
);
CREATE INDEX mentor_conflict_by_mentor ON mentor_conflict (mentor_id);
CREATE INDEX mentor_conflict_by_mentee ON mentor_conflict (mentee_id);

-- Whom to call when somebody may come to harm; the coordinator's words.
CREATE TABLE mentor_help (
    programme_id INTEGER PRIMARY KEY REFERENCES programme (id),
    words TEXT NOT NULL,             -- Markdown
    version INTEGER NOT NULL DEFAULT 1
);

-- That two people are, were or might become mentor and mentee. Nothing here says what passes between them, nor why it ended.
CREATE TABLE mentor_pair (
    id INTEGER PRIMARY KEY,
    programme_id INTEGER NOT NULL REFERENCES programme (id),
    mentor_id INTEGER NOT NULL REFERENCES person (id),
    mentee_id INTEGER NOT NULL REFERENCES person (id),
    state TEXT NOT NULL CHECK (state IN ('proposed', 'accepted', 'active', 'paused', 'completed', 'concluded', 'declined', 'withdrawn')),
    proposed_at INTEGER NOT NULL,
    accepted_at INTEGER,
    active_at INTEGER,
    ended_at INTEGER,
    touched_at INTEGER NOT NULL,     -- when a meeting was last held or a note written: for the alarm of silence
    meetings INTEGER NOT NULL DEFAULT 0, -- held
    mentor_signed_at INTEGER,        -- the agreement as it stands now
    mentee_signed_at INTEGER,
    version INTEGER NOT NULL DEFAULT 1,
    CHECK (mentor_id <> mentee_id)
);
CREATE UNIQUE INDEX mentor_pair_open ON mentor_pair (programme_id, mentor_id, mentee_id)
    WHERE state IN ('proposed', 'accepted', 'active', 'paused');
CREATE INDEX mentor_pair_by_mentor ON mentor_pair (mentor_id, state);
CREATE INDEX mentor_pair_by_mentee ON mentor_pair (mentee_id, state);
CREATE INDEX mentor_pair_by_programme ON mentor_pair (programme_id, id);
CREATE INDEX mentor_pair_silent ON mentor_pair (touched_at) WHERE state IN ('accepted', 'active');

-- ---- behind the wall: read by the two alone ------------------------------------------------------------------------------------

CREATE TABLE mentor_agreement (
    pair_id INTEGER PRIMARY KEY REFERENCES mentor_pair (id),
    aims TEXT NOT NULL,
    cadence_weeks INTEGER NOT NULL CHECK (cadence_weeks BETWEEN 1 AND 26),
    points TEXT NOT NULL,            -- what is kept confidential
    author_id INTEGER NOT NULL REFERENCES person (id), -- who wrote it as it stands
    changed_at INTEGER NOT NULL,
    version INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX mentor_agreement_by_author ON mentor_agreement (author_id);

CREATE TABLE mentor_meeting (
    id INTEGER PRIMARY KEY,
    pair_id INTEGER NOT NULL REFERENCES mentor_pair (id),
    author_id INTEGER NOT NULL REFERENCES person (id),
    starts_at INTEGER NOT NULL,
    place TEXT NOT NULL,
    agenda TEXT NOT NULL,
    held_at INTEGER,                 -- one of the two said so
    cancelled_at INTEGER,
    version INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX mentor_meeting_by_pair ON mentor_meeting (pair_id, starts_at);
CREATE INDEX mentor_meeting_by_author ON mentor_meeting (author_id);

-- Everything else that is written: the words of asking and answering, notes, check-ins, messages.
CREATE TABLE mentor_words (
    id INTEGER PRIMARY KEY,
    pair_id INTEGER NOT NULL REFERENCES mentor_pair (id),
    author_id INTEGER NOT NULL REFERENCES person (id),
    meeting_id INTEGER REFERENCES mentor_meeting (id),
    kind TEXT NOT NULL CHECK (kind IN ('ask', 'answer', 'note', 'checkin', 'message')),
    body TEXT NOT NULL,
    at INTEGER NOT NULL
);
CREATE INDEX mentor_words_by_pair ON mentor_words (pair_id, at);
CREATE INDEX mentor_words_by_author ON mentor_words (author_id);
CREATE INDEX mentor_words_by_meeting ON mentor_words (meeting_id) WHERE meeting_id IS NOT NULL;

CREATE TABLE mentor_action (
    id INTEGER PRIMARY KEY,
    pair_id INTEGER NOT NULL REFERENCES mentor_pair (id),
    author_id INTEGER NOT NULL REFERENCES person (id),
    owner_id INTEGER NOT NULL REFERENCES person (id),
    body TEXT NOT NULL,
    due_day INTEGER NOT NULL,
    done_at INTEGER
);
CREATE INDEX mentor_action_by_pair ON mentor_action (pair_id, due_day);
CREATE INDEX mentor_action_waiting ON mentor_action (owner_id, due_day) WHERE done_at IS NULL;
CREATE INDEX mentor_action_by_owner ON mentor_action (owner_id);
CREATE INDEX mentor_action_by_author ON mentor_action (author_id);
