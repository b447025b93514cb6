-- The first schema. INTEGER is 64 bits wide; texts are UTF-8 in NFC; days count from 1970-01-01;
-- instants are milliseconds of UTC. OPEN is the largest integer. Never edited once released: what
-- changes gets the next number.

CREATE TABLE meta (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID, STRICT;
INSERT INTO meta (name, value) VALUES ('format', 'giaoban');

-- The head of the chain: updated last in each commit.
CREATE TABLE head (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    n INTEGER NOT NULL,
    hash BLOB NOT NULL,
    at_ms INTEGER NOT NULL
) STRICT;

--sqlite INSERT INTO head (id, n, hash, at_ms) VALUES (1, 0, zeroblob(32), 0);
--pg INSERT INTO head (id, n, hash, at_ms) VALUES (1, 0, decode(repeat('00', 32), 'hex'), 0);

-- Identities given so far; never a sequence, so that none is lost or used twice.
CREATE TABLE counter (
    name TEXT NOT NULL PRIMARY KEY,
    next INTEGER NOT NULL
) WITHOUT ROWID, STRICT;

-- One user action. `trail` covers every row that bears the act's number; `hash` covers the hash
-- before it and all the rest. skew_ms: how far the clock stood behind the act before.
CREATE TABLE act (
    n INTEGER NOT NULL PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    skew_ms INTEGER NOT NULL,
    account INTEGER NOT NULL,
    via TEXT NOT NULL,
    kind TEXT NOT NULL,
    object TEXT NOT NULL,
    reason TEXT NOT NULL,
    body TEXT NOT NULL,
    trail BLOB NOT NULL,
    hash BLOB NOT NULL
) STRICT;
CREATE INDEX act_at ON act (at_ms);

-- The current version of a cell: one row in one tree.
CREATE TABLE figure (
    series INTEGER NOT NULL,
    period INTEGER NOT NULL,
    unit INTEGER NOT NULL,
    value INTEGER NOT NULL,
    flags INTEGER NOT NULL,
    act INTEGER NOT NULL,
    PRIMARY KEY (series, period, unit)
--sqlite ) WITHOUT ROWID, STRICT;
--pg ) PARTITION BY RANGE (period);

-- Superseded versions; until_act is the act of the version that followed.
CREATE TABLE figure_past (
    series INTEGER NOT NULL,
    period INTEGER NOT NULL,
    unit INTEGER NOT NULL,
    act INTEGER NOT NULL,
    until_act INTEGER NOT NULL,
    value INTEGER NOT NULL,
    flags INTEGER NOT NULL,
    PRIMARY KEY (series, period, unit, act)
--sqlite ) WITHOUT ROWID, STRICT;
--pg ) PARTITION BY RANGE (period);

-- One partition for each year from 2010 to 2039 and one each for what lies before and after; the
-- code of a period is its year times 1000 and a slot.
--pg CREATE TABLE figure_before PARTITION OF figure FOR VALUES FROM (MINVALUE) TO (2010000);
--pg CREATE TABLE figure_after PARTITION OF figure FOR VALUES FROM (2040000) TO (MAXVALUE);
--pg CREATE TABLE figure_past_before PARTITION OF figure_past FOR VALUES FROM (MINVALUE) TO (2010000);
--pg CREATE TABLE figure_past_after PARTITION OF figure_past FOR VALUES FROM (2040000) TO (MAXVALUE);
--pg DO $do$ BEGIN FOR y IN 2010..2039 LOOP
--pg     EXECUTE format('CREATE TABLE figure_%s PARTITION OF figure FOR VALUES FROM (%s) TO (%s)', y, y * 1000, y * 1000 + 1000);
--pg     EXECUTE format('CREATE TABLE figure_past_%s PARTITION OF figure_past FOR VALUES FROM (%s) TO (%s)', y, y * 1000, y * 1000 + 1000);
--pg END LOOP; END $do$;

-- Only where there is something to say of a version. sealed: the salted hash of the value covers it.
CREATE TABLE figure_note (
    series INTEGER NOT NULL,
    period INTEGER NOT NULL,
    unit INTEGER NOT NULL,
    act INTEGER NOT NULL,
    note TEXT NOT NULL,
    approx TEXT NOT NULL,
    origin TEXT NOT NULL,
    sealed INTEGER NOT NULL,
    PRIMARY KEY (series, period, unit, act)
) WITHOUT ROWID, STRICT;
CREATE INDEX figure_note_act ON figure_note (act);

