-- Competency frameworks as versioned data. A competency is what lasts over versions and what evidence names; a framework item is
-- its text and place in one version of one framework.

CREATE TABLE competency (
    id INTEGER PRIMARY KEY,
    item_id INTEGER NOT NULL         -- its item in the latest published version (before that, in the first draft): how it is called
);
CREATE INDEX competency_by_item ON competency (item_id);

CREATE TABLE framework (
    id INTEGER PRIMARY KEY,
    lineage_id INTEGER NOT NULL,     -- the id of its first version; the same for all versions
    identifier TEXT NOT NULL,        -- CASE GUID of the document
    title TEXT NOT NULL,
    title_key TEXT NOT NULL,         -- folded
    version TEXT NOT NULL,           -- as the publisher counts: "1.0", "2017"
    language TEXT NOT NULL,
    publisher TEXT NOT NULL,
    description TEXT NOT NULL,
    licence TEXT NOT NULL,           -- an SPDX id, a URL, or words; never empty
    rights TEXT NOT NULL CHECK (rights IN ('shipped', 'open', 'held')), -- why this site may show the text
    rights_person_id INTEGER REFERENCES person (id), -- who said so on the import page; null: came with Cadre
    rights_at INTEGER,               -- when
    state TEXT NOT NULL CHECK (state IN ('draft', 'published', 'retired')),
    is_default INTEGER NOT NULL DEFAULT 0 CHECK (is_default IN (0, 1)),
    revision INTEGER NOT NULL DEFAULT 1, -- grows with each change of state; a page that was opened before is told
    created_at INTEGER NOT NULL,
    extra TEXT NOT NULL,             -- JSON: what the document held that has no column, kept for export
    CHECK (rights = 'shipped' OR (rights_at IS NOT NULL AND rights_person_id IS NOT NULL)),
    UNIQUE (lineage_id, version)
);
CREATE UNIQUE INDEX framework_default ON framework (is_default) WHERE is_default = 1;
CREATE INDEX framework_by_title ON framework (title_key, id);
CREATE INDEX framework_by_identifier ON framework (identifier);
CREATE INDEX framework_by_rights_person ON framework (rights_person_id);

-- Title and description in further languages.
CREATE TABLE framework_name (
    framework_id INTEGER NOT NULL REFERENCES framework (id),
    language TEXT NOT NULL,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    PRIMARY KEY (framework_id, language)
);

CREATE TABLE framework_item (
    id INTEGER PRIMARY KEY,
    framework_id INTEGER NOT NULL REFERENCES framework (id),
    competency_id INTEGER NOT NULL REFERENCES competency (id),
    parent_id INTEGER REFERENCES framework_item (id), -- the first isChildOf; others are associations only
    place INTEGER NOT NULL,          -- position in the file it came from, kept for export
    ordinal INTEGER NOT NULL,        -- position in the whole tree, depth first
    depth INTEGER NOT NULL,
    identifier TEXT NOT NULL,        -- CASE GUID
    code TEXT NOT NULL,              -- human coding scheme, may be empty
    kind TEXT NOT NULL,              -- "domain", "competency", "behaviour", or the item type's words
    facet TEXT NOT NULL,             -- column of a two-dimensional framework ("Team"); empty: none
    indicator INTEGER NOT NULL CHECK (indicator IN (0, 1)), -- lies below an item of kind "competency"
    title TEXT NOT NULL,             -- abbreviated statement; never empty
    title_made INTEGER NOT NULL CHECK (title_made IN (0, 1)), -- the title is the beginning of the statement, there was none
    statement TEXT NOT NULL,         -- Markdown, byte for byte
    search_key TEXT NOT NULL,        -- folded code, title and statement
    extra TEXT NOT NULL,             -- JSON: what the item held that has no column
    UNIQUE (framework_id, identifier)
);
CREATE INDEX framework_item_by_order ON framework_item (framework_id, ordinal);
CREATE INDEX framework_item_by_competency ON framework_item (competency_id);
CREATE INDEX framework_item_by_parent ON framework_item (parent_id, ordinal);
CREATE INDEX framework_item_by_depth ON framework_item (framework_id, depth, ordinal);
CREATE INDEX framework_item_by_code ON framework_item (framework_id, code);

-- Levels of a behaviour, 1 the first. Texts in the framework's own language have language ''.
CREATE TABLE framework_level (
    item_id INTEGER NOT NULL REFERENCES framework_item (id),
    language TEXT NOT NULL,
    level INTEGER NOT NULL CHECK (level >= 1),
    descriptor TEXT NOT NULL,
    PRIMARY KEY (item_id, language, level)
);

