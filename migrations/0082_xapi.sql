-- Statements of other tools that become evidence, by rules; and other record stores that are told what is stored here.

-- A rule says which statements count, and for what. What it looked at ends with the number seq_done.
CREATE TABLE xapi_rule (
    id INTEGER PRIMARY KEY,
    activity TEXT NOT NULL,          -- an IRI, or how it begins
    prefix INTEGER NOT NULL CHECK (prefix IN (0, 1)),
    verb TEXT NOT NULL,
    least INTEGER CHECK (least BETWEEN 0 AND 100), -- the smallest scaled score, in percent; null: any, and none
    client_id INTEGER REFERENCES xapi_client (id), -- from this tool alone; null: from any
    home_page TEXT NOT NULL,         -- accounts of this address bear the roster's ids; empty: of none
    kind TEXT NOT NULL,              -- of the evidence
    use TEXT CHECK (use IN ('I', 'P', 'A')),
    level INTEGER CHECK (level BETWEEN 1 AND 9),
    state TEXT NOT NULL CHECK (state IN ('draft', 'on', 'off')),
    made_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    seq_done INTEGER NOT NULL,
    matched INTEGER NOT NULL,        -- statements so far, of them by people who are not known here
    unknown INTEGER NOT NULL
);
CREATE INDEX xapi_rule_by_client ON xapi_rule (client_id) WHERE client_id IS NOT NULL;

CREATE TABLE xapi_rule_competency (
    rule_id INTEGER NOT NULL REFERENCES xapi_rule (id),
    competency_id INTEGER NOT NULL REFERENCES competency (id),
    PRIMARY KEY (rule_id, competency_id)
);
CREATE INDEX xapi_rule_competency_by_competency ON xapi_rule_competency (competency_id);

CREATE TABLE xapi_rule_hit (
    rule_id INTEGER NOT NULL REFERENCES xapi_rule (id),
    seq INTEGER NOT NULL REFERENCES xapi_statement (seq),
    person_id INTEGER REFERENCES person (id), -- null: not known here
    PRIMARY KEY (rule_id, seq)
);
CREATE INDEX xapi_rule_hit_by_seq ON xapi_rule_hit (seq);
CREATE INDEX xapi_rule_hit_by_person ON xapi_rule_hit (person_id) WHERE person_id IS NOT NULL;
CREATE INDEX xapi_rule_hit_unknown ON xapi_rule_hit (rule_id, seq) WHERE person_id IS NULL;

-- Another store, which gets the statements in the order of their numbers; it has all until seq_done.
CREATE TABLE xapi_forward (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    address TEXT NOT NULL,           -- of its resources, ending in a slash
    speaks TEXT NOT NULL CHECK (speaks IN ('1.0.3', '2.0.0')),
    login TEXT NOT NULL,
    secret BLOB NOT NULL,            -- auth/secret.h
    locked INTEGER NOT NULL CHECK (locked IN (0, 1)),
    which TEXT NOT NULL CHECK (which IN ('all', 'own', 'outside')),
    state TEXT NOT NULL CHECK (state IN ('on', 'off')),
    made_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    seq_done INTEGER NOT NULL,
    sent INTEGER NOT NULL,
    refused INTEGER NOT NULL,        -- that the other store did not want
    failures INTEGER NOT NULL,       -- in a row
    next_at INTEGER NOT NULL,
    sent_at INTEGER,
    problem TEXT NOT NULL,           -- the last, in the words of the other store or of the network; empty: none
    problem_at INTEGER
);
