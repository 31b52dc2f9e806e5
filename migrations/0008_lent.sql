-- Sign-ins that somebody else made possible: with a link that a coordinator, an administrator or the command line made, or with a
-- password set in such a session. They reach what a role reaches, and nothing that is private to the person (auth/access.h).
ALTER TABLE sign_in_link ADD COLUMN lent INTEGER NOT NULL DEFAULT 0 CHECK (lent IN (0, 1));
ALTER TABLE sign_in ADD COLUMN lent INTEGER NOT NULL DEFAULT 0 CHECK (lent IN (0, 1));
ALTER TABLE account ADD COLUMN password_lent INTEGER NOT NULL DEFAULT 0 CHECK (password_lent IN (0, 1));

-- Until now nobody noted who made a link: those not yet used, and the sessions that began within a week of one, count as lent.
UPDATE sign_in_link SET lent = 1 WHERE used_at IS NULL;
UPDATE sign_in SET lent = 1
WHERE EXISTS (SELECT 1 FROM audit a WHERE a.subject_id = sign_in.person_id AND a.action = 'sign_in_link_make'
              AND a.at <= sign_in.created_at AND a.at > sign_in.created_at - 604800000);
