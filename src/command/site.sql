-- Where the site can be reached, for verbs that print addresses while a server has the database open.

-- name: site_served_at_set :exec
-- in: value:text, now:int
INSERT INTO setting (name, value, changed_at) VALUES ('served_at', $1, $2)
ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at WHERE setting.value <> excluded.value;

-- name: site_served_at :one
SELECT value FROM setting WHERE name = 'served_at';
