-- Reports, their steps, and drafts.

--: report_put(iiiitiiiiiiiittiit)
INSERT INTO report (id, form, unit, period, state, submitted, approved, first_sent_ms, sent_ms,
    approved_ms, due_ms, sent_by, approved_by, number, signer, signed_day, act, reason)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
ON CONFLICT (id) DO UPDATE SET state = excluded.state, submitted = excluded.submitted,
    approved = excluded.approved, first_sent_ms = excluded.first_sent_ms,
    sent_ms = excluded.sent_ms, approved_ms = excluded.approved_ms, due_ms = excluded.due_ms,
    sent_by = excluded.sent_by, approved_by = excluded.approved_by, number = excluded.number,
    signer = excluded.signer, signed_day = excluded.signed_day, act = excluded.act,
    reason = excluded.reason

--: report_of_cell(iii)
SELECT id, form, unit, period, state, submitted, approved, first_sent_ms, sent_ms, approved_ms,
    due_ms, sent_by, approved_by, number, signer, signed_day, act, reason
FROM report WHERE form = $1 AND unit = $2 AND period = $3

--: report_by_id(i)
SELECT id, form, unit, period, state, submitted, approved, first_sent_ms, sent_ms, approved_ms,
    due_ms, sent_by, approved_by, number, signer, signed_day, act, reason
FROM report WHERE id = $1

-- form $1 and unit $2 (0 any), periods $3 to $4
--: reports_rows(iiii) stream
SELECT id, form, unit, period, state, submitted, approved, first_sent_ms, sent_ms, approved_ms,
    due_ms, sent_by, approved_by, number, signer, signed_day, act, reason
FROM report WHERE ($1 = 0 OR form = $1) AND ($2 = 0 OR unit = $2)
    AND period >= $3 AND period <= $4
ORDER BY form, period, unit

-- by index: of a form; of a unit
--: reports_of_form(iii) stream
SELECT id, form, unit, period, state, submitted, approved, first_sent_ms, sent_ms, approved_ms,
    due_ms, sent_by, approved_by, number, signer, signed_day, act, reason
FROM report WHERE form = $1 AND period >= $2 AND period <= $3
ORDER BY form, period, unit

--: reports_of_unit(iii) stream
SELECT id, form, unit, period, state, submitted, approved, first_sent_ms, sent_ms, approved_ms,
    due_ms, sent_by, approved_by, number, signer, signed_day, act, reason
FROM report WHERE unit = $1 AND period >= $2 AND period <= $3
ORDER BY form, period, unit

--: event_put(iiiittiit)
INSERT INTO report_event (report, act, seq, at_ms, account, step, reason, submitted, approved, state)
SELECT $1, $2, (SELECT count(*) FROM report_event WHERE report = $1 AND act = $2) + 1,
    $3, $4, $5, $6, $7, $8, $9

--: events_of(i)
SELECT act, at_ms, account, step, reason, submitted, approved, state FROM report_event
WHERE report = $1 ORDER BY act, seq

--: events_of_act(i) stream
SELECT act, report, seq, at_ms, account, step, reason, submitted, approved, state
FROM report_event WHERE act = $1 ORDER BY report, seq

--: events_all() stream
SELECT act, report, seq, at_ms, account, step, reason, submitted, approved, state
FROM report_event ORDER BY act, report, seq

--: reports_all() stream
SELECT id, form, unit, period, state, submitted, approved, first_sent_ms, sent_ms, approved_ms,
    due_ms, sent_by, approved_by, number, signer, signed_day, act, reason
FROM report ORDER BY id

--: draft_put(iititii)
INSERT INTO draft (report, series, typed, flags, note, seq, at_ms, account)
VALUES ($1, $2, $3, $4, $5, 1, $6, $7)
ON CONFLICT (report, series) DO UPDATE SET typed = excluded.typed, flags = excluded.flags,
    note = excluded.note, seq = draft.seq + 1, at_ms = excluded.at_ms, account = excluded.account

--: draft_clear(i)
DELETE FROM draft WHERE report = $1

--: draft_rows(i)
SELECT series, typed, flags, note, seq, at_ms, account FROM draft WHERE report = $1 ORDER BY series

--: draft_mark_put(itttii)
INSERT INTO draft_mark (report, kind, key, note, at_ms, account) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (report, kind, key) DO UPDATE SET note = excluded.note, at_ms = excluded.at_ms,
    account = excluded.account

--: draft_mark_clear(itt)
DELETE FROM draft_mark WHERE report = $1 AND kind = $2 AND ($3 = '' OR key = $3)

--: draft_marks(i)
SELECT kind, key, note, at_ms, account FROM draft_mark WHERE report = $1 ORDER BY kind, key

-- Points and attachments: the draft's stand before those that an act wrote.
--: narrative_rows(i)
SELECT id, section, kind, position, text, field, addressee, act FROM narrative
WHERE report = $1 AND until_act = OPEN AND id NOT IN (SELECT id FROM draft_point WHERE report = $1)
UNION ALL SELECT id, section, kind, position, text, field, addressee, 0 FROM draft_point
WHERE report = $1 AND deleted = 0
ORDER BY 2, 3, 4, 1

