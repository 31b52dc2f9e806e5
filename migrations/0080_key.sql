-- The RSA keys that Cadre signs with: what it sends to learning platforms, badges. Of a key that was followed by another only the public half is
-- kept, for what it signed.
CREATE TABLE signing_key (
    id INTEGER PRIMARY KEY,
    purpose TEXT NOT NULL,           -- "launch", "badge"
    kid TEXT NOT NULL UNIQUE,        -- RFC 7638
    public_jwk TEXT NOT NULL,
    private_jwk BLOB NOT NULL,       -- locked: sealed under the secret of the server's settings; empty: retired
    locked INTEGER NOT NULL CHECK (locked IN (0, 1)),
    state TEXT NOT NULL CHECK (state IN ('current', 'retired')),
    made_at INTEGER NOT NULL,
    retired_at INTEGER,
    CHECK ((state = 'retired') = (retired_at IS NOT NULL))
);
CREATE UNIQUE INDEX signing_key_current ON signing_key (purpose) WHERE state = 'current';
