-- Figures: the current version, superseded ones, notes, salts.

--: figure_get(iii)
SELECT value, flags, act FROM figure WHERE series = $1 AND period = $2 AND unit = $3

-- Of many series at once: "3,4,9".
--: figures_of_unit(iit)
SELECT f.series, f.value, f.flags, f.act
--sqlite FROM json_each('[' || $3 || ']') AS s CROSS JOIN figure AS f ON f.series = s.value
--pg FROM unnest(('{' || $3 || '}')::bigint[]) AS s (value) JOIN figure AS f ON f.series = s.value
    AND f.period = $1 AND f.unit = $2

--: figure_insert(iiiiii)
INSERT INTO figure (series, period, unit, value, flags, act) VALUES ($1, $2, $3, $4, $5, $6)

-- Nothing where the cell has a version.
--: figure_first(iiiiii)
INSERT INTO figure (series, period, unit, value, flags, act) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (series, period, unit) DO NOTHING

--: figure_update(iiiiii)
UPDATE figure SET value = $4, flags = $5, act = $6 WHERE series = $1 AND period = $2 AND unit = $3

--: past_put(iiiiiii)
INSERT INTO figure_past (series, period, unit, act, until_act, value, flags)
VALUES ($1, $2, $3, $4, $5, $6, $7)

--: note_put(iiiittti)
INSERT INTO figure_note (series, period, unit, act, note, approx, origin, sealed)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (series, period, unit, act) DO UPDATE SET note = excluded.note,
    approx = excluded.approx, origin = excluded.origin, sealed = excluded.sealed

--: note_get(iiii)
SELECT note, approx, origin FROM figure_note
WHERE series = $1 AND period = $2 AND unit = $3 AND act = $4

--: note_delete(iiii)
DELETE FROM figure_note WHERE series = $1 AND period = $2 AND unit = $3 AND act = $4

--: salt_put(iiiib)
INSERT INTO figure_salt (series, period, unit, act, salt) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (series, period, unit, act) DO UPDATE SET salt = excluded.salt

--: salt_get(iiii)
SELECT salt FROM figure_salt WHERE series = $1 AND period = $2 AND unit = $3 AND act = $4

-- Erasing a cell of a personal or sealed indicator: $4 and $5 are flags to add and to keep.
--: erase_current(iiiii)
UPDATE figure SET value = 0, flags = (flags & $5) | $4
WHERE series = $1 AND period = $2 AND unit = $3

--: erase_past(iiiii)
UPDATE figure_past SET value = 0, flags = (flags & $5) | $4
WHERE series = $1 AND period = $2 AND unit = $3

--: erase_notes(iii)
DELETE FROM figure_note WHERE series = $1 AND period = $2 AND unit = $3

--: erase_salts(iii)
DELETE FROM figure_salt WHERE series = $1 AND period = $2 AND unit = $3

-- The class of a series' indicator now.
--: series_privacy(i)
SELECT i.privacy FROM series AS s JOIN indicator AS i ON i.id = s.indicator AND i.until_act = OPEN
WHERE s.id = $1 AND s.until_act = OPEN

-- The owning form of a series as known at act $2.
--: series_form(ii)
SELECT i.form FROM series AS s
JOIN indicator AS i ON i.id = s.indicator AND i.act <= $2 AND i.until_act > $2
WHERE s.id = $1 AND s.act <= $2 AND s.until_act > $2

--: column_current(ii)
SELECT unit, value, flags, act FROM figure WHERE series = $1 AND period = $2 ORDER BY unit

--: column_past(ii)
SELECT unit, value, flags, act FROM figure_past WHERE series = $1 AND period = $2
ORDER BY unit, act

--: column_marks(ii)
SELECT unit, submitted, approved FROM report WHERE form = $1 AND period = $2 ORDER BY unit

-- The same as known at act $3: the last row of a unit counts.
--: column_marks_at(iii)
SELECT r.unit, e.submitted, e.approved FROM report AS r JOIN report_event AS e ON e.report = r.id
WHERE r.form = $1 AND r.period = $2 AND e.act <= $3 ORDER BY r.unit, e.act, e.seq

