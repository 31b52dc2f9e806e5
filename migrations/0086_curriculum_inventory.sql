-- What a report on the curriculum tells: the sessions of published courses, and between which days a course was offered.
CREATE VIEW pub_curriculum_inventory_session AS
    SELECT c.programme_id, c.id AS course_id, c.ordinal AS course_ordinal, c.title AS course_title, c.summary AS course_summary, c.stage_id,
           s.id AS session_id, s.ordinal, s.title, s.summary, s.minutes, s.need_quiz
    FROM course_session s JOIN course c ON c.id = s.course_id
    WHERE c.state = 'published' AND s.retired = 0;
CREATE VIEW pub_curriculum_inventory_offering AS SELECT course_id, start_day, end_day FROM offering;
