-- Evidence packs: templates that say what is shown for which standard, the keys that sign, and the packs that were made.

-- A version never changes. A text in another language is a line of versions of its own under the same code.
CREATE TABLE pack_template (
    id INTEGER PRIMARY KEY,
    programme_id INTEGER NOT NULL REFERENCES programme (id),
    code TEXT NOT NULL,
    language TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    title TEXT NOT NULL,
    body TEXT NOT NULL,              -- as written: docs/pack.md describes the form
    state TEXT NOT NULL CHECK (state IN ('current', 'earlier')),
    shipped INTEGER NOT NULL CHECK (shipped IN (0, 1)), -- came from content files
    person_id INTEGER REFERENCES person (id), -- who wrote it on a page
    created_at INTEGER NOT NULL,
    UNIQUE (programme_id, code, language, version)
);
CREATE UNIQUE INDEX pack_template_current ON pack_template (programme_id, code, language) WHERE state = 'current';
CREATE INDEX pack_template_by_person ON pack_template (person_id) WHERE person_id IS NOT NULL;

-- Ed25519. Of a key that was followed by another only the public half is kept, for packs that it signed.
CREATE TABLE pack_key (
    id INTEGER PRIMARY KEY,
    public_key BLOB NOT NULL UNIQUE,
    seed BLOB NOT NULL,              -- locked: sealed under the secret of the server's settings; empty: retired
    locked INTEGER NOT NULL CHECK (locked IN (0, 1)),
    state TEXT NOT NULL CHECK (state IN ('current', 'retired')),
    made_at INTEGER NOT NULL,
    retired_at INTEGER,
    CHECK ((state = 'retired') = (retired_at IS NOT NULL))
);
CREATE UNIQUE INDEX pack_key_current ON pack_key (state) WHERE state = 'current';

CREATE TABLE pack (
    id INTEGER PRIMARY KEY,
    programme_id INTEGER NOT NULL REFERENCES programme (id),
    template_id INTEGER NOT NULL REFERENCES pack_template (id),
    key_id INTEGER NOT NULL REFERENCES pack_key (id),
    from_day INTEGER NOT NULL,
    until_day INTEGER NOT NULL,
    hash TEXT NOT NULL,              -- SHA-256 of the zip file
    digest TEXT NOT NULL,            -- SHA-256 of the data in it, whatever key signed
    size INTEGER NOT NULL,
    figures INTEGER NOT NULL,
    held INTEGER NOT NULL,           -- of them held back
    software TEXT NOT NULL,
    made_by INTEGER REFERENCES person (id), -- null: erased
    made_at INTEGER NOT NULL,
    CHECK (until_day >= from_day),
    UNIQUE (programme_id, hash)      -- the same data are the same pack
);
CREATE INDEX pack_by_programme ON pack (programme_id, made_at, id);
CREATE INDEX pack_by_digest ON pack (programme_id, digest);
CREATE INDEX pack_by_key ON pack (key_id);
CREATE INDEX pack_by_template ON pack (template_id);
CREATE INDEX pack_by_maker ON pack (made_by) WHERE made_by IS NOT NULL;

-- What was given out, as it was.
CREATE TABLE pack_file (
    pack_id INTEGER PRIMARY KEY REFERENCES pack (id),
    bytes BLOB NOT NULL
);

-- What packs and others may know of pairs: that they were, and from when until when.
CREATE VIEW pub_mentor_span AS
    SELECT programme_id, mentor_id, mentee_id, accepted_at, ended_at FROM mentor_pair WHERE accepted_at IS NOT NULL;
-- Who was there of those whose attendance was noted.
CREATE VIEW pub_curriculum_attendance AS
    SELECT c.programme_id, t.id AS offering_session_id, t.starts_at, a.person_id, a.state
    FROM course c JOIN offering o ON o.course_id = c.id JOIN offering_session t ON t.offering_id = o.id
    JOIN attendance a ON a.offering_session_id = t.id;
-- Projects that ended and that their teams show.
CREATE VIEW pub_improve_shown AS
    SELECT id, programme_id, title, value, state, claim, aim_met, made_up, ended_at FROM improve_project WHERE shown = 1 AND ended_at IS NOT NULL;
