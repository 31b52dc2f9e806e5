-- Signing in with an institution's own account: whom the site believes, who is whom there, and sign-ins under way.

CREATE TABLE sign_on_provider (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('oidc', 'proxy')), -- OpenID Connect; a reverse proxy that says who somebody is (SAML)
    version INTEGER NOT NULL,
    name TEXT NOT NULL,              -- on the button: "University of Example"
    issuer TEXT NOT NULL UNIQUE,     -- as its tokens say it, to the letter; never changed, since persons are known by it
    client_id TEXT NOT NULL,
    client_secret BLOB,              -- null: none
    client_secret_locked INTEGER NOT NULL CHECK (client_secret_locked IN (0, 1)), -- auth/secret.h
    scopes TEXT NOT NULL,            -- beside openid, with spaces between
    roster_claim TEXT NOT NULL,      -- the claim or header that holds the id of the roster; empty: none
    by_address INTEGER NOT NULL CHECK (by_address IN (0, 1)),   -- the provider verifies addresses: they may say who somebody is
    make_person INTEGER NOT NULL CHECK (make_person IN (0, 1)), -- who is not known is made a person without any role
    subject_header TEXT NOT NULL,    -- of a proxy; empty for others
    mail_header TEXT NOT NULL,
    name_header TEXT NOT NULL,
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    metadata TEXT,                   -- what its discovery document said, checked
    metadata_at INTEGER,
    key_set TEXT,                    -- its public keys
    key_tries INTEGER NOT NULL,      -- how often the keys were asked for since key_tries_at: not more than some times a minute
    key_tries_at INTEGER NOT NULL,
    made_at INTEGER NOT NULL
);

-- A sign-in that has gone to a provider and has not come back: it can come back once, within minutes, to the same browser.
CREATE TABLE sign_on_start (
    state_hash BLOB PRIMARY KEY,
    provider_id INTEGER NOT NULL REFERENCES sign_on_provider (id),
    browser_hash BLOB NOT NULL,      -- of a cookie
    nonce TEXT NOT NULL,
    verifier TEXT NOT NULL,          -- of PKCE (RFC 7636)
    back TEXT NOT NULL,              -- the address where the person wanted to go
    link_to INTEGER REFERENCES person (id), -- who is signed in and links her account; null: a sign-in
    expires_at INTEGER NOT NULL
);
CREATE INDEX sign_on_start_by_expiry ON sign_on_start (expires_at);
CREATE INDEX sign_on_start_by_person ON sign_on_start (link_to);

-- Who somebody is at a provider. how: by what it was found out.
CREATE TABLE sign_on_link (
    id INTEGER PRIMARY KEY,
    provider_id INTEGER NOT NULL REFERENCES sign_on_provider (id),
    subject TEXT NOT NULL,
    person_id INTEGER NOT NULL REFERENCES person (id),
    how TEXT NOT NULL CHECK (how IN ('roster', 'self', 'address', 'made')),
    linked_at INTEGER NOT NULL,
    used_day INTEGER NOT NULL,       -- UTC
    UNIQUE (provider_id, subject)
);
CREATE UNIQUE INDEX sign_on_link_by_person ON sign_on_link (person_id, provider_id);

-- Which sessions a provider opened, so that it can end them.
CREATE TABLE sign_on_session (
    sign_in_id INTEGER PRIMARY KEY REFERENCES sign_in (id) ON DELETE CASCADE,
    provider_id INTEGER NOT NULL REFERENCES sign_on_provider (id),
    subject TEXT NOT NULL,
    sid TEXT NOT NULL                -- what the provider calls its own session; empty: it did not say
);
CREATE INDEX sign_on_session_by_subject ON sign_on_session (provider_id, subject);
CREATE INDEX sign_on_session_by_sid ON sign_on_session (provider_id, sid);
