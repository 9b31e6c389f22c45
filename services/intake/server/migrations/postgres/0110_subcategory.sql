-- What a matter is filed under, for reports by subcategory (subcategory_report.sql). Empty in rows of before, whose record tells
-- it (subcategory_unsorted.sql), until they are next written. There is no `taxonomy` where it is the region's first.
ALTER TABLE matter ADD COLUMN subcategory TEXT NOT NULL DEFAULT '';
ALTER TABLE matter ADD COLUMN taxonomy TEXT;
