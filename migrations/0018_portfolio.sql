-- Portfolios: pages that a person makes of her own evidence and words, and shows by links that end.

CREATE TABLE portfolio (
    id INTEGER PRIMARY KEY,
    person_id INTEGER NOT NULL REFERENCES person (id),
    title TEXT NOT NULL,
    introduction TEXT NOT NULL,      -- Markdown
    language TEXT NOT NULL,          -- of the page itself: "en", "de"
    version INTEGER NOT NULL DEFAULT 1,
    arranged INTEGER NOT NULL DEFAULT 1, -- grows when something is put in, taken out or moved
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
);
CREATE INDEX portfolio_by_person ON portfolio (person_id, created_at);

CREATE TABLE portfolio_section (
    id INTEGER PRIMARY KEY,
    portfolio_id INTEGER NOT NULL REFERENCES portfolio (id),
    place INTEGER NOT NULL,          -- order only, with gaps
    title TEXT NOT NULL,
    words TEXT NOT NULL,             -- Markdown
    version INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX portfolio_section_by_portfolio ON portfolio_section (portfolio_id, place);

-- What was chosen, by number: it is shown as it is called and confirmed today, and not at all once it was withdrawn.
CREATE TABLE portfolio_item (
    id INTEGER PRIMARY KEY,
    portfolio_id INTEGER NOT NULL REFERENCES portfolio (id),
    section_id INTEGER NOT NULL REFERENCES portfolio_section (id),
    place INTEGER NOT NULL,
    evidence_id INTEGER NOT NULL REFERENCES evidence (id), -- the first row of what was done
    words TEXT NOT NULL,             -- Markdown: what she says about it
    version INTEGER NOT NULL DEFAULT 1,
    UNIQUE (portfolio_id, evidence_id)
);
CREATE INDEX portfolio_item_by_evidence ON portfolio_item (evidence_id);
CREATE INDEX portfolio_item_by_section ON portfolio_item (section_id, place);

-- A link that opens a portfolio to whoever has it. The address is known to the person alone: here is its hash.
CREATE TABLE portfolio_link (
    id INTEGER PRIMARY KEY,
    portfolio_id INTEGER NOT NULL REFERENCES portfolio (id),
    token_hash BLOB NOT NULL UNIQUE, -- BLAKE2b
    for_whom TEXT NOT NULL,          -- her own note
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER,
    opened INTEGER NOT NULL DEFAULT 0,
    last_opened_at INTEGER,
    version INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX portfolio_link_by_portfolio ON portfolio_link (portfolio_id, created_at);
CREATE INDEX portfolio_link_by_expiry ON portfolio_link (expires_at);

INSERT INTO retention_rule (kind, keep_days, changed_at) VALUES ('portfolio_link', 400, 0);

-- Evidence that stands, with who says so.
CREATE VIEW pub_evidence_said AS
    SELECT e.id, e.person_id, e.programme_id, e.kind, e.competency_id, e.use, e.level, e.source_kind, e.source_id, e.by_person_id, e.at
    FROM evidence e WHERE NOT EXISTS (SELECT 1 FROM evidence r WHERE r.replaces_id = e.id);
