-- The record store: statements of the Experience API (IEEE 9274.1.1), what they are found by, and documents that other tools keep here.

CREATE TABLE xapi_client (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,              -- for people: "Simulation centre"
    login TEXT NOT NULL UNIQUE,      -- the name in Basic authentication
    secret_hash BLOB NOT NULL,       -- SHA-256 of 32 random bytes: nothing to guess
    may TEXT NOT NULL,               -- words of xapi_scope, with spaces between
    authority TEXT NOT NULL,         -- JSON: the agent that vouches for what it sends
    per_minute INTEGER NOT NULL CHECK (per_minute >= 1),
    made_at INTEGER NOT NULL,
    ended_at INTEGER                 -- no longer let in; what it sent stays
);

-- seq is the time of storing (UTC milliseconds) times 4096 and a count: order, time and key in one number.
CREATE TABLE xapi_statement (
    seq INTEGER PRIMARY KEY,
    uuid BLOB NOT NULL UNIQUE,
    client_id INTEGER NOT NULL REFERENCES xapi_client (id),
    voided INTEGER NOT NULL CHECK (voided IN (0, 1)),
    voiding INTEGER NOT NULL CHECK (voiding IN (0, 1)),
    body TEXT NOT NULL               -- as it came, without id, stored and authority
);

-- By what a statement is found: a hash of the kind and the text (campus/xapi/find.c). source is the statement that says so when that is not
-- seq itself but one that seq refers to, else 0.
CREATE TABLE xapi_ref (
    key INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    source INTEGER NOT NULL,
    PRIMARY KEY (key, seq, source)
) WITHOUT ROWID;

CREATE TABLE xapi_activity (
    id TEXT PRIMARY KEY,
    definition TEXT NOT NULL         -- JSON: what all statements together say
) WITHOUT ROWID;

CREATE TABLE xapi_agent_name (
    identifier TEXT NOT NULL,        -- "mbox mailto:...", "account https://... name"
    name TEXT NOT NULL,
    PRIMARY KEY (identifier, name)
) WITHOUT ROWID;

CREATE TABLE xapi_attachment (
    seq INTEGER NOT NULL REFERENCES xapi_statement (seq),
    sha2 TEXT NOT NULL,
    type TEXT NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (seq, sha2)
);

-- Empty texts stand for what a kind of document does not have.
CREATE TABLE xapi_document (
    kind TEXT NOT NULL CHECK (kind IN ('state', 'activity', 'agent')),
    agent TEXT NOT NULL,
    activity TEXT NOT NULL,
    registration TEXT NOT NULL,
    name TEXT NOT NULL,              -- stateId, profileId
    type TEXT NOT NULL,              -- media type, as sent
    etag TEXT NOT NULL,              -- SHA-1 of the bytes, hexadecimal
    updated_at INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (kind, agent, activity, registration, name)
) WITHOUT ROWID;