--: draft_point_put(iiittittt)
INSERT INTO draft_point (id, report, deleted, section, kind, position, text, field, addressee)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (id) DO UPDATE SET deleted = excluded.deleted, section = excluded.section,
    kind = excluded.kind, position = excluded.position, text = excluded.text,
    field = excluded.field, addressee = excluded.addressee

--: draft_point_delete(ii)
DELETE FROM draft_point WHERE report = $1 AND id = $2

--: narrative_open(ii)
SELECT count(*) FROM narrative WHERE report = $1 AND id = $2 AND until_act = OPEN

-- What the draft took away is closed by the act $2 that sends the report.
--: narrative_close_deleted(ii)
UPDATE narrative SET until_act = $2 WHERE report = $1 AND until_act = OPEN
    AND id IN (SELECT id FROM draft_point WHERE report = $1 AND deleted = 1)

--: draft_point_drop_deleted(i)
DELETE FROM draft_point WHERE report = $1 AND deleted = 1

--: points_close(ii)
UPDATE narrative SET until_act = $2 WHERE report = $1 AND until_act = OPEN
    AND id IN (SELECT id FROM draft_point WHERE report = $1)

--: points_send(ii)
INSERT INTO narrative (id, report, section, kind, position, text, field, addressee, act, until_act)
SELECT id, report, section, kind, position, text, field, addressee, $2, OPEN
FROM draft_point WHERE report = $1 AND deleted = 0

--: draft_points_drop(i)
DELETE FROM draft_point WHERE report = $1

--: attachment_rows(i)
SELECT id, name, type, sha256, size, at_ms, account, series, 0 FROM attachment
WHERE report = $1 AND until_act = OPEN
    AND id NOT IN (SELECT id FROM draft_attachment WHERE report = $1)
UNION ALL
SELECT id, name, type, sha256, size, at_ms, account, series, deleted FROM draft_attachment
WHERE report = $1
ORDER BY 1

--: draft_attachment_put(iiitttiiii)
INSERT INTO draft_attachment (id, report, deleted, name, type, sha256, size, at_ms, account, series)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (id) DO UPDATE SET deleted = excluded.deleted, name = excluded.name,
    type = excluded.type, sha256 = excluded.sha256, size = excluded.size, at_ms = excluded.at_ms,
    account = excluded.account, series = excluded.series

--: draft_attachment_delete(ii)
DELETE FROM draft_attachment WHERE report = $1 AND id = $2

-- Taken away and put back in the draft: of one that was sent a row stands in the draft meanwhile.
--: draft_attachment_shadow(ii)
INSERT INTO draft_attachment (id, report, deleted, name, type, sha256, size, at_ms, account, series)
SELECT id, report, 1, name, type, sha256, size, at_ms, account, series FROM attachment
WHERE report = $1 AND id = $2 AND until_act = OPEN
ON CONFLICT (id) DO NOTHING

--: draft_attachment_mark(iii)
UPDATE draft_attachment SET deleted = $3 WHERE report = $1 AND id = $2

--: draft_attachment_unshadow(ii)
DELETE FROM draft_attachment WHERE report = $1 AND id = $2
    AND EXISTS (SELECT 1 FROM attachment WHERE report = $1 AND id = $2 AND until_act = OPEN)

-- At sending, act $2 takes over what the draft holds; contents that nothing names any more go.
--: attachments_close(ii)
UPDATE attachment SET until_act = $2 WHERE report = $1 AND until_act = OPEN
    AND id IN (SELECT id FROM draft_attachment WHERE report = $1)

--: attachments_send(ii)
INSERT INTO attachment (id, report, name, type, sha256, size, at_ms, account, series, act, until_act)
SELECT id, report, name, type, sha256, size, at_ms, account, series, $2, OPEN
FROM draft_attachment WHERE report = $1 AND deleted = 0

--: files_forget(i)
DELETE FROM file_piece
WHERE sha256 IN (SELECT sha256 FROM draft_attachment WHERE report = $1 AND deleted = 1)
    AND NOT EXISTS (SELECT 1 FROM attachment AS a WHERE a.sha256 = file_piece.sha256)
    AND NOT EXISTS (SELECT 1 FROM draft_attachment AS d WHERE d.sha256 = file_piece.sha256
        AND (d.deleted = 0 OR d.report <> $1))

--: draft_attachments_drop(i)
DELETE FROM draft_attachment WHERE report = $1

-- What files hold.
--: file_piece_put(tib)
INSERT INTO file_piece (sha256, seq, content) VALUES ($1, $2, $3)
ON CONFLICT (sha256, seq) DO NOTHING

--: file_pieces(t) stream
SELECT content FROM file_piece WHERE sha256 = $1 ORDER BY seq

--: file_pieces_all() stream
SELECT sha256, seq, content FROM file_piece ORDER BY sha256, seq

-- The first file whose content is not there whole.
--: files_lacking()
SELECT id FROM (SELECT id, sha256, size FROM attachment
    UNION ALL SELECT id, sha256, size FROM draft_attachment) AS f
WHERE size <> (SELECT coalesce(sum(length(content)), 0) FROM file_piece AS p
    WHERE p.sha256 = f.sha256)
ORDER BY id LIMIT 1
