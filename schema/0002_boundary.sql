-- Where units lie: whole, and as it is drawn. From a day on, until the unit's next one.
CREATE TABLE boundary (
    unit INTEGER NOT NULL,
    day_from INTEGER NOT NULL,
    shape TEXT NOT NULL,
    drawn TEXT NOT NULL,
    act INTEGER NOT NULL,
    until_act INTEGER NOT NULL,
    PRIMARY KEY (unit, day_from, act)
) WITHOUT ROWID, STRICT;
CREATE UNIQUE INDEX boundary_open ON boundary (unit, day_from) WHERE until_act = OPEN;
CREATE INDEX boundary_act ON boundary (act);
CREATE INDEX boundary_until ON boundary (until_act) WHERE until_act <> OPEN;
