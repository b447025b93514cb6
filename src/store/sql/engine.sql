-- What only one engine has.

--: vacuum_into(t)
--sqlite VACUUM INTO $1

-- PostgreSQL, an import: rows come in by COPY and are merged as sets. 3584 are the flags that the
-- store sets itself. Cells that this very act has written already are left to the slow way.
--: bulk_table()
--pg CREATE TEMPORARY TABLE IF NOT EXISTS figure_in (ord bigint NOT NULL, series bigint NOT NULL,
--pg     period bigint NOT NULL, unit bigint NOT NULL, value bigint NOT NULL, flags bigint NOT NULL)
--pg     ON COMMIT DELETE ROWS

--: bulk_analyze()
--pg ANALYZE figure_in

-- Rows that say something new; the second column: is the cell's version of this act?
--: bulk_changed(i) stream
--pg SELECT i.ord, CASE WHEN f.act = $1 THEN 1 ELSE 0 END FROM figure_in AS i LEFT JOIN figure AS f
--pg     ON f.series = i.series AND f.period = i.period AND f.unit = i.unit
--pg WHERE f.act IS NULL OR f.value <> i.value OR ((f.flags # i.flags) & ~3584) <> 0
--pg ORDER BY i.ord

--: bulk_past(i)
--pg INSERT INTO figure_past (series, period, unit, act, until_act, value, flags)
--pg SELECT f.series, f.period, f.unit, f.act, $1, f.value, f.flags FROM figure_in AS i
--pg JOIN figure AS f ON f.series = i.series AND f.period = i.period AND f.unit = i.unit
--pg WHERE f.act <> $1 AND (f.value <> i.value OR ((f.flags # i.flags) & ~3584) <> 0)

--: bulk_merge(i)
--pg INSERT INTO figure AS f (series, period, unit, value, flags, act)
--pg SELECT series, period, unit, value, flags, $1 FROM figure_in
--pg ON CONFLICT (series, period, unit) DO UPDATE
--pg SET value = excluded.value, flags = excluded.flags, act = excluded.act
--pg WHERE f.act <> $1 AND (f.value <> excluded.value OR ((f.flags # excluded.flags) & ~3584) <> 0)

--: bulk_clear()
--pg TRUNCATE figure_in

--: database_bytes()
--pg SELECT pg_database_size(current_database())

-- One process migrates at a time.
--: migration_lock()
--pg SELECT pg_advisory_xact_lock(6817410253)

-- Is there a store? 0 or 1.
--: has_store()
--pg SELECT count(*) FROM pg_catalog.pg_tables WHERE tablename = 'meta' AND schemaname = current_schema()
