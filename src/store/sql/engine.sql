-- What only one engine has.

--: vacuum_into(t)
--sqlite VACUUM INTO $1

-- SQLite, an import: versions of cells, and those that they replace, come from the program; see
-- incoming.h. Columns stand as in the tables, which saves the engine a copy of each.
--: figure_append()
--sqlite INSERT INTO figure (series, period, unit, value, flags, act)
--sqlite SELECT a, b, c, d, e, f FROM incoming WHERE true
--sqlite ON CONFLICT (series, period, unit) DO UPDATE
--sqlite SET value = excluded.value, flags = excluded.flags, act = excluded.act

--: past_append()
--sqlite INSERT INTO figure_past (series, period, unit, act, until_act, value, flags)
--sqlite SELECT a, b, c, d, e, f, g FROM incoming

-- What a part of a column holds, from unit $3 to unit $4.
--: column_part(iiii) stream
--sqlite SELECT unit, value, flags, act FROM figure
--sqlite WHERE series = $1 AND period = $2 AND unit >= $3 AND unit <= $4 ORDER BY unit

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

-- One server writes at a time: the right to is a lock of its session, so that it ends with the
-- connection, however that ends. The number is a name of ours and the table's own, since a database
-- may hold several stores, each in its schema.
--: writer_lock()
--pg SELECT CASE WHEN pg_try_advisory_lock((1734959458::bigint << 32) | 'head'::regclass::oid::bigint)
--pg     THEN 1 ELSE 0 END

-- Who has it: how the program calls itself, from where, since when, in which database.
--: writer_holder()
--pg SELECT coalesce(a.application_name, ''), coalesce(host(a.client_addr), ''),
--pg     coalesce(to_char(a.backend_start AT TIME ZONE INTERVAL '07:00', 'HH24:MI DD/MM/YYYY'), ''),
--pg     l.pid, current_database()::text
--pg FROM pg_locks AS l LEFT JOIN pg_stat_activity AS a ON a.pid = l.pid
--pg WHERE l.locktype = 'advisory' AND l.granted AND l.classid = 1734959458 AND l.objsubid = 1
--pg     AND l.objid = 'head'::regclass::oid
--pg     AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())

-- Is there a store? 0 or 1.
--: has_store()
--pg SELECT count(*) FROM pg_catalog.pg_tables WHERE tablename = 'meta' AND schemaname = current_schema()
