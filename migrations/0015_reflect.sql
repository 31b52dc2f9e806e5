-- Reflections: sealed for their author and for whom she chose. Nothing here can be read with the database alone: what opens it is
-- a passphrase, a printed code or the token of a browser that is signed in, and none of these is stored. docs/reflect.md says how.

-- A person's pair of keys. The private one lies here wrapped, twice at most.
CREATE TABLE reflect_key (
    person_id INTEGER PRIMARY KEY REFERENCES person (id),
    public_key BLOB NOT NULL,        -- X25519
    salt BLOB NOT NULL,              -- of Argon2id, with passes and bytes of memory
    passes INTEGER NOT NULL,
    memory INTEGER NOT NULL,
    by_passphrase BLOB NOT NULL,     -- the private key under what Argon2id makes of her passphrase
    by_code BLOB,                    -- the same under her recovery code; null: she wanted none
    made_at INTEGER NOT NULL,
    version INTEGER NOT NULL DEFAULT 1
);

-- A session that is unlocked: the private key under the session's token, of which sign_in holds only a hash.
CREATE TABLE reflect_unlocked (
    sign_in_id INTEGER PRIMARY KEY REFERENCES sign_in (id) ON DELETE CASCADE,
    person_id INTEGER NOT NULL REFERENCES person (id),
    by_token BLOB NOT NULL,
    until_at INTEGER NOT NULL
);
CREATE INDEX reflect_unlocked_by_person ON reflect_unlocked (person_id);
CREATE INDEX reflect_unlocked_by_end ON reflect_unlocked (until_at);

CREATE TABLE reflection (
    id INTEGER PRIMARY KEY,
    author_id INTEGER NOT NULL REFERENCES person (id),
    kind TEXT NOT NULL CHECK (kind IN ('free', 'what', 'gibbs')), -- how the form asks
    draft INTEGER NOT NULL CHECK (draft IN (0, 1)),
    title BLOB NOT NULL,             -- sealed under the key of this version, as the body is
    body BLOB NOT NULL,              -- answers, and what it is tied to
    written_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    version INTEGER NOT NULL
);
CREATE INDEX reflection_by_author ON reflection (author_id, written_at, id);

-- The key of a reflection, sealed to the public key of each who may read it: the author, and with whom she shares.
CREATE TABLE reflection_key (
    reflection_id INTEGER NOT NULL REFERENCES reflection (id),
    person_id INTEGER NOT NULL REFERENCES person (id),
    author INTEGER NOT NULL CHECK (author IN (0, 1)), -- 1: the author's own
    sealed BLOB,                     -- null: asked to read it, and has no key of his own yet
    shared_at INTEGER NOT NULL,
    read_at INTEGER,                 -- first opened; null: waits on Home
    PRIMARY KEY (reflection_id, person_id)
);
CREATE INDEX reflection_key_by_reader ON reflection_key (person_id, shared_at, reflection_id) WHERE author = 0;
CREATE INDEX reflection_key_unread ON reflection_key (person_id) WHERE author = 0 AND read_at IS NULL;
CREATE INDEX reflection_key_asked ON reflection_key (reflection_id) WHERE sealed IS NULL;

-- Each time somebody else opened it. Stays when the sharing is withdrawn: the author shall see what was read.
CREATE TABLE reflection_reading (
    id INTEGER PRIMARY KEY,
    reflection_id INTEGER NOT NULL REFERENCES reflection (id),
    reader_id INTEGER NOT NULL REFERENCES person (id),
    at INTEGER NOT NULL
);
CREATE INDEX reflection_reading_by_reflection ON reflection_reading (reflection_id, at, id);
CREATE INDEX reflection_reading_by_reader ON reflection_reading (reader_id);
CREATE INDEX reflection_reading_by_age ON reflection_reading (at);

-- What a programme says the law may require, instead of the shipped words.
CREATE TABLE reflect_notice (
    programme_id INTEGER PRIMARY KEY REFERENCES programme (id),
    words TEXT NOT NULL,             -- Markdown
    version INTEGER NOT NULL DEFAULT 1
);

INSERT INTO retention_rule (kind, keep_days, changed_at) VALUES ('reflection_reading', 1095, 0);
