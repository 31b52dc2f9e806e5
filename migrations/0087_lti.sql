-- Launches from learning platforms (LTI 1.3 Advantage): platforms, their courses and links, who came from where, scores on their way back.

-- What a sign-in by a launch is good for, and who may show it within a page of theirs (src/auth).
ALTER TABLE sign_in ADD COLUMN only_programme INTEGER;  -- null: all that she may
ALTER TABLE sign_in ADD COLUMN only_roles TEXT;         -- words of roles with spaces between; the others she holds do not count
ALTER TABLE sign_in ADD COLUMN framed_by TEXT;          -- origins of the pages that may show it in a frame; null: none

CREATE TABLE lti_platform (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,              -- for people: "Moodle of the faculty"
    issuer TEXT NOT NULL,
    client_id TEXT NOT NULL,
    deployments TEXT NOT NULL,       -- one a line
    auth_url TEXT NOT NULL,
    token_url TEXT NOT NULL,
    jwks_url TEXT NOT NULL,
    origins TEXT NOT NULL,           -- of pages that may show Cadre in a frame, with spaces between; empty: those of issuer and auth_url
    by_roster INTEGER NOT NULL CHECK (by_roster IN (0, 1)), -- its person_sourcedid is the id of the roster
    state TEXT NOT NULL CHECK (state IN ('on', 'off')),
    version INTEGER NOT NULL DEFAULT 1,
    made_at INTEGER NOT NULL,
    jwks TEXT NOT NULL,              -- its keys as they were last fetched; empty: not yet
    token TEXT NOT NULL,             -- for its services, as auth/secret.h keeps it; empty: none
    token_locked INTEGER NOT NULL CHECK (token_locked IN (0, 1)),
    token_scopes TEXT NOT NULL,
    token_until INTEGER NOT NULL,
    launched_at INTEGER,
    failed TEXT,                     -- name of the message that says why a launch or a call was last refused
    failed_detail TEXT,
    failed_at INTEGER,
    UNIQUE (issuer, client_id)
);

-- A launch under way: state and nonce, each good once and for ten minutes.
CREATE TABLE lti_state (
    hash BLOB PRIMARY KEY,
    platform_id INTEGER NOT NULL REFERENCES lti_platform (id),
    nonce TEXT NOT NULL,
    used INTEGER NOT NULL CHECK (used IN (0, 1)),
    expires_at INTEGER NOT NULL
);
CREATE INDEX lti_state_by_expiry ON lti_state (expires_at);
CREATE INDEX lti_state_by_platform ON lti_state (platform_id);

-- A course of a platform, and what it is here.
CREATE TABLE lti_context (
    id INTEGER PRIMARY KEY,
    platform_id INTEGER NOT NULL REFERENCES lti_platform (id),
    deployment TEXT NOT NULL,
    context TEXT NOT NULL,           -- the platform's id; empty: outside of courses
    title TEXT NOT NULL,
    programme_id INTEGER REFERENCES programme (id), -- null: nobody has said yet
    cohort_id INTEGER REFERENCES cohort (id),
    instructor TEXT NOT NULL,        -- role that its instructors get in the programme; empty: none but what they have
    may_add INTEGER NOT NULL CHECK (may_add IN (0, 1)), -- who is not known yet is added
    members_url TEXT NOT NULL,       -- of names and roles; empty: not offered
    version INTEGER NOT NULL DEFAULT 1,
    seen_at INTEGER NOT NULL,
    read_at INTEGER,                 -- when its members were last read
    UNIQUE (platform_id, deployment, context)
);
CREATE INDEX lti_context_by_programme ON lti_context (programme_id);
CREATE INDEX lti_context_by_cohort ON lti_context (cohort_id);

CREATE TABLE lti_link (
    id INTEGER PRIMARY KEY,
    context_id INTEGER NOT NULL REFERENCES lti_context (id),
    resource TEXT NOT NULL,          -- the platform's resource link id
    title TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('none', 'session', 'quiz', 'exercise')),
    thing INTEGER NOT NULL,          -- course_session or exercise; 0: none
    lineitem TEXT NOT NULL,          -- where its scores go; empty: found out when the first is there
    lineitems TEXT NOT NULL,         -- where its columns are listed; empty: not offered
    may_score INTEGER NOT NULL CHECK (may_score IN (0, 1)),
    may_list INTEGER NOT NULL CHECK (may_list IN (0, 1)),
    may_make INTEGER NOT NULL CHECK (may_make IN (0, 1)),
    UNIQUE (context_id, resource)
);

-- Who somebody of a platform is here: issuer and subject, never an address.
CREATE TABLE lti_person (
    platform_id INTEGER NOT NULL REFERENCES lti_platform (id),
    subject TEXT NOT NULL,
    person_id INTEGER NOT NULL REFERENCES person (id),
    made_at INTEGER NOT NULL,
    launched_at INTEGER NOT NULL,
    PRIMARY KEY (platform_id, subject),
    UNIQUE (platform_id, person_id)
);
CREATE INDEX lti_person_by_person ON lti_person (person_id);

-- Who opened which link, and what of her score the platform has been told: the outbox of scores.
CREATE TABLE lti_seat (
    link_id INTEGER NOT NULL REFERENCES lti_link (id),
    person_id INTEGER NOT NULL REFERENCES person (id),
    kind TEXT NOT NULL,              -- as the link's
    thing INTEGER NOT NULL,
    opened_at INTEGER NOT NULL,
    due_at INTEGER,                  -- when to look whether there is a score to send; null: nothing new
    attempts INTEGER NOT NULL,       -- that failed in a row
    sent INTEGER,                    -- percent
    sent_at INTEGER,
    failed TEXT,                     -- name of a message
    PRIMARY KEY (link_id, person_id)
);
CREATE INDEX lti_seat_by_person ON lti_seat (person_id, kind, thing);
CREATE INDEX lti_seat_by_due ON lti_seat (due_at) WHERE due_at IS NOT NULL;

-- A one-time way in or a choice under way, behind a token of which the hash is kept.
CREATE TABLE lti_door (
    hash BLOB PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('enter', 'pick', 'register')),
    platform_id INTEGER REFERENCES lti_platform (id),
    context_id INTEGER REFERENCES lti_context (id),
    person_id INTEGER REFERENCES person (id),
    goal TEXT NOT NULL,              -- enter: a path; pick: where the choice is sent back to
    data TEXT NOT NULL,              -- enter: words of roles; pick: what the platform wants back
    framed INTEGER NOT NULL CHECK (framed IN (0, 1)),
    used INTEGER NOT NULL CHECK (used IN (0, 1)),
    expires_at INTEGER NOT NULL
);
CREATE INDEX lti_door_by_expiry ON lti_door (expires_at);
CREATE INDEX lti_door_by_platform ON lti_door (platform_id);
CREATE INDEX lti_door_by_context ON lti_door (context_id);
CREATE INDEX lti_door_by_person ON lti_door (person_id);

-- Which sessions have a quiz.
CREATE VIEW pub_curriculum_question AS SELECT id, session_id FROM question WHERE retired = 0;
