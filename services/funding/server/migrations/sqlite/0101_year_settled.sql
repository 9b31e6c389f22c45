-- The last question of the unit's year book that was answered, and 1 once the answer was that the year's money rests: nothing
-- of the year changes from then on.
ALTER TABLE book ADD COLUMN answered INTEGER NOT NULL DEFAULT 0 CHECK (answered >= 0);
ALTER TABLE book ADD COLUMN settled INTEGER NOT NULL DEFAULT 0 CHECK (settled IN (0, 1));
