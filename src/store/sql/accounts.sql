-- Settings, secrets, sessions.

--: setting(t)
SELECT value FROM setting WHERE key = $1 AND until_act = OPEN

--: secret_put(it)
INSERT INTO account_secret (account, password_hash) VALUES ($1, $2)
ON CONFLICT (account) DO UPDATE SET password_hash = excluded.password_hash

--: secrets() stream
SELECT account, password_hash FROM account_secret ORDER BY account

--: secret(i)
SELECT account, password_hash FROM account_secret WHERE account = $1

--: session_put(biiiitt)
INSERT INTO session (id_hash, account, created_ms, seen_ms, expires_ms, address, agent)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (id_hash) DO UPDATE SET seen_ms = excluded.seen_ms, expires_ms = excluded.expires_ms,
    address = excluded.address, agent = excluded.agent

--: session(b)
SELECT account, created_ms, seen_ms, expires_ms, address, agent FROM session WHERE id_hash = $1

--: sessions(i)
SELECT account, created_ms, seen_ms, expires_ms, address, agent, id_hash FROM session
WHERE account = $1 ORDER BY seen_ms DESC LIMIT 100

--: session_delete(b)
DELETE FROM session WHERE id_hash = $1

--: sessions_delete_of(i)
DELETE FROM session WHERE account = $1

--: sessions_expire(i)
DELETE FROM session WHERE expires_ms <= $1

--: login_failures(t)
SELECT count, last_ms FROM login_failure WHERE key = $1

--: login_failure_put(tii)
INSERT INTO login_failure (key, count, last_ms) VALUES ($1, $2, $3)
ON CONFLICT (key) DO UPDATE SET count = excluded.count, last_ms = excluded.last_ms

--: login_failure_delete(t)
DELETE FROM login_failure WHERE key = $1
