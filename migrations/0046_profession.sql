-- What people learn or work as, beside their names: groups are mixed by it.
ALTER TABLE identity ADD COLUMN profession TEXT; -- a word of programme/people/people.h; null: not said
CREATE VIEW pub_people_profession AS SELECT person_id, profession FROM identity;