-- Titles and statements in further languages.
CREATE TABLE framework_text (
    item_id INTEGER NOT NULL REFERENCES framework_item (id),
    language TEXT NOT NULL,
    title TEXT NOT NULL,
    statement TEXT NOT NULL,
    facet TEXT NOT NULL,
    search_key TEXT NOT NULL,
    PRIMARY KEY (item_id, language)
);

-- Every association of an imported package, in its order; isChildOf too.
CREATE TABLE framework_association (
    id INTEGER PRIMARY KEY,
    framework_id INTEGER NOT NULL REFERENCES framework (id),
    ordinal INTEGER NOT NULL,        -- order in the file
    identifier TEXT NOT NULL,
    kind TEXT NOT NULL,              -- "isChildOf", "isRelatedTo", ...
    origin TEXT NOT NULL,            -- identifiers; an end may lie in another framework
    destination TEXT NOT NULL,
    sequence INTEGER,
    extra TEXT NOT NULL
);
CREATE INDEX framework_association_by_framework ON framework_association (framework_id, ordinal);

-- Definitions (item types, subjects, concepts, licences, groupings) and rubrics, as they came.
CREATE TABLE framework_definition (
    id INTEGER PRIMARY KEY,
    framework_id INTEGER NOT NULL REFERENCES framework (id),
    ordinal INTEGER NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL               -- JSON
);
CREATE INDEX framework_definition_by_framework ON framework_definition (framework_id, ordinal);

-- Many-to-many, weighted: how far a competency of one framework speaks for one of another.
CREATE TABLE crosswalk (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    from_framework_id INTEGER NOT NULL REFERENCES framework (id),
    to_framework_id INTEGER NOT NULL REFERENCES framework (id),
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL
);
CREATE INDEX crosswalk_by_from ON crosswalk (from_framework_id);
CREATE INDEX crosswalk_by_to ON crosswalk (to_framework_id);
CREATE TABLE crosswalk_link (
    crosswalk_id INTEGER NOT NULL REFERENCES crosswalk (id),
    from_item_id INTEGER NOT NULL REFERENCES framework_item (id),
    to_item_id INTEGER NOT NULL REFERENCES framework_item (id),
    weight REAL NOT NULL CHECK (weight > 0 AND weight <= 1),
    PRIMARY KEY (crosswalk_id, from_item_id, to_item_id)
);
CREATE INDEX crosswalk_link_by_from ON crosswalk_link (from_item_id);
CREATE INDEX crosswalk_link_by_to ON crosswalk_link (to_item_id);

-- Which framework a programme works with; none: the site's default.
CREATE TABLE programme_framework (
    programme_id INTEGER PRIMARY KEY REFERENCES programme (id),
    framework_id INTEGER NOT NULL REFERENCES framework (id)
);
CREATE INDEX programme_framework_by_framework ON programme_framework (framework_id);

-- A file that somebody sent and has seen the preview of, until it is imported, dropped or a day old.
CREATE TABLE framework_upload (
    id INTEGER PRIMARY KEY,
    person_id INTEGER NOT NULL REFERENCES person (id),
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    bytes BLOB NOT NULL
);
CREATE INDEX framework_upload_by_person ON framework_upload (person_id);
CREATE INDEX framework_upload_by_age ON framework_upload (created_at);
INSERT INTO retention_rule (kind, keep_days, changed_at) VALUES ('framework_upload', 1, 0);

-- One row for each item of each version.
CREATE VIEW pub_framework_item AS
    SELECT i.id, i.framework_id, i.competency_id, i.parent_id, i.ordinal, i.depth, i.code, i.kind, i.indicator, i.title,
           i.statement, f.title AS framework_title, f.version AS framework_version, f.state AS framework_state, f.is_default
    FROM framework_item i JOIN framework f ON f.id = i.framework_id;
CREATE VIEW pub_framework_text AS SELECT item_id, language, title, statement FROM framework_text;
-- One row for each competency, as it is called now: what evidence joins with. Translations: pub_framework_text by item_id.
CREATE VIEW pub_framework_competency AS
    SELECT c.id AS competency_id, i.id AS item_id, i.framework_id, i.code, i.kind, i.title, i.statement
    FROM competency c JOIN framework_item i ON i.id = c.item_id;
CREATE VIEW pub_framework_programme AS SELECT programme_id, framework_id FROM programme_framework;
