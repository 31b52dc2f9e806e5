-- Debates of a drawn term (programme/draw) have their rooms: the sides stand in room_side from the beginning, for whoever of the two groups comes.
CREATE TABLE room_term (
    room_id INTEGER PRIMARY KEY REFERENCES room (id),
    draw_id INTEGER NOT NULL,        -- of another capability, which may have deleted it since
    round INTEGER NOT NULL,
    favour INTEGER NOT NULL,         -- the group that speaks for the motion, by its number in the draw
    title TEXT NOT NULL              -- of the draw, as it was
);
CREATE INDEX room_term_by_draw ON room_term (draw_id, round, favour);

-- Which debate of a draw has which room, and who may look into it.
CREATE VIEW pub_practice_term_room AS
    SELECT t.draw_id, t.round, t.favour, t.room_id, r.state, r.opened_at, v.title AS motion
      FROM room_term t JOIN room r ON r.id = t.room_id JOIN exercise_version v ON v.id = r.version_id;
CREATE VIEW pub_practice_room_person AS SELECT room_id, person_id FROM room_seat;
