-- The ground that every other table stands on: keys, people, signing in, the audit, long work, retention.
-- Rules of all migrations: ids come from Cadre (db_new_id), times are UTC milliseconds (_at) or civil days since 1970 (_day),
-- booleans are 0 or 1, names and addresses of people stand in identity and nowhere else.

-- Blocks of ids handed to processes; see store/ids.c.
CREATE TABLE id_block (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    next INTEGER NOT NULL
);
INSERT INTO id_block (one, next) VALUES (1, 268435456);

-- Settings of the whole site that people change on a page; what an administrator sets at start is in the configuration file.
CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    changed_at INTEGER NOT NULL
);

-- A person is an opaque number everywhere. Erasure deletes the identity and leaves the number.
CREATE TABLE person (
    id INTEGER PRIMARY KEY,
    created_at INTEGER NOT NULL,
    erased_at INTEGER
);

CREATE TABLE identity (
    person_id INTEGER PRIMARY KEY REFERENCES person (id),
    given_name TEXT NOT NULL,
    family_name TEXT NOT NULL,
    display_name TEXT NOT NULL,      -- as the person is addressed; any script, any order
    sort_key TEXT NOT NULL,          -- folded family name, then given name
    email TEXT,
    email_key TEXT UNIQUE,           -- folded; signs in
    language TEXT,                   -- BCP 47; null: the programme's
    zone TEXT,                       -- IANA name; null: the programme's
    version INTEGER NOT NULL DEFAULT 1 -- grows with each change; a form that was opened before is told
);
CREATE INDEX identity_by_sort ON identity (sort_key, person_id);

-- The folded words by whose beginning a person is found: of the names, the e-mail address, the numbers other systems use.
CREATE TABLE identity_word (
    word TEXT NOT NULL,
    person_id INTEGER NOT NULL REFERENCES person (id),
    PRIMARY KEY (word, person_id)
);
CREATE INDEX identity_word_by_person ON identity_word (person_id);

-- What the institution's systems call a person. source is "roster", "oidc:<issuer>", ...
CREATE TABLE identity_source (
    source TEXT NOT NULL,
    sourced_id TEXT NOT NULL,
    person_id INTEGER NOT NULL REFERENCES person (id),
    PRIMARY KEY (source, sourced_id)
);
CREATE INDEX identity_source_by_person ON identity_source (person_id);

CREATE TABLE account (
    id INTEGER PRIMARY KEY,
    person_id INTEGER NOT NULL UNIQUE REFERENCES person (id),
    password_hash TEXT,              -- Argon2id in the PHC form; null: signs in by link or single sign-on only
    disabled INTEGER NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1)),
    created_at INTEGER NOT NULL
);

-- Attempts with a password that have not succeeded, by the address that was typed, whether or not anybody has it: neither an
-- answer nor the time it takes may tell. Kept for a day.
CREATE TABLE sign_in_failure (
    address_hash BLOB PRIMARY KEY,   -- BLAKE2b of the folded address
    attempts INTEGER NOT NULL,
    at INTEGER NOT NULL
);
CREATE INDEX sign_in_failure_by_age ON sign_in_failure (at);

-- A browser that is signed in. The token is known to the browser alone; here is its BLAKE2b hash.
CREATE TABLE sign_in (
    id INTEGER PRIMARY KEY,
    person_id INTEGER NOT NULL REFERENCES person (id),
    token_hash BLOB NOT NULL UNIQUE,
    device TEXT NOT NULL,            -- "Firefox, Android": enough to recognise it in one's own list
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
);
CREATE INDEX sign_in_by_person ON sign_in (person_id);
CREATE INDEX sign_in_by_expiry ON sign_in (expires_at);