--: cell_versions(iii)
SELECT value, flags, act FROM figure_past WHERE series = $1 AND period = $2 AND unit = $3
UNION ALL SELECT value, flags, act FROM figure WHERE series = $1 AND period = $2 AND unit = $3
ORDER BY 3

--: cell_history(iiii)
SELECT f.value, f.flags, f.act, coalesce(n.note, ''), coalesce(n.approx, ''),
    coalesce(n.origin, ''), a.at_ms, a.account, a.via, a.kind, a.object, a.reason
FROM (SELECT value, flags, act FROM figure_past
        WHERE series = $1 AND period = $2 AND unit = $3 AND act <= $4
    UNION ALL SELECT value, flags, act FROM figure
        WHERE series = $1 AND period = $2 AND unit = $3 AND act <= $4) AS f
JOIN act AS a ON a.n = f.act
LEFT JOIN figure_note AS n ON n.series = $1 AND n.period = $2 AND n.unit = $3 AND n.act = f.act
ORDER BY f.act

-- $1 a series, or 0 to $2 for all: from series $1 to $2, periods $3 to $4.
--: figures_rows(iiii) stream
SELECT f.series, f.period, f.unit, f.value, f.flags, f.act, n.note, n.approx
FROM figure AS f LEFT JOIN figure_note AS n ON (f.flags & 512) <> 0 AND n.series = f.series
    AND n.period = f.period AND n.unit = f.unit AND n.act = f.act
WHERE f.series >= $1 AND f.series <= $2 AND f.period >= $3 AND f.period <= $4
ORDER BY f.series, f.period, f.unit

--: column_before(ii)
SELECT period FROM figure WHERE series = $1 AND period < $2 ORDER BY period DESC LIMIT 1

--: series_span(i)
SELECT (SELECT min(period) FROM figure WHERE series = $1),
    (SELECT max(period) FROM figure WHERE series = $1)

-- Versions written by act $3 in one column, and anywhere.
--: act_in_column(iii)
SELECT unit, value, flags, 1 FROM figure WHERE series = $1 AND period = $2 AND act = $3
UNION ALL SELECT unit, value, flags, 0 FROM figure_past
WHERE series = $1 AND period = $2 AND act = $3
ORDER BY 1

--: act_anywhere(i) stream
SELECT series, period, unit, value, flags, 1 FROM figure WHERE act = $1
UNION ALL SELECT series, period, unit, value, flags, 0 FROM figure_past WHERE act = $1
ORDER BY 1, 2, 3

-- The version before the one of act $4.
--: version_before(iiii)
SELECT value, flags, act FROM figure_past
WHERE series = $1 AND period = $2 AND unit = $3 AND act < $4 ORDER BY act DESC LIMIT 1

--: version_of(iiii)
SELECT value, flags, act, 1 FROM figure
WHERE series = $1 AND period = $2 AND unit = $3 AND act = $4
UNION ALL SELECT value, flags, act, 0 FROM figure_past
WHERE series = $1 AND period = $2 AND unit = $3 AND act = $4

-- For verification.
--: figures_all() stream
SELECT series, period, unit, value, flags, act FROM figure ORDER BY series, period, unit

--: past_all() stream
SELECT series, period, unit, value, flags, act, until_act FROM figure_past
ORDER BY series, period, unit, act

--: notes_of_act(i) stream
SELECT act, series, period, unit, note, approx, origin FROM figure_note
WHERE act = $1 AND sealed = 0 ORDER BY series, period, unit

--: notes_all() stream
SELECT act, series, period, unit, note, approx, origin FROM figure_note
WHERE sealed = 0 ORDER BY act, series, period, unit

--: salts_count()
SELECT count(*) FROM figure_salt

--: notes_sealed_count()
SELECT count(*) FROM figure_note WHERE sealed = 1
