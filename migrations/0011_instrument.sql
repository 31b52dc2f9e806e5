-- Instruments: what people are asked when they judge or describe what they saw. A version is kept as it was written, in plain
-- text; an item keeps its code from version to version, and by it answers are compared over time.

CREATE TABLE instrument (
    id INTEGER PRIMARY KEY,
    slug TEXT NOT NULL,              -- the same for all versions
    version INTEGER NOT NULL CHECK (version >= 1),
    kind TEXT NOT NULL,              -- words of instrument.h: "moment", "rubric", "multisource", ...
    language TEXT NOT NULL,          -- its own; others in instrument_text
    licence TEXT NOT NULL CHECK (licence <> ''),
    low INTEGER NOT NULL,            -- the scale
    high INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('current', 'earlier', 'retired')), -- current: what new forms use
    revision INTEGER NOT NULL DEFAULT 1, -- grows with each change of state; a page that was opened before is told
    shipped INTEGER NOT NULL CHECK (shipped IN (0, 1)), -- came from content files
    person_id INTEGER REFERENCES person (id), -- who wrote this version on a page; null: came from a file
    created_at INTEGER NOT NULL,
    CHECK (low >= 0 AND high > low),
    UNIQUE (slug, version)
);
CREATE UNIQUE INDEX instrument_current ON instrument (slug) WHERE state <> 'earlier';
CREATE INDEX instrument_by_kind ON instrument (kind, state);
CREATE INDEX instrument_by_person ON instrument (person_id);

-- The whole text in one language, as written: docs/content.md describes the form. title is what its head says.
CREATE TABLE instrument_text (
    instrument_id INTEGER NOT NULL REFERENCES instrument (id),
    language TEXT NOT NULL,
    title TEXT NOT NULL,
    title_key TEXT NOT NULL,         -- folded
    body TEXT NOT NULL,
    PRIMARY KEY (instrument_id, language)
);

-- The items in their order: what answers name.
CREATE TABLE instrument_item (
    id INTEGER PRIMARY KEY,
    instrument_id INTEGER NOT NULL REFERENCES instrument (id),
    ordinal INTEGER NOT NULL,
    domain TEXT NOT NULL,            -- code of its domain
    code TEXT NOT NULL,              -- the same question in all versions
    answer TEXT NOT NULL CHECK (answer IN ('rating', 'words')),
    UNIQUE (instrument_id, code)
);

-- Which competencies an item speaks for.
CREATE TABLE instrument_item_competency (
    item_id INTEGER NOT NULL REFERENCES instrument_item (id),
    competency_id INTEGER NOT NULL REFERENCES competency (id),
    ordinal INTEGER NOT NULL,
    PRIMARY KEY (item_id, competency_id)
);
CREATE INDEX instrument_item_by_competency ON instrument_item_competency (competency_id);

CREATE VIEW pub_instrument AS SELECT id, slug, version, kind, language, low, high, state FROM instrument;
-- The title in each language there is; every instrument has one in its own.
CREATE VIEW pub_instrument_title AS SELECT instrument_id, language, title FROM instrument_text;
CREATE VIEW pub_instrument_item AS
    SELECT t.id, t.instrument_id, i.slug, i.version, t.ordinal, t.domain, t.code, t.answer
    FROM instrument_item t JOIN instrument i ON i.id = t.instrument_id;
CREATE VIEW pub_instrument_competency AS SELECT item_id, competency_id FROM instrument_item_competency;
