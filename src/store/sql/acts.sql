-- Acts, the head of the chain, identities.

--: head()
SELECT n, hash, at_ms FROM head WHERE id = 1

-- The same for the one who writes: others wait.
--: head_lock()
SELECT n, hash, at_ms FROM head WHERE id = 1
--pg FOR UPDATE

--: head_put(ibi)
INSERT INTO head (id, n, hash, at_ms) VALUES (1, $1, $2, $3)
ON CONFLICT (id) DO UPDATE SET n = excluded.n, hash = excluded.hash, at_ms = excluded.at_ms

--: act_put(iiiitttttbb)
INSERT INTO act (n, at_ms, skew_ms, account, via, kind, object, reason, body, trail, hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)

--: act_last(i)
SELECT coalesce(max(n), 0) FROM act WHERE n <= $1

--: act_before(i)
SELECT coalesce(max(n), 0) FROM act WHERE at_ms < $1

-- $1 to $2; account $3 (0 any), kind $4 ('' any), beginning of the object $5 ('' any), at most $6
--: acts_forward(iiitti) stream
SELECT n, at_ms, account, via, kind, object, reason, body, hash FROM act
WHERE n >= $1 AND n <= $2 AND ($3 = 0 OR account = $3) AND ($4 = '' OR kind = $4)
    AND ($5 = '' OR substr(object, 1, length($5)) = $5)
ORDER BY n LIMIT $6

--: acts_backward(iiitti) stream
SELECT n, at_ms, account, via, kind, object, reason, body, hash FROM act
WHERE n >= $1 AND n <= $2 AND ($3 = 0 OR account = $3) AND ($4 = '' OR kind = $4)
    AND ($5 = '' OR substr(object, 1, length($5)) = $5)
ORDER BY n DESC LIMIT $6

--: act_trail(i)
SELECT trail FROM act WHERE n = $1

--: acts_all() stream
SELECT n, at_ms, skew_ms, account, via, kind, object, reason, body, trail, hash FROM act ORDER BY n

--: counter_next(t)
INSERT INTO counter (name, next) VALUES ($1, 1)
ON CONFLICT (name) DO UPDATE SET next = counter.next + 1 RETURNING next

--: meta(t)
SELECT value FROM meta WHERE name = $1

--: meta_put(tt)
INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value

--: meta_delete(t)
DELETE FROM meta WHERE name = $1

--: count_figures()
SELECT (SELECT count(*) FROM figure), (SELECT count(*) FROM figure_past), (SELECT count(*) FROM act)