-- A link that signs in once.
CREATE TABLE sign_in_link (
    token_hash BLOB PRIMARY KEY,
    person_id INTEGER NOT NULL REFERENCES person (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER
);
CREATE INDEX sign_in_link_by_person ON sign_in_link (person_id);
CREATE INDEX sign_in_link_by_expiry ON sign_in_link (expires_at);

-- A key for a program that acts for a person, limited to some permissions.
CREATE TABLE api_token (
    id INTEGER PRIMARY KEY,
    person_id INTEGER NOT NULL REFERENCES person (id),
    name TEXT NOT NULL,
    token_hash BLOB NOT NULL UNIQUE,
    scopes TEXT NOT NULL,            -- permission words with spaces between
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_day INTEGER,
    revoked_at INTEGER
);
CREATE INDEX api_token_by_person ON api_token (person_id);

-- Who read or changed what about whom. Words and ids only, never what a person wrote.
CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    actor_id INTEGER,                -- null: the program itself, or the command line
    action TEXT NOT NULL,            -- "person_export", "membership_change", ...
    subject_id INTEGER,              -- the person it is about
    object_kind TEXT,
    object_id INTEGER
);
CREATE INDEX audit_by_at ON audit (at, id);
CREATE INDEX audit_by_subject ON audit (subject_id, at);
CREATE INDEX audit_by_actor ON audit (actor_id, at);

-- The audit can be added to; it can be shortened only by the retention job, which opens this gate inside its transaction.
CREATE TABLE audit_gate (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    delete_before INTEGER NOT NULL
);
INSERT INTO audit_gate (one, delete_before) VALUES (1, 0);

-- engine: sqlite
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit is append-only');
END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
WHEN OLD.at >= (SELECT delete_before FROM audit_gate)
BEGIN
    SELECT RAISE(ABORT, 'the audit is append-only');
END;
-- engine: postgres
CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.at < (SELECT delete_before FROM audit_gate) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the audit is append-only' USING ERRCODE = '23514';
END;
$$;
CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_append_only();
-- engine: all

-- What a lower floor tells a higher one, or the world outside, after the transaction that caused it: mails, statements.
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,
    topic TEXT NOT NULL,             -- "mail", "xapi", ...
    payload TEXT NOT NULL,           -- JSON; ids, and for mail what is to be sent
    created_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    done_at INTEGER
);
CREATE INDEX outbox_waiting ON outbox (due_at, id) WHERE done_at IS NULL;

-- Long work with progress that a page can show. One server at a time holds the lease of a job.
CREATE TABLE job (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    args TEXT NOT NULL,              -- JSON of ids and words
    person_id INTEGER REFERENCES person (id), -- who asked for it
    state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed')),
    done INTEGER NOT NULL DEFAULT 0,
    total INTEGER NOT NULL DEFAULT 0,
    problem TEXT,                    -- a message's name when failed
    attempts INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    run_at INTEGER NOT NULL,         -- not before
    lease_until INTEGER,
    finished_at INTEGER
);
CREATE INDEX job_waiting ON job (run_at, id) WHERE state IN ('waiting', 'running');
CREATE INDEX job_by_person ON job (person_id);

-- How long each kind of record is kept. Shipped with the law's usual minimum in mind; an administrator changes the days.
CREATE TABLE retention_rule (
    kind TEXT PRIMARY KEY,
    keep_days INTEGER NOT NULL CHECK (keep_days > 0),
    changed_at INTEGER NOT NULL
);
INSERT INTO retention_rule (kind, keep_days, changed_at) VALUES
    ('audit', 2555, 0),
    ('sign_in', 30, 0),
    ('sign_in_link', 7, 0),
    ('sign_in_failure', 1, 0),
    ('job', 30, 0),
    ('outbox', 30, 0),
    ('export', 7, 0),
    ('api_token', 365, 0);

-- All that is held about a person, made on request, kept for a few days.
CREATE TABLE export_file (
    id INTEGER PRIMARY KEY,
    person_id INTEGER NOT NULL REFERENCES person (id),
    job_id INTEGER REFERENCES job (id),
    created_at INTEGER NOT NULL,
    bytes BLOB NOT NULL
);
CREATE INDEX export_file_by_person ON export_file (person_id);
CREATE INDEX export_file_by_job ON export_file (job_id);
