-- Does she hold this role: asked about one person, so the person's few roles are looked through, never all who hold it.
DROP INDEX role_grant_by_person;
CREATE INDEX role_grant_by_person ON role_grant (person_id, role, programme_id);
