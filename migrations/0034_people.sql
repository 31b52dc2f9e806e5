-- Pages of an institution with many people. A page that shows fifty reads about fifty: lists by name are kept in the order in which they
-- are shown, and what is counted stands in an index alone.

-- Whom a list shows, by name: whoever keeps the list says who is in it, people keeps the name beside it true (people_list_put).
CREATE TABLE identity_list (
    list TEXT NOT NULL,              -- what is listed: "mentor"
    of_id INTEGER NOT NULL,          -- whose list it is: a programme
    sort_key TEXT NOT NULL,          -- the person's, as in identity
    ref_id INTEGER NOT NULL,         -- what is listed: a mentor's profile
    person_id INTEGER NOT NULL REFERENCES person (id),
    PRIMARY KEY (list, of_id, sort_key, ref_id)
);
CREATE INDEX identity_list_by_person ON identity_list (person_id);
CREATE VIEW pub_people_list AS SELECT list, of_id, sort_key, ref_id FROM identity_list;
INSERT INTO identity_list (list, of_id, sort_key, ref_id, person_id)
SELECT 'mentor', p.programme_id, i.sort_key, p.id, p.person_id
  FROM mentor_profile p JOIN identity i ON i.person_id = p.person_id WHERE p.shown = 1;

-- Seats that are taken.
CREATE INDEX mentor_pair_taken ON mentor_pair (mentor_id, programme_id) WHERE state IN ('accepted', 'active', 'paused');
-- Mentors who are away: few, whatever the programme.
CREATE INDEX mentor_profile_away ON mentor_profile (programme_id, away_until_day, person_id) WHERE away_until_day IS NOT NULL;
CREATE INDEX membership_pause_by_end ON membership_pause (end_day, start_day);
-- Answers to an evaluation in the order in which they came.
CREATE INDEX mentor_evaluation_came ON mentor_evaluation (month, answered_at, pair_id, person_id) WHERE answered_at IS NOT NULL;
CREATE INDEX mentor_reply_choice ON mentor_reply (pair_id, person_id, month, item, choice) WHERE choice IS NOT NULL;

-- Who of a round has handed in a list, and how many seats there are.
CREATE INDEX match_person_counted ON match_person (round_id, takes_part, side, answered_at, seats);

-- Observers' addresses that a job forgets.
CREATE INDEX observation_addressed ON observation (recorded_at) WHERE observer_address IS NOT NULL;

-- Where somebody's goals come from.
CREATE INDEX plan_goal_counted ON plan_goal (person_id, source_kind) WHERE state <> 'dropped';
-- Who is a member of what and when, for counting many at once.
CREATE VIEW pub_programme_membership AS SELECT person_id, programme_id, start_day, end_day FROM membership;
