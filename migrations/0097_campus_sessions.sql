-- Where a reverse proxy ends the session that it keeps itself, and with it the one at the institution.
ALTER TABLE sign_on_provider ADD COLUMN leave_path TEXT NOT NULL DEFAULT '';

-- Which sessions came from a learning platform, so that they end when it is turned off. Those opened before are in no list and end by themselves.
CREATE TABLE lti_session (
    sign_in_id INTEGER PRIMARY KEY REFERENCES sign_in (id) ON DELETE CASCADE,
    platform_id INTEGER NOT NULL REFERENCES lti_platform (id)
);
CREATE INDEX lti_session_by_platform ON lti_session (platform_id);
