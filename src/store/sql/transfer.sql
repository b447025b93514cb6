-- Whole tables from one store to another, or to an archive and back.

--: each definition,fact,draft dump() stream
SELECT @columns FROM @table ORDER BY @key

-- The rest, behind the last row that has arrived.
--: each definition,fact,draft dump_from(@key_types) stream
SELECT @columns FROM @table WHERE (@key) > (@key_params) ORDER BY @key

--: each definition,fact,draft last()
SELECT @key FROM @table ORDER BY @key_down LIMIT 1

--: each definition,fact,draft fill(@types)
INSERT INTO @table (@columns) VALUES (@params)

--: each draft,fact number()
SELECT count(*) FROM @table