-- Salts of personal and sealed values: without its salt a value's hash says nothing any more.
CREATE TABLE figure_salt (
    series INTEGER NOT NULL,
    period INTEGER NOT NULL,
    unit INTEGER NOT NULL,
    act INTEGER NOT NULL,
    salt BLOB NOT NULL,
    PRIMARY KEY (series, period, unit, act)
) WITHOUT ROWID, STRICT;

CREATE TABLE report (
    id INTEGER NOT NULL PRIMARY KEY,
    form INTEGER NOT NULL,
    unit INTEGER NOT NULL,
    period INTEGER NOT NULL,
    state TEXT NOT NULL,
    submitted INTEGER NOT NULL,
    approved INTEGER NOT NULL,
    first_sent_ms INTEGER NOT NULL,
    sent_ms INTEGER NOT NULL,
    approved_ms INTEGER NOT NULL,
    due_ms INTEGER NOT NULL,
    sent_by INTEGER NOT NULL,
    approved_by INTEGER NOT NULL,
    number TEXT NOT NULL,
    signer TEXT NOT NULL,
    signed_day INTEGER NOT NULL,
    act INTEGER NOT NULL,
    reason TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX report_cell ON report (form, period, unit);
CREATE INDEX report_unit ON report (unit, period);

CREATE TABLE report_event (
    report INTEGER NOT NULL REFERENCES report (id),
    act INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    account INTEGER NOT NULL,
    step TEXT NOT NULL,
    reason TEXT NOT NULL,
    submitted INTEGER NOT NULL,
    approved INTEGER NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (report, act, seq)
) WITHOUT ROWID, STRICT;
CREATE INDEX report_event_act ON report_event (act);

-- Apart from the account, so that closed rows keep no password.
CREATE TABLE account_secret (
    account INTEGER NOT NULL PRIMARY KEY,
    password_hash TEXT NOT NULL
) STRICT;

CREATE TABLE session (
    id_hash BLOB NOT NULL PRIMARY KEY,
    account INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    seen_ms INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL,
    address TEXT NOT NULL,
    agent TEXT NOT NULL
) WITHOUT ROWID, STRICT;
CREATE INDEX session_account ON session (account);
CREATE INDEX session_expires ON session (expires_ms);

CREATE TABLE login_failure (
    key TEXT NOT NULL PRIMARY KEY,
    count INTEGER NOT NULL,
    last_ms INTEGER NOT NULL
) WITHOUT ROWID, STRICT;

-- Drafts, as typed; no history.
CREATE TABLE draft (
    report INTEGER NOT NULL REFERENCES report (id),
    series INTEGER NOT NULL,
    typed TEXT NOT NULL,
    flags INTEGER NOT NULL,
    note TEXT NOT NULL,
    seq INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    account INTEGER NOT NULL,
    PRIMARY KEY (report, series)
) WITHOUT ROWID, STRICT;
CREATE TABLE draft_mark (
    report INTEGER NOT NULL REFERENCES report (id),
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    note TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    account INTEGER NOT NULL,
    PRIMARY KEY (report, kind, key)
) WITHOUT ROWID, STRICT;
-- A point or attachment as the draft has it; it stands before the one of the same id that an act
-- wrote, or takes it away (deleted).
CREATE TABLE draft_point (
    id INTEGER NOT NULL PRIMARY KEY,
    report INTEGER NOT NULL REFERENCES report (id),
    deleted INTEGER NOT NULL,
    section TEXT NOT NULL,
    kind TEXT NOT NULL,
    position INTEGER NOT NULL,
    text TEXT NOT NULL,
    field TEXT NOT NULL,
    addressee TEXT NOT NULL
) STRICT;
CREATE INDEX draft_point_report ON draft_point (report);
CREATE TABLE draft_attachment (
    id INTEGER NOT NULL PRIMARY KEY,
    report INTEGER NOT NULL REFERENCES report (id),
    deleted INTEGER NOT NULL,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    account INTEGER NOT NULL,
    series INTEGER NOT NULL
) STRICT;
CREATE INDEX draft_attachment_report ON draft_attachment (report);

-- Definitions. Each: the rows open now are one per identity; the acts that opened and closed a row
-- are found by index.

CREATE TABLE unit (
    id INTEGER NOT NULL,
    uid TEXT NOT NULL,
    place INTEGER NOT NULL,
    act INTEGER NOT NULL,
    until_act INTEGER NOT NULL,
    PRIMARY KEY (id, act)
) WITHOUT ROWID, STRICT;
CREATE UNIQUE INDEX unit_open ON unit (id) WHERE until_act = OPEN;
CREATE INDEX unit_act ON unit (act);
CREATE INDEX unit_until ON unit (until_act) WHERE until_act <> OPEN;

CREATE TABLE unit_at (
    unit INTEGER NOT NULL,
    day_from INTEGER NOT NULL,
    day_to INTEGER NOT NULL,
    name TEXT NOT NULL,
    code TEXT NOT NULL,
    kind TEXT NOT NULL,
    act INTEGER NOT NULL,
    until_act INTEGER NOT NULL,
    PRIMARY KEY (unit, day_from, act)
) WITHOUT ROWID, STRICT;
CREATE UNIQUE INDEX unit_at_open ON unit_at (unit, day_from) WHERE until_act = OPEN;
CREATE INDEX unit_at_act ON unit_at (act);
CREATE INDEX unit_at_until ON unit_at (until_act) WHERE until_act <> OPEN;

CREATE TABLE parent_at (
    unit INTEGER NOT NULL,
    line TEXT NOT NULL,
    day_from INTEGER NOT NULL,
    day_to INTEGER NOT NULL,
    parent INTEGER NOT NULL,
    act INTEGER NOT NULL,
    until_act INTEGER NOT NULL,
    PRIMARY KEY (unit, line, day_from, act)
) WITHOUT ROWID, STRICT;
CREATE UNIQUE INDEX parent_at_open ON parent_at (unit, line, day_from) WHERE until_act = OPEN;
CREATE INDEX parent_at_act ON parent_at (act);
CREATE INDEX parent_at_until ON parent_at (until_act) WHERE until_act <> OPEN;

CREATE TABLE event (
    id INTEGER NOT NULL,
    day INTEGER NOT NULL,
    kind TEXT NOT NULL,
    decision TEXT NOT NULL,
    note TEXT NOT NULL,
    act INTEGER NOT NULL,
    until_act INTEGER NOT NULL,
    PRIMARY KEY (id, act)
) WITHOUT ROWID, STRICT;
CREATE UNIQUE INDEX event_open ON event (id) WHERE until_act = OPEN;
CREATE INDEX event_act ON event (act);
CREATE INDEX event_until ON event (until_act) WHERE until_act <> OPEN;

CREATE TABLE edge (
    event INTEGER NOT NULL,
    from_unit INTEGER NOT NULL,
    to_unit INTEGER NOT NULL,
    share_people TEXT NOT NULL,
    share_area TEXT NOT NULL,
    share_households TEXT NOT NULL,
    act INTEGER NOT NULL,
    until_act INTEGER NOT NULL,
    PRIMARY KEY (event, from_unit, to_unit, act)
) WITHOUT ROWID, STRICT;
CREATE UNIQUE INDEX edge_open ON edge (event, from_unit, to_unit) WHERE until_act = OPEN;
CREATE INDEX edge_act ON edge (act);
CREATE INDEX edge_until ON edge (until_act) WHERE until_act <> OPEN;

CREATE TABLE indicator (
    id INTEGER NOT NULL,
    uid TEXT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    unit_of_measure TEXT NOT NULL,
    definition TEXT NOT NULL,
    aliases TEXT NOT NULL,
    decimals INTEGER NOT NULL,
    direction TEXT NOT NULL,
    value_type TEXT NOT NULL,
    frequency TEXT NOT NULL,
    over_units TEXT NOT NULL,
    over_time TEXT NOT NULL,
    entered TEXT NOT NULL,
    line TEXT NOT NULL,
    family TEXT NOT NULL,
    basis TEXT NOT NULL,
    privacy TEXT NOT NULL,
    source TEXT NOT NULL,
    formula TEXT NOT NULL,
    weight TEXT NOT NULL,
    reported_by TEXT NOT NULL,
    note TEXT NOT NULL,
    followed INTEGER NOT NULL,
    position INTEGER NOT NULL,
    form INTEGER NOT NULL,
    owner TEXT NOT NULL,
    act INTEGER NOT NULL,
    until_act INTEGER NOT NULL,
    PRIMARY KEY (id, act)
) WITHOUT ROWID, STRICT;
CREATE UNIQUE INDEX indicator_open ON indicator (id) WHERE until_act = OPEN;
CREATE INDEX indicator_act ON indicator (act);
CREATE INDEX indicator_until ON indicator (until_act) WHERE until_act <> OPEN;

CREATE TABLE series (
    id INTEGER NOT NULL,
    indicator INTEGER NOT NULL,
    key TEXT NOT NULL,
    label TEXT NOT NULL,
    position INTEGER NOT NULL,
    act INTEGER NOT NULL,
    until_act INTEGER NOT NULL,
    PRIMARY KEY (id, act)
) WITHOUT ROWID, STRICT;
CREATE UNIQUE INDEX series_open ON series (id) WHERE until_act = OPEN;
CREATE INDEX series_act ON series (act);
CREATE INDEX series_until ON series (until_act) WHERE until_act <> OPEN;

CREATE TABLE not_applicable (
    indicator INTEGER NOT NULL,
    unit INTEGER NOT NULL,
    day_from INTEGER NOT NULL,
    day_to INTEGER NOT NULL,
    act INTEGER NOT NULL,
    until_act INTEGER NOT NULL,
    PRIMARY KEY (indicator, unit, day_from, act)
) WITHOUT ROWID, STRICT;
CREATE UNIQUE INDEX not_applicable_open ON not_applicable (indicator, unit, day_from) WHERE until_act = OPEN;
CREATE INDEX not_applicable_act ON not_applicable (act);
CREATE INDEX not_applicable_until ON not_applicable (until_act) WHERE until_act <> OPEN;

CREATE TABLE form (
    id INTEGER NOT NULL,
    uid TEXT NOT NULL,
    code TEXT NOT NULL,
    name_vi TEXT NOT NULL,
    name_en TEXT NOT NULL,
    frequency TEXT NOT NULL,
    line TEXT NOT NULL,
    asked_of TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    cutoff_day INTEGER NOT NULL,
    due_day INTEGER NOT NULL,
    close_day INTEGER NOT NULL,
    day_from INTEGER NOT NULL,
    day_to INTEGER NOT NULL,
    needs_check INTEGER NOT NULL,
    needs_sign INTEGER NOT NULL,
    act INTEGER NOT NULL,
    until_act INTEGER NOT NULL,
    PRIMARY KEY (id, act)
) WITHOUT ROWID, STRICT;
CREATE UNIQUE INDEX form_open ON form (id) WHERE until_act = OPEN;
CREATE INDEX form_act ON form (act);
CREATE INDEX form_until ON form (until_act) WHERE until_act <> OPEN;

CREATE TABLE form_section (
    form INTEGER NOT NULL,
    position INTEGER NOT NULL,
    key TEXT NOT NULL,
    title_vi TEXT NOT NULL,
    title_en TEXT NOT NULL,
    act INTEGER NOT NULL,
    until_act INTEGER NOT NULL,
    PRIMARY KEY (form, position, act)
) WITHOUT ROWID, STRICT;
CREATE UNIQUE INDEX form_section_open ON form_section (form, position) WHERE until_act = OPEN;
CREATE INDEX form_section_act ON form_section (act);
CREATE INDEX form_section_until ON form_section (until_act) WHERE until_act <> OPEN;

CREATE TABLE form_line (
    form INTEGER NOT NULL,
    position INTEGER NOT NULL,
    number INTEGER NOT NULL,
    section TEXT NOT NULL,
    indicator INTEGER NOT NULL,
    owner TEXT NOT NULL,
    owner_name_vi TEXT NOT NULL,
    owner_name_en TEXT NOT NULL,
    part_of INTEGER NOT NULL,
    confirm_nil INTEGER NOT NULL,
    required INTEGER NOT NULL,
    act INTEGER NOT NULL,
    until_act INTEGER NOT NULL,
    PRIMARY KEY (form, position, act)
) WITHOUT ROWID, STRICT;
CREATE UNIQUE INDEX form_line_open ON form_line (form, position) WHERE until_act = OPEN;
CREATE INDEX form_line_act ON form_line (act);
CREATE INDEX form_line_until ON form_line (until_act) WHERE until_act <> OPEN;

CREATE TABLE form_rule (
    form INTEGER NOT NULL,
    position INTEGER NOT NULL,
    level TEXT NOT NULL,
    text TEXT NOT NULL,
    message_vi TEXT NOT NULL,
    message_en TEXT NOT NULL,
    line INTEGER NOT NULL,
    act INTEGER NOT NULL,
    until_act INTEGER NOT NULL,
    PRIMARY KEY (form, position, act)
) WITHOUT ROWID, STRICT;
CREATE UNIQUE INDEX form_rule_open ON form_rule (form, position) WHERE until_act = OPEN;
CREATE INDEX form_rule_act ON form_rule (act);
CREATE INDEX form_rule_until ON form_rule (until_act) WHERE until_act <> OPEN;

CREATE TABLE target_set (
    id INTEGER NOT NULL,
    uid TEXT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    giver TEXT NOT NULL,
    source TEXT NOT NULL,
    unit INTEGER NOT NULL,
    day_start INTEGER NOT NULL,
    day_end INTEGER NOT NULL,
    act INTEGER NOT NULL,
    until_act INTEGER NOT NULL,
    PRIMARY KEY (id, act)
) WITHOUT ROWID, STRICT;
CREATE UNIQUE INDEX target_set_open ON target_set (id) WHERE until_act = OPEN;
CREATE INDEX target_set_act ON target_set (act);
CREATE INDEX target_set_until ON target_set (until_act) WHERE until_act <> OPEN;

CREATE TABLE target (
    id INTEGER NOT NULL,
    target_set INTEGER NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    source_line TEXT NOT NULL,
    responsible TEXT NOT NULL,
    person TEXT NOT NULL,
    indicator INTEGER NOT NULL,
    unit INTEGER NOT NULL,
    comparator TEXT NOT NULL,
    basis TEXT NOT NULL,
    compensating INTEGER NOT NULL,
    day_start INTEGER NOT NULL,
    deadline INTEGER NOT NULL,
    baseline TEXT NOT NULL,
    weight TEXT NOT NULL,
    made_up INTEGER NOT NULL,
    axis INTEGER NOT NULL,
    position INTEGER NOT NULL,
    done_day INTEGER NOT NULL,
    act INTEGER NOT NULL,
    until_act INTEGER NOT NULL,
    PRIMARY KEY (id, act)
) WITHOUT ROWID, STRICT;
CREATE UNIQUE INDEX target_open ON target (id) WHERE until_act = OPEN;
CREATE INDEX target_act ON target (act);
CREATE INDEX target_until ON target (until_act) WHERE until_act <> OPEN;

CREATE TABLE target_version (
    target INTEGER NOT NULL,
    in_force INTEGER NOT NULL,
    decided INTEGER NOT NULL,
    value TEXT NOT NULL,
    value_to TEXT NOT NULL,
    decision TEXT NOT NULL,
    act INTEGER NOT NULL,
    until_act INTEGER NOT NULL,
    PRIMARY KEY (target, in_force, decided, act)
) WITHOUT ROWID, STRICT;
CREATE UNIQUE INDEX target_version_open ON target_version (target, in_force, decided) WHERE until_act = OPEN;
CREATE INDEX target_version_act ON target_version (act);
CREATE INDEX target_version_until ON target_version (until_act) WHERE until_act <> OPEN;

CREATE TABLE target_schedule (
    target INTEGER NOT NULL,
    period INTEGER NOT NULL,
    value TEXT NOT NULL,
    act INTEGER NOT NULL,
    until_act INTEGER NOT NULL,
    PRIMARY KEY (target, period, act)
) WITHOUT ROWID, STRICT;
CREATE UNIQUE INDEX target_schedule_open ON target_schedule (target, period) WHERE until_act = OPEN;
CREATE INDEX target_schedule_act ON target_schedule (act);
CREATE INDEX target_schedule_until ON target_schedule (until_act) WHERE until_act <> OPEN;

CREATE TABLE expectation (
    target INTEGER NOT NULL,
    day INTEGER NOT NULL,
    expectation TEXT NOT NULL,
    reason TEXT NOT NULL,
    act INTEGER NOT NULL,
    until_act INTEGER NOT NULL,
    PRIMARY KEY (target, day, act)
) WITHOUT ROWID, STRICT;
CREATE UNIQUE INDEX expectation_open ON expectation (target, day) WHERE until_act = OPEN;
CREATE INDEX expectation_act ON expectation (act);
CREATE INDEX expectation_until ON expectation (until_act) WHERE until_act <> OPEN;

CREATE TABLE account (
    id INTEGER NOT NULL,
    uid TEXT NOT NULL,
    login TEXT NOT NULL,
    name TEXT NOT NULL,
    post TEXT NOT NULL,
    unit INTEGER NOT NULL,
    disabled INTEGER NOT NULL,
    demonstration INTEGER NOT NULL,
    lang TEXT NOT NULL,
    act INTEGER NOT NULL,
    until_act INTEGER NOT NULL,
    PRIMARY KEY (id, act)
) WITHOUT ROWID, STRICT;
CREATE UNIQUE INDEX account_open ON account (id) WHERE until_act = OPEN;
CREATE INDEX account_act ON account (act);
CREATE INDEX account_until ON account (until_act) WHERE until_act <> OPEN;

CREATE TABLE grant_to (
    account INTEGER NOT NULL,
    role TEXT NOT NULL,
    unit INTEGER NOT NULL,
    line TEXT NOT NULL,
    owner TEXT NOT NULL,
    forms TEXT NOT NULL,
    day_from INTEGER NOT NULL,
    day_to INTEGER NOT NULL,
    decision TEXT NOT NULL,
    act INTEGER NOT NULL,
    until_act INTEGER NOT NULL,
    PRIMARY KEY (account, role, unit, line, owner, forms, day_from, act)
) WITHOUT ROWID, STRICT;
CREATE UNIQUE INDEX grant_to_open ON grant_to (account, role, unit, line, owner, forms, day_from) WHERE until_act = OPEN;
CREATE INDEX grant_to_act ON grant_to (act);
CREATE INDEX grant_to_until ON grant_to (until_act) WHERE until_act <> OPEN;

CREATE TABLE setting (
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    act INTEGER NOT NULL,
    until_act INTEGER NOT NULL,
    PRIMARY KEY (key, act)
) WITHOUT ROWID, STRICT;
CREATE UNIQUE INDEX setting_open ON setting (key) WHERE until_act = OPEN;
CREATE INDEX setting_act ON setting (act);
CREATE INDEX setting_until ON setting (until_act) WHERE until_act <> OPEN;

CREATE TABLE narrative (
    id INTEGER NOT NULL,
    report INTEGER NOT NULL,
    section TEXT NOT NULL,
    kind TEXT NOT NULL,
    position INTEGER NOT NULL,
    text TEXT NOT NULL,
    field TEXT NOT NULL,
    addressee TEXT NOT NULL,
    act INTEGER NOT NULL,
    until_act INTEGER NOT NULL,
    PRIMARY KEY (id, act)
) WITHOUT ROWID, STRICT;
CREATE UNIQUE INDEX narrative_open ON narrative (id) WHERE until_act = OPEN;
CREATE INDEX narrative_act ON narrative (act);
CREATE INDEX narrative_until ON narrative (until_act) WHERE until_act <> OPEN;

CREATE TABLE attachment (
    id INTEGER NOT NULL,
    report INTEGER NOT NULL,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    account INTEGER NOT NULL,
    series INTEGER NOT NULL,
    act INTEGER NOT NULL,
    until_act INTEGER NOT NULL,
    PRIMARY KEY (id, act)
) WITHOUT ROWID, STRICT;
CREATE UNIQUE INDEX attachment_open ON attachment (id) WHERE until_act = OPEN;
CREATE INDEX attachment_act ON attachment (act);
CREATE INDEX attachment_until ON attachment (until_act) WHERE until_act <> OPEN;

CREATE INDEX narrative_report ON narrative (report) WHERE until_act = OPEN;
CREATE INDEX attachment_report ON attachment (report) WHERE until_act = OPEN;
