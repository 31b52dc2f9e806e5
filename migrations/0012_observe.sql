-- Observation: a leadership act that somebody saw, told in a minute; and assessments by faculty with the same instruments.

-- How a programme observes; without a row the defaults of observe.h hold.
CREATE TABLE observe_setting (
    programme_id INTEGER PRIMARY KEY REFERENCES programme (id),
    instrument TEXT NOT NULL,        -- slug of an instrument of kind "moment"
    choose INTEGER NOT NULL CHECK (choose IN (0, 1)), -- whoever scans a place's code may choose from a list of names
    code_days INTEGER NOT NULL CHECK (code_days > 0), -- how long a code works
    version INTEGER NOT NULL DEFAULT 1
);

-- What a QR code or a mailed link opens. A code of a person or a place is printed and hung up, so it can be shown again; a
-- request goes to one person or address, works once, and only its hash is here.
CREATE TABLE observe_link (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('person', 'place', 'request')),
    programme_id INTEGER NOT NULL REFERENCES programme (id),
    person_id INTEGER REFERENCES person (id), -- who is observed; null: a place
    group_id INTEGER REFERENCES learner_group (id), -- a place: whose members may be chosen
    title TEXT NOT NULL,             -- a place: "Ward 7"
    code TEXT,
    code_hash BLOB UNIQUE,           -- BLAKE2b; null: the mail with it is not written yet
    to_person_id INTEGER REFERENCES person (id), -- a request: who is asked, when she has an account
    to_address TEXT,                 -- a request: else the address
    words TEXT NOT NULL,             -- a request: what to look at
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER,                 -- a request
    revoked_at INTEGER,
    CHECK ((kind = 'place') = (person_id IS NULL)),
    CHECK (kind = 'place' OR group_id IS NULL)
);
CREATE INDEX observe_link_by_person ON observe_link (person_id, kind, created_at);
CREATE INDEX observe_link_by_programme ON observe_link (programme_id, kind, created_at);
CREATE INDEX observe_link_by_group ON observe_link (group_id);
CREATE INDEX observe_link_waiting ON observe_link (to_person_id) WHERE used_at IS NULL AND revoked_at IS NULL;
CREATE INDEX observe_link_by_expiry ON observe_link (expires_at);

-- An assessment of one person by one or two of the faculty, who score apart.
CREATE TABLE assessment (
    id INTEGER PRIMARY KEY,
    programme_id INTEGER NOT NULL REFERENCES programme (id),
    subject_id INTEGER NOT NULL REFERENCES person (id),
    instrument_id INTEGER NOT NULL REFERENCES instrument (id),
    title TEXT NOT NULL,             -- what was seen: "Simulated night on call"
    day INTEGER NOT NULL,
    first_id INTEGER NOT NULL REFERENCES person (id),
    second_id INTEGER REFERENCES person (id),
    created_at INTEGER NOT NULL,
    complete_at INTEGER,             -- all who assess have sent theirs: from now on it can be read
    CHECK (second_id IS NULL OR second_id <> first_id),
    CHECK (subject_id <> first_id AND (second_id IS NULL OR second_id <> subject_id))
);
CREATE INDEX assessment_by_subject ON assessment (subject_id, day);
CREATE INDEX assessment_by_first ON assessment (first_id, complete_at);
CREATE INDEX assessment_by_second ON assessment (second_id, complete_at);
CREATE INDEX assessment_by_programme ON assessment (programme_id, instrument_id, complete_at);
CREATE INDEX assessment_by_instrument ON assessment (instrument_id);

