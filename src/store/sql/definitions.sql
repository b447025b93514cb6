-- What every table of definitions can do.

--: each definition put(@types)
INSERT INTO @table (@columns) VALUES (@params)
ON CONFLICT (@key) DO UPDATE SET @set

-- Closes the row of this identity that an earlier act opened; $1 is the act.
--: each definition supersede(i@ident_types)
UPDATE @table SET until_act = $1 WHERE @ident_is:2 AND until_act = OPEN AND act < $1

--: each definition close(i@ident_types)
UPDATE @table SET until_act = $1 WHERE @ident_is:2 AND until_act = OPEN

-- All rows whose key begins so.
--: each definition close_all(i@first_type)
UPDATE @table SET until_act = $1 WHERE @first = $2 AND until_act = OPEN

--: each definition load(i) stream
SELECT @columns FROM @table WHERE act <= $1 AND until_act > $1 ORDER BY @ident

-- Undoing: rows that the act opened must still be open, or have been closed by itself; what it
-- closed must not have been opened again by somebody else.
--: each definition undo_changed(i)
SELECT count(*) FROM @table WHERE act = $1 AND until_act <> OPEN AND until_act <> $1

--: each definition undo_taken(i)
SELECT count(*) FROM @table AS old JOIN (SELECT @ident FROM @table WHERE until_act = OPEN
    AND act > $1) AS new USING (@ident) WHERE old.until_act = $1

--: each definition undo_open(ii)
UPDATE @table SET until_act = $2 WHERE act = $1 AND until_act = OPEN

--: each definition undo_closed(ii)
INSERT INTO @table (@body, act, until_act)
SELECT @body, $2, OPEN FROM @table WHERE until_act = $1 AND act < $1

-- What the act made other than it was: rows that say something new, and those that it took away.
--: each definition differs(i)
SELECT (SELECT count(*) FROM (SELECT @body FROM @table WHERE act = $1 AND until_act = OPEN
        EXCEPT SELECT @body FROM @table WHERE until_act = $1 AND act < $1) AS made)
    + (SELECT count(*) FROM (SELECT @body FROM @table WHERE until_act = $1 AND act < $1
        EXCEPT SELECT @body FROM @table WHERE act = $1 AND until_act = OPEN) AS gone)

-- For the trail of one act.
--: each definition opened(i) stream
SELECT act, @body FROM @table WHERE act = $1 ORDER BY @ident

--: each definition closed(i) stream
SELECT until_act, @ident, act FROM @table WHERE until_act = $1 ORDER BY @ident, act

-- For verification: the same of all acts, in their order.
--: each definition all_opened() stream
SELECT act, @body FROM @table ORDER BY act, @ident

--: each definition all_closed() stream
SELECT until_act, @ident, act FROM @table WHERE until_act <> OPEN ORDER BY until_act, @ident, act

--: each definition count()
SELECT count(*) FROM @table

-- What is drawn of the units from $2 to $3; the whole shape only where $4 is 1.
--: boundaries(iiii) stream
SELECT unit, day_from, CASE WHEN $4 = 1 THEN shape ELSE '' END, drawn FROM boundary
WHERE act <= $1 AND until_act > $1 AND unit BETWEEN $2 AND $3 ORDER BY unit, day_from

-- What later acts built on things that act $1 was the first to make: the number of rows. Cleared
-- cells count for nothing.
--: undo_used(i)
WITH new_unit AS (SELECT id FROM unit WHERE act = $1
        AND id NOT IN (SELECT id FROM unit WHERE act < $1)),
    new_indicator AS (SELECT id FROM indicator WHERE act = $1
        AND id NOT IN (SELECT id FROM indicator WHERE act < $1)),
    new_series AS (SELECT id FROM series WHERE act = $1
        AND id NOT IN (SELECT id FROM series WHERE act < $1)),
    new_form AS (SELECT id FROM form WHERE act = $1
        AND id NOT IN (SELECT id FROM form WHERE act < $1)),
    new_set AS (SELECT id FROM target_set WHERE act = $1
        AND id NOT IN (SELECT id FROM target_set WHERE act < $1)),
    new_target AS (SELECT id FROM target WHERE act = $1
        AND id NOT IN (SELECT id FROM target WHERE act < $1)),
    new_account AS (SELECT id FROM account WHERE act = $1
        AND id NOT IN (SELECT id FROM account WHERE act < $1))
SELECT (SELECT count(*) FROM unit_at WHERE until_act = OPEN AND act > $1
        AND unit IN (SELECT id FROM new_unit))
    + (SELECT count(*) FROM parent_at WHERE until_act = OPEN AND act > $1
        AND (unit IN (SELECT id FROM new_unit) OR parent IN (SELECT id FROM new_unit)))
    + (SELECT count(*) FROM edge WHERE until_act = OPEN AND act > $1
        AND (from_unit IN (SELECT id FROM new_unit) OR to_unit IN (SELECT id FROM new_unit)))
    + (SELECT count(*) FROM boundary WHERE until_act = OPEN AND act > $1
        AND unit IN (SELECT id FROM new_unit))
    + (SELECT count(*) FROM target_set WHERE until_act = OPEN AND act > $1
        AND unit IN (SELECT id FROM new_unit))
    + (SELECT count(*) FROM not_applicable WHERE until_act = OPEN AND act > $1
        AND (unit IN (SELECT id FROM new_unit) OR indicator IN (SELECT id FROM new_indicator)))
    + (SELECT count(*) FROM target WHERE until_act = OPEN AND act > $1
        AND (unit IN (SELECT id FROM new_unit) OR indicator IN (SELECT id FROM new_indicator)
            OR target_set IN (SELECT id FROM new_set)))
    + (SELECT count(*) FROM form_line WHERE until_act = OPEN AND act > $1
        AND (indicator IN (SELECT id FROM new_indicator) OR form IN (SELECT id FROM new_form)))
    + (SELECT count(*) FROM series WHERE until_act = OPEN AND act > $1
        AND indicator IN (SELECT id FROM new_indicator))
    + (SELECT count(*) FROM target_version WHERE until_act = OPEN AND act > $1
        AND target IN (SELECT id FROM new_target))
    + (SELECT count(*) FROM target_schedule WHERE until_act = OPEN AND act > $1
        AND target IN (SELECT id FROM new_target))
    + (SELECT count(*) FROM expectation WHERE until_act = OPEN AND act > $1
        AND target IN (SELECT id FROM new_target))
    + (SELECT count(*) FROM account WHERE until_act = OPEN AND act > $1
        AND unit IN (SELECT id FROM new_unit))
    + (SELECT count(*) FROM grant_to WHERE until_act = OPEN AND act > $1
        AND (unit IN (SELECT id FROM new_unit) OR account IN (SELECT id FROM new_account)))
    + (SELECT count(*) FROM report WHERE act > $1
        AND (unit IN (SELECT id FROM new_unit) OR form IN (SELECT id FROM new_form)))
    + (SELECT count(*) FROM (SELECT 1 AS one FROM figure WHERE act > $1 AND (flags & 16) = 0
        AND series IN (SELECT id FROM new_series) LIMIT 1) AS by_series)
    + (SELECT count(*) FROM (SELECT 1 AS one FROM figure WHERE act > $1 AND (flags & 16) = 0
        AND unit IN (SELECT id FROM new_unit) LIMIT 1) AS by_unit)