CREATE TABLE observation (
    id INTEGER PRIMARY KEY,
    programme_id INTEGER NOT NULL REFERENCES programme (id),
    subject_id INTEGER NOT NULL REFERENCES person (id),
    link_id INTEGER REFERENCES observe_link (id),
    assessment_id INTEGER REFERENCES assessment (id),
    instrument_id INTEGER NOT NULL REFERENCES instrument (id),
    act TEXT NOT NULL,               -- domain of the instrument; empty: all of it
    narrative TEXT NOT NULL,
    day INTEGER NOT NULL,            -- when it was seen, in the programme's zone
    observer_id INTEGER REFERENCES person (id), -- null: somebody without an account
    observer_name TEXT NOT NULL,     -- as given by somebody without an account
    observer_address TEXT,           -- of such an observer
    observer_key TEXT NOT NULL,      -- the same observer, whoever she is: for patterns. A hash, or the person's number
    language TEXT NOT NULL,          -- in which mails to the observer are written
    state TEXT NOT NULL CHECK (state IN ('unconfirmed', 'confirmed', 'void')),
    send_key TEXT NOT NULL UNIQUE,   -- made when the form opened: what is sent twice is kept once
    digest BLOB NOT NULL,            -- of what was sent with that key
    confirm_hash BLOB UNIQUE,
    confirm_until INTEGER,
    confirmed_at INTEGER,
    recorded_at INTEGER NOT NULL,
    look_at INTEGER,                 -- the person asked the coordinator to look at it
    look_words TEXT NOT NULL DEFAULT '',
    looked_at INTEGER,
    looked_by INTEGER REFERENCES person (id),
    look_answer TEXT NOT NULL DEFAULT '',
    version INTEGER NOT NULL DEFAULT 1,
    UNIQUE (assessment_id, observer_id)
);
CREATE INDEX observation_by_subject ON observation (subject_id, day, id);
CREATE INDEX observation_by_observer ON observation (observer_id, recorded_at);
CREATE INDEX observation_by_programme ON observation (programme_id, recorded_at);
CREATE INDEX observation_by_key ON observation (observer_key, recorded_at);
CREATE INDEX observation_by_link ON observation (link_id);
CREATE INDEX observation_by_instrument ON observation (instrument_id);
CREATE INDEX observation_by_looker ON observation (looked_by);
CREATE INDEX observation_to_look ON observation (programme_id, look_at) WHERE look_at IS NOT NULL AND looked_at IS NULL;
CREATE INDEX observation_unconfirmed ON observation (recorded_at) WHERE state = 'unconfirmed';

CREATE TABLE observation_answer (
    observation_id INTEGER NOT NULL REFERENCES observation (id),
    item_id INTEGER NOT NULL REFERENCES instrument_item (id),
    point INTEGER,                   -- null: unable to judge, or answered in words
    words TEXT NOT NULL,
    PRIMARY KEY (observation_id, item_id)
);
CREATE INDEX observation_answer_by_item ON observation_answer (item_id);

-- What it says in the evidence thread, so that it can be taken back there.
CREATE TABLE observation_evidence (
    observation_id INTEGER NOT NULL REFERENCES observation (id),
    evidence_id INTEGER NOT NULL REFERENCES evidence (id),
    PRIMARY KEY (observation_id, evidence_id)
);
CREATE INDEX observation_evidence_by_evidence ON observation_evidence (evidence_id);

INSERT INTO retention_rule (kind, keep_days, changed_at) VALUES ('observation_unconfirmed', 60, 0), ('observe_link', 400, 0);

-- What counts: for the ledger, the plan and the panel. Narratives are read on the pages of this capability alone.
CREATE VIEW pub_observe_observation AS
    SELECT id, programme_id, subject_id, assessment_id, instrument_id, act, day, observer_id, observer_key, recorded_at
    FROM observation o
    WHERE state = 'confirmed' AND (assessment_id IS NULL
          OR EXISTS (SELECT 1 FROM assessment a WHERE a.id = o.assessment_id AND a.complete_at IS NOT NULL));
CREATE VIEW pub_observe_answer AS SELECT observation_id, item_id, point FROM observation_answer;
CREATE VIEW pub_observe_assessment AS
    SELECT id, programme_id, subject_id, instrument_id, title, day, first_id, second_id, complete_at FROM assessment;
